import * as l10n from '@vscode/l10n';
import { NetnsError } from '../../base/errors';
import { DisposableList, type Disposable } from '../../base/disposable';
import { Emitter, type Event } from '../../base/events';
import type { HostSnapshot } from '../../host/model';
import type { HostRates } from '../../host/rates';
import type { HostStore, PartialPicture } from '../../lab/model';
import {
  mayPass,
  Reconnection,
  usualReconnectPace,
  type ReconnectPace,
  type ReconnectStep,
} from '../../lab/reconnection';
import { SessionSecrets } from '../../transport/session-secrets';
import type { ConnectPrompts, HostTarget, Transport } from '../../transport/transport';
import type { HostConfiguration } from './host-settings';
import { HostWork } from './host-work';

export type HostState =
  | { readonly status: 'disconnected' }
  | { readonly status: 'connecting' }
  | { readonly status: 'live' }
  /** The connection ended by itself. `again` where it is being made anew; without, that was given up. */
  | { readonly status: 'lost'; readonly error: Error; readonly again?: ReconnectStep }
  /** It could not be made (anew), or the host could not be read. */
  | { readonly status: 'failed'; readonly error: Error };

/** How a host is reached; exchanged in tests. */
export interface HostServices {
  connect(target: HostTarget, prompts: ConnectPrompts, signal: AbortSignal): Promise<Transport>;
  createStore(transport: Transport): HostStore;
  /** Default: as fast as suits a person. */
  readonly reconnectPace?: ReconnectPace;
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
  private readonly work: HostWork;
  private watchers = 0;
  private watching: Disposable | undefined;
  private measurers = 0;
  private measuring: Disposable | undefined;
  private readonly measurements = new Emitter<HostRates>((count) => {
    this.measurers = count;
    this.updateMeasuring();
  });
  private readingFailure: Error | undefined;
  private part: PartialPicture | undefined;
  /** The answers of whoever connected, until `disconnect`. */
  private secrets: SessionSecrets | undefined;
  private reconnection: Reconnection | undefined;
  /** When the connection was made, in milliseconds since the epoch, and with which try. */
  private made = { at: 0, attempt: 0 };

  readonly onDidChange: Event<HostChange> = this.changes.event;
  /** What passes its interfaces, about once a second; the host counts only while somebody listens. */
  readonly onDidMeasure: Event<HostRates> = this.measurements.event;

  constructor(
    private configured: HostConfiguration,
    private readonly services: HostServices,
  ) {
    this.work = new HostWork(() => this.label);
  }

  /** The entry of the settings that it is. */
  get configuration(): HostConfiguration {
    return this.configured;
  }

  /** Another name for people; its connection is not concerned. */
  rename(label: string): void {
    this.configured = { ...this.configured, label };
  }

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

  /** false: the host is known to be one that cannot tell what passes its interfaces. */
  get tellsRates(): boolean {
    return this.connection?.store.tellsRates !== false;
  }

  /** What is known of a host that is just being connected: for views, not for plans. */
  get partialPicture(): PartialPicture | undefined {
    return this.part;
  }

  /** Why the newest reading failed, while the connection itself stands. */
  get lastReadingError(): Error | undefined {
    return this.readingFailure;
  }

  /**
   * Connects and reads the host once; resolves when it is live. Callers who come while that is under way share it. A
   * connection that is being made anew by itself is made at once.
   *
   * @throws NetnsError as the transport and the observer do; `cancelled` after `disconnect`.
   */
  async connect(prompts: ConnectPrompts): Promise<void> {
    if (this.currentState.status === 'live') return;
    if (this.attempt === undefined) {
      const wasReconnecting = this.stopReconnecting();
      const secrets = (this.secrets ??= new SessionSecrets(prompts));
      const controller = new AbortController();
      const attempt: Attempt = {
        controller,
        done: Promise.resolve().then(() => this.open(attempt, secrets, wasReconnecting)),
      };
      this.attempt = attempt;
      this.setState({ status: 'connecting' });
    }
    await this.attempt.done;
  }

  /** Ends the connection, or the attempts to make one. */
  disconnect(): void {
    this.stopReconnecting();
    this.attempt?.controller.abort();
    this.attempt = undefined;
    this.forgetSecrets();
    this.close({ status: 'disconnected' });
  }

  /** Drops what a person has answered while connecting: the next connection asks again. */
  forgetSecrets(): void {
    this.secrets?.forget();
    this.secrets = undefined;
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

  /** As `HostStore.settle`: the host as it is now, for a plan. @throws NetnsError as the store does. */
  async settle(sysctlsOf: readonly string[], signal?: AbortSignal): Promise<HostSnapshot> {
    const { store } = this.live();
    if (store.settle === undefined) return await this.refresh(signal);
    const snapshot = await store.settle(sysctlsOf, signal);
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
    return this.work.isBusy;
  }

  /** Why this host can only be looked at: there is no root on it for us. */
  get readOnlyBecause(): NetnsError | undefined {
    const privilege = this.connection?.transport.privilege;
    return privilege?.type === 'none' ? privilege.error : undefined;
  }

  /** As `HostWork.exclusively`; @throws NetnsError `privilege` where there is no root. */
  async exclusively<T>(work: () => Promise<T>): Promise<T> {
    if (this.readOnlyBecause !== undefined) throw this.readOnlyBecause;
    return await this.work.exclusively(work);
  }

  /** As `HostWork.sharing`; @throws NetnsError `privilege` where there is no root. */
  async sharing<T>(work: () => Promise<T>): Promise<T> {
    if (this.readOnlyBecause !== undefined) throw this.readOnlyBecause;
    return await this.work.sharing(work);
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
    this.measurements.dispose();
  }

  private async open(attempt: Attempt, prompts: ConnectPrompts, wasReconnecting: boolean): Promise<void> {
    const { signal } = attempt.controller;
    try {
      await this.establish(signal, prompts);
    } catch (error) {
      if (signal.aborted) throw new NetnsError('cancelled', l10n.t`Connecting was stopped.`, { cause: error });
      this.attempt = undefined;
      if (wasReconnecting && mayPass(error)) this.reconnect(asError(error));
      else this.close({ status: 'failed', error: asError(error) });
      throw error;
    }
    this.attempt = undefined;
    this.made = { at: Date.now(), attempt: 0 };
    this.goLive();
  }

  /** Makes the connection and reads the host; nothing is left open where that fails. */
  private async establish(signal: AbortSignal, prompts: ConnectPrompts): Promise<void> {
    const held = new DisposableList();
    try {
      const transport = held.add(await this.services.connect(this.configuration.target, prompts, signal));
      // Subscribed at once: a connection that ends while the first reading is under way must not go unnoticed.
      let closed: Error | undefined;
      held.add(
        transport.onDidClose((error) => {
          closed = error ?? new NetnsError('connectionLost', l10n.t`The connection to ${this.label} ended.`);
          if (this.connection?.transport === transport) this.reconnect(closed);
        }),
      );
      const store = held.add(this.services.createStore(transport));
      held.add(store.onDidFail((error) => this.onReadingFailed(error)));
      const parts = store.onDidReadPart?.((part) => {
        if (signal.aborted) return;
        this.part = part;
        this.changes.fire('snapshot');
      });
      try {
        await store.refresh(signal);
      } finally {
        parts?.dispose();
        this.part = undefined;
      }
      signal.throwIfAborted();
      if (closed !== undefined) throw closed;
      this.connection = { transport, store };
      this.held = held;
    } catch (error) {
      held.dispose();
      throw error;
    }
  }

  private goLive(): void {
    this.setState({ status: 'live' });
    this.updateWatching();
    this.updateMeasuring();
  }

  /** The connection ended by itself: it is made anew by itself too, with what the person answered the first time. */
  private reconnect(error: Error): void {
    const prompts = this.secrets?.unattended();
    if (prompts === undefined) {
      this.close({ status: 'lost', error });
      return;
    }
    // Its first step tells the listeners.
    this.drop();
    const pace = this.services.reconnectPace ?? usualReconnectPace;
    const { at, attempt: lastAttempt } = this.made;
    this.reconnection = new Reconnection(
      {
        open: async (signal) => {
          await this.establish(signal, prompts);
          this.reconnection = undefined;
          this.made = { ...this.made, at: Date.now() };
          this.goLive();
        },
        onStep: (again, why) => {
          this.made = { ...this.made, attempt: again.attempt };
          this.setState({ status: 'lost', error: why ?? error, again });
        },
        onGiveUp: (why) => {
          this.reconnection = undefined;
          this.setState({ status: 'failed', error: why });
        },
      },
      pace,
    );
    // One that breaks again and again is made again slower and slower.
    this.reconnection.start(Date.now() - at > pace.longest ? 1 : lastAttempt + 1);
  }

  /** @returns whether there was anything to stop. */
  private stopReconnecting(): boolean {
    const wasReconnecting = this.reconnection !== undefined;
    this.reconnection?.dispose();
    this.reconnection = undefined;
    return wasReconnecting;
  }

  private onReadingFailed(error: Error): void {
    this.readingFailure = error;
    this.changes.fire('state');
  }

  private close(state: HostState): void {
    this.drop();
    this.setState(state);
  }

  /** Lets go of the connection and of all that hangs on it. */
  private drop(): void {
    const held = this.held;
    this.connection = undefined;
    this.held = new DisposableList();
    this.readingFailure = undefined;
    this.watching?.dispose();
    this.watching = undefined;
    this.measuring?.dispose();
    this.measuring = undefined;
    held.dispose();
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

  private updateMeasuring(): void {
    if (this.measurers > 0 && this.connection !== undefined) {
      this.measuring ??= this.connection.store.watchRates?.((rates) => this.measurements.fire(rates));
    } else {
      this.measuring?.dispose();
      this.measuring = undefined;
    }
  }

  private setState(state: HostState): void {
    if (state.status === this.currentState.status && state.status === 'disconnected') return;
    this.currentState = state;
    this.changes.fire('state');
  }

  private live(): { readonly transport: Transport; readonly store: HostStore } {
    if (this.connection !== undefined) return this.connection;
    throw new NetnsError('connectionLost', l10n.t`${this.label} is not connected.`, {
      advice: l10n.t`Connect to the host first.`,
    });
  }
}

function asError(error: unknown): Error {
  return error instanceof Error ? error : new Error(String(error));
}
