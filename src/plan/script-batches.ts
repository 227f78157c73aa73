import type { Command } from '../base/command';
import type { Step } from './model';

/**
 * Steps that are plain commands of ip(8) run as batches: one process for many commands instead of one for each, which is what
 * costs the most time on a host (about 2 ms a process, 4 ms with `-n`). Here is decided which steps, in what order, and
 * in which process; what people read (plan, log, errors) stays the plain command.
 */

/** One line of a batch: the command of a step. */
export interface BatchLine {
  readonly step: number;
  /** Which of the step's commands it is. */
  readonly command: number;
  /** Its words behind `ip`. */
  readonly words: readonly string[];
}

/** The lines that one `ip -batch -` reads. */
export interface Batch {
  /** The namespace it runs in; undefined is the root namespace. */
  readonly namespace: string | undefined;
  /** The address family that all its commands name: `-4`, `-6` or none. */
  readonly family: string | undefined;
  readonly lines: readonly BatchLine[];
}

/** Consecutive steps `first` to `last` that run as batches. */
export interface Segment {
  readonly first: number;
  readonly last: number;
  /** One wave after the other; the batches of one wave do not need each other and may run at the same time. */
  readonly waves: readonly (readonly Batch[])[];
}

/**
 * The most lines in one batch: between batches a cancellation is heard, progress is told, and the journal says for certain
 * what ran.
 */
export const longestBatch = 100;

/** The same for what is removed: interfaces go as a group, for which the kernel waits once, however many they are. */
export const longestRemoval = 500;

/** iproute2 takes words apart at blanks, and knows quotes, `#` and a backslash at the end (makeargs in lib/utils.c). */
const plainWord = /^[A-Za-z0-9_.:/@%+,=-]+$/;

/** Objects whose commands neither print nor ask anything, and are carried out as a whole or not at all. */
const objects: readonly string[] = ['netns', 'link', 'addr', 'route', 'rule'];

/** The steps that run as batches; all others run for themselves. */
export function findSegments(steps: readonly Step[]): Segment[] {
  const segments: Segment[] = [];
  for (let first = 0; first < steps.length;) {
    let end = first;
    while (end < steps.length && isCreation(steps[end]) === isCreation(steps[first]) && isBatchable(steps[end])) end++;
    const lines = steps.slice(first, end).reduce((sum, { run }) => sum + run.length, 0);
    if (lines > 1) segments.push({ first, last: end - 1, waves: wavesOf(steps, first, end) });
    first = Math.max(end, first + 1);
  }
  return segments;
}

function isCreation(step: Step | undefined): boolean {
  return step?.action === 'create';
}

function isBatchable(step: Step | undefined): boolean {
  if (step === undefined || step.interruptible === true) return false;
  return step.run.every((command) => read(command) !== undefined);
}

interface ReadCommand {
  readonly namespace: string | undefined;
  readonly family: string | undefined;
  readonly words: readonly string[];
}

/** A command as a batch takes it; undefined where it has to run for itself. */
function read({ argv: [program, ...rest], stdin }: Command): ReadCommand | undefined {
  if (program !== 'ip' || stdin !== undefined) return undefined;
  const namespace = rest[0] === '-n' ? rest[1] : undefined;
  const behind = namespace === undefined ? rest : rest.slice(2);
  const family = behind[0] === '-4' || behind[0] === '-6' ? behind[0] : undefined;
  const words = family === undefined ? behind : behind.slice(1);
  const [object = '', verb] = words;
  if (!objects.includes(object) || !words.every((word) => plainWord.test(word))) return undefined;
  if (object === 'netns' && verb !== 'add' && verb !== 'del') return undefined;
  // It takes an interface from one namespace to another, out of the sight of `touched`.
  if (object === 'link' && verb === 'set' && words.includes('netns')) return undefined;
  return { namespace, family, words };
}

/** The namespaces that a command works in, besides its own: `link add … netns NAME …`, `netns add NAME`. */
function touched(words: readonly string[]): string[] {
  const [object, , name] = words;
  if (object === 'netns') return name === undefined ? [] : [name];
  return words.filter((_, index) => words[index - 1] === 'netns');
}

/** When something was last done, and in which process. */
interface Moment {
  readonly wave: number;
  readonly runner: string;
}

/** The wave in which `runner` may do what must come after `before`: the same process does its lines in order. */
function after(before: Moment | undefined, runner: string): number {
  if (before === undefined) return 0;
  return before.runner === runner ? before.wave : before.wave + 1;
}

/**
 * What is created keeps its order within each namespace. What reaches into another namespace (the end of a cable) waits for
 * that namespace to be there, and what is done in there afterwards waits for it. So one batch makes all namespaces and cables,
 * and then one batch for each namespace does the rest.
 *
 * Anything else keeps its order as it stands: what is removed or changed in one namespace can take along something in another.
 */
function wavesOf(steps: readonly Step[], first: number, end: number): Batch[][] {
  const isOrdered = !isCreation(steps[first]);
  const inside = new Map<string, Moment>();
  const reached = new Map<string, Moment>();
  const made = new Map<string, Moment>();
  const waves: Map<string, { namespace: string | undefined; family: string | undefined; lines: BatchLine[] }>[] = [];
  for (let step = first; step < end; step++) {
    for (const [command, own] of (steps[step]?.run ?? []).entries()) {
      const line = read(own);
      if (line === undefined) continue;
      const { namespace, family, words } = line;
      const runner = `${namespace ?? ''} ${family ?? ''}`;
      const place = isOrdered ? '' : (namespace ?? '');
      const others = isOrdered ? [] : touched(words);
      const wave = Math.max(
        ...[inside.get(place), reached.get(place), ...others.map((other) => made.get(other))].map((moment) =>
          after(moment, runner),
        ),
      );
      inside.set(place, { wave, runner });
      for (const other of others) {
        reached.set(other, { wave, runner });
        if (words[0] === 'netns') made.set(other, { wave, runner });
      }
      const batches = (waves[wave] ??= new Map());
      const batch = batches.get(runner) ?? { namespace, family, lines: [] };
      batches.set(runner, batch);
      batch.lines.push({ step, command, words });
    }
  }
  const longest = steps[first]?.action === 'remove' ? longestRemoval : longestBatch;
  return waves.flatMap((batches) => inParts([...batches.values()], longest));
}

/** A wave whose batches are too long becomes several, so that the parts of one batch keep their order. */
function inParts(batches: readonly Batch[], longest: number): Batch[][] {
  const parts = Math.max(...batches.map(({ lines }) => Math.ceil(lines.length / longest)));
  return Array.from({ length: parts }, (_, part) =>
    batches
      .map((batch) => ({ ...batch, lines: batch.lines.slice(part * longest, (part + 1) * longest) }))
      .filter(({ lines }) => lines.length > 0),
  );
}
