import * as l10n from '@vscode/l10n';
import { shellOf, type Shell } from '../../lab/actions/shell';
import { CommandId } from '../ids';
import { openShellTerminal } from '../terminals/terminals';
import type { Action, ActionCall } from './action';
import { logCommands } from './log';

/** A terminal with the user's own shell, in each of the namespaces or on the host itself. */
export const openShell: Action = {
  id: CommandId.openShell,
  title: l10n.t`Open Shell`,
  appliesTo: ['namespace', 'host'],
  many: true,
  question: l10n.t`Open a shell in which namespace?`,
  run(call) {
    const { host, parts, subjects } = call;
    for (const { command, asRoot } of shellsOf(call)) {
      const { privilege } = host.transport();
      if (asRoot && privilege?.type === 'none') return Promise.reject(privilege.error);
      logCommands(parts.log, [command]);
    }
    const names = subjects.map((subject) => openShellTerminal(parts, host, subject).name);
    return Promise.resolve({ outcome: 'done', value: names });
  },
  commands: (call) => Promise.resolve(shellsOf(call).map(({ command }) => command)),
};

function shellsOf({ host, subjects }: ActionCall): Shell[] {
  const { snapshot } = host;
  return snapshot === undefined ? [] : subjects.map((subject) => shellOf(subject, snapshot));
}
