import type { NatDeclaration, NetworkScope, PortForwardDeclaration, Topology } from '../topology/model';
import { networkOf, parseCidr, type Cidr } from './cidr';
import { ownWayTo, portForwardTarget } from './nat-targets';

/** nftables' words for the two families; iptables has a program for each. */
export type NatFamily = 'ip' | 'ip6';

/**
 * One rule of the packet filter, as data: printed for nftables by `nat-nft`, for iptables by `nat-iptables`.
 * The chains are the hooks of netfilter; `guard` comes before any translation (nft's priority `raw`, iptables' table `raw`).
 */
export interface NatRule {
  readonly family: NatFamily;
  readonly chain: NatChain;
  /** `masquerade internet`, as the first part of its comment. */
  readonly label: string;
  readonly match: NatMatch;
  readonly action:
    | { readonly type: 'masquerade' | 'drop' }
    | { readonly type: 'snat'; readonly address: string }
    | { readonly type: 'dnat'; readonly address: string; readonly port: number };
}

export const natChains = ['guard', 'prerouting', 'output', 'postrouting'] as const;
export type NatChain = (typeof natChains)[number];

/** What a packet must be like; all of it. */
export interface NatMatch {
  readonly in?: string;
  readonly out?: string;
  readonly notOut?: string;
  readonly source?: string;
  readonly destination?: string;
  readonly notDestination?: string;
  /** To any address of the namespace's own. */
  readonly toItself?: true;
  /** Of a connection whose destination has been translated. */
  readonly translated?: true;
  readonly protocol?: 'tcp' | 'udp';
  readonly port?: number;
}

/** What the host is like, as far as the rules depend on it. */
export interface NatSurroundings {
  /** br_netfilter: packets that a bridge passes from port to port go through the packet filter as if they were routed. */
  readonly bridgesFiltered: boolean;
}

const loopback: Readonly<Record<NatFamily, string>> = { ip: '127.0.0.0/8', ip6: '::1' };

/** The rules that a scope's NAT rules and port forwards make, in their order; each once. */
export function natRules(
  topology: Topology,
  namespace: string | undefined,
  scope: NetworkScope,
  surroundings: NatSurroundings = { bridgesFiltered: false },
): NatRule[] {
  const rules = [
    ...scope.portForwards
      .filter(({ enabled }) => enabled)
      .flatMap((forward) => {
        const target = portForwardTarget(topology, namespace, forward);
        if (target === undefined) return [];
        return forwardRules(forward, target, ownWayTo(topology, namespace, target));
      }),
    ...scope.nat.filter(({ enabled }) => enabled).flatMap((rule) => sourceRules(rule, surroundings)),
  ];
  // Two forwards to one target need the way back only once.
  const meanings = rules.map(({ family, chain, match, action }) => JSON.stringify([family, chain, match, action]));
  return rules.filter((_, index) => meanings.indexOf(meanings[index] ?? '') === index);
}

/** A rule for what leaves: masquerade, or a source address of one's own. */
export function sourceRules(
  rule: Pick<NatDeclaration, 'name' | 'kind' | 'source' | 'to' | 'out' | 'notOut'>,
  { bridgesFiltered }: NatSurroundings,
): NatRule[] {
  const source = parseCidr(rule.source);
  if (source === undefined) return [];
  const network = networkOf(source).text;
  const { out, notOut, to } = rule;
  // What stays in the network is not routed, and nobody means it; but under br_netfilter the rule would see it too.
  const isForAll = out === undefined && notOut === undefined && bridgesFiltered;
  return [
    {
      family: familyOf(source),
      chain: 'postrouting',
      label: `${rule.kind} ${plainRuleName(rule.name)}`,
      match: {
        source: network,
        ...(out === undefined ? {} : { out }),
        ...(notOut === undefined ? {} : { notOut }),
        ...(isForAll ? { notDestination: network } : {}),
      },
      action: rule.kind === 'snat' ? { type: 'snat', address: to ?? '' } : { type: 'masquerade' },
    },
  ];
}

/**
 * A port forward, from every side:
 * - from outside and from other namespaces: translated as it comes in (prerouting)
 * - from the namespace itself, to one of its own addresses: translated as it leaves (output)
 * - from the namespace itself over 127.0.0.1: the packet then leaves by an interface with a loopback address as its source,
 *   which the kernel allows only where that interface has `route_localnet` (see `localnetDevices`), and to which an answer
 *   finds back only if the source is translated too. Since `route_localnet` also lets others on that interface reach the
 *   namespace's 127.0.0.1, `guard` drops what comes in by it for such an address. IPv6 has nothing like it (RFC 4291, 2.5.3).
 * - from the target's own network: the answer would go straight to the asker, who waits for it from elsewhere; so the
 *   source is translated too (hairpin)
 *
 * @param way the interface of the lab's own that leads to the target, where there is one
 */
export function forwardRules(
  forward: Omit<PortForwardDeclaration, 'path' | 'to' | 'enabled'>,
  target: Cidr,
  way: string | undefined,
): NatRule[] {
  const family = familyOf(target);
  const listen = forward.listenAddress === undefined ? undefined : parseCidr(forward.listenAddress);
  const isLoopback = listen !== undefined && isLoopbackAddress(listen);
  const isAnyAddress = listen === undefined || listen.address === '0.0.0.0' || listen.address === '::';
  const { protocol, toPort, name } = forward;
  const common = {
    ...(isAnyAddress ? { toItself: true as const } : { destination: listen.address }),
    protocol,
    port: forward.listenPort,
  };
  const action = { type: 'dnat', address: target.address, port: toPort } as const;
  const label = `port-forward ${plainRuleName(name)}`;
  const viaLoopback = localnetDevice(forward, target, way);
  const rules: NatRule[] = [];
  if (!isLoopback) {
    const match = { ...(forward.in === undefined ? {} : { in: forward.in }), ...common };
    rules.push({ family, chain: 'prerouting', label, match, action });
  }
  // What is said to come in by one interface does not come from here.
  if (forward.in === undefined && (!isLoopback || viaLoopback !== undefined)) {
    const match = viaLoopback === undefined && isAnyAddress ? { notDestination: loopback[family], ...common } : common;
    rules.push({ family, chain: 'output', label, match, action });
  }
  const toTarget = { destination: target.address, protocol, port: toPort, translated: true as const };
  if (viaLoopback !== undefined) {
    const match = { out: viaLoopback, source: loopback[family], ...toTarget };
    rules.push({
      family,
      chain: 'postrouting',
      label: `loopback ${plainRuleName(name)}`,
      match,
      action: { type: 'masquerade' },
    });
    const guarded = { in: viaLoopback, destination: loopback[family] };
    rules.push({ family, chain: 'guard', label: `guard ${viaLoopback}`, match: guarded, action: { type: 'drop' } });
  }
  const network = target.prefix < (target.family === 'inet' ? 32 : 128) ? networkOf(target) : undefined;
  if (network !== undefined && !isLoopback) {
    const match = { source: network.text, ...toTarget };
    rules.push({
      family,
      chain: 'postrouting',
      label: `hairpin ${plainRuleName(name)}`,
      match,
      action: { type: 'masquerade' },
    });
  }
  return rules;
}

/** The interface by which packets of 127.0.0.1 leave for a port forward's target; undefined where they cannot. */
export function localnetDevice(
  forward: Pick<PortForwardDeclaration, 'listenAddress' | 'in'>,
  target: Cidr,
  way: string | undefined,
): string | undefined {
  if (forward.in !== undefined || target.family !== 'inet') return undefined;
  const listen = forward.listenAddress === undefined ? undefined : parseCidr(forward.listenAddress);
  const concernsLoopback = listen === undefined || listen.address === '0.0.0.0' || isLoopbackAddress(listen);
  return concernsLoopback ? way : undefined;
}

/** The interfaces of a scope that need `route_localnet`, so that its port forwards are reached over 127.0.0.1, with the forward's place. */
export function localnetDevices(
  topology: Topology,
  namespace: string | undefined,
  scope: NetworkScope,
): Map<string, PortForwardDeclaration> {
  const devices = new Map<string, PortForwardDeclaration>();
  for (const forward of scope.portForwards.filter(({ enabled }) => enabled)) {
    const target = portForwardTarget(topology, namespace, forward);
    if (target === undefined) continue;
    const device = localnetDevice(forward, target, ownWayTo(topology, namespace, target));
    if (device !== undefined && !devices.has(device)) devices.set(device, forward);
  }
  return devices;
}

export function isLoopbackAddress({ family, address }: Cidr): boolean {
  return family === 'inet' ? address.startsWith('127.') : address === '::1';
}

export function familyOf(cidr: Cidr): NatFamily {
  return cidr.family === 'inet' ? 'ip' : 'ip6';
}

/** A rule's name inside a comment: nft has no escapes in strings and takes 128 bytes (NFTNL_UDATA_COMMENT_MAXLEN). */
export function plainRuleName(name: string): string {
  return name.replace(/[^A-Za-z0-9_.-]/g, '_').slice(0, 60);
}
