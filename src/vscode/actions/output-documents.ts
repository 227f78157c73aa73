import { Uri, ViewColumn, window, workspace } from 'vscode';
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
    'This output is not kept any more. Run the command again.',
  );
  private count = 0;

  /** Opens an empty document: in the active group, or in a group of its own beside that. */
  async open(title: string, beside: boolean): Promise<Output> {
    this.count++;
    const uri = Uri.from({ scheme: outputScheme, path: `/${this.count}/${title.replace(/[/\\]/g, '-')}` });
    const output = new Output(uri, () => this.outputs.refresh(uri));
    this.outputs.put(uri, output);
    const viewColumn = beside ? ViewColumn.Beside : ViewColumn.Active;
    await window.showTextDocument(await workspace.openTextDocument(uri), { preview: false, viewColumn });
    return output;
  }

  dispose(): void {
    this.outputs.dispose();
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
