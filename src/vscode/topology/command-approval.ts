import { createHash } from 'node:crypto';
import { l10n, commands, Uri, window, workspace, type Memento } from 'vscode';
import type { Disposable } from '../../base/disposable';
import { NetnsError } from '../../base/errors';
import { visibleCommand, type FileCommand } from '../../topology/file-commands';
import { plainLine } from '../host-data';
import { fileCommandsScheme, seenCommandsKey, SettingId, settingsSection } from '../ids';
import { VirtualDocuments } from '../virtual-documents';
import { counted } from './action';

/** Most commands of a workspace that are remembered; the oldest make room. */
const mostRemembered = 5000;

/** What a dialog can show, for it cannot be scrolled. */
const mostLines = 12;
const longestLine = 300;

/**
 * No command of a file runs before a person has seen it: at first, and whenever it is another than the ones that were seen. What was
 * seen is remembered for the workspace, by hash.
 */
export class CommandApproval implements Disposable {
  private readonly lists = new VirtualDocuments<{ readonly text: string }>(
    fileCommandsScheme,
    ({ text }) => text,
    l10n.t('This list is not kept any more.'),
  );

  constructor(private readonly state: Memento) {}

  /**
   * Shows what is new of these commands and asks.
   *
   * @param file its name, for people
   * @param hostLabel where they would run
   * @throws NetnsError `cancelled` where the person does not want them to run
   */
  async ensure(wanted: readonly FileCommand[], file: string, hostLabel: string): Promise<void> {
    if (wanted.length === 0 || !isAsking()) return;
    const seen = new Set(this.state.get<readonly string[]>(seenCommandsKey, []));
    const fresh = wanted.filter((command) => !seen.has(hashOf(command)));
    if (fresh.length === 0) return;
    if (!(await this.ask(fresh, plainLine(file), plainLine(hostLabel)))) {
      throw new NetnsError(
        'cancelled',
        l10n.t('Nothing was run: the commands of {0} were not agreed to.', plainLine(file)),
      );
    }
    const hashes = [...seen, ...fresh.map(hashOf)];
    await this.state.update(seenCommandsKey, [...new Set(hashes)].slice(-mostRemembered));
  }

  dispose(): void {
    this.lists.dispose();
  }

  private async ask(fresh: readonly FileCommand[], file: string, host: string): Promise<boolean> {
    const run = l10n.t('Run');
    const showAll = l10n.t('Show All');
    const lines = fresh.map((command) => plainLine(visibleCommand(command)));
    const isLong = lines.length > mostLines || lines.some((line) => line.length > longestLine);
    const question = l10n.t(
      '{0} runs {1} on {2} that you have not seen yet.',
      file,
      counted(fresh.length, 'command'),
      host,
    );
    const shown = lines
      .slice(0, mostLines)
      .map((line) => (line.length > longestLine ? `${line.slice(0, longestLine)}…` : line));
    if (lines.length > mostLines) shown.push(l10n.t('… and {0} more', lines.length - mostLines));
    const options = { modal: true, detail: shown.join('\n\n') };
    // What cannot all be seen here cannot be agreed to here.
    const answer = await window.showWarningMessage(question, options, isLong ? showAll : run);
    if (answer !== showAll) return answer === run;
    const uri = Uri.from({
      scheme: fileCommandsScheme,
      path: `/${l10n.t('Commands of {0}', file.replace(/[/\\]/g, '-'))}`,
    });
    this.lists.put(uri, { text: `${lines.join('\n\n')}\n` });
    await commands.executeCommand('vscode.open', uri);
    return (await window.showWarningMessage(question, run, l10n.t('Don’t Run'))) === run;
  }
}

function isAsking(): boolean {
  return workspace.getConfiguration(settingsSection).get<boolean>(SettingId.askBeforeCommands, true);
}

function hashOf({ identity }: FileCommand): string {
  return createHash('sha256').update(identity).digest('base64');
}
