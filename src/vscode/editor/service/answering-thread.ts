import { Worker } from 'node:worker_threads';
import type { Disposable } from '../../../base/disposable';
import { Desk } from './desk';
import type { FromDesk, ToDesk } from './messages';

/** Sentences by what they are in English: VS Code's `l10n.bundle`. */
export type Texts = Readonly<Record<string, string>>;

/** Something that answers the messages posted to it, until it ends. */
export interface AnsweringThread extends Disposable {
  post(message: ToDesk): void;
}

export interface ThreadEvents {
  readonly onMessage: (message: FromDesk) => void;
  /** It ended by itself, with all that it was asked; called once, never after `dispose`. */
  readonly onEnd: (error: Error) => void;
}

export type StartThread = (events: ThreadEvents) => AnsweringThread;

/** What a file may cost before its worker ends, in megabytes; 5,000 lines take some 50. */
const mostMemory = 1024;

/**
 * Answers in a thread of its own.
 *
 * @param script the bundled worker's path
 * @param texts what is said in VS Code's display language, by the English texts; undefined for English
 * @throws Error where there are no threads.
 */
export function inWorker(script: string, texts?: Texts): StartThread {
  return ({ onMessage, onEnd }) => {
    let ended = false;
    const worker = new Worker(script, {
      name: 'netns-language',
      // Nothing of the environment or of the host's own flags is needed there.
      env: {},
      execArgv: [],
      workerData: texts,
      resourceLimits: { maxOldGenerationSizeMb: mostMemory },
    });
    const end = (error: Error): void => {
      if (ended) return;
      ended = true;
      worker.terminate().catch(() => undefined);
      onEnd(error);
    };
    worker.on('message', (message: FromDesk) => {
      if (!ended) onMessage(message);
    });
    worker.on('error', end);
    worker.on('messageerror', end);
    worker.on('exit', (code) => end(new Error(`The language's thread ended with exit code ${code}.`)));
    worker.unref();
    return {
      post: (message) => worker.postMessage(message),
      dispose: () => {
        ended = true;
        worker.terminate().catch(() => undefined);
      },
    };
  };
}

/** Answers in this thread, between its other work: for where there are no workers. */
export const inThisThread: StartThread = ({ onMessage }) => {
  let disposed = false;
  const desk = new Desk(
    (message) => {
      if (!disposed) onMessage(message);
    },
    (work) =>
      setImmediate(() => {
        if (!disposed) work();
      }),
  );
  return {
    post: (message) => desk.receive(message),
    dispose: () => {
      disposed = true;
    },
  };
};
