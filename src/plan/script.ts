import * as l10n from '@vscode/l10n';
import type { Command } from '../base/command';
import { NetnsError } from '../base/errors';
import { finish } from '../base/pieces';
import { quoteArgument, quoteText } from '../base/shell-quote';
import { isLabName, shortHash } from './names';
import { hereDocument } from './here-document';
import type { Plan, Step } from './model';
import { findSegments, type Segment } from './script-batches';
import { rowsOf } from './script-rows';
import { compileSegments } from './script-segments';
import { launcherFunctions, stateDirectory } from './script-launcher';
import { requirePlainToken } from './script-token';
import { workerFunctions } from './script-worker';
import { waveProgram } from './wave-program';

/**
 * The whole plan as one POSIX shell script, to be run as root with the channel to the client as its standard input.
 *
 * The script runs the steps in order and says on standard output how far it is (see `script-events.ts`). If a command
 * fails, if the client says `cancel TOKEN`, if standard input ends (the connection is lost) or a signal comes, it rolls back
 * in reverse what ran. After the last step it says `ready` and waits for `commit TOKEN`: only then is the manifest written
 * and the work kept. So wherever it is cut, the host ends as it was before or as declared. A plan with risks waits instead
 * for a confirmation over a fresh connection: see `script-confirmation.ts`; it then says `armed`.
 *
 * @param confirmWithin how many seconds it waits for that; 0: such a plan is kept as any other
 * @param hangLimit after how many seconds a command that does nothing is ended (`script-watch.ts`)
 * @param token unguessable text of letters and digits that marks our own lines among those of the host
 */
export function compileScript(plan: Plan, token: string, confirmWithin = 0, hangLimit = 60): string {
  return finish(compileInPieces(plan, token, confirmWithin, hangLimit));
}

/** The same, a piece of work at a time: for 1,000 namespaces it takes some 70 milliseconds. */
export function* compileInPieces(
  plan: Plan,
  token: string,
  confirmWithin = 0,
  hangLimit = 60,
): Generator<void, string> {
  requirePlainToken(token);
  if (!isLabName(plan.lab)) throw new NetnsError('internal', l10n.t`"${plan.lab}" cannot be the name of a lab.`);
  if (!Number.isInteger(confirmWithin) || confirmWithin < 0) {
    throw new NetnsError('internal', l10n.t`${confirmWithin} is no number of seconds to confirm within.`);
  }
  const isArmed = (plan.risks ?? []).length > 0;
  const segments = findSegments(plan.steps);
  yield;
  const variables = [
    `token=${token}`,
    `base=${stateDirectory}`,
    `lab=${plan.lab}`,
    `based_on=${plan.basedOn}`,
    `count=${plan.steps.length}`,
    `segments=${quoteArgument(` ${segments.map(({ first }) => first).join(' ')} `)}`,
    `hang_limit=${Math.max(1, Math.ceil(hangLimit))}`,
    `longest_wait=${Math.max(0, ...plan.steps.map(({ waits = 0 }) => Math.ceil(waits)))}`,
    `confirm_within=${isArmed ? confirmWithin : 0}`,
    'LC_ALL=C',
    'export LC_ALL',
  ].join('\n');
  const functions = yield* compileSteps(plan.steps, segments, token);
  const worker = [
    variables,
    workerFunctions,
    ...(segments.flatMap(rowsOf).some(({ isForProgram }) => isForProgram)
      ? [`wave_program=${quoteText(waveProgram)}`]
      : []),
    ...functions,
    compileRecord(plan),
    'main "$1"',
    '',
  ].join('\n');
  // The token is unguessable, so no line of the worker can end the here-document early.
  const end = `END-${token}`;
  return [`${variables}\n${launcherFunctions}`, 'exec 3<&0', `launch 5<<'${end}'`, worker + end, ''].join('\n');
}

function* compileSteps(steps: readonly Step[], segments: readonly Segment[], token: string): Generator<void, string[]> {
  const batched = new Set<number>();
  for (const { first, last } of segments) for (let step = first; step <= last; step++) batched.add(step);
  const single = steps.flatMap((step, index) => (batched.has(index) ? [] : [compileStep(step, index)]));
  yield;
  const together = yield* compileSegments(steps, segments, groupOf(token), (command) => call('undo', command));
  return [...single, ...together];
}

/** A number for a group of interfaces that nobody else uses: most have the numbers 0 to 255. */
function groupOf(token: string): number {
  return (Number.parseInt(shortHash(token), 16) % 0x3000_0000) + 0x1000_0000;
}

function compileStep(step: Step, index: number): string {
  const run = step.run.map((command, number) => {
    const verb = step.interruptible === true ? 'run_long' : number === 0 && isAtomic(command) ? 'run_first' : 'run';
    return `  at ${number} && ${call(verb, command, ' || return')}`;
  });
  const undo = step.undo.map((command) => `  ${call('undo', command)}`);
  return [`do_${index}() {`, ...run, '  :', '}', `undo_${index}() {`, '  start_undo', ...undo, '  :', '}'].join('\n');
}

/** True for a command that is carried out as a whole or not at all. */
function isAtomic({ argv }: Command): boolean {
  // Once its transaction is done, ovs-vsctl waits for ovs-vswitchd, and fails if that does not answer.
  if (argv[0] === 'ovs-vsctl') return argv.includes('--no-wait');
  return argv[0] !== 'sh';
}

/** A command with its standard input on descriptor 4, where the functions look for it. */
function call(verb: string, { argv, stdin }: Command, rest = ''): string {
  const words = [verb, ...argv.map(quoteArgument)].join(' ');
  return stdin === undefined ? `${words}${rest}` : hereDocument(words, 4, stdin, rest);
}

/**
 * The manifest is written beside its place first, so that a full disk is noticed, and then renamed: it is there in one
 * piece or not at all, and a script that takes over from a killed one can tell which.
 */
function compileRecord({ record }: Plan): string {
  const directory = '"$base/labs/$lab"';
  const file = '"$base/labs/$lab/manifest.json"';
  const fresh = '"$base/labs/$lab/manifest.new"';
  const define = (prepare: string, write: string, isWritten: string, discard: string): string =>
    [
      `prepare_record() { ${prepare}; }`,
      `record() { ${write}; }`,
      `is_recorded() { ${isWritten}; }`,
      `discard_record() { ${discard}; }`,
    ].join('\n');
  if (record === undefined) return define(':', ':', ':', ':');
  if (record.type === 'remove') return define(':', `rm -f ${file}`, `[ ! -e ${file} ]`, ':');
  const prepare = `mkdir -p ${directory} && (umask 077 && printf %s ${quoteText(record.text)} >${fresh})`;
  return define(prepare, `mv -f ${fresh} ${file}`, `[ ! -e ${fresh} ]`, `rm -f ${fresh}`);
}
