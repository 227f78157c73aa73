import { DisposableList } from '../base/disposable';
import { NetnsError } from '../base/errors';
import { Emitter } from '../base/events';
import { isSameSnapshot } from '../host/compare-snapshots';
import type { HostSnapshot } from '../host/model';
import type { Transport } from '../transport/transport';
import type { HostStore } from './model';
import { observe } from './observe';
import { ReadingSchedule, retryDelay, type ReadingPace } from './reading-schedule';
import { startWatch, type HostWatch } from './watch';

export interface HostStoreOptions {
  /** Dotted names of sysctls to read besides the usual ones; asked for at every reading. */
  readonly sysctls?: () => readonly string[];
  readonly pace?: Partial<ReadingPace>;
}

const usualPace: ReadingPace = { quick: 30, rest: 100, settle: 1000, firstRetry: 500, longestRetry: 30_000 };

/**
 * Keeps what is known of a host current while somebody listens to `onDidChange`. The watch is started first and the host
 * read after that, so nothing falls between. `onDidChange` fires when a reading differs in more than counters; the first
 * one always does. The transport stays the caller's: disposing the store does not end it.
 */
export function createHostStore(transport: Transport, options: HostStoreOptions = {}): HostStore {
  return new LiveHostStore(transport, options);
}

class LiveHostStore implements HostStore {
  private current: HostSnapshot | undefined;
  private readonly changes = new Emitter<HostSnapshot>((count) => this.follow(count > 0));
  private readonly failures = new Emitter<Error>();
  private readonly resources = new DisposableList();
  private readonly schedule: ReadingSchedule<HostSnapshot>;
  private readonly pace: ReadingPace;
  private following: AbortController | undefined;
  private isClosed = false;
  /** What the kernel lacks is tried out for those who ask, who may want to plan; hardly ever does it change. */
  private shouldProbe = true;

  readonly onDidChange = this.changes.event;
  readonly onDidFail = this.failures.event;

  constructor(
    private readonly transport: Transport,
    private readonly options: HostStoreOptions,
  ) {
    this.pace = { ...usualPace, ...options.pace };
    this.schedule = this.resources.add(
      new ReadingSchedule({
        read: (signal) => this.read(signal),
        onDidFail: (error) => this.fail(error),
        pace: this.pace,
      }),
    );
    this.resources.add(
      transport.onDidClose((reason) => {
        this.isClosed = true;
        this.follow(false);
        if (reason !== undefined) this.fail(reason);
      }),
    );
  }

  get snapshot(): HostSnapshot | undefined {
    return this.current;
  }

  refresh(signal?: AbortSignal): Promise<HostSnapshot> {
    this.shouldProbe = true;
    return this.schedule.readNow(signal);
  }

  dispose(): void {
    this.follow(false);
    this.resources.dispose();
    this.changes.dispose();
    this.failures.dispose();
  }

  private async read(signal: AbortSignal): Promise<HostSnapshot> {
    const sysctls = this.options.sysctls?.() ?? [];
    const probeKernel = this.shouldProbe;
    this.shouldProbe = false;
    const read = await observe(this.transport, signal, { sysctls, probeKernel });
    const missingKinds = probeKernel ? read.missingKinds : this.current?.missingKinds;
    const snapshot = missingKinds === undefined ? read : { ...read, missingKinds };
    if (this.resources.isDisposed) return snapshot;
    const before = this.current;
    this.current = snapshot;
    if (before === undefined || !isSameSnapshot(before, snapshot)) this.changes.fire(snapshot);
    return snapshot;
  }

  private fail(error: unknown): void {
    if (this.resources.isDisposed) return;
    this.failures.fire(error instanceof Error ? error : new NetnsError('internal', String(error)));
  }

  /** Begins or ends to follow the host's changes. */
  private follow(shouldFollow: boolean): void {
    if (shouldFollow === (this.following !== undefined)) return;
    this.following?.abort();
    this.following = undefined;
    if (!shouldFollow || this.isClosed || this.resources.isDisposed) {
      this.schedule.forgetHints();
      return;
    }
    this.following = new AbortController();
    void this.keepWatching(this.following.signal);
  }

  /** Watches until `signal`, starting again after every failure. Never rejects. */
  private async keepWatching(signal: AbortSignal): Promise<void> {
    let failures = 0;
    while (!signal.aborted) {
      const begun = Date.now();
      try {
        await this.watchOnce(signal);
      } catch (error) {
        if (isAborted(signal)) return;
        this.fail(error);
      }
      if (Date.now() - begun > this.pace.longestRetry) failures = 0;
      failures++;
      await wait(retryDelay(this.pace, failures), signal);
    }
  }

  /** A host that cannot be watched is still read once, and a reading's error says more: that `ip` is missing, for instance. */
  private async startWatch(signal: AbortSignal): Promise<HostWatch> {
    try {
      return await startWatch(this.transport, () => this.schedule.hint(), signal);
    } catch (error) {
      if (!isAborted(signal) && !this.isClosed) await this.schedule.readNow(signal);
      throw error;
    }
  }

  /** Watches until the watch ends by itself (then it throws why) or `signal` ends it. */
  private async watchOnce(signal: AbortSignal): Promise<void> {
    const watch = await this.startWatch(signal);
    const aborted = new Promise<undefined>((resolve) => {
      if (signal.aborted) resolve(undefined);
      signal.addEventListener('abort', () => resolve(undefined), { once: true });
    });
    try {
      if (signal.aborted) return;
      await this.schedule.readNow(signal);
      const failure = await Promise.race([watch.ended, aborted]);
      if (failure !== undefined) throw failure;
    } finally {
      watch.dispose();
    }
  }
}

/** Asked through a function, since a signal changes while one waits. */
function isAborted(signal: AbortSignal): boolean {
  return signal.aborted;
}

/** Waits, or until the signal. */
function wait(milliseconds: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    if (signal.aborted) {
      resolve();
      return;
    }
    const done = (): void => {
      clearTimeout(timer);
      signal.removeEventListener('abort', done);
      resolve();
    };
    const timer = setTimeout(done, milliseconds);
    signal.addEventListener('abort', done, { once: true });
  });
}
