import type { Command } from '../base/command';
import { quoteArgument } from '../base/shell-quote';
import { ip } from './commands';
import { hereDocument } from './here-document';
import type { Step } from './model';
import type { Batch, BatchLine, Segment } from './script-batches';
import { isLinkRemoval, rowsOf } from './script-rows';

/** So many steps are a piece of work, of some milliseconds. */
const piece = 250;

/** A line as ip(8) reads it, and which line of which step it is for. */
interface TextLine {
  readonly text: string;
  readonly line: BatchLine;
  /** The step's command has run once this line has; false for what only prepares it. */
  readonly isDeed: boolean;
  /** The steps that a line does together, where there are several. */
  readonly together?: readonly BatchLine[];
}

/** Where something of a step is done, as the worker counts: number of the batch, number of the line. */
interface Place {
  readonly batch: number;
  readonly line: number;
}

/** What an interface was marked with, so that many go at once, and where. */
interface Grouped extends Place {
  readonly namespace: string | undefined;
  readonly name: string;
}

/**
 * The worker's functions for steps that run as batches: `do_FIRST` for each segment, `batch_ID` for each batch, `undo_N` for each
 * step.
 *
 * @param group a number for the group of interfaces that are removed at once
 * @param compileUndo a command of an undo as a line of the worker
 */
export function* compileSegments(
  steps: readonly Step[],
  segments: readonly Segment[],
  group: number,
  compileUndo: (command: Command) => string,
): Generator<void, string[]> {
  const functions: string[] = [];
  let batchCount = 0;
  for (const segment of segments) {
    const { first, last, waves } = segment;
    const places = new Map<number, Place[]>();
    const grouped = new Map<number, Grouped>();
    const calls: string[] = [];
    const ends = endsOf(waves);
    const begun = new Set<number>();
    let waveNumber = 0;
    for (const row of rowsOf(segment)) {
      const later: string[] = [];
      const from = batchCount;
      for (const wave of row.waves) {
        for (const batch of wave) {
          const id = batchCount++;
          const text = textOf(batch, group);
          const flags = (line: BatchLine): string => {
            const begins = !begun.has(line.step);
            begun.add(line.step);
            const end = ends.get(line.step);
            const isLast = end?.wave === waveNumber && end.line === line;
            const isAlone = isLast && end.batches === 1;
            if (isLast && !isAlone) later.push(`${line.step}d`);
            return `${begins ? 'b' : ''}${isAlone ? 'd' : ''}`;
          };
          const words = text.map(({ line, isDeed, together }, index) => {
            const { step, command } = line;
            const place = `${step}:${command}`;
            if (!isDeed) {
              grouped.set(step, { batch: id, line: index + 1, namespace: batch.namespace, name: line.words[3] ?? '' });
              return `${place}${flags(line)}g`;
            }
            for (const own of together ?? [line]) add(places, own.step, { batch: id, line: index + 1 });
            return `${place}${together === undefined ? flags(line) : 'G'}`;
          });
          const call = `batch ${id} ${quoteArgument(batch.namespace ?? '')} ${quoteArgument(batch.family ?? '')} '${words.join(' ')}'`;
          functions.push(`batch_${id}() {\n${hereDocument(call, 0, text.map((own) => `${own.text}\n`).join(''))}\n}`);
        }
        waveNumber++;
        yield;
      }
      const run = row.isRemoval
        ? `row ${from} ${batchCount - 1} '${row.isForProgram ? 'yes' : ''}'`
        : `wave ${from} ${batchCount - 1}`;
      calls.push(`  ${run} || return`);
      if (later.length > 0) calls.push(`  tell_progress '${later.join(' ')}'`);
    }
    functions.push([`do_${first}() {`, `  step=${last}`, '  at 0 || return', ...calls, '}'].join('\n'));
    yield;
    for (let step = first; step <= last; step++) {
      if ((step - first) % piece === piece - 1) yield;
      functions.push(
        compileUndos(step, steps[step]?.undo ?? [], places.get(step) ?? [], grouped.get(step), compileUndo),
      );
    }
  }
  return functions;
}

/** What a step did is undone only where one of its lines ran; with a group goes what marks it. */
function compileUndos(
  step: number,
  undo: readonly Command[],
  places: readonly Place[],
  grouped: Grouped | undefined,
  compileUndo: (command: Command) => string,
): string {
  const ran = `ran ${places.map(({ batch, line }) => `${batch} ${line}`).join(' ')}`;
  const lines = undo.map((command) => `    ${compileUndo(command)}`);
  const leaveGroup =
    grouped === undefined
      ? []
      : [
          `  ran ${grouped.batch} ${grouped.line} || return 0`,
          `  ${compileUndo(ip(grouped.namespace, 'link', 'set', 'dev', grouped.name, 'group', 'default'))}`,
        ];
  return [`undo_${step}() {`, `  if ${ran}; then`, '    start_undo', ...lines, '  fi', ...leaveGroup, '}'].join('\n');
}

function add<K, V>(map: Map<K, V[]>, key: K, value: V): void {
  const values = map.get(key);
  if (values === undefined) map.set(key, [value]);
  else values.push(value);
}

/** Where each step ends: in which wave, with which line, and in how many batches of that wave it has lines. */
function endsOf(waves: Segment['waves']): Map<number, { wave: number; line: BatchLine; batches: number }> {
  const ends = new Map<number, { wave: number; line: BatchLine; batches: number }>();
  for (const [wave, batches] of waves.entries()) {
    for (const { lines } of batches) {
      const own = new Map(lines.map((line) => [line.step, line]));
      for (const [step, line] of own) {
        const before = ends.get(step);
        ends.set(step, { wave, line, batches: before?.wave === wave ? before.batches + 1 : 1 });
      }
    }
  }
  return ends;
}

/**
 * A batch as text. Interfaces that are removed one after the other go at once, as a group: the kernel waits for everyone who
 * may still see an interface once for all of them, not for each (rtnl_group_dellink in net/core/rtnetlink.c).
 */
function textOf({ lines }: Batch, group: number): TextLine[] {
  const text: TextLine[] = [];
  for (let start = 0; start < lines.length;) {
    let end = start;
    while (end < lines.length && isLinkRemoval(lines[end])) end++;
    const removals = lines.slice(start, end);
    const [first] = removals;
    if (first !== undefined && removals.length > 1) {
      for (const line of removals) {
        text.push({ text: `link set dev ${line.words[3] ?? ''} group ${group}`, line, isDeed: false });
      }
      text.push({ text: `link del group ${group}`, line: first, isDeed: true, together: removals });
    } else {
      const line = lines[start];
      end = start + 1;
      if (line !== undefined) text.push({ text: line.words.join(' '), line, isDeed: true });
    }
    start = end;
  }
  return text;
}
