import { l10n, Uri, ViewColumn, window, workspace } from 'vscode';
import type { Disposable } from '../../base/disposable';
import { plainLines } from '../host-data';
import { outputScheme } from '../ids';
import { VirtualDocuments } from '../virtual-documents';

/** How often a document that is being written to is shown anew, in milliseconds. */
const refreshGap = 100;

/** The most that is kept of one output, in characters; the oldest go first. */
const mostKept = 1_000_000;

/** Read-only documents with what commands say, while they say it. */
export class OutputDocuments implements Disposable {
  private readonly outputs = new VirtualDocuments<Output>(
    outputScheme,
    ({ text }) => text,
    l10n.t('This output is not kept any more. Run the command again.'),
  );
  private count = 0;

  /** Opens an empty document: in the active group, or in a group of its own beside that. */
  async open(title: string, beside: boolean): Promise<Output> {
    const output = this.make(title);
    const viewColumn = beside ? ViewColumn.Beside : ViewColumn.Active;
    await window.showTextDocument(await workspace.openTextDocument(output.uri), { preview: false, viewColumn });
    return output;
  }

  /** Opens a document that says everything at once, with one of its lines (from 0) selected. */
  async show(title: string, text: string, line: number): Promise<void> {
    const output = this.make(title);
    output.write(text);
    const document = await workspace.openTextDocument(output.uri);
    const selection = document.lineAt(Math.min(line, document.lineCount - 1)).range;
    await window.showTextDocument(document, { preview: true, viewColumn: ViewColumn.Active, selection });
  }

  dispose(): void {
    this.outputs.dispose();
  }

  private make(title: string): Output {
    this.count++;
    const uri = Uri.from({ scheme: outputScheme, path: `/${this.count}/${title.replace(/[/\\]/g, '-')}` });
    const output = new Output(uri, () => this.outputs.refresh(uri));
    this.outputs.put(uri, output);
    return output;
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
