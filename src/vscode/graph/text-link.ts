import {
  l10n,
  Selection,
  TextEditorRevealType,
  Uri,
  window,
  workspace,
  type LogOutputChannel,
  type TextDocument,
  type TextEditor,
} from 'vscode';
import { DisposableList, type Disposable } from '../../base/disposable';
import { toRange, type TopologyDocuments } from '../editor/topology-documents';
import { logError } from '../notify';
import { showText } from './file-history';

/** The cursor rests this long, in milliseconds, before the graph follows it: typing parses nothing for the graph's sake. */
const cursorRest = 150;

/** Keeps a file's text and its graph in step: a node shows its place in the text, and the cursor marks its node. */
export class TextLink implements Disposable {
  private readonly disposables = new DisposableList();
  private timer: NodeJS.Timeout | undefined;
  /** Where we put the cursor ourselves: VS Code tells of it as of a command's, and the place of a cable holds those of its ends. */
  private placed: Selection | undefined;

  /**
   * @param uri the file, undefined where the graph is of a host alone
   * @param markNode selects a node in the graph
   */
  constructor(
    private readonly documents: TopologyDocuments,
    private readonly uri: string | undefined,
    private readonly log: LogOutputChannel,
    private readonly markNode: (nodeId: string) => void,
  ) {
    this.disposables.add(
      window.onDidChangeTextEditorSelection(({ textEditor, selections: [first], kind }) => {
        if (!this.isOurs(textEditor)) return;
        // Without a kind it was an edit that moved the cursor.
        if (kind === undefined || first === undefined || this.placed?.isEqual(first) === true) return;
        this.placed = undefined;
        this.followCursor(textEditor);
      }),
    );
  }

  /** Puts the cursor of the file's visible editor where a node is declared; the graph keeps the keyboard. */
  showPlace(nodeId: string): void {
    const editor = window.visibleTextEditors.find((each) => this.isOurs(each));
    if (editor === undefined) return;
    const show = async (): Promise<void> => {
      const selection = await this.selectionOf(editor.document, nodeId);
      if (selection === undefined) return;
      this.place(selection);
      editor.selection = selection;
      editor.revealRange(selection, TextEditorRevealType.InCenterIfOutsideViewport);
    };
    show().catch((error: unknown) => logError(this.log, l10n.t('Cannot show a node’s place in the text'), error));
  }

  /** Opens the file's editor where a node is declared. false: it is declared nowhere. */
  async openPlace(nodeId: string): Promise<boolean> {
    if (this.uri === undefined) return false;
    const document = await workspace.openTextDocument(Uri.parse(this.uri));
    const selection = await this.selectionOf(document, nodeId);
    if (selection === undefined) return false;
    this.place(selection);
    await showText(this.uri, selection);
    return true;
  }

  dispose(): void {
    clearTimeout(this.timer);
    this.disposables.dispose();
  }

  /** What the cursor was at before is no longer asked for. */
  private place(selection: Selection): void {
    clearTimeout(this.timer);
    this.placed = selection;
  }

  private isOurs(editor: TextEditor): boolean {
    return editor.document.uri.toString() === this.uri;
  }

  private async selectionOf(document: TextDocument, nodeId: string): Promise<Selection | undefined> {
    const found = await this.documents.ask(document, 'rangeOfNode', [nodeId]);
    if (found === undefined) return undefined;
    const { start, end } = toRange(document, found);
    return new Selection(start, end);
  }

  private followCursor(editor: TextEditor): void {
    clearTimeout(this.timer);
    this.timer = setTimeout(() => {
      const mark = async (): Promise<void> => {
        if (editor.document.isClosed) return;
        const offset = editor.document.offsetAt(editor.selection.active);
        const nodeId = await this.documents.ask(editor.document, 'nodeAt', [offset]);
        if (nodeId !== undefined) this.markNode(nodeId);
      };
      mark().catch((error: unknown) => logError(this.log, l10n.t('Cannot mark what the cursor is at'), error));
    }, cursorRest);
  }
}
