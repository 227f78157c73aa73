import { l10n, RelativePattern, workspace, type LogOutputChannel, type TextDocument, type Uri } from 'vscode';
import { DisposableList, type Disposable } from '../../base/disposable';
import { Emitter, type Event } from '../../base/events';
import type { CheckOutline } from '../../language/check-outline';
import { isTopology, type TopologyDocuments } from '../editor/topology-documents';
import { logError } from '../notify';

/** A topology file as the tests see it. */
export interface TestFile {
  readonly uri: Uri;
  readonly outline: CheckOutline;
  /** To find lines by offsets. */
  readonly text: string;
}

const pattern = '**/*.netns.{yaml,yml}';
/** More files than anybody has labs. */
const mostFiles = 1000;

/**
 * The topology files whose checks are tests: those that are open, as they stand in the editor, and once somebody looks,
 * those of the workspace, as they stand on the disk.
 */
export class TestFiles implements Disposable {
  private readonly disposables = new DisposableList();
  private readonly changes = new Emitter<TestFile>();
  private readonly finds = new Emitter<Uri>();
  private readonly losses = new Emitter<Uri>();
  /** The files on the disk, once they were looked for; by the text of their URI. */
  private onDisk: Map<string, Uri> | undefined;

  /** A file was read: for the first time, or because it changed. */
  readonly onDidRead: Event<TestFile> = this.changes.event;
  /** A file is there that was not read yet. */
  readonly onDidFind: Event<Uri> = this.finds.event;
  readonly onDidLose: Event<Uri> = this.losses.event;

  constructor(
    private readonly documents: TopologyDocuments,
    private readonly log: LogOutputChannel,
  ) {
    this.disposables.add(documents.onDidChange((document) => this.readDocument(document)));
    this.disposables.add(documents.onDidClose((uri) => this.close(uri)));
  }

  /** Reads what is open already. */
  start(): void {
    for (const document of this.documents.all) this.readDocument(document);
  }

  /** Looks for files in the workspace, and from then on follows them. */
  async discover(): Promise<void> {
    if (this.onDisk !== undefined) return;
    const found = new Map<string, Uri>();
    this.onDisk = found;
    for (const folder of workspace.workspaceFolders ?? []) this.watch(new RelativePattern(folder, pattern));
    for (const uri of await workspace.findFiles(pattern, '**/node_modules/**', mostFiles)) this.find(uri);
  }

  /** Reads a file, open or not. Resolves when it has been told, also if it cannot be read. */
  async read(uri: Uri): Promise<void> {
    const document = this.openDocument(uri);
    try {
      if (document !== undefined) await this.readOpen(document);
      else await this.readFromDisk(uri);
    } catch (error) {
      logError(this.log, l10n.t('Cannot read the checks of {0}', workspace.asRelativePath(uri)), error);
    }
  }

  dispose(): void {
    this.disposables.dispose();
    for (const emitter of [this.changes, this.finds, this.losses]) emitter.dispose();
  }

  private watch(files: RelativePattern): void {
    const watcher = this.disposables.add(workspace.createFileSystemWatcher(files));
    this.disposables.add(watcher.onDidCreate((uri) => this.find(uri)));
    this.disposables.add(
      watcher.onDidChange((uri) => {
        if (this.openDocument(uri) === undefined) void this.read(uri);
      }),
    );
    this.disposables.add(
      watcher.onDidDelete((uri) => {
        this.onDisk?.delete(uri.toString());
        if (this.openDocument(uri) === undefined) this.losses.fire(uri);
      }),
    );
  }

  private find(uri: Uri): void {
    if (this.onDisk?.has(uri.toString()) === true) return;
    this.onDisk?.set(uri.toString(), uri);
    if (this.openDocument(uri) === undefined) this.finds.fire(uri);
  }

  private openDocument(uri: Uri): TextDocument | undefined {
    return this.documents.all.find((document) => document.uri.toString() === uri.toString());
  }

  private readDocument(document: TextDocument): void {
    if (isOwnText(document)) void this.read(document.uri);
  }

  private async readOpen(document: TextDocument): Promise<void> {
    const text = document.getText();
    const outline = await this.documents.ask(document, 'checks', []);
    // Without an answer the text has changed, and the next change tells.
    if (outline !== undefined && isTopology(document)) this.changes.fire({ uri: document.uri, outline, text });
  }

  private async readFromDisk(uri: Uri): Promise<void> {
    const text = new TextDecoder().decode(await workspace.fs.readFile(uri));
    const outline = await this.documents.language.askText(text, 'checks', []);
    if (outline !== undefined && this.openDocument(uri) === undefined) this.changes.fire({ uri, outline, text });
  }

  /** The text in the editor is gone; what counts again is the file on the disk, if there is one. */
  private close(uri: Uri): void {
    if (this.onDisk?.has(uri.toString()) === true) void this.read(uri);
    else if (this.openDocument(uri) === undefined) this.losses.fire(uri);
  }
}

/** Not the old version of a file in a comparison, and nothing that another extension made up. */
function isOwnText({ uri }: TextDocument): boolean {
  return ['file', 'untitled'].includes(uri.scheme) || workspace.getWorkspaceFolder(uri)?.uri.scheme === uri.scheme;
}
