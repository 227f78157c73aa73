import * as l10n from '@vscode/l10n';
import { NetnsError } from '../base/errors';
import type { Event } from '../base/events';
import type { ByteChannel, ChannelEvents, ProcessEnd } from './byte-channel';
import type { ChannelSlot } from './channel-queue';
import { cancelledError } from './cancellation';
import { deferred } from './deferred';
import { killGraceSeconds, type Invocation } from './remote-script';
import { TextStream } from './text-stream';
import type { RemoteProcess } from './transport';

/** How long the host may take to end a process that was asked to, before its channel is given up, in milliseconds. */
const endLimit = (killGraceSeconds + 5) * 1000;

/** How long output may pause after the process has exited and before its end has come, in milliseconds. */
const restLimit = 10_000;

export interface ScriptProcessOptions {
  readonly invocation: Invocation;
  readonly signal: AbortSignal | undefined;
  /** The script ends by itself when its input does, and may take its time. */
  readonly ownsInput: boolean;
  /** The standard output is bytes, not text. */
  readonly isBinary: boolean;
  /** The error for a script that never began, from what was said instead of it. */
  didNotStart(said: string): NetnsError;
  /** The error for a script whose output has no end. */
  brokeOff(): NetnsError;
}

/** A script that runs on a machine, over one channel. */
export class ScriptProcess implements RemoteProcess, ChannelEvents {
  readonly exited: Promise<number>;
  /** Settles when the script begins to run, or rejects when it will not. */
  readonly started: Promise<unknown>;
  readonly onStdout: Event<string>;
  readonly onStderr: Event<string>;

  private readonly stdout: TextStream;
  private readonly stderr: TextStream;
  private channel: ByteChannel | undefined;
  private code: number | undefined;
  private isOver = false;
  private failure: NetnsError | undefined;
  private endTimer: NodeJS.Timeout | undefined;
  private restTimer: NodeJS.Timeout | undefined;
  private readonly start = deferred<undefined>();
  private readonly exit = deferred<number>();
  private readonly abort = (): void => this.fail(cancelledError());

  constructor(
    private readonly options: ScriptProcessOptions,
    /** Holds the place of the channel; disposed when the machine has let go of it. */
    private readonly slot: ChannelSlot,
  ) {
    this.stdout = new TextStream(options.invocation, options.isBinary ? 'latin1' : 'utf8');
    this.stderr = new TextStream(options.invocation);
    this.onStdout = this.stdout.onText;
    this.onStderr = this.stderr.onText;
    this.started = this.start.promise;
    this.exited = this.exit.promise;
    // Whoever does not ask how it ended has not overlooked an error.
    this.started.catch(() => undefined);
    this.exited.catch(() => undefined);
  }

  /** The channel is open: sends the script, unless nobody wants it any more. */
  attach(channel: ByteChannel): void {
    this.channel = channel;
    const { invocation, signal } = this.options;
    if (signal?.aborted === true) this.failure ??= cancelledError();
    if (this.failure !== undefined || this.isOver) {
      channel.close();
      return;
    }
    channel.write(invocation.preamble);
    signal?.addEventListener('abort', this.abort, { once: true });
  }

  onOutput(stream: 'stdout' | 'stderr', chunk: Buffer): void {
    this[stream].feed(chunk);
    if (stream === 'stdout' && this.stdout.hasStarted) this.start.resolve(undefined);
    this.endWhenComplete();
  }

  onExit(code: number): void {
    this.code = code;
    this.endWhenComplete();
  }

  onEnd(end: ProcessEnd): void {
    if (this.isOver) return;
    this.isOver = true;
    clearTimeout(this.endTimer);
    clearTimeout(this.restTimer);
    this.options.signal?.removeEventListener('abort', this.abort);
    this.slot.giveUp();
    try {
      this.stdout.end();
      this.stderr.end();
    } finally {
      this.settle(end);
    }
  }

  onClosed(): void {
    this.slot.dispose();
  }

  write(text: string): void {
    if (!this.isOver) this.channel?.write(text);
  }

  closeInput(): void {
    this.channel?.closeInput();
  }

  /** The end of the input is what ends the process: the watchdog on the host sees it, or the script itself. */
  dispose(): void {
    if (this.isOver) return;
    this.slot.giveUp();
    this.closeInput();
    if (this.options.ownsInput) return;
    this.endTimer ??= setTimeout(() => this.channel?.close(), endLimit);
  }

  /** Ends the process; `exited` then rejects with `error`. */
  fail(error: NetnsError): void {
    this.failure ??= error;
    this.dispose();
  }

  /** Does not wait for the channel to close: something that the script left running may keep its outputs open. */
  private endWhenComplete(): void {
    if (this.code === undefined || this.isOver) return;
    if (this.stdout.isComplete && this.stderr.isComplete) {
      this.onEnd({ code: this.code });
      this.channel?.close();
      return;
    }
    // The rest of the output is on its way, unless our runner on the host was killed and the script still runs.
    clearTimeout(this.restTimer);
    this.restTimer = setTimeout(() => {
      this.fail(this.options.brokeOff());
      this.channel?.close();
    }, restLimit);
  }

  private settle(end: ProcessEnd): void {
    const failure = this.failure ?? this.failureOf(end);
    if (failure !== undefined) {
      this.start.reject(failure);
      this.exit.reject(failure);
    } else if ('code' in end) {
      this.exit.resolve(end.code);
    }
  }

  private failureOf(end: ProcessEnd): NetnsError | undefined {
    if ('error' in end) return end.error;
    if (this.stdout.isComplete && this.stderr.isComplete) return undefined;
    if (this.stdout.hasStarted) return this.options.brokeOff();
    return this.options.didNotStart(`${this.stderr.before}\n${this.stdout.before}`.trim());
  }
}

/** The usual error for a script whose output has no end: what should have told the end was killed on the host. */
export function brokeOff(where: string): NetnsError {
  return new NetnsError('connectionLost', l10n.t`What ${where} had to say broke off.`, {
    advice: l10n.t`Somebody ended our processes there, or it is out of memory. Look at the host, and try again.`,
  });
}
