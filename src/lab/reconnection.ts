import { networkInterfaces } from 'node:os';
import type { Disposable } from '../base/disposable';
import { NetnsError } from '../base/errors';
import { pause } from './pause';

/** How a lost connection stands that is made again by itself. */
export interface ReconnectStep {
  /** Counted from 1. */
  readonly attempt: number;
  /** When it begins, in milliseconds since the epoch; absent while it is under way. */
  readonly at?: number;
}

/** All in milliseconds. */
export interface ReconnectPace {
  readonly first: number;
  readonly longest: number;
  /** Between two looks at the clock and the network. A timer stands still while the computer sleeps. */
  readonly look: number;
  /** From 0 up to 1. */
  readonly random: () => number;
}

export const usualReconnectPace: ReconnectPace = { first: 1000, longest: 60_000, look: 5000, random: Math.random };

/**
 * The wait before an attempt: twice the one before, up to the longest, and up to a quarter more or less, so that a host that
 * comes back is not stormed by everybody at once.
 */
export function waitBefore(attempt: number, { first, longest, random }: ReconnectPace): number {
  const wait = Math.min(longest, first * 2 ** Math.min(attempt - 1, 30));
  return Math.round(wait * (0.75 + random() / 2));
}

/** Whether another try may change it. A refused login, a host key or a missing program needs a person. */
export function mayPass(error: unknown): boolean {
  const passing = ['unreachable', 'connectionLost', 'unexpectedOutput', 'commandFailed', 'busy'];
  return error instanceof NetnsError && passing.includes(error.reason);
}

export interface ReconnectWork {
  /** Makes the connection. Rejects as connecting does. */
  open(signal: AbortSignal): Promise<void>;
  /** `why` is what the last attempt failed with. */
  onStep(step: ReconnectStep, why: Error | undefined): void;
  /** Nothing more is tried, for this reason. */
  onGiveUp(error: Error): void;
}

/** Makes a connection again until it stands, a person is needed, or it is disposed. */
export class Reconnection implements Disposable {
  private readonly controller = new AbortController();

  constructor(
    private readonly work: ReconnectWork,
    private readonly pace: ReconnectPace = usualReconnectPace,
    private readonly network: () => string = addressesOfThisComputer,
  ) {}

  /** @param attempt the first one's number; more than 1 where the last connection did not hold for long */
  start(attempt = 1): void {
    void this.run(attempt);
  }

  dispose(): void {
    this.controller.abort();
  }

  /** Never rejects. */
  private async run(first: number): Promise<void> {
    const { signal } = this.controller;
    let why: Error | undefined;
    for (let attempt = first; !this.isDisposed(); attempt++) {
      const at = Date.now() + waitBefore(attempt, this.pace);
      this.work.onStep({ attempt, at }, why);
      await this.until(at);
      if (signal.aborted) return;
      this.work.onStep({ attempt }, why);
      try {
        await this.work.open(signal);
        return;
      } catch (error) {
        // Disposed while it was being made: nobody wants to hear of it.
        if (this.isDisposed()) return;
        why = error instanceof Error ? error : new Error(String(error));
        if (!mayPass(error)) {
          this.work.onGiveUp(why);
          return;
        }
      }
    }
  }

  /** Waits until that time, or until this computer has other addresses: what could not be reached may be reached now. */
  private async until(at: number): Promise<void> {
    const { signal } = this.controller;
    const before = this.network();
    while (!signal.aborted && Date.now() < at && this.network() === before) {
      await pause(Math.min(this.pace.look, Math.max(1, at - Date.now())), signal);
    }
  }

  /** Asked through a function, since it changes while one waits. */
  private isDisposed(): boolean {
    return this.controller.signal.aborted;
  }
}

function addressesOfThisComputer(): string {
  const addresses = Object.values(networkInterfaces()).flatMap((list) => (list ?? []).map(({ address }) => address));
  return addresses.sort().join(' ');
}
