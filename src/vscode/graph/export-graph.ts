import { l10n, Uri, window, workspace, type LogOutputChannel } from 'vscode';
import { NetnsError } from '../../base/errors';
import type { ImageFormat, RenderedImage } from '../../protocol/image';
import { showError, showInformation } from '../notify';

/** Has the page draw its picture. */
export type Render = (format: ImageFormat) => Promise<RenderedImage>;

/** The first bytes of every PNG (https://www.w3.org/TR/png-3/, 5.2). */
const pngSignature = Uint8Array.of(0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a);

/**
 * Asks where to, and writes the picture there as PNG or SVG, as the file's name ends.
 *
 * @param name for the file, without an ending
 */
export async function exportGraph(log: LogOutputChannel, name: string, render: Render): Promise<boolean> {
  try {
    const [folder] = workspace.workspaceFolders ?? [];
    const fileName = `${name.replaceAll(/[^\p{L}\p{N}._-]+/gu, '-') || 'graph'}.svg`;
    const target = await window.showSaveDialog({
      title: l10n.t('Export Graph'),
      saveLabel: l10n.t('Export'),
      filters: { [l10n.t('SVG image')]: ['svg'], [l10n.t('PNG image')]: ['png'] },
      ...(folder !== undefined && { defaultUri: Uri.joinPath(folder.uri, fileName) }),
    });
    if (target === undefined) return false;
    const format = /\.png$/i.test(target.path) ? 'png' : 'svg';
    await workspace.fs.writeFile(target, contentOf(await render(format)));
    return true;
  } catch (error) {
    showError(log, l10n.t('Cannot export the graph'), error);
    return false;
  }
}

/** Puts the picture on the clipboard, as an image. */
export async function copyGraph(log: LogOutputChannel, render: Render): Promise<boolean> {
  try {
    contentOf(await render('clipboard'));
    showInformation(log, l10n.t('The graph is on the clipboard.'));
    return true;
  } catch (error) {
    showError(log, l10n.t('Cannot copy the graph'), error);
    return false;
  }
}

/** Nothing but an image gets into a file. */
function contentOf({ format, data, error }: RenderedImage): Uint8Array {
  if (error !== undefined)
    throw new NetnsError('unsupported', error, { advice: l10n.t('Export it to a file instead.') });
  if (format === 'clipboard') return new Uint8Array();
  const bytes = Buffer.from(data, format === 'png' ? 'base64' : 'utf8');
  const isImage =
    format === 'svg' ? data.startsWith('<svg ') : pngSignature.every((byte, index) => bytes[index] === byte);
  if (!isImage)
    throw new NetnsError('internal', l10n.t('The page sent something that is no {0}.', format.toUpperCase()));
  return bytes;
}
