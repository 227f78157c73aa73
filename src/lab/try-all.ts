import * as l10n from '@vscode/l10n';
import { randomBytes } from 'node:crypto';
import { NetnsError } from '../base/errors';
import { optional } from '../host/json';
import type { Transport } from '../transport/transport';
import { runLines } from './script-output';

/** Many things to try on a host, all by one script. */
export interface Trials<T> {
  readonly count: number;
  /** What tries them; it marks its own lines by `@TOKEN `. */
  script(token: string): string;
  /** A line of the script, without its mark. @returns what it makes known, and of which of them */
  take(line: string): readonly [index: number, result: T] | undefined;
  /** What was to be tried, behind `The host broke off before …`. */
  describe(index: number): string;
  /** Why none of them could be tried, where the script said so. */
  whyNone?(): NetnsError | undefined;
  /** What is said when they are stopped. */
  readonly stopped: string;
}

export interface TrialOptions<T> {
  /** Stops them. */
  readonly signal?: AbortSignal | undefined;
  /** Each result as soon as it is known. */
  readonly onResult?: ((result: T) => void) | undefined;
}

/**
 * Tries them on the host, over one channel.
 *
 * @returns one result for each, in their order
 * @throws NetnsError `cancelled`, `connectionLost`, `unexpectedOutput` when the host broke off, or what `whyNone` says
 */
export async function tryAll<T>(transport: Transport, trials: Trials<T>, options: TrialOptions<T>): Promise<T[]> {
  const { signal, onResult } = options;
  if (trials.count === 0) return [];
  const token = randomBytes(16).toString('hex');
  const prefix = `@${token} `;
  const done = new Map<number, T>();
  const onLine = (line: string): void => {
    const known = line.startsWith(prefix) ? trials.take(line.slice(prefix.length).replace(/\r$/, '')) : undefined;
    if (known === undefined) return;
    done.set(...known);
    onResult?.(known[1]);
  };
  const hostSaid = await runLines(transport, trials.script(token), onLine, optional('signal', signal));
  if (signal?.aborted === true) throw new NetnsError('cancelled', trials.stopped);
  const why = trials.whyNone?.();
  if (why !== undefined) throw why;
  return Array.from({ length: trials.count }, (_, index) => {
    const result = done.get(index);
    if (result !== undefined) return result;
    throw new NetnsError('unexpectedOutput', l10n.t`The host broke off before ${trials.describe(index)}.`, {
      hostSaid,
    });
  });
}
