import { constants } from 'node:os';
import type { Duplex } from 'node:stream';
import type { Disposable } from '../base/disposable';
import type { NetnsError } from '../base/errors';
import type { Event } from '../base/events';
import type { Invocation } from './remote-script';
import type { TerminalSize } from './transport';

/** How a process ended: with a code as a shell gives it, or unknown, because the way to it was lost. */
export type ProcessEnd = { readonly code: number } | { readonly error: NetnsError };

/** What a process says, for whoever opened it. */
export interface ChannelEvents {
  onOutput(stream: 'stdout' | 'stderr', chunk: Buffer): void;
  /** The process has exited. Output may still come, for ever if something that it left behind holds on to it. */
  onExit?(code: number): void;
  /** Once, after all output. */
  onEnd(end: ProcessEnd): void;
  /** Once, after `onEnd`: the machine has let go of the channel too, and no longer counts it. From far away that is later. */
  onClosed(): void;
}

/** One process on a machine, as raw bytes. */
export interface ByteChannel {
  /** Ignored once the input was closed or the process has ended. */
  write(data: string): void;
  closeInput(): void;
  /** Lets go at once; `onEnd` follows. */
  close(): void;
}

export interface TerminalChannel extends ByteChannel {
  resize(size: TerminalSize): void;
}

/** The command of an invocation, without what is written to it. */
export type CommandLine = Pick<Invocation, 'argv' | 'commandLine'>;

/** What the two ways of reaching a machine must do; everything above is the same for both. */
export interface Machine extends Disposable {
  /** For people: `root@198.18.0.2:22`, `local`. */
  readonly description: string;
  /**
   * Starts a process without a terminal.
   *
   * @throws ChannelRefused when the machine allows no more of them at the moment, NetnsError otherwise.
   */
  open(command: CommandLine, events: ChannelEvents): Promise<ByteChannel>;
  /** Starts a process on a terminal; all its output comes as `stdout`. */
  openTerminal(command: CommandLine, size: TerminalSize, events: ChannelEvents): Promise<TerminalChannel>;
  /** As `Transport.connectTcp`. */
  connectTcp?(address: string, port: number): Promise<Duplex>;
  /** Fires once, after every channel's `onEnd`. */
  readonly onDidClose: Event<Error | undefined>;
}

/** The server does not open this channel, though the connection stands. */
export class ChannelRefused extends Error {
  override readonly name = 'ChannelRefused';
}

/** The code that a shell gives for a process ended by a signal: 128 + its number. An unknown signal counts as SIGKILL. */
export function codeOfSignal(signal: string): number {
  const numbers: Readonly<Record<string, number>> = constants.signals;
  return 128 + (numbers[signal] ?? constants.signals.SIGKILL);
}
