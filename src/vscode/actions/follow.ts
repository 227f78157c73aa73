import { l10n, type Terminal } from 'vscode';
import type { HostSnapshot } from '../../host/model';
import { logOf, processIn, type Program } from '../../lab/actions/programs';
import type { Subject } from '../../protocol/subject';
import type { Host } from '../hosts/host';
import { CommandId } from '../ids';
import type { ShellTerminalParts } from '../terminals/shell-terminal';
import { openLogTerminal, openProcessTerminal } from '../terminals/terminals';
import type { Action } from './action';
import { logCommands } from './log';

/** What a service says, as it says it, in a terminal of its own. It ends with its terminal. */
export const followLog = following({
  id: CommandId.followLog,
  title: l10n.t('Follow Log'),
  type: 'service',
  question: l10n.t('Follow the log of which service?'),
  program: logOf,
  open: openLogTerminal,
});

/** How a process is, and what it writes into files, in a terminal of its own. It ends with the process or with its terminal. */
export const followProcess = following({
  id: CommandId.followProcess,
  title: l10n.t('Follow Process'),
  type: 'process',
  question: l10n.t('Follow which processes?'),
  program: processIn,
  open: openProcessTerminal,
});

interface Following extends Pick<Action, 'id' | 'title' | 'question'> {
  readonly type: Subject['type'];
  readonly program: (subject: Subject, snapshot: HostSnapshot) => Program;
  readonly open: (parts: ShellTerminalParts, host: Host, subject: Subject) => Terminal;
}

function following({ id, title, question, type, program, open }: Following): Action {
  const commandsOf = (subjects: readonly Subject[], { snapshot }: Host): Program['command'][] =>
    snapshot === undefined ? [] : subjects.map((subject) => program(subject, snapshot).command);
  return {
    id,
    title,
    question,
    appliesTo: [type],
    many: true,
    run({ host, parts, subjects }) {
      const { privilege } = host.transport();
      if (privilege?.type === 'none') return Promise.reject(privilege.error);
      logCommands(parts.log, commandsOf(subjects, host));
      return Promise.resolve({ outcome: 'done', value: subjects.map((one) => open(parts, host, one).name) });
    },
    commands: ({ subjects, host }) => Promise.resolve(commandsOf(subjects, host)),
  };
}
