import { l10n, window } from 'vscode';
import { NetnsError } from '../../base/errors';
import { command, printCommand } from '../../base/command';
import { inside, placeOfNamespace } from '../../plan/actions/place';
import { resolveTarget } from '../../lab/actions/target';
import { CommandId } from '../ids';
import { openShellTerminal } from '../terminals/terminals';
import type { Action, ActionCall } from './action';
import { logCommands } from './log';

/** `python3 -m http.server` in a shell of the namespace: Ctrl-C or closing the terminal ends it. */
export const startWebServer: Action = {
  id: CommandId.startWebServer,
  title: l10n.t('Start Web Server…'),
  appliesTo: ['namespace'],
  many: true,
  question: l10n.t('Start a web server in which namespaces?'),
  async run(call) {
    const port = await askPort(call);
    if (port === undefined) return { outcome: 'cancelled' };
    const { host, parts, subjects } = call;
    const { privilege } = host.transport();
    if (privilege?.type === 'none') throw privilege.error;
    if (host.snapshot?.tools['python3'] === undefined) {
      throw new NetnsError('missingTool', l10n.t('The host has no python3.'), {
        advice: l10n.t('Install it on the host.'),
      });
    }
    for (const subject of subjects) {
      resolveTarget(subject, host.snapshot);
      const terminal = openShellTerminal(parts, host, subject);
      terminal.sendText(printCommand(serverOn(port)));
    }
    logCommands(parts.log, commandsOn(call, port));
    return { outcome: 'done', value: port };
  },
  async commands(call) {
    const port = await askPort(call);
    return port === undefined ? undefined : commandsOn(call, port);
  },
};

function serverOn(port: number) {
  return command('python3', '-m', 'http.server', String(port));
}

function commandsOn({ host: { snapshot }, subjects }: ActionCall, port: number) {
  if (snapshot === undefined) return [];
  return subjects.map((subject) =>
    inside(placeOfNamespace(resolveTarget(subject, snapshot).namespace), serverOn(port)),
  );
}

async function askPort({ options, subjects }: ActionCall): Promise<number | undefined> {
  const text =
    options.input === undefined
      ? await window.showInputBox({
          title: l10n.t('Start Web Server…'),
          prompt: l10n.t(
            'The port in {0}. It shows the files of your home folder on the host.',
            subjects.length === 1 ? subjects[0].name : l10n.t('{0} namespaces', subjects.length),
          ),
          value: '8000',
          validateInput: objection,
        })
      : String(typeof options.input === 'string' || typeof options.input === 'number' ? options.input : '');
  if (text === undefined) return undefined;
  const wrong = objection(text);
  if (wrong !== undefined) throw new NetnsError('unsupported', wrong);
  return Number(text);
}

function objection(text: string): string | undefined {
  const port = /^\d{1,5}$/.test(text.trim()) ? Number(text) : 0;
  return port >= 1 && port <= 65535 ? undefined : l10n.t('Write a port from 1 to 65535.');
}
