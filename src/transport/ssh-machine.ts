import * as l10n from '@vscode/l10n';
import { Socket } from 'node:net';
import type { Duplex } from 'node:stream';
import type { Client, ClientChannel, ExecOptions } from 'ssh2';
import { NetnsError } from '../base/errors';
import { Emitter } from '../base/events';
import {
  ChannelRefused,
  type ByteChannel,
  type ChannelEvents,
  type CommandLine,
  type Machine,
  type TerminalChannel,
} from './byte-channel';
import { SshChannel } from './ssh-channel';
import { endStream } from './ssh-socket';
import type { TerminalSize } from './transport';

/** A host reached over one SSH connection that is logged in. */
export class SshMachine implements Machine {
  private readonly closes = new Emitter<Error | undefined>();
  readonly onDidClose = this.closes.event;
  private readonly channels = new Set<SshChannel>();
  private readonly opening = new Set<(error: NetnsError) => void>();
  private lastError: Error | undefined;
  private closed: NetnsError | undefined;

  /** @param socket The connection's stream, which is ours to destroy. */
  constructor(
    readonly description: string,
    private readonly client: Client,
    private readonly socket: Duplex,
  ) {
    // Without a listener an error, a TCP reset for instance, would end the whole process.
    client.on('error', (error) => {
      this.lastError ??= error;
      socket.destroy();
    });
    client.on('close', () => this.close(this.lostError()));
    // An exec takes 5 ms instead of 90 without Nagle's algorithm.
    if (socket instanceof Socket) socket.setNoDelay(true);
  }

  async open({ commandLine }: CommandLine, events: ChannelEvents): Promise<ByteChannel> {
    return await this.exec(commandLine, {}, events);
  }

  async openTerminal(
    { commandLine }: CommandLine,
    size: TerminalSize,
    events: ChannelEvents,
  ): Promise<TerminalChannel> {
    const pty = { rows: size.rows, cols: size.columns, width: 0, height: 0, term: 'xterm-256color' };
    return await this.exec(commandLine, { pty }, events);
  }

  connectTcp(address: string, port: number): Promise<Duplex> {
    return new Promise((resolve, reject) => {
      if (this.closed !== undefined) {
        reject(this.closed);
        return;
      }
      this.opening.add(reject);
      try {
        this.client.forwardOut('127.0.0.1', 0, address, port, (error, stream) => {
          this.opening.delete(reject);
          if (error === undefined) resolve(stream);
          else reject(this.notForwarded(address, port, error));
        });
      } catch {
        // ssh2 throws when the socket is no longer writable.
        this.opening.delete(reject);
        reject(this.lostError());
      }
    });
  }

  dispose(): void {
    if (this.closed !== undefined) return;
    this.client.end();
    endStream(this.socket);
    this.close(undefined);
  }

  private exec(commandLine: string, options: ExecOptions, events: ChannelEvents): Promise<SshChannel> {
    return new Promise((resolve, reject) => {
      if (this.closed !== undefined) {
        reject(this.closed);
        return;
      }
      this.opening.add(reject);
      const onOpen = (error: Error | undefined, channel: ClientChannel): void => {
        this.opening.delete(reject);
        if (this.closed !== undefined) reject(this.closed);
        else if (error !== undefined) reject(this.refusal(error));
        else resolve(this.adopt(channel, events));
      };
      try {
        this.client.exec(commandLine, options, onOpen);
      } catch {
        // ssh2 throws when the socket is no longer writable.
        this.opening.delete(reject);
        reject(this.lostError());
      }
    });
  }

  private adopt(channel: ClientChannel, events: ChannelEvents): SshChannel {
    const adopted = new SshChannel(
      channel,
      events,
      () => this.closed ?? this.lostError(),
      () => this.closedError(),
      (over) => this.channels.delete(over),
    );
    this.channels.add(adopted);
    return adopted;
  }

  /** A channel that was not opened has a reason (RFC 4254, section 5.1); a refused request on it has none. */
  private refusal(error: Error): Error {
    if ('reason' in error) return new ChannelRefused(error.message);
    return new NetnsError('unsupported', l10n.t`${this.description} does not run what we ask for.`, {
      hostSaid: error.message,
      advice: l10n.t`See PermitTTY and ForceCommand in the sshd_config of the host.`,
      cause: error,
    });
  }

  /** RFC 4254, section 5.1: 1 is “administratively prohibited”, 2 “connect failed”. */
  private notForwarded(address: string, port: number, error: Error & { readonly reason?: unknown }): NetnsError {
    if (error.reason === 1) {
      return new NetnsError('unsupported', l10n.t`${this.description} forwards no connections.`, {
        hostSaid: error.message,
        advice: l10n.t`See AllowTcpForwarding in the sshd_config of the host.`,
        cause: error,
      });
    }
    return new NetnsError('unreachable', l10n.t`${this.description} does not reach ${address}, port ${port}.`, {
      hostSaid: error.message,
      cause: error,
    });
  }

  /** Everything that hangs on the connection ends first, then whoever watches the connection hears of it. */
  private close(error: NetnsError | undefined): void {
    if (this.closed !== undefined) return;
    const reason = error ?? this.closedError();
    this.closed = reason;
    for (const reject of [...this.opening]) reject(reason);
    this.opening.clear();
    for (const channel of [...this.channels]) channel.lose(reason);
    this.closes.fire(error);
    this.closes.dispose();
  }

  private closedError(): NetnsError {
    return new NetnsError('cancelled', l10n.t`The connection to ${this.description} was closed.`);
  }

  private lostError(): NetnsError {
    const why = this.lastError === undefined ? '' : `: ${this.lastError.message}`;
    return new NetnsError('connectionLost', l10n.t`The connection to ${this.description} was lost${why}.`, {
      advice: l10n.t`Connect again, and look at the host before changing anything on it.`,
      cause: this.lastError,
    });
  }
}
