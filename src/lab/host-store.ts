import { DisposableList, type Disposable } from '../base/disposable';
import { isCancelled, NetnsError } from '../base/errors';
import { Emitter } from '../base/events';
import type { SnapshotChange } from '../host/agent/picture';
import { changeBetween, withoutRunningChanges } from '../host/compare-snapshots';
import type { HostSnapshot } from '../host/model';
import type { HostRates } from '../host/rates';
import type { Transport } from '../transport/transport';
import { AgentUnsupported, startAgent, type Agent } from './agent';
import type { HostStore, PartialPicture } from './model';
import { observe } from './observe';
import { abandonable, ReadingSchedule, retryDelay, type ReadingPace } from './reading-schedule';
import { startWatch, type HostWatch } from './watch';

export interface HostStoreOptions {
  /** Dotted names of sysctls to read besides the usual ones; asked for at every reading. */
  readonly sysctls?: () => readonly string[];
  readonly pace?: Partial<ReadingPace>;
  /** As `ReadingScheduleOptions.now`; exchanged in tests. */
  readonly now?: () => number;
  /** Where true, the agent is not tried: every change leads to a reading of the whole host. */
  readonly plainly?: boolean;
}

const usualPace: ReadingPace = {
  quick: 30,
  rest: 100,
  settle: 1000,
  firstRetry: 500,
  longestRetry: 30_000,
  linger: 5000,
};

/** After so many failures of the agent in a row, the plain road is taken. */
const agentAttempts = 3;

/**
 * Keeps what is known of a host current while somebody listens to `onDidChange`: by the agent, which tells of changes alone; where
 * the host cannot run it, by a watch whose hints lead to readings of the whole host. Either watches before it reads, so nothing
 * falls between. `onDidChange` fires when a reading differs in more than how many connections are followed; the first one always does. The transport
 * stays the caller's: disposing the store does not end it.
 */
export function createHostStore(transport: Transport, options: HostStoreOptions = {}): HostStore {
  return new LiveHostStore(transport, options);
}

/** What the agent of a host that is followed is asked. */
type Question = (agent: Agent) => Promise<HostSnapshot>;

class LiveHostStore implements HostStore {
  private current: HostSnapshot | undefined;
  private currentChange: SnapshotChange | undefined;
  private listeners = 0;
  private rateListeners = 0;
  private readonly changes = new Emitter<HostSnapshot>((count) => {
    this.listeners = count;
    this.followAsNeeded();
  });
  private readonly rates = new Emitter<HostRates>((count) => {
    if (this.rateListeners > 0 !== count > 0) this.agent?.watchRates(count > 0);
    this.rateListeners = count;
    this.followAsNeeded();
  });
  private readonly failures = new Emitter<Error>();
  private readonly parts = new Emitter<PartialPicture>();
  private readonly resources = new DisposableList();
  private readonly schedule: ReadingSchedule<HostSnapshot>;
  private readonly pace: ReadingPace;
  private readonly now: () => number;
  private following: AbortController | undefined;
  private isClosed = false;
  private agent: Agent | undefined;
  private goesPlainly: boolean;
  private agentFailures = 0;
  /** What the kernel lacks is tried out for those who ask, who may want to plan; hardly ever does it change. */
  private shouldProbe = true;
  /** So many wait for an answer to `refresh` or `settle`. */
  private asked = 0;
  /** Nobody may listen, but somebody has just asked. */
  private lingerTimer: NodeJS.Timeout | undefined;
  /** Says that the agent has told of everything, or will not. */
  private setStarted: () => void = () => undefined;

  readonly onDidChange = this.changes.event;
  readonly onDidFail = this.failures.event;
  readonly onDidReadPart = this.parts.event;

  constructor(
    private readonly transport: Transport,
    private readonly options: HostStoreOptions,
  ) {
    this.pace = { ...usualPace, ...options.pace };
    this.now = options.now ?? (() => performance.now());
    this.goesPlainly = options.plainly === true;
    this.schedule = this.resources.add(
      new ReadingSchedule({
        read: (signal) => this.read(signal),
        onDidFail: (error) => this.fail(error),
        pace: this.pace,
        now: this.now,
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

  get change(): SnapshotChange | undefined {
    return this.currentChange;
  }

  get tellsRates(): boolean {
    return !this.goesPlainly;
  }

  refresh(signal?: AbortSignal): Promise<HostSnapshot> {
    return this.ask((agent) => agent.refresh({ probeKernel: true }), signal);
  }

  settle(sysctlsOf: readonly string[], signal?: AbortSignal): Promise<HostSnapshot> {
    return this.ask((agent) => agent.settle(sysctlsOf), signal);
  }

  private async ask(question: Question, signal: AbortSignal | undefined): Promise<HostSnapshot> {
    this.asked++;
    try {
      return await this.askNow(question, signal);
    } finally {
      this.asked--;
      this.linger();
    }
  }

  watchRates(listener: (rates: HostRates) => void): Disposable {
    return this.rates.event(listener);
  }

  dispose(): void {
    clearTimeout(this.lingerTimer);
    this.follow(false);
    this.resources.dispose();
    this.changes.dispose();
    this.rates.dispose();
    this.failures.dispose();
    this.parts.dispose();
  }

  private askNow(question: Question, signal: AbortSignal | undefined): Promise<HostSnapshot> {
    const { agent } = this;
    if (agent !== undefined) {
      agent.readSysctls(this.options.sysctls?.() ?? []);
      return abandonable(question(agent), signal).catch((error: unknown) => {
        // The agent has ended; whoever asks for a reading still wants one.
        const hasEnded = isCancelled(error) && this.agent !== agent && signal?.aborted !== true;
        if (!hasEnded || this.isClosed || this.resources.isDisposed) throw error;
        return this.askNow(question, signal);
      });
    }
    if (this.following === undefined && !this.goesPlainly && !this.isClosed) return this.readFirst(signal);
    this.shouldProbe = true;
    return this.schedule.readNow(signal);
  }

  /**
   * Reads a host that nobody follows yet: the agent is many times faster than the plain road, and stays for a while, since whoever
   * asks mostly goes on to follow. Its first picture is the answer.
   */
  private async readFirst(signal: AbortSignal | undefined): Promise<HostSnapshot> {
    const wasThere = this.current;
    const settled = new Promise<void>((resolve) => (this.setStarted = resolve));
    this.follow(true);
    await abandonable(settled, signal);
    if (this.agent !== undefined && this.current !== undefined && this.current !== wasThere) return this.current;
    this.shouldProbe = true;
    return this.schedule.readNow(signal);
  }

  /** Goes on following for a while after somebody asked, although nobody listens. */
  private linger(): void {
    clearTimeout(this.lingerTimer);
    this.lingerTimer = undefined;
    if (this.following === undefined || this.resources.isDisposed) return;
    this.lingerTimer = setTimeout(() => {
      this.lingerTimer = undefined;
      this.followAsNeeded();
    }, this.pace.linger);
  }

  private async read(signal: AbortSignal): Promise<HostSnapshot> {
    const sysctls = this.options.sysctls?.() ?? [];
    const probeKernel = this.shouldProbe;
    this.shouldProbe = false;
    const read = await observe(this.transport, signal, { sysctls, probeKernel, plainly: this.goesPlainly });
    const missingKinds = probeKernel ? read.missingKinds : this.current?.missingKinds;
    const snapshot = missingKinds === undefined ? read : { ...read, missingKinds };
    if (!this.resources.isDisposed) this.show(snapshot, changeBetween(this.current, snapshot));
    return snapshot;
  }

  /** Takes a new snapshot, and tells of it unless nothing but what runs by itself is another. */
  private show(snapshot: HostSnapshot, change: SnapshotChange): void {
    const before = this.current;
    this.current = snapshot;
    const told = before === undefined ? change : withoutRunningChanges(before, snapshot, change);
    if (before !== undefined && !told.host && told.namespaces.size === 0) return;
    this.currentChange = told;
    this.changes.fire(snapshot);
  }

  private fail(error: unknown): void {
    if (this.resources.isDisposed) return;
    this.failures.fire(error instanceof Error ? error : new NetnsError('internal', String(error)));
  }

  private get isHeard(): boolean {
    return this.listeners + this.rateListeners > 0;
  }

  private followAsNeeded(): void {
    const isKept = this.following !== undefined && (this.asked > 0 || this.lingerTimer !== undefined);
    this.follow(this.isHeard || isKept);
  }

  /** Begins or ends to follow the host's changes. */
  private follow(shouldFollow: boolean): void {
    if (shouldFollow === (this.following !== undefined)) return;
    this.following?.abort();
    this.following = undefined;
    if (!shouldFollow || this.isClosed || this.resources.isDisposed) {
      // Whoever asks from now on is not answered by one that is about to end.
      this.agent = undefined;
      this.setStarted();
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
      const begun = this.now();
      try {
        if (this.goesPlainly) await this.watchOnce(signal);
        else await this.followAgent(signal);
      } catch (error) {
        if (isAborted(signal)) return;
        const isUnsupported = error instanceof AgentUnsupported;
        if (isUnsupported) this.goesPlainly = true;
        this.setStarted();
        if (!this.isHeard) {
          // Whoever asked is answered by the plain road, which says the error as well.
          this.follow(false);
          return;
        }
        if (isUnsupported) continue;
        this.fail(error);
        if (++this.agentFailures >= agentAttempts) this.goesPlainly = true;
      }
      if (this.now() - begun > this.pace.longestRetry) failures = 0;
      failures++;
      await wait(retryDelay(this.pace, failures), signal);
    }
  }

  /** Has the agent tell of the host until it ends by itself (then it throws why) or `signal` ends it. */
  private async followAgent(signal: AbortSignal): Promise<void> {
    const listener = {
      onSnapshot: (snapshot: HostSnapshot, change: SnapshotChange): void => {
        if (!isAborted(signal) && !this.resources.isDisposed) this.showFromAgent(snapshot, change);
      },
      // An agent that was started anew says nothing new by parts.
      onPart: (picture: PartialPicture): void => {
        if (this.current === undefined && !isAborted(signal)) this.parts.fire(picture);
      },
      onRates: (rates: HostRates): void => this.rates.fire(rates),
    };
    const sysctls = this.options.sysctls?.() ?? [];
    const agent = await startAgent(this.transport, listener, signal, { sysctls, probeKernel: this.asked > 0 });
    try {
      if (signal.aborted) return;
      this.agent = agent;
      this.agentFailures = 0;
      this.setStarted();
      if (this.rateListeners > 0) agent.watchRates(true);
      const failure = await Promise.race([agent.ended, untilAborted(signal)]);
      if (failure !== undefined) throw failure;
    } finally {
      if (this.agent === agent) this.agent = undefined;
      agent.dispose();
    }
  }

  private showFromAgent(snapshot: HostSnapshot, change: SnapshotChange): void {
    const missingKinds = snapshot.missingKinds ?? this.current?.missingKinds;
    // An agent that was started anew knows nothing of what was shown before.
    const isFirst = this.agent === undefined;
    // The agent's own picture wherever that is whole: who settles tells by it that nothing changed.
    const isWhole = missingKinds === undefined || missingKinds === snapshot.missingKinds;
    const whole = isWhole ? snapshot : { ...snapshot, missingKinds };
    this.show(whole, isFirst ? changeBetween(this.current, whole) : change);
    this.agent?.readSysctls(this.options.sysctls?.() ?? []);
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
    try {
      if (signal.aborted) return;
      await this.schedule.readNow(signal);
      const failure = await Promise.race([watch.ended, untilAborted(signal)]);
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

function untilAborted(signal: AbortSignal): Promise<undefined> {
  return new Promise((resolve) => {
    if (signal.aborted) resolve(undefined);
    signal.addEventListener('abort', () => resolve(undefined), { once: true });
  });
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
