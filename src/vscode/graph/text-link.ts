import { Selection, TextEditorRevealType, window, type TextEditor } from 'vscode';
import { DisposableList, type Disposable } from '../../base/disposable';
import { nodeAtPath, placeOfNode } from '../../lab/graph/places';
import { toRange, type TopologyDocuments } from '../editor/topology-documents';

/** The cursor rests this long, in milliseconds, before the graph follows it: typing parses nothing for the graph's sake. */
const cursorRest = 150;

/** Keeps a file's text and its graph in step: a node shows its place in the text, and the cursor marks its node. */
export class TextLink implements Disposable {
  private readonly disposables = new DisposableList();
  private timer: NodeJS.Timeout | undefined;

  /**
   * @param uri the file, undefined where the graph is of a host alone
   * @param markNode selects a node in the graph
   */
  constructor(
    private readonly documents: TopologyDocuments,
    private readonly uri: () => string | undefined,
    private readonly markNode: (nodeId: string) => void,
  ) {
    this.disposables.add(
      window.onDidChangeTextEditorSelection(({ textEditor, kind }) => {
        // Without a kind it was a program that moved the cursor, as `showPlace` does.
        if (kind !== undefined && this.isOurs(textEditor)) this.followCursor(textEditor);
      }),
    );
  }

  /** Puts the cursor of the file's visible editor where a node is declared; the graph keeps the keyboard. */
  showPlace(nodeId: string): void {
    const editor = window.visibleTextEditors.find((each) => this.isOurs(each));
    if (editor === undefined) return;
    const parsed = this.documents.parse(editor.document);
    const path = parsed.topology === undefined ? undefined : placeOfNode(parsed.topology, nodeId);
    const found = path === undefined ? undefined : (parsed.keyRangeOf(path) ?? parsed.rangeOf(path));
    if (found === undefined) return;
    const range = toRange(editor.document, found);
    editor.selection = new Selection(range.start, range.end);
    editor.revealRange(range, TextEditorRevealType.InCenterIfOutsideViewport);
  }

  dispose(): void {
    clearTimeout(this.timer);
    this.disposables.dispose();
  }

  private isOurs(editor: TextEditor): boolean {
    return editor.document.uri.toString() === this.uri();
  }

  private followCursor(editor: TextEditor): void {
    clearTimeout(this.timer);
    this.timer = setTimeout(() => {
      if (editor.document.isClosed) return;
      const { topology, pathAt } = this.documents.parse(editor.document);
      if (topology === undefined) return;
      const nodeId = nodeAtPath(topology, pathAt(editor.document.offsetAt(editor.selection.active)));
      if (nodeId !== undefined) this.markNode(nodeId);
    }, cursorRest);
  }
}
