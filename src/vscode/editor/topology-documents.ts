import { languages, Range, workspace, type TextDocument, type Uri } from 'vscode';
import { DisposableList, type Disposable } from '../../base/disposable';
import { Emitter, type Event } from '../../base/events';
import type { TextRange } from '../../topology/problem';
import { parseTopology, type ParsedTopology } from '../../topology/parse';
import { languageId } from '../ids';

/** How long typing must pause before a document is parsed for diagnostics, in milliseconds. */
const pauseInTyping = 150;

/** The open topology documents; each version is parsed once at most, however many features ask. */
export class TopologyDocuments implements Disposable {
  private readonly disposables = new DisposableList();
  private readonly parsed = new WeakMap<TextDocument, { readonly version: number; readonly result: ParsedTopology }>();
  private readonly timers = new Map<string, NodeJS.Timeout>();
  private readonly changes = new Emitter<TextDocument>();
  private readonly closes = new Emitter<Uri>();

  /** A document was opened, or changed and the typing has paused. */
  readonly onDidChange: Event<TextDocument> = this.changes.event;
  /** A document was closed, or is no topology any more. */
  readonly onDidClose: Event<Uri> = this.closes.event;

  constructor() {
    this.disposables.add(workspace.onDidOpenTextDocument((document) => this.announce(document)));
    this.disposables.add(workspace.onDidChangeTextDocument(({ document }) => this.schedule(document)));
    this.disposables.add(workspace.onDidCloseTextDocument((document) => this.close(document)));
  }

  get all(): readonly TextDocument[] {
    return workspace.textDocuments.filter(isTopology);
  }

  /** Parses the document's text as it is now, saved or not. */
  parse(document: TextDocument): ParsedTopology {
    const known = this.parsed.get(document);
    if (known?.version === document.version) return known.result;
    const result = parseTopology(document.getText());
    this.parsed.set(document, { version: document.version, result });
    return result;
  }

  dispose(): void {
    this.disposables.dispose();
    for (const timer of this.timers.values()) clearTimeout(timer);
    this.timers.clear();
    this.changes.dispose();
    this.closes.dispose();
  }

  private schedule(document: TextDocument): void {
    if (!isTopology(document)) return;
    const key = document.uri.toString();
    clearTimeout(this.timers.get(key));
    this.timers.set(
      key,
      setTimeout(() => {
        this.timers.delete(key);
        if (!document.isClosed) this.announce(document);
      }, pauseInTyping),
    );
  }

  private announce(document: TextDocument): void {
    if (isTopology(document)) this.changes.fire(document);
  }

  private close(document: TextDocument): void {
    if (!isTopology(document)) return;
    const key = document.uri.toString();
    clearTimeout(this.timers.get(key));
    this.timers.delete(key);
    this.closes.fire(document.uri);
  }
}

export function isTopology(document: TextDocument): boolean {
  return languages.match(languageId, document) > 0;
}

/** Our offsets count UTF-16 code units, as VS Code's do. */
export function toRange(document: TextDocument, range: TextRange): Range {
  return new Range(document.positionAt(range.start), document.positionAt(range.end));
}
