import { l10n, ProgressLocation, window } from 'vscode';
import { plainLine } from './host-data';

export interface ProgressReport {
  readonly message: string;
  /** How far this brings the work, in parts of 100. */
  readonly increment?: number;
}

/**
 * Runs work behind a notification with a Cancel button, which aborts `signal`. Settles with the work, and only then:
 * a cancelled apply still has to put the host back.
 */
export function withCancellableProgress<T>(
  title: string,
  work: (signal: AbortSignal, report: (report: ProgressReport) => void) => Promise<T>,
): Promise<T> {
  const run = window.withProgress(
    { location: ProgressLocation.Notification, title: plainLine(title), cancellable: true },
    async (progress, token) => {
      const controller = new AbortController();
      const subscription = token.onCancellationRequested(() => {
        controller.abort();
        progress.report({ message: l10n.t('stopping…') });
      });
      try {
        return await work(controller.signal, ({ message, increment }) => {
          progress.report({ message: plainLine(message), ...(increment === undefined ? {} : { increment }) });
        });
      } finally {
        subscription.dispose();
      }
    },
  );
  return Promise.resolve(run);
}

/** Work that takes less than this, in milliseconds, is done before a notification about it could be read. */
const notWorthShowing = 500;

/** As withCancellableProgress, for work that mostly takes no time: only what takes longer shows itself. */
export async function withLateProgress<T>(title: string, work: (signal: AbortSignal) => Promise<T>): Promise<T> {
  const controller = new AbortController();
  const done = work(controller.signal);
  const settled = done.then(
    () => undefined,
    () => undefined,
  );
  const timer = setTimeout(() => {
    withCancellableProgress(title, async (signal) => {
      signal.addEventListener('abort', () => controller.abort(), { once: true });
      await settled;
    }).catch(() => undefined);
  }, notWorthShowing);
  try {
    return await done;
  } finally {
    clearTimeout(timer);
  }
}
