import { captureOf, type Program } from '../../lab/actions/programs';
import { CommandId } from '../ids';
import { openCaptureTerminal } from '../terminals/terminals';
import type { Action, ActionCall } from './action';
import { logCommands } from './log';

/** The packets of each thing, live in a terminal of its own. It ends with its terminal. */
export const capture: Action = {
  id: CommandId.capture,
  title: 'Capture Packets',
  appliesTo: ['namespace', 'bridge', 'interface', 'host'],
  many: true,
  question: 'Capture the packets of what?',
  run(call) {
    const { host, parts, subjects } = call;
    const { privilege } = host.transport();
    if (privilege?.type === 'none') return Promise.reject(privilege.error);
    logCommands(
      parts.log,
      capturesOf(call).map(({ command }) => command),
    );
    const names = subjects.map((subject) => openCaptureTerminal(parts, host, subject).name);
    return Promise.resolve({ outcome: 'done', value: names });
  },
  commands: (call) => Promise.resolve(capturesOf(call).map(({ command }) => command)),
};

function capturesOf({ host, subjects }: ActionCall): Program[] {
  const { snapshot } = host;
  return snapshot === undefined ? [] : subjects.map((subject) => captureOf(subject, snapshot));
}
