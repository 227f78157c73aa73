import { l10n, EventEmitter, type Pseudoterminal } from 'vscode';
import { describeError, isCancelled } from '../../base/errors';
import { DisposableList } from '../../base/disposable';
import { plainLines } from '../host-data';

/** What a task's work tells its terminal. */
export interface TaskOutput {
  /** Lines of anything; what a terminal would obey is made plain. */
  print(text: string): void;
}

/** Exit codes as the headless driver has them. */
export const exitCodes = { done: 0, failed: 1, cancelled: 130 } as const;

/** Ctrl-C, as a terminal sends it. */
const interrupt = '\u0003';

/** A terminal in which work runs; closing it, or Ctrl-C in it, stops the work, and it stays until that is done. */
export function taskTerminal(work: (output: TaskOutput, signal: AbortSignal) => Promise<boolean>): Pseudoterminal {
  const resources = new DisposableList();
  const writes = resources.add(new EventEmitter<string>());
  const closes = resources.add(new EventEmitter<number>());
  const controller = new AbortController();
  const print = (text: string): void => {
    if (!resources.isDisposed) writes.fire(`${plainLines(text).join('\r\n')}\r\n`);
  };
  const run = async (): Promise<number> => {
    try {
      return (await work({ print }, controller.signal)) ? exitCodes.done : exitCodes.failed;
    } catch (error) {
      print(describeError(error));
      return isCancelled(error) ? exitCodes.cancelled : exitCodes.failed;
    }
  };
  return {
    onDidWrite: writes.event,
    onDidClose: closes.event,
    open: () => {
      void run().then((code) => {
        if (!resources.isDisposed) closes.fire(code);
        resources.dispose();
      });
    },
    close: () => controller.abort(),
    handleInput: (data) => {
      if (!data.includes(interrupt) || controller.signal.aborted) return;
      print(l10n.t('Stopping…'));
      controller.abort();
    },
  };
}
