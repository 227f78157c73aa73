import { createServer, type AddressInfo, type Socket } from 'node:net';
import type { Duplex } from 'node:stream';
import { toDisposable, type Disposable } from '../base/disposable';

/** A port of this computer's loopback whose connections are carried elsewhere. */
export interface TcpRelay extends Disposable {
  readonly port: number;
}

/**
 * Listens on a free port of 127.0.0.1, and carries each connection on: what comes is handed to what `open` gives, and back.
 * A connection that cannot be opened there is closed here. Nothing is left open after `dispose`.
 *
 * @param onError why a connection could not be carried on
 */
export async function startTcpRelay(open: () => Promise<Duplex>, onError: (error: unknown) => void): Promise<TcpRelay> {
  const ends = new Set<Duplex>();
  const keep = (stream: Duplex): void => {
    ends.add(stream);
    stream.once('close', () => ends.delete(stream));
  };
  const carry = async (socket: Socket): Promise<void> => {
    const far = await open();
    keep(far);
    const end = (): void => {
      socket.destroy();
      far.destroy();
    };
    far.on('error', end);
    far.once('close', end);
    socket.once('close', end);
    if (socket.destroyed) end();
    socket.pipe(far);
    far.pipe(socket);
  };
  const server = createServer((socket) => {
    keep(socket);
    socket.on('error', () => socket.destroy());
    carry(socket).catch((error: unknown) => {
      socket.destroy();
      onError(error);
    });
  });
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(0, '127.0.0.1', resolve);
  });
  const closing = toDisposable(() => {
    server.close();
    for (const end of ends) end.destroy();
  });
  return { port: (server.address() as AddressInfo).port, dispose: () => closing.dispose() };
}
