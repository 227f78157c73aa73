import { l10n, env, type LogOutputChannel } from 'vscode';
import { DisposableList, type Disposable } from '../base/disposable';
import { NetnsError } from '../base/errors';
import { startTcpRelay, type TcpRelay } from '../lab/tcp-relay';
import { openSocket } from '../transport/ssh-socket';
import { plainLine } from './host-data';
import type { Host } from './hosts/host';
import { logError } from './notify';

/** Milliseconds after which an address counts as not reached from here. */
const patience = 1500;

/**
 * Ports of this computer's loopback that lead to pages on hosts, over the hosts' SSH connections. Each is there until its
 * connection ends or the window is closed; who opens a page twice gets the same.
 */
export class BrowserRelays implements Disposable {
  private readonly disposables = new DisposableList();
  private readonly relays = new Map<string, TcpRelay>();

  constructor(private readonly log: LogOutputChannel) {}

  /**
   * The address of a page for this computer's browser.
   *
   * @param mayBeDirect others than the host itself may reach it: that is tried first
   * @throws NetnsError `unreachable` where the host does not reach it either; as `Transport.connectTcp` does
   */
  async urlFor(host: Host, address: string, port: number, mayBeDirect: boolean): Promise<string> {
    const direct = `http://${address.includes(':') ? `[${address}]` : address}:${port}/`;
    const { connectTcp } = host.transport();
    // Where the window is elsewhere, what this computer reaches says nothing of the person's.
    const isHere = env.remoteName === undefined || connectTcp === undefined;
    if ((mayBeDirect && isHere && (await isReached(address, port))) || connectTcp === undefined) return direct;
    const key = `${host.id} ${address} ${port}`;
    const known = this.relays.get(key);
    if (known !== undefined) return `http://127.0.0.1:${known.port}/`;
    // It is tried once before anything is opened: a page that says “connection reset” tells nobody why.
    (await connectTcp(address, port)).destroy();
    const relay = await startTcpRelay(
      async () => {
        const connection = host.transport().connectTcp;
        if (connection === undefined)
          throw new NetnsError('connectionLost', l10n.t('{0} is not connected.', host.label));
        return await connection(address, port);
      },
      (error) =>
        logError(
          this.log,
          plainLine(l10n.t('A connection to {0}, port {1}, of {2}', address, port, host.label)),
          error,
        ),
    );
    this.relays.set(key, relay);
    const end = (): void => {
      relay.dispose();
      if (this.relays.get(key) === relay) this.relays.delete(key);
    };
    this.disposables.add(host.transport().onDidClose(end));
    this.disposables.add({ dispose: end });
    return `http://127.0.0.1:${relay.port}/`;
  }

  dispose(): void {
    this.disposables.dispose();
  }
}

async function isReached(address: string, port: number): Promise<boolean> {
  try {
    (await openSocket(address, port, patience)).destroy();
    return true;
  } catch {
    return false;
  }
}
