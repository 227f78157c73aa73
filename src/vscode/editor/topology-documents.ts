import { languages, Range, workspace, type TextDocument, type Uri } from 'vscode';
import { DisposableList, type Disposable } from '../../base/disposable';
import { Emitter, type Event } from '../../base/events';
import type { TextRange } from '../../topology/problem';
import { parseTopology, type ParsedTopology } from '../../topology/parse';
import { languageId } from '../ids';
import type { LanguageService } from './service/language-service';
import type { Answer, Question } from './service/questions';

/** How long typing must pause before what a document says counts, in milliseconds. */
const pauseInTyping = 150;
/** A large document is begun to be read earlier, so that its problems are there with the pause; never sooner than this. */
const shortestPause = 30;

type Asked<Q extends Question> = Parameters<typeof LanguageService.prototype.ask<Q>>;

/** The open topology documents; each version is parsed once at most in each thread, however many features ask. */
export class TopologyDocuments implements Disposable {
  private readonly disposables = new DisposableList();
  private readonly parsed = new WeakMap<TextDocument, { readonly version: number; readonly result: ParsedTopology }>();
  private readonly timers = new Map<string, DisposableList>();
  /** How long reading a document took at last, in milliseconds. */
  private readonly readingTimes = new WeakMap<TextDocument, number>();
  private readonly changes = new Emitter<TextDocument>();
  private readonly closes = new Emitter<Uri>();

  /** A document was opened, or changed and the typing has paused. */
  readonly onDidChange: Event<TextDocument> = this.changes.event;
  /** A document was closed, or is no topology any more. */
  readonly onDidClose: Event<Uri> = this.closes.event;
  /** The file of the graph that has the keyboard, if one has; those who show graphs tell how to find it. */
  fileOfGraphInFront: () => string | undefined = () => undefined;

  /** @param language answers questions about documents without holding up anything */
  constructor(readonly language: LanguageService) {
    this.disposables.add(workspace.onDidOpenTextDocument((document) => this.announce(document)));
    this.disposables.add(workspace.onDidChangeTextDocument(({ document }) => this.schedule(document)));
    this.disposables.add(workspace.onDidCloseTextDocument((document) => this.close(document)));
  }

  get all(): readonly TextDocument[] {
    return workspace.textDocuments.filter(isTopology);
  }

  /** Asks about a place in a document without holding up anything; see `LanguageService.ask`. */
  ask<Q extends Question>(...asked: Asked<Q>): Promise<Answer<Q> | undefined> {
    return this.language.ask(...asked);
  }

  /** Asks about a whole document without holding up anything; see `LanguageService.askNewest`. */
  askNewest<Q extends Question>(...asked: Asked<Q>): Promise<Answer<Q> | undefined> {
    return this.language.askNewest(...asked);
  }

  /** Parses the document's text as it is now, saved or not. Everything waits for it: only for what a person asked for. */
  parse(document: TextDocument): ParsedTopology {
    const known = this.parsed.get(document);
    if (known?.version === document.version) return known.result;
    const result = parseTopology(document.getText());
    this.parsed.set(document, { version: document.version, result });
    return result;
  }

  dispose(): void {
    this.disposables.dispose();
    for (const timers of this.timers.values()) timers.dispose();
    this.timers.clear();
    this.changes.dispose();
    this.closes.dispose();
  }

  private schedule(document: TextDocument): void {
    if (!isTopology(document)) return;
    const key = document.uri.toString();
    this.timers.get(key)?.dispose();
    const timers = new DisposableList();
    this.timers.set(key, timers);
    const early = pauseInTyping - (this.readingTimes.get(document) ?? 0);
    after(timers, Math.max(early, shortestPause), () => void this.readAhead(document));
    after(timers, pauseInTyping, () => {
      if (!document.isClosed) this.announce(document);
    });
  }

  /** Whoever asks next finds the document read. */
  private async readAhead(document: TextDocument): Promise<void> {
    const begun = performance.now();
    // What fails now fails again for who asks next, and is told there.
    const problems = await this.ask(document, 'problems', []).catch(() => undefined);
    if (problems !== undefined) this.readingTimes.set(document, performance.now() - begun);
  }

  private announce(document: TextDocument): void {
    if (isTopology(document)) this.changes.fire(document);
  }

  private close(document: TextDocument): void {
    if (!isTopology(document)) return;
    const key = document.uri.toString();
    this.timers.get(key)?.dispose();
    this.timers.delete(key);
    this.language.forget(document);
    this.closes.fire(document.uri);
  }
}

function after(list: DisposableList, milliseconds: number, work: () => void): void {
  const timer = setTimeout(work, milliseconds);
  list.add({ dispose: () => clearTimeout(timer) });
}

export function isTopology(document: TextDocument): boolean {
  return languages.match(languageId, document) > 0;
}

/** Our offsets count UTF-16 code units, as VS Code's do. */
export function toRange(document: TextDocument, range: TextRange): Range {
  return new Range(document.positionAt(range.start), document.positionAt(range.end));
}
