import * as l10n from '@vscode/l10n';
import type { Duplex } from 'node:stream';
import type { Client } from 'ssh2';
import type { Disposable } from '../base/disposable';
import { NetnsError } from '../base/errors';
import { orCancelled } from './cancellation';
import { endStream } from './ssh-socket';

/** A server that is logged in to only to reach the next one through it (ProxyJump of ssh_config(5)). */
export class JumpHost implements Disposable {
  private lastError: Error | undefined;

  constructor(
    private readonly where: string,
    private readonly client: Client,
    private readonly stream: Duplex,
  ) {
    // What runs through it ends with it, and says so; without a listener the error would end the whole process.
    client.on('error', (error) => {
      this.lastError ??= error;
      stream.destroy();
    });
  }

  /**
   * Opens a way on to `host`.
   *
   * @param limit Most milliseconds that it may take.
   * @throws NetnsError `unreachable`, `cancelled`.
   */
  async open(host: string, port: number, limit: number, signal?: AbortSignal): Promise<Duplex> {
    const to = `${host} port ${port}`;
    let isLate = false;
    const opening = new Promise<Duplex>((resolve, reject) => {
      const fail = (hostSaid: string): void => {
        clearTimeout(timer);
        this.client.off('close', onClose);
        reject(
          new NetnsError('unreachable', l10n.t`${this.where}, which is a jump host, does not reach ${to}.`, {
            hostSaid,
            advice: l10n.t`Check the address as the jump host sees it, and AllowTcpForwarding in its sshd_config.`,
          }),
        );
      };
      const onClose = (): void => fail(this.lastError?.message ?? l10n.t`The connection to it ended.`);
      const timer = setTimeout(() => {
        isLate = true;
        fail(l10n.t`No answer within ${limit / 1000} s.`);
      }, limit);
      this.client.once('close', onClose);
      this.client.forwardOut('127.0.0.1', 0, host, port, (error, channel) => {
        if (error !== undefined) {
          fail(error.message);
          return;
        }
        clearTimeout(timer);
        this.client.off('close', onClose);
        if (isLate || signal?.aborted === true) channel.destroy();
        resolve(channel);
      });
    });
    return await orCancelled(opening, signal);
  }

  dispose(): void {
    this.client.end();
    endStream(this.stream);
  }
}
