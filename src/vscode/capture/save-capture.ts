import { l10n, Uri, window, workspace, type LogOutputChannel } from 'vscode';
import type { PacketRing } from '../../capture/packet-ring';
import { NetnsError } from '../../base/errors';
import { plainLine } from '../host-data';
import { showError, showInformation } from '../notify';

/** Asks where to, and writes the packets there. @returns whether it did; the person has been told why not. */
export async function saveCapture(
  log: LogOutputChannel,
  title: string,
  { size }: PacketRing,
  write: () => readonly Uint8Array[],
): Promise<boolean> {
  try {
    if (size === 0) throw new NetnsError('unsupported', l10n.t('There are no packets to save yet.'));
    const name = `${title.replace(/[^\p{L}\p{N}]+/gu, '-').replace(/^-|-$/g, '')}.pcapng`;
    const folder = workspace.workspaceFolders?.[0]?.uri;
    const target = await window.showSaveDialog({
      title: l10n.t('Save Capture'),
      saveLabel: l10n.t('Save'),
      filters: { [l10n.t('Packet captures')]: ['pcapng'] },
      ...(folder === undefined ? {} : { defaultUri: Uri.joinPath(folder, name) }),
    });
    if (target === undefined) return false;
    await workspace.fs.writeFile(target, Buffer.concat(write()));
    showInformation(log, plainLine(l10n.t('Saved {0} packets to {1}.', size, workspace.asRelativePath(target))));
    return true;
  } catch (error) {
    showError(log, l10n.t('Save Capture failed'), error);
    return false;
  }
}
