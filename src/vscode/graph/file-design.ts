import { l10n, Uri, workspace, type LogOutputChannel, type TextDocument } from 'vscode';
import { DisposableList, type Disposable } from '../../base/disposable';
import type { Design } from '../../lab/graph/design';
import type { DrawnFile } from '../../protocol/messages';
import type { Topology } from '../../topology/model';
import { toRange, type TopologyDocuments } from '../editor/topology-documents';
import { plainLine } from '../host-data';
import { logError } from '../notify';
import { showText } from './file-history';

/** What a graph shows of a topology file: its newest design without an error, and a note while the text has one. */
export class FileDesign implements Disposable {
  private readonly disposables = new DisposableList();
  private newest: Design = {};
  private version = 0;
  /** The last design without an error: it stays while the text has one. */
  private good: Topology | undefined;

  constructor(
    readonly uri: string,
    private readonly documents: TopologyDocuments,
    private readonly log: LogOutputChannel,
    private readonly onChanged: () => void,
  ) {
    this.disposables.add(
      documents.onDidChange((document) => {
        if (document.uri.toString() === uri) void this.read(document);
      }),
    );
    // After a reload the file's document is not open, and nothing would tell what is in it.
    workspace.openTextDocument(Uri.parse(uri)).then(
      (document) => this.read(document),
      (error: unknown) => logError(log, l10n.t('Cannot open {0} for its graph', plainLine(uri)), error),
    );
  }

  /** What to draw: without a good design whatever could be read. */
  get topology(): Topology | undefined {
    return this.good ?? this.newest.topology;
  }

  /** The file, for the page. */
  get drawn(): DrawnFile {
    const name = plainLine(workspace.asRelativePath(Uri.parse(this.uri)));
    const note = this.note(name);
    return { uri: this.uri, name, ...(note !== undefined && { note }) };
  }

  /** Reads the text as it is now, if it has changed since. */
  async refresh(): Promise<void> {
    const document = this.document;
    if (document !== undefined && document.version !== this.version) await this.read(document);
  }

  /** Puts the cursor where the first error is. */
  async showProblem(): Promise<void> {
    const { error } = this.newest;
    const document = await workspace.openTextDocument(Uri.parse(this.uri));
    await showText(this.uri, error && toRange(document, error.range));
  }

  dispose(): void {
    this.disposables.dispose();
  }

  private get document(): TextDocument | undefined {
    return this.documents.all.find(({ uri }) => uri.toString() === this.uri);
  }

  private note(name: string): string | undefined {
    const { error } = this.newest;
    if (error === undefined) return undefined;
    const line = this.document?.positionAt(error.range.start).line;
    const what = l10n.t(
      '{0} has an error{1}: {2}',
      name,
      line === undefined ? '' : l10n.t(' in line {0}', line + 1),
      plainLine(error.message),
    );
    return this.good === undefined
      ? l10n.t('{0} The graph shows what can be read of it.', what)
      : l10n.t('{0} The graph shows the file as it was before.', what);
  }

  private async read(document: TextDocument): Promise<void> {
    const { version } = document;
    try {
      const design = await this.documents.ask(document, 'design', []);
      if (design === undefined || version < this.version) return;
      this.version = version;
      this.newest = design;
      if (design.error === undefined) this.good = design.topology;
      this.onChanged();
    } catch (error) {
      logError(this.log, l10n.t('Cannot read {0} for its graph', plainLine(this.uri)), error);
    }
  }
}
