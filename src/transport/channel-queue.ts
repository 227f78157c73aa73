import * as l10n from '@vscode/l10n';
import { toDisposable, type Disposable } from '../base/disposable';
import { NetnsError } from '../base/errors';
import { cancelledError } from './cancellation';

/**
 * How many channels one connection may have at once. sshd's MaxSessions (sshd_config(5)) is 10 by default, and a closed channel
 * counts until sshd has let go of it, so we stay below.
 */
export const channelLimits = { all: 8, lasting: 6 } as const;

/** `short` work ends by itself; `lasting` work (a watch, a capture, a terminal) ends when somebody ends it. */
export type ChannelUse = 'short' | 'lasting';

/** A place for a channel; disposed when the channel is closed. */
export interface ChannelSlot extends Disposable {
  /**
   * Its holder ends what runs in it: other lasting work may ask for its share at once, and waits until the channel is closed.
   * From far away that takes a moment, in which nobody wants to hear that there are too many.
   */
  giveUp(): void;
}

interface Waiting {
  start(slot: Disposable): void;
  fail(error: Error): void;
}

/**
 * Hands out a connection's channels, first come, first served. Lasting work may not take the last of them, or everything else
 * would wait for ever: past its share it is refused.
 */
export class ChannelQueue {
  private active = 0;
  private closed = 0;
  private lasting = 0;
  private limit: number;
  private readonly waiting: Waiting[] = [];
  private closedBy: Error | undefined;

  constructor(private readonly limits: { readonly all: number; readonly lasting: number } = channelLimits) {
    this.limit = limits.all;
  }

  /** Channels in use. */
  get size(): number {
    return this.active;
  }

  /** How many channels have been closed so far. */
  get closings(): number {
    return this.closed;
  }

  /**
   * Waits for a channel; dispose the slot when the channel is closed.
   *
   * @throws NetnsError `busy` for lasting work past its share, `cancelled` when `signal` comes first; the error that
   *   was given to `close`.
   */
  async acquire(use: ChannelUse, signal?: AbortSignal): Promise<ChannelSlot> {
    if (this.closedBy !== undefined) throw this.closedBy;
    if (signal?.aborted === true) throw cancelledError();
    if (use === 'short') return { ...(await this.wait(signal)), giveUp: () => undefined };
    const share = Math.max(1, Math.min(this.limits.lasting, this.limit - 1));
    if (this.lasting >= share) {
      throw new NetnsError('busy', l10n.t`Too many terminals, captures and watches are open on this connection.`, {
        advice: l10n.t`Close one of them: ${share} can run at once.`,
      });
    }
    this.lasting++;
    const given = toDisposable(() => this.lasting--);
    try {
      const slot = await this.wait(signal);
      const dispose = (): void => {
        given.dispose();
        slot.dispose();
      };
      return { dispose, giveUp: () => given.dispose() };
    } catch (error) {
      given.dispose();
      throw error;
    }
  }

  /**
   * To be called by the holder of a slot whose channel the server refused: its MaxSessions is lower than we thought.
   *
   * @returns whether to wait for another's channel to close and try again; with no other open, it is no matter of numbers.
   */
  lowerLimit(): boolean {
    if (this.active <= 1) return false;
    this.limit = Math.min(this.limit, this.active - 1);
    return true;
  }

  /** Ends all waiting with `error`; nothing is handed out any more. */
  close(error: Error): void {
    this.closedBy ??= error;
    for (const entry of this.waiting.splice(0)) entry.fail(this.closedBy);
  }

  private wait(signal: AbortSignal | undefined): Promise<Disposable> {
    if (this.waiting.length === 0 && this.active < this.limit) return Promise.resolve(this.take());
    return new Promise((resolve, reject) => {
      const abort = (): void => {
        const index = this.waiting.indexOf(entry);
        if (index >= 0) this.waiting.splice(index, 1);
        reject(cancelledError());
      };
      const entry: Waiting = {
        start(slot) {
          signal?.removeEventListener('abort', abort);
          resolve(slot);
        },
        fail(error) {
          signal?.removeEventListener('abort', abort);
          reject(error);
        },
      };
      signal?.addEventListener('abort', abort, { once: true });
      this.waiting.push(entry);
    });
  }

  private take(): Disposable {
    this.active++;
    return toDisposable(() => {
      this.active--;
      this.closed++;
      while (this.active < this.limit) {
        const entry = this.waiting.shift();
        if (entry === undefined) return;
        entry.start(this.take());
      }
    });
  }
}
