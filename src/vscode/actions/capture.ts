import * as l10n from '@vscode/l10n';
import type { Command } from '../../base/command';
import { captureBytesCommand, captureTextCommand, type CaptureSource } from '../../plan/actions/capture-script';
import { capturableTypes, captureSources } from '../../lab/capture/sources';
import { askFilter } from '../capture/filter-input';
import { captureLimits } from '../capture/capture-settings';
import { CommandId } from '../ids';
import { openCaptureTerminal } from '../terminals/terminals';
import type { Action, ActionCall, ActionOutcome } from './action';
import { logCommands } from './log';

/** The packets of the things, together and live, in a view of their own. It ends with its view. */
export const capture: Action = {
  id: CommandId.capture,
  title: l10n.t`Capture Packets`,
  appliesTo: capturableTypes,
  many: true,
  question: l10n.t`Capture the packets of what?`,
  run: (call) => captureInView(call, typeof call.options.input === 'string' ? call.options.input : ''),
  commands: (call) => Promise.resolve(textCommands(call, '')),
};

/** The same, of those packets that a filter takes. */
export const captureFiltered: Action = {
  id: CommandId.captureFiltered,
  title: l10n.t`Capture Packets with Filter`,
  appliesTo: capturableTypes,
  many: true,
  question: l10n.t`Capture the packets of what?`,
  async run(call) {
    const filter = await filterOf(call);
    return filter === undefined ? { outcome: 'cancelled' } : await captureInView(call, filter);
  },
  async commands(call) {
    const filter = await filterOf(call);
    return filter === undefined ? undefined : textCommands(call, filter);
  },
};

/** The packets of each thing as text, in a terminal of its own. It ends with its terminal. */
export const captureInTerminal: Action = {
  id: CommandId.captureInTerminal,
  title: l10n.t`Capture Packets in Terminal`,
  appliesTo: ['namespace', 'bridge', 'interface', 'host'],
  many: true,
  question: l10n.t`Capture the packets of what?`,
  run(call) {
    const { host, parts, subjects } = call;
    const { privilege } = host.transport();
    if (privilege?.type === 'none') return Promise.reject(privilege.error);
    logCommands(parts.log, textCommands(call, ''));
    const names = subjects.map((subject) => openCaptureTerminal(parts, host, subject).name);
    return Promise.resolve({ outcome: 'done', value: names });
  },
  commands: (call) => Promise.resolve(textCommands(call, '')),
};

async function captureInView(call: ActionCall, filter: string): Promise<ActionOutcome> {
  const { host, parts, subjects } = call;
  const { privilege } = host.transport();
  if (privilege?.type === 'none') throw privilege.error;
  logCommands(parts.log, bytesCommands(call, filter));
  return { outcome: 'done', value: await parts.captures.start(host, subjects, filter) };
}

async function filterOf({ host, subjects, options, parts }: ActionCall): Promise<string | undefined> {
  if (typeof options.input === 'string') return options.input;
  return await askFilter(host, subjects, '', parts.captures.recentFilters);
}

function sourcesOf({ host: { snapshot }, subjects }: ActionCall, filter: string): CaptureSource[] {
  return snapshot === undefined ? [] : captureSources(subjects, snapshot, filter).map(({ source }) => source);
}

function bytesCommands(call: ActionCall, filter: string): Command[] {
  const options = captureLimits();
  return sourcesOf(call, filter).map((source) => captureBytesCommand(source, options));
}

/** What a person types: nobody reads bytes in a terminal. */
function textCommands(call: ActionCall, filter: string): Command[] {
  return sourcesOf(call, filter).map(captureTextCommand);
}
