import { l10n, Uri, window, workspace, type LogOutputChannel } from 'vscode';
import { plainLine } from '../host-data';
import { showError, showInformation } from '../notify';

/** Asks where to, and writes the report there. @returns whether it did; the person has been told why not */
export async function saveMarkdown(log: LogOutputChannel, title: string, markdown: string): Promise<boolean> {
  try {
    const name = `${title.replace(/[^\p{L}\p{N}]+/gu, '-').replace(/^-|-$/g, '')}.md`;
    const folder = workspace.workspaceFolders?.[0]?.uri;
    const target = await window.showSaveDialog({
      title: l10n.t('Save Trace'),
      saveLabel: l10n.t('Save'),
      filters: { Markdown: ['md'] },
      ...(folder === undefined ? {} : { defaultUri: Uri.joinPath(folder, name) }),
    });
    if (target === undefined) return false;
    await workspace.fs.writeFile(target, new TextEncoder().encode(markdown));
    showInformation(log, plainLine(l10n.t('Saved the trace to {0}.', workspace.asRelativePath(target))));
    return true;
  } catch (error) {
    showError(log, l10n.t('Save Trace failed'), error);
    return false;
  }
}
