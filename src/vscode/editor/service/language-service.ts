import type { LogOutputChannel, TextDocument } from 'vscode';
import type { Disposable } from '../../../base/disposable';
import { inWorker } from './answering-thread';
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

  /** @param script the path of the worker's bundle */
  constructor(script: string, log: LogOutputChannel) {
    const client = (): LanguageClient => new LanguageClient(inWorker(script), (message) => log.warn(message));
    this.reading = client();
    this.completing = client();
  }

  /**
   * Asks about a document as it stands now.
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
    const client = question === 'completions' ? this.completing : this.reading;
    const found = await client.ask(file, question, args, cancellation);
    return isCurrent() ? found : undefined;
  }

  /** A document was closed. */
  forget(document: TextDocument): void {
    this.reading.forget(document.uri.toString());
    this.completing.forget(document.uri.toString());
  }

  dispose(): void {
    this.reading.dispose();
    this.completing.dispose();
  }
}
