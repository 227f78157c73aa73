import * as l10n from '@vscode/l10n';
import { logOf, type Program } from '../../lab/actions/programs';
import { CommandId } from '../ids';
import { openLogTerminal } from '../terminals/terminals';
import type { Action, ActionCall } from './action';
import { logCommands } from './log';

/** What a service says, as it says it, in a terminal of its own. It ends with its terminal. */
export const followLog: Action = {
  id: CommandId.followLog,
  title: l10n.t`Follow Log`,
  appliesTo: ['service'],
  many: true,
  question: l10n.t`Follow the log of which service?`,
  run(call) {
    const { host, parts, subjects } = call;
    const { privilege } = host.transport();
    if (privilege?.type === 'none') return Promise.reject(privilege.error);
    logCommands(
      parts.log,
      logsOf(call).map(({ command }) => command),
    );
    const names = subjects.map((subject) => openLogTerminal(parts, host, subject).name);
    return Promise.resolve({ outcome: 'done', value: names });
  },
  commands: (call) => Promise.resolve(logsOf(call).map(({ command }) => command)),
};

function logsOf({ host, subjects }: ActionCall): Program[] {
  const { snapshot } = host;
  return snapshot === undefined ? [] : subjects.map((subject) => logOf(subject, snapshot));
}
