import * as l10n from '@vscode/l10n';
import type { Disposable } from '../base/disposable';
import { NetnsError } from '../base/errors';

/** In milliseconds. */
export interface ReadingPace {
  /** From a hint to the reading: long enough for one command's events to arrive together. */
  readonly quick: number;
  /** The least rest after a reading before hints start another; a long reading rests as long as it took. */
  readonly rest: number;
  /** After the last hint one more reading is made, for what follows a change without an event (a process, a manifest). */
  readonly settle: number;
  /** The first wait after a failure; each further failure in a row doubles it, up to `longestRetry`. */
  readonly firstRetry: number;
  readonly longestRetry: number;
  /** How long a host is followed after somebody asked for a reading, although nobody listens. */
  readonly linger: number;
}

/** How long to wait before the next attempt after that many failures in a row, in milliseconds. */
export function retryDelay({ firstRetry, longestRetry }: ReadingPace, failures: number): number {
  return Math.min(firstRetry * 2 ** (failures - 1), longestRetry);
}

export interface ReadingScheduleOptions<T> {
  /** Reads; never called while an earlier call is under way. */
  readonly read: (signal: AbortSignal) => Promise<T>;
  /** A reading that a hint started failed; it is tried again. One that was asked for tells whoever asked. */
  readonly onDidFail: (error: unknown) => void;
  readonly pace: ReadingPace;
  /** Milliseconds of a clock that nobody sets: where a machine's clock jumps, readings still come in their time. */
  readonly now: () => number;
}

/**
 * Decides when to read. Hints lead to few readings, requests to fresh ones, and there is never more than one at a time:
 * however often a link flaps, at most half of the time is spent reading.
 */
export class ReadingSchedule<T> implements Disposable {
  private isDisposed = false;
  private reading: Promise<T> | undefined;
  private cancelReading: (() => void) | undefined;
  /** A reading that was asked for while one was under way, whose picture may be older than the request. */
  private next: Promise<T> | undefined;
  private timer: NodeJS.Timeout | undefined;
  private timerAt = Infinity;
  private lastHint = -Infinity;
  private restUntil = -Infinity;
  private failures = 0;

  constructor(private readonly options: ReadingScheduleOptions<T>) {}

  /** Something may have changed. */
  hint(): void {
    if (this.isDisposed) return;
    const now = this.options.now();
    this.lastHint = now;
    // While a reading is under way, its end looks at `lastHint`.
    if (this.reading === undefined) this.plan(Math.max(now + this.options.pace.quick, this.restUntil));
  }

  /** No reading follows from earlier hints. */
  forgetHints(): void {
    clearTimeout(this.timer);
    this.timerAt = Infinity;
    this.lastHint = -Infinity;
  }

  /**
   * A reading that begins after this call. Several requests share one.
   *
   * @throws NetnsError `cancelled` by the signal or by `dispose`, and whatever the reading throws.
   */
  async readNow(signal?: AbortSignal): Promise<T> {
    if (this.isDisposed) throw cancelled();
    if (this.next === undefined) {
      const before = this.reading;
      if (before === undefined) return abandonable(this.read(), signal);
      this.next = before.then(
        () => this.readNext(),
        () => this.readNext(),
      );
    }
    return abandonable(this.next, signal);
  }

  dispose(): void {
    this.forgetHints();
    this.isDisposed = true;
    this.cancelReading?.();
  }

  private readNext(): Promise<T> {
    this.next = undefined;
    if (this.isDisposed) return Promise.reject(cancelled());
    return this.read();
  }

  private read(): Promise<T> {
    const begun = this.options.now();
    clearTimeout(this.timer);
    this.timerAt = Infinity;
    const cancel = new AbortController();
    this.cancelReading = () => cancel.abort();
    const reading = this.options.read(cancel.signal).finally(() => {
      const now = this.options.now();
      this.reading = undefined;
      this.cancelReading = undefined;
      this.restUntil = now + Math.max(this.options.pace.rest, now - begun);
      if (this.isDisposed || this.next !== undefined) return;
      const { settle } = this.options.pace;
      if (this.lastHint >= begun) this.plan(this.restUntil);
      else if (begun < this.lastHint + settle) this.plan(Math.max(this.lastHint + settle, this.restUntil));
    });
    this.reading = reading;
    return reading;
  }

  /** A reading at that time, unless an earlier one is planned. */
  private plan(at: number): void {
    if (at >= this.timerAt) return;
    clearTimeout(this.timer);
    this.timerAt = at;
    this.timer = setTimeout(
      () => {
        this.timerAt = Infinity;
        if (this.reading !== undefined || this.isDisposed) return;
        this.read().then(
          () => (this.failures = 0),
          (error: unknown) => {
            if (this.isDisposed) return;
            this.failures++;
            if (this.lastHint > -Infinity) this.plan(this.options.now() + retryDelay(this.options.pace, this.failures));
            this.options.onDidFail(error);
          },
        );
      },
      Math.max(0, at - this.options.now()),
    );
  }
}

const cancelled = (): NetnsError => new NetnsError('cancelled', l10n.t`The reading of the host was cancelled.`);

/** The same promise for a caller who may stop waiting; the work itself goes on for the others. */
export function abandonable<T>(promise: Promise<T>, signal: AbortSignal | undefined): Promise<T> {
  if (signal === undefined) return promise;
  return new Promise((resolve, reject) => {
    const giveUp = (): void => reject(cancelled());
    if (signal.aborted) giveUp();
    signal.addEventListener('abort', giveUp, { once: true });
    promise.then(resolve, reject).finally(() => signal.removeEventListener('abort', giveUp));
  });
}
