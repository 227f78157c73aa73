import type { LogOutputChannel, TextDocument } from 'vscode';
import type { Disposable } from '../../../base/disposable';
import type { Surroundings } from '../../../language/completion/values';
import { inWorker, type Texts } from './answering-thread';
import { LanguageClient, type Cancellation } from './language-client';
import type { Answer, Arguments, Question } from './questions';

/** Where the build puts the worker's bundle, from the extension's folder. */
export const languageWorkerScript = 'dist/language-worker.js';

/**
 * Answers questions about the open topology files without holding up the extension host. Completion has a thread of its own: it
 * needs no parse, and is not to wait for one.
 */
export class LanguageService implements Disposable {
  private readonly reading: LanguageClient;
  private readonly completing: LanguageClient;
  private completions = 0;
  private texts = 0;

  /**
   * @param script the path of the worker's bundle
   * @param spoken VS Code's `l10n.bundle`
   */
  constructor(script: string, log: LogOutputChannel, spoken?: Texts) {
    const client = (): LanguageClient => new LanguageClient(inWorker(script, spoken), (message) => log.warn(message));
    this.reading = client();
    this.completing = client();
  }

  /**
   * Asks about a document as it stands now, such as about a place in it.
   *
   * @returns undefined where the answer came too late to be of use: cancelled, or the text has changed meanwhile
   * @throws Error if answering failed: a defect of ours, which VS Code logs where a provider throws it.
   */
  async ask<Q extends Question>(
    document: TextDocument,
    question: Q,
    args: Arguments<Q>,
    cancellation?: Cancellation,
  ): Promise<Answer<Q> | undefined> {
    const { version } = document;
    const isCurrent = (): boolean => document.version === version && !document.isClosed;
    const file = {
      key: document.uri.toString(),
      version,
      text: () => (isCurrent() ? document.getText() : undefined),
    };
    const found = await this.reading.ask(file, question, args, cancellation);
    return isCurrent() ? found : undefined;
  }

  /**
   * Asks about a whole document. Where its text changes meanwhile the answer is about the newer text: nothing of what is shown
   * goes away because somebody types.
   *
   * @returns undefined where it was cancelled, or the document was closed
   * @throws Error as `ask`.
   */
  async askNewest<Q extends Question>(
    document: TextDocument,
    question: Q,
    args: Arguments<Q>,
    cancellation?: Cancellation,
  ): Promise<Answer<Q> | undefined> {
    for (;;) {
      const { version } = document;
      const found = await this.ask(document, question, args, cancellation);
      if (found !== undefined || document.version === version) return found;
      if (document.isClosed || cancellation?.isCancellationRequested === true) return undefined;
    }
  }

  /**
   * What may be written at an offset of a document as it stands now. VS Code filters the answer by what was typed meanwhile, so
   * that a newer text does not make it useless.
   */
  async complete(
    document: TextDocument,
    offset: number,
    surroundings: Surroundings,
    cancellation?: Cancellation,
  ): Promise<Answer<'completions'> | undefined> {
    const text = document.getText();
    // eslint-disable-next-line netns/texts-for-people -- a key, which nobody reads
    const key = `completion ${++this.completions}`;
    try {
      const file = { key, version: 0, text: () => text };
      return await this.completing.ask(file, 'completions', [offset, surroundings], cancellation);
    } finally {
      this.completing.forget(key);
    }
  }

  /**
   * Asks once about a text that is no open document, such as a file that nobody looks at.
   *
   * @throws Error as `ask` does.
   */
  async askText<Q extends Question>(text: string, question: Q, args: Arguments<Q>): Promise<Answer<Q> | undefined> {
    // eslint-disable-next-line netns/texts-for-people -- a key, which nobody reads
    const key = `text ${++this.texts}`;
    try {
      return await this.reading.ask({ key, version: 1, text: () => text }, question, args);
    } finally {
      this.reading.forget(key);
    }
  }

  /** A document was closed. */
  forget(document: TextDocument): void {
    this.reading.forget(document.uri.toString());
  }

  dispose(): void {
    this.reading.dispose();
    this.completing.dispose();
  }
}
