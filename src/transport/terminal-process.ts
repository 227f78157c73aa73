import type { Disposable } from '../base/disposable';
import type { Event } from '../base/events';
import type { ChannelEvents, ProcessEnd, TerminalChannel } from './byte-channel';
import { deferred } from './deferred';
import { TextStream } from './text-stream';
import type { RemoteTerminal, TerminalSize } from './transport';

/** A script that runs on a terminal. Letting go of the terminal is what ends it: its processes get SIGHUP. */
export class TerminalProcess implements RemoteTerminal, ChannelEvents {
  readonly exited: Promise<number>;
  readonly onData: Event<string>;

  private readonly output = new TextStream();
  private readonly exit = deferred<number>();
  private channel: TerminalChannel | undefined;
  private isOver = false;

  /** @param slot Holds the place of the channel; disposed when the process has ended. */
  constructor(private readonly slot: Disposable) {
    this.onData = this.output.onText;
    this.exited = this.exit.promise;
    this.exited.catch(() => undefined);
  }

  attach(channel: TerminalChannel): void {
    this.channel = channel;
    if (this.isOver) channel.close();
  }

  onOutput(_stream: 'stdout' | 'stderr', chunk: Buffer): void {
    this.output.feed(chunk);
  }

  onEnd(end: ProcessEnd): void {
    if (this.isOver) return;
    this.isOver = true;
    this.slot.dispose();
    try {
      this.output.end();
    } finally {
      if ('code' in end) this.exit.resolve(end.code);
      else this.exit.reject(end.error);
    }
  }

  write(text: string): void {
    if (!this.isOver) this.channel?.write(text);
  }

  resize(size: TerminalSize): void {
    if (!this.isOver) this.channel?.resize(size);
  }

  dispose(): void {
    if (!this.isOver) this.channel?.close();
  }
}
