import { Range, Uri, ViewColumn, window, workspace, WorkspaceEdit, type TextDocument } from 'vscode';

/**
 * Shows two scripts as unsaved documents, the one that makes the lab in front. Saving puts them beside the topology file,
 * unless files of these names are there: then VS Code asks where to.
 */
export async function showScripts(
  source: Uri,
  lab: string,
  { up, down }: { readonly up: string; readonly down: string },
): Promise<{ readonly up: Uri; readonly down: Uri }> {
  const [upDocument, downDocument] = [
    await openScript(source, `${lab}-up.sh`, up),
    await openScript(source, `${lab}-down.sh`, down),
  ];
  await window.showTextDocument(downDocument, { preview: false, preserveFocus: true });
  await window.showTextDocument(upDocument, { preview: false, viewColumn: ViewColumn.Active });
  return { up: upDocument.uri, down: downDocument.uri };
}

async function openScript(source: Uri, name: string, text: string): Promise<TextDocument> {
  const document = await openUnsaved(source, name);
  const edit = new WorkspaceEdit();
  // Exported again, it is the same document with another text.
  edit.replace(document.uri, new Range(0, 0, document.lineCount, 0), text);
  await workspace.applyEdit(edit);
  return document;
}

async function openUnsaved(source: Uri, name: string): Promise<TextDocument> {
  const beside = source.scheme === 'file' ? Uri.joinPath(source, '..', name) : undefined;
  const isTaken = beside !== undefined && (await exists(beside));
  const uri =
    beside === undefined || isTaken
      ? Uri.from({ scheme: 'untitled', path: name })
      : beside.with({ scheme: 'untitled' });
  return await workspace.openTextDocument(uri);
}

async function exists(uri: Uri): Promise<boolean> {
  return await workspace.fs.stat(uri).then(
    () => true,
    () => false,
  );
}
