import {
  commands,
  TabInputText,
  Uri,
  ViewColumn,
  window,
  workspace,
  type Range,
  type TextEditor,
  type WebviewPanel,
} from 'vscode';

/**
 * Undoes or redoes in a file, as its own editor would, and gives the keyboard back to the graph. VS Code has no other way to
 * say which document is meant.
 */
export async function stepThroughHistory(
  panel: WebviewPanel,
  uri: string | undefined,
  step: 'undo' | 'redo',
): Promise<void> {
  if (uri === undefined) return;
  const document = await workspace.openTextDocument(Uri.parse(uri));
  await window.showTextDocument(document, { viewColumn: columnOf(uri) ?? besides(panel), preview: false });
  await commands.executeCommand(step);
  panel.reveal(panel.viewColumn, false);
}

/** Shows a file's text where it is open already, else in the active column, with the cursor at a place. */
export async function showText(uri: string, selection?: Range): Promise<TextEditor> {
  const document = await workspace.openTextDocument(Uri.parse(uri));
  const viewColumn = columnOf(uri);
  return await window.showTextDocument(document, {
    ...(selection !== undefined && { selection }),
    ...(viewColumn !== undefined && { viewColumn }),
  });
}

/** The column in which a file is open, one that shows it before one that hides it. */
function columnOf(uri: string): ViewColumn | undefined {
  const visible = window.visibleTextEditors.find(({ document }) => document.uri.toString() === uri);
  if (visible?.viewColumn !== undefined) return visible.viewColumn;
  return window.tabGroups.all.find(({ tabs }) =>
    tabs.some(({ input }) => input instanceof TabInputText && input.uri.toString() === uri),
  )?.viewColumn;
}

/** Beside the graph, so that it stays in sight. */
function besides({ viewColumn }: WebviewPanel): ViewColumn {
  return viewColumn === ViewColumn.One ? ViewColumn.Two : ViewColumn.One;
}
