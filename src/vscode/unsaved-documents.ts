import { languages, Range, Uri, window, workspace, WorkspaceEdit, type TextDocument } from 'vscode';

/** A file to be, with its text. */
export interface UnsavedFile {
  readonly name: string;
  readonly language: string;
  readonly text: string;
}

/**
 * Opens a document that is not saved, or gives one that was opened so before another text. Saving puts it into the folder,
 * unless a file of that name is there: then VS Code asks where to.
 *
 * @param folder without it, VS Code asks
 */
export async function openUnsaved(
  folder: Uri | undefined,
  { name, language, text }: UnsavedFile,
): Promise<TextDocument> {
  const opened = await workspace.openTextDocument(await uriFor(folder, name));
  const document = opened.languageId === language ? opened : await languages.setTextDocumentLanguage(opened, language);
  const edit = new WorkspaceEdit();
  edit.replace(document.uri, new Range(0, 0, document.lineCount, 0), text);
  await workspace.applyEdit(edit);
  return document;
}

/** Shows documents as tabs of their own, the first in front. */
export async function showInTabs([first, ...others]: readonly [TextDocument, ...TextDocument[]]): Promise<void> {
  for (const document of others) await window.showTextDocument(document, { preview: false, preserveFocus: true });
  await window.showTextDocument(first, { preview: false });
}

async function uriFor(folder: Uri | undefined, name: string): Promise<Uri> {
  const inFolder = folder === undefined ? undefined : Uri.joinPath(folder, name);
  const isFree = inFolder?.scheme === 'file' && !(await exists(inFolder));
  return isFree ? inFolder.with({ scheme: 'untitled' }) : Uri.from({ scheme: 'untitled', path: name });
}

async function exists(uri: Uri): Promise<boolean> {
  return await workspace.fs.stat(uri).then(
    () => true,
    () => false,
  );
}
