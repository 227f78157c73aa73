import type { ClientChannel } from 'ssh2';
import type { NetnsError } from '../base/errors';
import { codeOfSignal, type ChannelEvents, type ProcessEnd, type TerminalChannel } from './byte-channel';
import type { TerminalSize } from './transport';

/** How long a server may take to let go of a channel of which nobody expects anything any more, in milliseconds. */
const closeLimit = 15_000;

/** A session channel of ssh2 that runs a command. */
export class SshChannel implements TerminalChannel {
  private code: number | undefined;
  private isOver = false;
  private closeTimer: NodeJS.Timeout | undefined;

  /** @param lostError The error for a process whose exit code never came. */
  constructor(
    private readonly channel: ClientChannel,
    private readonly events: ChannelEvents,
    private readonly lostError: () => NetnsError,
    private readonly closedError: () => NetnsError,
    private readonly onOver: (channel: SshChannel) => void,
  ) {
    const take = (stream: 'stdout' | 'stderr') => (chunk: Buffer) => {
      if (!this.isOver) this.events.onOutput(stream, chunk);
    };
    channel.on('data', take('stdout'));
    channel.stderr.on('data', take('stderr'));
    channel.on('exit', (code: number | null, signal?: string) => {
      this.code = code ?? codeOfSignal(signal ?? '');
      if (!this.isOver) this.events.onExit?.(this.code);
    });
    // ssh2 gives `close` a code of null both for a signal and for a lost connection; only `exit` tells them apart.
    channel.on('close', () => {
      this.end(this.ended(this.lostError));
      this.closed();
    });
    // A write that fails because the channel is closing; the end itself comes as `close`.
    channel.on('error', () => undefined);
  }

  write(data: string): void {
    if (this.channel.writable && !this.isOver) this.channel.write(data);
  }

  closeInput(): void {
    if (this.channel.writable && !this.isOver) this.channel.end();
  }

  resize({ rows, columns }: TerminalSize): void {
    if (!this.isOver) this.channel.setWindow(rows, columns, 0, 0);
  }

  close(): void {
    this.channel.close();
    this.end({ error: this.closedError() });
  }

  /** The connection is gone, and with it every word that has not come yet. */
  lose(error: NetnsError): void {
    this.end(this.ended(() => error));
    this.closed();
  }

  private ended(orElse: () => NetnsError): ProcessEnd {
    return this.code === undefined ? { error: orElse() } : { code: this.code };
  }

  private end(end: ProcessEnd): void {
    if (this.isOver) return;
    this.isOver = true;
    this.onOver(this);
    this.closeTimer = setTimeout(() => this.closed(), closeLimit);
    this.closeTimer.unref();
    this.events.onEnd(end);
  }

  private closed(): void {
    clearTimeout(this.closeTimer);
    this.events.onClosed();
  }
}
