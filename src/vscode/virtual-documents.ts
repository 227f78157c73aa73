import { EventEmitter, workspace, type TextDocumentContentProvider, type Uri } from 'vscode';
import { DisposableList, type Disposable } from '../base/disposable';

/** Read-only documents of one scheme. Each has its text from whoever made it, for as long as it is open. */
export class VirtualDocuments<T extends Disposable | object> implements TextDocumentContentProvider, Disposable {
  private readonly disposables = new DisposableList();
  private readonly changes = this.disposables.add(new EventEmitter<Uri>());
  private readonly contents = new Map<string, T>();
  readonly onDidChange = this.changes.event;

  /**
   * @param textOf the text of what was put; undefined where it has none any more
   * @param gone what a document says whose content is not kept any more (VS Code opens those of the last session)
   */
  constructor(
    scheme: string,
    private readonly textOf: (content: T) => string | undefined,
    private readonly gone: string,
  ) {
    this.disposables.add(workspace.registerTextDocumentContentProvider(scheme, this));
    this.disposables.add(workspace.onDidCloseTextDocument(({ uri }) => this.remove(uri)));
  }

  /** Gives a document its content, and shows it where the document is open. */
  put(uri: Uri, content: T): void {
    this.contents.set(uri.toString(), content);
    this.refresh(uri);
  }

  get(uri: Uri): T | undefined {
    return this.contents.get(uri.toString());
  }

  get all(): readonly T[] {
    return [...this.contents.values()];
  }

  /** The text of a document changed. */
  refresh(uri: Uri): void {
    this.changes.fire(uri);
  }

  provideTextDocumentContent(uri: Uri): string {
    const content = this.get(uri);
    return (content === undefined ? undefined : this.textOf(content)) ?? `${this.gone}\n`;
  }

  dispose(): void {
    this.disposables.dispose();
    for (const content of this.contents.values()) disposeOf(content);
    this.contents.clear();
  }

  /** Lets go of a document's content. */
  remove(uri: Uri): void {
    const content = this.get(uri);
    this.contents.delete(uri.toString());
    if (content !== undefined) disposeOf(content);
  }
}

function disposeOf(content: Disposable | object): void {
  if ('dispose' in content) content.dispose();
}
