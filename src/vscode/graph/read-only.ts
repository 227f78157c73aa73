import { FilePermission, languages, RelativePattern, workspace, type TextDocument } from 'vscode';

/** Whether VS Code lets nobody type into a document, as far as an extension can know. */
export async function isReadOnly(document: TextDocument): Promise<boolean> {
  const { uri, isUntitled } = document;
  if (isUntitled) return false;
  if (workspace.fs.isWritableFileSystem(uri.scheme) === false || isReadOnlyBySettings(document)) return true;
  try {
    const { permissions = 0 } = await workspace.fs.stat(uri);
    return (permissions & FilePermission.Readonly) !== 0;
  } catch {
    // Not there any more: what is open can still be edited, and saved.
    return false;
  }
}

/** The settings `files.readonlyInclude` and `files.readonlyExclude`, which no API tells the result of. */
function isReadOnlyBySettings(document: TextDocument): boolean {
  const matches = (name: string): boolean => {
    const patterns = workspace.getConfiguration('files', document.uri).get<Record<string, boolean>>(name, {});
    const folder = workspace.getWorkspaceFolder(document.uri);
    return Object.entries(patterns).some(([pattern, isOn]) => {
      const inFolder = folder === undefined ? pattern : new RelativePattern(folder, pattern);
      return (
        isOn && (languages.match({ pattern: inFolder }, document) > 0 || languages.match({ pattern }, document) > 0)
      );
    });
  };
  return matches('readonlyInclude') && !matches('readonlyExclude');
}
