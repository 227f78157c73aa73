import * as l10n from '@vscode/l10n';
import { NetnsError } from '../base/errors';

export function cancelledError(): NetnsError {
  return new NetnsError('cancelled', l10n.t`The work on the host was cancelled.`);
}

/**
 * Waits for `work`, but no longer than until `signal` comes; what becomes of it afterwards is the caller's business.
 *
 * @throws NetnsError `cancelled`
 */
export async function orCancelled<T>(work: Promise<T>, signal: AbortSignal | undefined): Promise<T> {
  if (signal === undefined) return await work;
  return await new Promise<T>((resolve, reject) => {
    const abort = (): void => {
      reject(cancelledError());
    };
    if (signal.aborted) abort();
    else signal.addEventListener('abort', abort, { once: true });
    work.then(resolve, reject).finally(() => signal.removeEventListener('abort', abort));
  });
}
