import type { Event } from '../base/events';
import type { ChannelEvents, ProcessEnd, TerminalChannel } from './byte-channel';
import type { ChannelSlot } from './channel-queue';
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

  /** @param slot Holds the place of the channel; disposed when the machine has let go of it. */
  constructor(private readonly slot: ChannelSlot) {
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
    this.slot.giveUp();
    try {
      this.output.end();
    } finally {
      if ('code' in end) this.exit.resolve(end.code);
      else this.exit.reject(end.error);
    }
  }

  onClosed(): void {
    this.slot.dispose();
  }

  write(text: string): void {
    if (!this.isOver) this.channel?.write(text);
  }

  resize(size: TerminalSize): void {
    if (!this.isOver) this.channel?.resize(size);
  }

  dispose(): void {
    if (this.isOver) return;
    this.slot.giveUp();
    this.channel?.close();
  }
}
