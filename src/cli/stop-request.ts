import type { Disposable } from '../base/disposable';
import type { Output } from './output';

/** Exit code of a program that Ctrl-C ended: 128 + SIGINT, as in a shell. */
const interrupted = 130;

/** Milliseconds. One Ctrl-C under `npm run` can arrive twice: from the terminal, and passed on by npm. */
const samePress = 500;

/**
 * Turns Ctrl-C (and the signals of a closing terminal or a supervisor) into an aborted signal, so that the work can put
 * the host back. A second one does not wait for that: the host then does it alone.
 */
export function onStopRequest(output: Output): { readonly signal: AbortSignal } & Disposable {
  const controller = new AbortController();
  let askedAt = 0;
  const stop = (): void => {
    const now = performance.now();
    if (controller.signal.aborted) {
      if (now - askedAt > samePress) process.exit(interrupted);
      return;
    }
    askedAt = now;
    output.progress('Stopping…');
    controller.abort();
  };
  const signals = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;
  for (const name of signals) process.on(name, stop);
  return {
    signal: controller.signal,
    dispose() {
      for (const name of signals) process.off(name, stop);
    },
  };
}
