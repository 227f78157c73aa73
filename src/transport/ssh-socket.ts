import * as l10n from '@vscode/l10n';
import { connect, Socket } from 'node:net';
import type { Duplex } from 'node:stream';
import { NetnsError } from '../base/errors';
import { cancelledError } from './cancellation';

/** What to do about each way in which a host cannot be reached. */
const advice: Readonly<Record<string, string>> = {
  ENOTFOUND: l10n.t`Check the name; this computer cannot find an address for it.`,
  EAI_AGAIN: l10n.t`Check the name and the network; the name server did not answer.`,
  ECONNREFUSED: l10n.t`Check the port, and that sshd runs on the host.`,
  EHOSTUNREACH: l10n.t`Check the address, and that this computer has a route to it.`,
  ENETUNREACH: l10n.t`Check the address, and that this computer has a route to it.`,
  ETIMEDOUT: l10n.t`Check the address, and that no firewall is in the way.`,
};

/**
 * Opens a TCP connection.
 *
 * @param limit Most milliseconds that it may take, names included.
 * @throws NetnsError `unreachable`, `cancelled`.
 */
export function openSocket(host: string, port: number, limit: number, signal?: AbortSignal): Promise<Socket> {
  return new Promise((resolve, reject) => {
    if (signal?.aborted === true) {
      reject(cancelledError());
      return;
    }
    const socket = connect({ host, port, noDelay: true });
    const settle = (error?: NetnsError): void => {
      clearTimeout(timer);
      signal?.removeEventListener('abort', abort);
      socket.off('error', fail);
      if (error === undefined) {
        resolve(socket);
        return;
      }
      // A socket that is given up may still fail, and nobody wants to know.
      socket.on('error', () => undefined);
      socket.destroy();
      reject(error);
    };
    const abort = (): void => settle(cancelledError());
    const fail = (error: NodeJS.ErrnoException): void => settle(unreachable(host, port, error));
    const timer = setTimeout(() => {
      settle(
        new NetnsError('unreachable', l10n.t`${host} port ${port} does not answer (waited ${limit / 1000} s).`, {
          advice: advice['ETIMEDOUT'] ?? '',
        }),
      );
    }, limit);
    signal?.addEventListener('abort', abort, { once: true });
    socket.once('error', fail);
    socket.once('connect', () => settle());
  });
}

/** How long a goodbye may take before the stream is destroyed, in milliseconds. */
const goodbyeLimit = 1000;

/** Lets go of a connection's stream once what was written to it is out, or soon after. */
export function endStream(stream: Duplex): void {
  const timer = setTimeout(() => stream.destroy(), goodbyeLimit);
  stream.once('close', () => clearTimeout(timer));
  if (stream.destroyed) clearTimeout(timer);
  if (stream instanceof Socket) stream.destroySoon();
  else stream.end();
}

function unreachable(host: string, port: number, error: NodeJS.ErrnoException): NetnsError {
  // With several addresses Node.js tries each, and wraps what became of them.
  const first = error instanceof AggregateError ? (error.errors[0] as NodeJS.ErrnoException | undefined) : error;
  const code = first?.code ?? error.code ?? '';
  const said = first?.message ?? error.message;
  return new NetnsError('unreachable', l10n.t`${host} port ${port} cannot be reached: ${said}.`, {
    advice: advice[code] ?? l10n.t`Check the address and the network.`,
    cause: error,
  });
}
