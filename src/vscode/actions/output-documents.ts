import { EventEmitter, Uri, ViewColumn, window, workspace, type TextDocumentContentProvider } from 'vscode';
import { DisposableList, type Disposable } from '../../base/disposable';
import { plainLines } from '../host-data';
import { outputScheme } from '../ids';

/** How often a document that is being written to is shown anew, in milliseconds. */
const refreshGap = 100;

/** The most that is kept of one output, in characters; the oldest go first. */
const mostKept = 1_000_000;

/** Read-only documents with what commands say, while they say it. */
export class OutputDocuments implements TextDocumentContentProvider, Disposable {
  private readonly disposables = new DisposableList();
  private readonly changes = this.disposables.add(new EventEmitter<Uri>());
  private readonly outputs = new Map<string, Output>();
  private count = 0;
  readonly onDidChange = this.changes.event;

  constructor() {
    this.disposables.add(workspace.registerTextDocumentContentProvider(outputScheme, this));
    this.disposables.add(
      workspace.onDidCloseTextDocument(({ uri }) => {
        this.outputs.get(uri.toString())?.dispose();
        this.outputs.delete(uri.toString());
      }),
    );
  }

  provideTextDocumentContent(uri: Uri): string {
    return this.outputs.get(uri.toString())?.text ?? 'This output is not kept any more. Run the command again.\n';
  }

  /** Opens an empty document: in the active group, or in a group of its own beside that. */
  async open(title: string, beside: boolean): Promise<Output> {
    this.count++;
    const uri = Uri.from({ scheme: outputScheme, path: `/${this.count}/${title.replace(/[/\\]/g, '-')}` });
    const output = new Output(uri, () => this.changes.fire(uri));
    this.outputs.set(uri.toString(), output);
    const viewColumn = beside ? ViewColumn.Beside : ViewColumn.Active;
    await window.showTextDocument(await workspace.openTextDocument(uri), { preview: false, viewColumn });
    return output;
  }

  dispose(): void {
    this.disposables.dispose();
    for (const output of this.outputs.values()) output.dispose();
    this.outputs.clear();
  }
}

/** One document's text. */
export class Output implements Disposable {
  private kept = '';
  private timer: NodeJS.Timeout | undefined;
  private isClosed = false;

  constructor(
    readonly uri: Uri,
    private readonly changed: () => void,
  ) {}

  get text(): string {
    return plainLines(this.kept).join('\n');
  }

  write(text: string): void {
    if (this.isClosed) return;
    this.kept += text;
    if (this.kept.length > mostKept) this.kept = `[…]\n${this.kept.slice(-mostKept / 2)}`;
    this.timer ??= setTimeout(() => {
      this.timer = undefined;
      this.changed();
    }, refreshGap);
  }

  dispose(): void {
    this.isClosed = true;
    clearTimeout(this.timer);
  }
}
