import { NetnsError } from '../../base/errors';
import { DisposableList, type Disposable } from '../../base/disposable';
import { Emitter, type Event } from '../../base/events';
import type { HostSnapshot } from '../../host/model';
import type { HostStore } from '../../lab/model';
import { SessionSecrets } from '../../transport/session-secrets';
import type { ConnectPrompts, HostTarget, Transport } from '../../transport/transport';
import type { HostConfiguration } from './host-settings';

export type HostState =
  | { readonly status: 'disconnected' }
  | { readonly status: 'connecting' }
  | { readonly status: 'live' }
  /** The connection ended by itself. */
  | { readonly status: 'lost'; readonly error: Error }
  /** It could not be made, or the host could not be read. */
  | { readonly status: 'failed'; readonly error: Error };

/** How a host is reached; exchanged in tests. */
export interface HostServices {
  connect(target: HostTarget, prompts: ConnectPrompts, signal: AbortSignal): Promise<Transport>;
  createStore(transport: Transport): HostStore;
}

export type HostChange = 'state' | 'snapshot';

interface Attempt {
  readonly controller: AbortController;
  readonly done: Promise<void>;
}

/** One configured host and its one connection, shared by the tree, the graphs and the actions. */
export class Host implements Disposable {
  private currentState: HostState = { status: 'disconnected' };
  private connection: { readonly transport: Transport; readonly store: HostStore } | undefined;
  /** What belongs to the connection: its transport, its store and the subscriptions to them. */
  private held = new DisposableList();
  private attempt: Attempt | undefined;
  private readonly changes = new Emitter<HostChange>();
  private watchers = 0;
  private busy = false;
  private sharers = 0;
  private watching: Disposable | undefined;
  private readingFailure: Error | undefined;
  /** The answers of whoever connected, until `disconnect`. */
  private secrets: SessionSecrets | undefined;

  readonly onDidChange: Event<HostChange> = this.changes.event;

  constructor(
    readonly configuration: HostConfiguration,
    private readonly services: HostServices,
  ) {}

  get id(): string {
    return this.configuration.id;
  }

  get label(): string {
    return this.configuration.label;
  }

  get state(): HostState {
    return this.currentState;
  }

  /** The newest reading; undefined unless the host is live. */
  get snapshot(): HostSnapshot | undefined {
    return this.connection?.store.snapshot;
  }

  /** Why the newest reading failed, while the connection itself stands. */
  get lastReadingError(): Error | undefined {
    return this.readingFailure;
  }

  /**
   * Connects and reads the host once; resolves when it is live. Callers who come while that is under way share it.
   *
   * @throws NetnsError as the transport and the observer do; `cancelled` after `disconnect`.
   */
  async connect(prompts: ConnectPrompts): Promise<void> {
    if (this.currentState.status === 'live') return;
    if (this.attempt === undefined) {
      const secrets = (this.secrets = new SessionSecrets(prompts));
      const controller = new AbortController();
      const attempt: Attempt = {
        controller,
        done: Promise.resolve().then(() => this.open(attempt, secrets)),
      };
      this.attempt = attempt;
      this.setState({ status: 'connecting' });
    }
    await this.attempt.done;
  }

  /** Ends the connection, or the attempt to make one. */
  disconnect(): void {
    this.attempt?.controller.abort();
    this.attempt = undefined;
    this.forgetSecrets();
    this.close({ status: 'disconnected' });
  }

  /** Drops what a person has answered while connecting: the next connection asks again. */
  forgetSecrets(): void {
    this.secrets?.forget();
  }

  /**
   * The transport of a live host.
   *
   * @throws NetnsError `connectionLost` if the host is not live.
   */
  transport(): Transport {
    return this.live().transport;
  }

  /** Reads the host now. @throws NetnsError as the store does. */
  async refresh(signal?: AbortSignal): Promise<HostSnapshot> {
    const snapshot = await this.live().store.refresh(signal);
    this.readingFailure = undefined;
    this.changes.fire('snapshot');
    return snapshot;
  }

  /** Makes sure that `snapshot` is of now: reads a host that nobody watches. @throws NetnsError as the store does. */
  async ensureCurrent(): Promise<void> {
    if (this.watchers === 0) await this.refresh();
  }

  /** Work that changes the host is under way, and will tell how it ended. */
  get isBusy(): boolean {
    return this.busy;
  }

  /**
   * Runs work that changes the host, one at a time.
   *
   * @throws NetnsError `busy` while other work is under way; and whatever the work throws.
   */
  async exclusively<T>(work: () => Promise<T>): Promise<T> {
    this.refuseWhile(this.busy, 'Something else is still working');
    this.refuseWhile(this.sharers > 0, 'Checks are still running');
    this.busy = true;
    try {
      return await work();
    } finally {
      this.busy = false;
    }
  }

  /**
   * Runs work that needs the host to stay as it is and does not change it: any number at a time.
   *
   * @throws NetnsError `busy` while work is under way that changes the host; and whatever the work throws.
   */
  async sharing<T>(work: () => Promise<T>): Promise<T> {
    this.refuseWhile(this.busy, 'Something else is still working');
    this.sharers++;
    try {
      return await work();
    } finally {
      this.sharers--;
    }
  }

  private refuseWhile(condition: boolean, what: string): void {
    if (!condition) return;
    throw new NetnsError('busy', `${what} on ${this.label}.`, { advice: 'Wait until that is done, or cancel it.' });
  }

  /** Keeps the picture current until disposed: the host is watched while at least one watcher is there. */
  watch(): Disposable {
    this.watchers++;
    this.updateWatching();
    let disposed = false;
    return {
      dispose: () => {
        if (disposed) return;
        disposed = true;
        this.watchers--;
        this.updateWatching();
      },
    };
  }

  dispose(): void {
    this.disconnect();
    this.changes.dispose();
  }

  private async open(attempt: Attempt, prompts: ConnectPrompts): Promise<void> {
    const { signal } = attempt.controller;
    const held = new DisposableList();
    try {
      const transport = held.add(await this.services.connect(this.configuration.target, prompts, signal));
      // Subscribed at once: a connection that ends while the first reading is under way must not go unnoticed.
      let closed: Error | undefined;
      held.add(
        transport.onDidClose((error) => {
          closed = error ?? new NetnsError('connectionLost', `The connection to ${this.label} ended.`);
          if (this.connection?.transport === transport) this.close({ status: 'lost', error: closed });
        }),
      );
      const store = held.add(this.services.createStore(transport));
      held.add(store.onDidFail((error) => this.onReadingFailed(error)));
      await store.refresh(signal);
      signal.throwIfAborted();
      if (closed !== undefined) throw closed;
      this.connection = { transport, store };
      this.held = held;
      this.attempt = undefined;
    } catch (error) {
      held.dispose();
      if (signal.aborted) throw new NetnsError('cancelled', 'Connecting was stopped.', { cause: error });
      this.attempt = undefined;
      this.close({ status: 'failed', error: asError(error) });
      throw error;
    }
    this.setState({ status: 'live' });
    this.updateWatching();
  }

  private onReadingFailed(error: Error): void {
    this.readingFailure = error;
    this.changes.fire('state');
  }

  private close(state: HostState): void {
    const held = this.held;
    this.connection = undefined;
    this.held = new DisposableList();
    this.readingFailure = undefined;
    this.watching?.dispose();
    this.watching = undefined;
    held.dispose();
    this.setState(state);
  }

  private updateWatching(): void {
    if (this.watchers > 0 && this.connection !== undefined) {
      this.watching ??= this.connection.store.onDidChange(() => {
        this.readingFailure = undefined;
        this.changes.fire('snapshot');
      });
    } else {
      this.watching?.dispose();
      this.watching = undefined;
    }
  }

  private setState(state: HostState): void {
    if (state.status === this.currentState.status && state.status === 'disconnected') return;
    this.currentState = state;
    this.changes.fire('state');
  }

  private live(): { readonly transport: Transport; readonly store: HostStore } {
    if (this.connection !== undefined) return this.connection;
    throw new NetnsError('connectionLost', `${this.label} is not connected.`, { advice: 'Connect to the host first.' });
  }
}

function asError(error: unknown): Error {
  return error instanceof Error ? error : new Error(String(error));
}
