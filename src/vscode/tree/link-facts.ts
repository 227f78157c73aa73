import { namespaceTitle, type HostSnapshot, type ObservedLink, type ObservedNamespace } from '../../host/model';
import { impairmentInWords, observedImpairment } from '../../plan/impairment';
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

/**
 * What the menus of an interface's or a bridge's row go by (`viewItem`): its type, then a word for each thing that can be
 * done with it, all with dots between: `interface.up.cable.plugged.addressed`.
 */
export function linkContext(type: 'interface' | 'bridge', link: ObservedLink): string {
  const words = {
    up: link.up,
    down: !link.up,
    cable: link.peer !== undefined,
    // The far end of a cable from a namespace mostly is the one in a bridge.
    plugged: link.master !== undefined || link.peer !== undefined,
    addressed: tellingAddresses(link).length > 0,
    impaired: impairmentFacts(link) !== undefined,
    virtual: link.peer === undefined && link.kind !== 'physical',
  };
  return [type, ...Object.entries(words).flatMap(([word, holds]) => (holds ? [word] : []))].join('.');
}

/** `delay 20ms, loss 1%`; undefined where its packets leave as usual. */
export function impairmentFacts({ qdisc }: ObservedLink): string | undefined {
  const impairment = qdisc === undefined ? undefined : observedImpairment(qdisc);
  return impairment === undefined ? undefined : impairmentInWords(impairment);
}

/** Where a cable leads, for people. */
export interface CableEnd {
  /** The bridge that it plugs into, else the interface at the other end: `planet-br`, `earth:earth-veth`. */
  readonly short: string;
  /** `host:earth-br-veth, a port of planet-br`. */
  readonly long: string;
}

/** The other end of a cable, where it could be found. */
export function cableEnd(snapshot: HostSnapshot, inside: ObservedNamespace, link: ObservedLink): CableEnd | undefined {
  const { peer } = link;
  if (peer === undefined) return undefined;
  const other = snapshot.namespaces.find((namespace) => namespace.id === peer.namespaceId);
  if (other === undefined) return { short: peer.name, long: peer.name };
  const name = other === inside ? peer.name : `${namespaceLabel(other)}:${peer.name}`;
  const master = other.links.find((one) => one.name === peer.name)?.master;
  return master === undefined ? { short: name, long: name } : { short: master, long: `${name}, a port of ${master}` };
}

/** A namespace's name; the root namespace has none and is the host itself. */
export function namespaceLabel(namespace: ObservedNamespace): string {
  if (namespace.isRoot) return 'host';
  return namespaceTitle(namespace);
}

export function isLoopback(link: ObservedLink): boolean {
  return link.kind === 'loopback' || link.name === 'lo';
}

export function isBridge(link: ObservedLink): boolean {
  return link.kind === 'bridge' || link.kind === 'openvswitch';
}
