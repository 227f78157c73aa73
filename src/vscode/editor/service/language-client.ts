import type { Disposable } from '../../../base/disposable';
import { inThisThread, type AnsweringThread, type StartThread } from './answering-thread';
import type { FromDesk } from './messages';
import type { Answer, Arguments, Question } from './questions';

/** A file as it stands when a question is asked. */
export interface AskedFile {
  /** Tells it from other files. */
  readonly key: string;
  readonly version: number;
  /** That version's text; undefined once it was replaced by another. */
  text(): string | undefined;
}

/** As VS Code's own: what a caller gives up by. */
export interface Cancellation {
  readonly isCancellationRequested: boolean;
  onCancellationRequested(listener: () => void): Disposable;
}

interface Pending {
  readonly file: AskedFile;
  readonly question: Question;
  readonly args: readonly unknown[];
  attempts: number;
  settle(value: unknown): void;
  fail(error: Error): void;
}

/** A thread that ends so often without an answer in between is not started again for a while. */
const mostEndsInARow = 5;
const restInMilliseconds = 30_000;
/** A question over which two threads ended is what ends them. */
const mostAttempts = 2;

/**
 * Asks a thread about files. The thread starts with the first question, gets each version's text once, and is started again when it
 * ends unexpectedly. Where it cannot start, questions are answered in this one.
 */
export class LanguageClient implements Disposable {
  private thread: AnsweringThread | undefined;
  private readonly pending = new Map<number, Pending>();
  /** The version of each file that the thread has. */
  private readonly sent = new Map<string, number>();
  private nextId = 1;
  private hasStarted = false;
  private endsInARow = 0;
  private restsUntil = 0;
  private disposed = false;

  /** @param onTrouble hears what a thread ended with; the client goes on by itself */
  constructor(
    private start: StartThread,
    private readonly onTrouble: (message: string) => void,
    private readonly now: () => number = Date.now,
  ) {}

  /**
   * @returns undefined where the answer is not wanted any more: cancelled, disposed, or the version was replaced by another
   * @throws Error if answering failed: a defect of ours.
   */
  ask<Q extends Question>(
    file: AskedFile,
    question: Q,
    args: Arguments<Q>,
    cancellation?: Cancellation,
  ): Promise<Answer<Q> | undefined> {
    return new Promise((resolve, reject) => {
      if (this.disposed || cancellation?.isCancellationRequested === true) {
        resolve(undefined);
        return;
      }
      const id = this.nextId++;
      const subscription = cancellation?.onCancellationRequested(() => {
        this.thread?.post({ type: 'cancel', id });
        this.take(id)?.settle(undefined);
      });
      const settle = (value: unknown): void => {
        subscription?.dispose();
        resolve(value as Answer<Q> | undefined);
      };
      const fail = (error: Error): void => {
        subscription?.dispose();
        reject(error);
      };
      this.pending.set(id, { file, question, args, attempts: 0, settle, fail });
      this.post(id);
    });
  }

  /** The file was closed. */
  forget(key: string): void {
    if (this.sent.delete(key)) this.thread?.post({ type: 'forget', file: key });
  }

  dispose(): void {
    this.disposed = true;
    this.thread?.dispose();
    this.thread = undefined;
    for (const id of [...this.pending.keys()]) this.take(id)?.settle(undefined);
  }

  private take(id: number): Pending | undefined {
    const one = this.pending.get(id);
    this.pending.delete(id);
    return one;
  }

  private post(id: number): void {
    const one = this.pending.get(id);
    if (one === undefined) return;
    const { file, question, args } = one;
    const { key, version } = file;
    const thread = this.running();
    if (thread === undefined) {
      this.take(id)?.fail(new Error('The language’s thread ended several times, and rests for a while.'));
      return;
    }
    if (this.sent.get(key) !== version) {
      const text = file.text();
      if (text === undefined) {
        this.take(id)?.settle(undefined);
        return;
      }
      this.sent.set(key, version);
      thread.post({ type: 'text', file: key, version, text });
    }
    one.attempts++;
    thread.post({ type: 'ask', id, file: key, version, question, args });
  }

  private running(): AnsweringThread | undefined {
    if (this.thread === undefined && this.now() >= this.restsUntil) this.thread = this.startThread();
    return this.thread;
  }

  private startThread(): AnsweringThread {
    const events = {
      onMessage: (message: FromDesk) => this.receive(message),
      onEnd: (error: Error) => this.onEnd(error),
    };
    try {
      return this.start(events);
    } catch (error) {
      this.doWithoutThread(String(error));
      return this.start(events);
    }
  }

  private doWithoutThread(why: string): void {
    this.onTrouble(`The language gets no thread of its own: ${why}`);
    this.start = inThisThread;
  }

  private receive(message: FromDesk): void {
    this.hasStarted = true;
    if (message.type === 'ready') return;
    this.endsInARow = 0;
    const one = this.take(message.id);
    if (message.type === 'failed') one?.fail(new Error(message.message));
    else one?.settle(message.type === 'answer' ? message.value : undefined);
  }

  private onEnd(error: Error): void {
    this.thread = undefined;
    this.sent.clear();
    if (!this.hasStarted) this.doWithoutThread(error.message);
    else this.onTrouble(`The language’s thread ended: ${error.message}`);
    if (++this.endsInARow >= mostEndsInARow) {
      this.endsInARow = 0;
      this.restsUntil = this.now() + restInMilliseconds;
    }
    for (const [id, { attempts }] of [...this.pending]) {
      if (attempts < mostAttempts) this.post(id);
      else this.take(id)?.fail(error);
    }
  }
}
