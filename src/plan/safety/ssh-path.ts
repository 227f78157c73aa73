import * as l10n from '@vscode/l10n';
import { rootNamespace, type HostSnapshot, type ObservedLink, type ObservedNamespace } from '../../host/model';
import { contains, networkOf, parseCidr, type Cidr } from '../cidr';
import type { DeviceRef } from '../manifest';
import { deviceKey } from '../planning';
import type { RouteWords } from '../restore';
import { lookUp, routingOf, type OwnPacket, type Routing } from './routing';

/** Where the SSH connection that carries a plan runs on the host, as far as the host itself can tell. */
export interface SshPath {
  readonly client: string;
  readonly server: string;
  readonly port: number;
  /** The answers, as the routing sees them. */
  readonly packet: OwnPacket;
  /** The entry of the routing tables that the answers take. */
  readonly route: (RouteWords & { readonly protocol?: string }) | undefined;
  readonly routing: Routing;
  /** True if our reading of the rules and tables comes to the same end as the kernel's own. */
  readonly isRoutingUnderstood: boolean;
  /** The interface that the answers leave by. */
  readonly dev: string | undefined;
  /** `net.ipv6.conf.DEV.accept_ra`. */
  readonly acceptRa: string | undefined;
  /** Every interface that the connection needs, by key, each with what it is to the connection, for people. */
  readonly devices: ReadonlyMap<string, string>;
  /** The networks at the host's own doorstep: of its address, of the next hop, and of the client if it is a neighbour. */
  readonly networks: readonly Cidr[];
}

/** Finds the path in a snapshot; undefined where no SSH connection carried the reading. */
export function sshPathOf(snapshot: HostSnapshot): SshPath | undefined {
  const { ssh } = snapshot;
  const client = parseCidr(withoutZone(ssh?.clientAddress ?? ''));
  const server = parseCidr(withoutZone(ssh?.serverAddress ?? ''));
  if (ssh === undefined || client === undefined || server === undefined) return undefined;
  const root = rootNamespace(snapshot);
  const packet: OwnPacket = { family: client.family, from: server.address, to: client.address };
  const routing = routingOf(root.rules, root.routes);
  const understood = lookUp(routing, packet);
  const route = ssh.route ?? understood;
  const dev = route?.dev ?? holderOf(root, server.address)?.name;
  return {
    client: client.address,
    server: server.address,
    port: ssh.serverPort,
    packet,
    route,
    routing,
    isRoutingUnderstood: understood?.dev === route?.dev && understood?.via === route?.via,
    dev,
    acceptRa: ssh.acceptRa,
    devices: devicesOf(snapshot, root, dev, server.address),
    networks: networksOf(root, dev, [server.address, client.address, route?.via]),
  };
}

/** `fe80::1%eth0` → `fe80::1`. */
function withoutZone(address: string): string {
  return address.split('%')[0] ?? '';
}

function holderOf(namespace: ObservedNamespace, address: string): ObservedLink | undefined {
  return namespace.links.find(({ addresses }) => addresses.some(({ cidr }) => parseCidr(cidr)?.address === address));
}

/**
 * The interfaces that the connection needs: the one that the answers leave by, what that one stands on (the parent of a VLAN,
 * the ports of a bridge or bond, the other end of a cable, what a tunnel's own packets leave by), what it is a port of, and
 * the one that has the host's address.
 */
function devicesOf(
  snapshot: HostSnapshot,
  root: ObservedNamespace,
  dev: string | undefined,
  server: string,
): ReadonlyMap<string, string> {
  const found = new Map<string, string>();
  const add = (name: string | undefined, role: string): void => {
    const link = root.links.find((own) => own.name === name);
    const key = deviceKey({ name: name ?? '' });
    if (link === undefined || found.has(key)) return;
    found.set(key, role);
    add(link.parent, `stands below ${link.name}, which carries this SSH connection`);
    add(link.master, `holds ${link.name}, which carries this SSH connection`);
    for (const port of root.links.filter(({ master }) => master === link.name)) {
      add(port.name, `is a port of ${link.name}, which carries this SSH connection`);
    }
    const { remote } = link.data;
    const outer = typeof remote === 'string' ? parseCidr(remote) : undefined;
    if (outer !== undefined) {
      const packet = { family: outer.family, from: outer.family === 'inet' ? '0.0.0.0' : '::', to: outer.address };
      const way = lookUp(routingOf(root.rules, root.routes), packet);
      add(way?.dev, `carries the tunnel ${link.name}, which carries this SSH connection`);
    }
    const peer = peerRef(snapshot, link);
    if (peer !== undefined) {
      found.set(deviceKey(peer), l10n.t`is the other end of ${link.name}, which carries this SSH connection`);
    }
  };
  add(dev, 'carries this SSH connection');
  add(holderOf(root, server)?.name, `has the address ${server}, to which this SSH connection leads`);
  return found;
}

function peerRef(snapshot: HostSnapshot, { peer }: ObservedLink): DeviceRef | undefined {
  const namespace = snapshot.namespaces.find(({ id }) => id === peer?.namespaceId);
  if (peer === undefined || namespace === undefined) return undefined;
  if (namespace.isRoot) return { name: peer.name };
  return namespace.name === undefined ? undefined : { namespace: namespace.name, name: peer.name };
}

function networksOf(
  root: ObservedNamespace,
  dev: string | undefined,
  addresses: readonly (string | undefined)[],
): readonly Cidr[] {
  const own = root.links.find(({ name }) => name === dev)?.addresses ?? [];
  const holders = [...own, ...(holderOf(root, addresses[0] ?? '')?.addresses ?? [])];
  const networks = holders
    .map(({ cidr }) => parseCidr(cidr))
    .filter((cidr) => cidr !== undefined)
    .filter(({ address }) => !isLinkLocal(address))
    .filter((cidr) => addresses.some((address) => address !== undefined && contains(cidr, address)));
  return networks.map(networkOf).filter(({ text }, index, all) => all.findIndex((one) => one.text === text) === index);
}

/** fe80::/10 (RFC 4291): every link has that network, and none is in another's way. */
export function isLinkLocal(address: string): boolean {
  return /^fe[89ab][0-9a-f]:/i.test(address);
}

/** Whether two networks have an address in common. */
export function overlaps(a: Cidr, b: Cidr): boolean {
  return a.prefix <= b.prefix ? contains(a, b.address) : contains(b, a.address);
}
