import type { HostSnapshot, ObservedLink, ObservedNamespace } from '../../host/model';
import type { TreeIcon } from './node';

/** How an interface stands, in words and as an icon whose shape differs too. */
export interface LinkFace {
  readonly words: string;
  readonly icon: TreeIcon;
}

/**
 * The state of an interface. `ip link` says UP for an interface that the administrator switched on even where nothing
 * passes: the operational state (RFC 2863, netdev operstate) and the carrier decide then.
 */
export function linkFace(link: ObservedLink): LinkFace {
  if (!link.up) return { words: 'down', icon: { name: 'circle-slash', color: 'disabledForeground' } };
  if (link.operState === 'lowerlayerdown') {
    return { words: 'lower layer down', icon: { name: 'warning', color: 'charts.yellow' } };
  }
  if (!link.carrier || link.operState === 'down') {
    return { words: 'no carrier', icon: { name: 'debug-disconnect', color: 'charts.yellow' } };
  }
  return { words: 'up', icon: { name: 'circle-filled', color: 'charts.green' } };
}

/** The addresses that tell a person something: without the link-local ones that the kernel makes by itself. */
export function tellingAddresses(link: ObservedLink): string[] {
  return link.addresses.filter((address) => address.scope !== 'link').map((address) => address.cidr);
}

/** The other end of a cable for people: `planet-br`'s port, or `earth:earth-veth` where it lies in another namespace. */
export function peerName(snapshot: HostSnapshot, inside: ObservedNamespace, link: ObservedLink): string | undefined {
  const { peer } = link;
  if (peer === undefined) return undefined;
  if (peer.namespaceId === inside.id) return peer.name;
  const other = snapshot.namespaces.find((namespace) => namespace.id === peer.namespaceId);
  return other === undefined ? peer.name : `${namespaceLabel(other)}:${peer.name}`;
}

/** A namespace's name; the root namespace has none and is the host itself. */
export function namespaceLabel(namespace: ObservedNamespace): string {
  if (namespace.isRoot) return 'host';
  return namespace.name ?? `net:[${namespace.id}]`;
}

export function isLoopback(link: ObservedLink): boolean {
  return link.kind === 'loopback' || link.name === 'lo';
}

export function isBridge(link: ObservedLink): boolean {
  return link.kind === 'bridge' || link.kind === 'openvswitch';
}
