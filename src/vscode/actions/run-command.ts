import { l10n, window } from 'vscode';
import { printCommand } from '../../base/command';
import { describeError, isCancelled, NetnsError } from '../../base/errors';
import { lineIn, type Program } from '../../lab/actions/programs';
import { nameOf } from '../../lab/actions/shell';
import type { Subject } from '../../protocol/subject';
import type { Transport } from '../../transport/transport';
import { plainLine, withoutIcons } from '../host-data';
import { CommandId, runHistoryKey } from '../ids';
import { withLateProgress } from '../progress';
import type { Action, ActionCall } from './action';
import { logCommands } from './log';
import type { Output } from './output-documents';

/** So many lines are remembered, and so many commands run at once: an SSH server lets few sessions in. */
const mostRemembered = 30;
const mostAtOnce = 3;

/** A line of shell in each of the namespaces, what it says in a document for each, side by side. */
export const runCommand: Action = {
  id: CommandId.runInNamespace,
  title: l10n.t('Run Command'),
  appliesTo: ['namespace', 'host'],
  many: true,
  question: l10n.t('Run a command in which namespace?'),
  async run(call) {
    const line = await lineOf(call);
    if (line === undefined) return { outcome: 'cancelled' };
    const programs = programsOf(call, line);
    const title = plainLine(l10n.t('{0} in {1}', line, programs.map(({ name }) => name).join(', ')));
    logCommands(
      call.parts.log,
      programs.map(({ command }) => command),
    );
    const codes = await withLateProgress(title, (signal) => runAll(call, programs, signal));
    return { outcome: 'done', value: codes };
  },
  async commands(call) {
    const line = await lineOf(call);
    return line === undefined ? undefined : programsOf(call, line).map(({ command }) => command);
  },
};

interface NamedProgram extends Program {
  readonly name: string;
}

function programsOf({ host, subjects }: ActionCall, line: string): NamedProgram[] {
  const { snapshot } = host;
  if (snapshot === undefined) throw new NetnsError('connectionLost', l10n.t('{0} is not connected.', host.label));
  return subjects.map((subject: Subject) => ({ ...lineIn(subject, snapshot, line), name: nameOf(subject, snapshot) }));
}

/** Each program's exit code, or undefined where it was stopped. */
async function runAll(
  { host, parts }: ActionCall,
  programs: readonly NamedProgram[],
  signal: AbortSignal,
): Promise<(number | undefined)[]> {
  const outputs: Output[] = [];
  for (const [index, { name, command }] of programs.entries()) {
    const output = await parts.outputs.open(plainLine(`${name} @ ${host.label}`), index > 0);
    output.write(`$ ${printCommand(command)}\n`);
    outputs.push(output);
  }
  const codes: (number | undefined)[] = programs.map(() => undefined);
  const waiting = [...programs.entries()];
  const work = async (): Promise<void> => {
    for (let next = waiting.shift(); next !== undefined; next = waiting.shift()) {
      const [index, program] = next;
      const output = outputs[index];
      if (output !== undefined) codes[index] = await runOne(host.transport(), program, output, signal);
    }
  };
  await Promise.all(Array.from({ length: mostAtOnce }, work));
  return codes;
}

/** How it ended is said at the end of the output: several run at once, and each has its own. */
async function runOne(
  transport: Transport,
  { script }: Program,
  output: Output,
  signal: AbortSignal,
): Promise<number | undefined> {
  try {
    const process = await transport.start(script, { signal });
    process.onStdout((text) => output.write(text));
    process.onStderr((text) => output.write(text));
    const code = await process.exited;
    output.write(l10n.t('\n[exit code {0}]\n', code));
    return code;
  } catch (error) {
    output.write(`\n[${isCancelled(error) ? 'stopped' : describeError(error)}]\n`);
    return undefined;
  }
}

/** The line to run: handed over, or typed by the person, who may choose one of those before. */
async function lineOf({ options, parts: { workspaceState } }: ActionCall): Promise<string | undefined> {
  const history = workspaceState.get<string[]>(runHistoryKey, []);
  const given = options.input;
  const line = typeof given === 'string' ? given : await ask(history);
  if (line === undefined || line.trim() === '') return undefined;
  if (/[\0\r\n]/.test(line)) throw new NetnsError('unsupported', l10n.t('A command to run is one line.'));
  await workspaceState.update(
    runHistoryKey,
    [line, ...history.filter((other) => other !== line)].slice(0, mostRemembered),
  );
  return line;
}

function ask(history: readonly string[]): Promise<string | undefined> {
  return new Promise((resolve) => {
    const pick = window.createQuickPick();
    const items = (typed: string): { label: string; description?: string }[] => [
      ...(typed === '' ? [] : [{ label: withoutIcons(typed), description: l10n.t('run this') }]),
      ...history.filter((line) => line !== typed).map((line) => ({ label: withoutIcons(line) })),
    ];
    pick.title = l10n.t('Run Command in Namespace');
    pick.placeholder = l10n.t('A command, e.g. ip route; or one of those before');
    pick.items = items('');
    pick.ignoreFocusOut = true;
    pick.onDidChangeValue((value) => (pick.items = items(value)));
    pick.onDidAccept(() => {
      const [chosen] = pick.selectedItems;
      const isTyped = chosen === undefined || chosen.description !== undefined;
      const line = isTyped ? pick.value : history.find((one) => withoutIcons(one) === chosen.label);
      resolve(line);
      pick.hide();
    });
    pick.onDidHide(() => {
      resolve(undefined);
      pick.dispose();
    });
    pick.show();
  });
}
