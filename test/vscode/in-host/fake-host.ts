import { Emitter } from '../../../src/base/events';
import type { HostSnapshot } from '../../../src/host/model';
import type { HostRates } from '../../../src/host/rates';
import type { HostStore, PartialPicture } from '../../../src/lab/model';
import type { Privilege, Transport } from '../../../src/transport/transport';
import type { HostServices } from '../../../src/vscode/hosts/host';
import type { HostConfiguration } from '../../../src/vscode/hosts/host-settings';

/** A host whose readings and whose connection a test moves by hand. */
export class FakeHost {
  /** How many listen to the store: more than none means that a watcher would run on the host. */
  listeners = 0;
  /** How many want to know what passes the interfaces: more than none means that the host counts. */
  rateListeners = 0;
  tellsRates = true;
  transportsOpen = 0;
  connectCalls = 0;
  /** What is told of the host while it is being read for the first time, and what the reading waits for. */
  readonly parts = new Emitter<PartialPicture>();
  reading: Promise<void> = Promise.resolve();
  /** Waited for before a connection stands. */
  gate: Promise<void> = Promise.resolve();
  failure: Error | undefined;
  privilege: Privilege = { type: 'root' };
  private readonly changes = new Emitter<HostSnapshot>((count) => (this.listeners = count));
  private readonly measurements = new Emitter<HostRates>((count) => (this.rateListeners = count));
  private readonly failures = new Emitter<Error>();
  private readonly closes = new Emitter<Error | undefined>();

  constructor(public current: HostSnapshot) {}

  readonly services: HostServices = {
    connect: async (_target, _prompts, signal) => {
      this.connectCalls++;
      await this.gate;
      signal.throwIfAborted();
      if (this.failure !== undefined) throw this.failure;
      this.transportsOpen++;
      return this.transport();
    },
    createStore: () => this.store(),
  };

  /** The host changed; whoever watches hears of it. */
  change(next: HostSnapshot): void {
    this.current = next;
    this.changes.fire(next);
  }

  measure(rates: HostRates): void {
    this.measurements.fire(rates);
  }

  failReading(error: Error): void {
    this.failures.fire(error);
  }

  loseConnection(error: Error): void {
    this.closes.fire(error);
  }

  private transport(): Transport {
    const unused = (): never => {
      throw new Error('A fake transport runs nothing.');
    };
    let open = true;
    return {
      description: 'fake',
      privilege: this.privilege,
      run: unused,
      start: unused,
      openTerminal: unused,
      onDidClose: this.closes.event,
      dispose: () => {
        if (open) this.transportsOpen--;
        open = false;
      },
    };
  }

  private store(): HostStore {
    let known: HostSnapshot | undefined;
    const read = (): HostSnapshot => (known = this.current);
    const subscription = this.changes;
    const { measurements, tellsRates } = this;
    return {
      get snapshot() {
        return known;
      },
      onDidChange: (listener) =>
        subscription.event((next) => {
          known = next;
          listener(next);
        }),
      onDidFail: this.failures.event,
      watchRates: (listener) => measurements.event(listener),
      tellsRates,
      onDidReadPart: this.parts.event,
      refresh: () => this.reading.then(read),
      dispose: () => undefined,
    };
  }
}

export function configuration(id: string): HostConfiguration {
  return { id, label: id, target: { type: 'ssh', host: '198.51.100.7', user: 'root' } };
}

/** For connecting fakes, which ask nothing. */
export const noPrompts = { acceptHostKey: () => Promise.resolve(false) };
