import { l10n, commands, window, workspace, type CustomDocument, type LogOutputChannel, type Uri } from 'vscode';
import { DisposableList, type Disposable } from '../../base/disposable';
import { NetnsError } from '../../base/errors';
import { readCaptureFile } from '../../capture/capture-file';
import { errorNotification, plainLine, withoutIcons } from '../host-data';
import { CommandId, EditorId } from '../ids';
import { logError, showError } from '../notify';
import { fileContent, type CaptureContent } from './capture-content';
import type { CapturePanels } from './capture-panels';

/** MiB; what is larger is for Wireshark. */
const largestFile = 512;

/** A saved capture, read when its editor is opened. */
interface CaptureDocument extends CustomDocument {
  readonly content: CaptureContent;
}

/** Shows saved captures (pcapng and pcap, whoever saved them) in the packets' view, when their files are opened. */
export function registerCaptureFiles(panels: CapturePanels, log: LogOutputChannel): Disposable {
  const list = new DisposableList();
  list.add(
    window.registerCustomEditorProvider(EditorId.capture, {
      openCustomDocument: async (uri): Promise<CaptureDocument> => ({
        uri,
        content: await contentOf(uri, log),
        dispose: () => undefined,
      }),
      resolveCustomEditor: ({ uri, content }: CaptureDocument, panel) => {
        panels.show(panel, plainLine(nameOf(uri)), content);
      },
    }),
  );
  list.add(
    commands.registerCommand(CommandId.captureOpen, async (given: unknown) => {
      const picked = isUri(given) ? [given] : await ask();
      for (const uri of picked ?? []) {
        try {
          await commands.executeCommand('vscode.openWith', uri, EditorId.capture);
        } catch (error) {
          showError(log, l10n.t('{0} cannot be opened', plainLine(nameOf(uri))), error);
        }
      }
      return picked?.length ?? 0;
    }),
  );
  return list;
}

/** What cannot be read is said above an empty table. */
async function contentOf(uri: Uri, log: LogOutputChannel): Promise<CaptureContent> {
  try {
    const { size } = await workspace.fs.stat(uri);
    if (size > largestFile * 2 ** 20) {
      throw new NetnsError('unsupported', l10n.t('The file is larger than {0} MiB.', largestFile), {
        advice: l10n.t('Open it in Wireshark.'),
      });
    }
    const bytes = await workspace.fs.readFile(uri);
    return fileContent(readCaptureFile(bytes, (text) => Buffer.from(text).toString()));
  } catch (error) {
    const doing = l10n.t('{0} cannot be read', plainLine(nameOf(uri)));
    logError(log, doing, error);
    const failure = error instanceof Error ? error : new Error(doing);
    return { ...fileContent(undefined), error: failure, notes: [errorNotification(doing, error)] };
  }
}

async function ask(): Promise<Uri[] | undefined> {
  return await window.showOpenDialog({
    title: l10n.t('Open Capture File'),
    canSelectMany: true,
    filters: { [l10n.t('Packet captures')]: ['pcapng', 'pcap', 'cap'] },
  });
}

function isUri(value: unknown): value is Uri {
  return typeof value === 'object' && value !== null && 'scheme' in value && 'fsPath' in value;
}

function nameOf(uri: Uri): string {
  return withoutIcons(workspace.asRelativePath(uri).split('/').at(-1) ?? '');
}
