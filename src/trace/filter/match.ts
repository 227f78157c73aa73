import { parseNetwork, holds, parseAddress } from '../../topology/addresses';
import { neighbourDiscovery } from '../packet';
import type { Condition, FilterRule } from './model';
import type { AtHook } from './run';

/** A condition that a packet does not meet, for people who wonder why a rule does not take it. */
export type Match = 'yes' | 'no' | 'maybe';

/** Whether a rule takes a packet. */
export function matches({ conditions }: FilterRule, at: AtHook): Match {
  let result: Match = 'yes';
  for (const condition of conditions) {
    const holdsHere = meets(condition, at);
    if (holdsHere === false) return 'no';
    if (holdsHere === undefined) result = 'maybe';
  }
  return result;
}

/** Whether a packet meets a condition; undefined where that cannot be told. */
export function meets(condition: Condition, at: AtHook): boolean | undefined {
  const { packet, in: iif, out: oif, isLocal } = at;
  if (at.arp !== undefined && ofAddressesAndPorts.has(condition.type)) return false;
  switch (condition.type) {
    case 'iif':
      return condition.names.some((name) => isNamed(name, iif)) !== condition.negated;
    case 'oif':
      return condition.names.some((name) => isNamed(name, oif)) !== condition.negated;
    case 'source':
      return condition.networks.some((network) => isIn(network, packet.source)) !== condition.negated;
    case 'destination':
      return condition.networks.some((network) => isIn(network, packet.destination)) !== condition.negated;
    case 'protocol': {
      const own = packet.protocol === 'icmp' && packet.family === 'inet6' ? 'icmpv6' : packet.protocol;
      return condition.names.some((name) => name === own || name === 'all') !== condition.negated;
    }
    case 'sourcePort':
    case 'destinationPort': {
      const port = packet[condition.type];
      if (port === undefined) return packet.protocol === 'icmp' ? false : undefined;
      return condition.ranges.some(([first, last]) => port >= first && port <= last) !== condition.negated;
    }
    case 'state':
      return (
        condition.states.some(
          (state) =>
            state === stateOf(at) ||
            (state === 'dnat' && packet.isDnat === true) ||
            (state === 'snat' && packet.isSnat === true),
        ) !== condition.negated
      );
    case 'family':
      return condition.family === packet.family;
    case 'etherType': {
      const type = at.arp === undefined ? { inet: 'ip', inet6: 'ip6' }[packet.family] : 'arp';
      return condition.names.includes(type) !== condition.negated;
    }
    case 'arpSource':
    case 'arpTarget': {
      const address = at.arp?.[condition.type === 'arpSource' ? 'source' : 'target'];
      if (address === undefined) return false;
      return condition.networks.some((network) => isIn(network, address)) !== condition.negated;
    }
    case 'arpSourceMac':
    case 'arpTargetMac': {
      const mac = at.arp?.[condition.type === 'arpSourceMac' ? 'sourceMac' : 'targetMac'];
      if (mac === undefined) return false;
      return mac === '' ? undefined : condition.names.includes(mac) !== condition.negated;
    }
    case 'arpOperation':
      return at.arp === undefined ? false : condition.names.includes(at.arp.operation) !== condition.negated;
    case 'icmpv6Type': {
      if (packet.family !== 'inet6' || packet.protocol !== 'icmp') return false;
      const possible = icmpv6TypesOf(packet);
      const taken = possible.filter((type) => condition.types.includes(type)).length;
      return taken > 0 && taken < possible.length ? undefined : taken > 0 !== condition.negated;
    }
    case 'hopLimit':
      return packet.discovery === undefined ? undefined : (condition.limit === 255) !== condition.negated;
    case 'toLocal':
      return isLocal(packet.destination) !== condition.negated;
    case 'unknown':
      return undefined;
  }
}

/** What ARP has none of: a rule that asks for it does not take a question or an answer, whatever it asks. */
const ofAddressesAndPorts: ReadonlySet<Condition['type']> = new Set([
  'source',
  'destination',
  'protocol',
  'sourcePort',
  'destinationPort',
  'family',
  'toLocal',
  'icmpv6Type',
  'hopLimit',
]);

/**
 * As conntrack sees it: what no connection can be of is invalid (nft_ct_get_eval of the kernel's nft_ct.c); neighbour discovery is not
 * followed (nf_conntrack_icmpv6_error of nf_conntrack_proto_icmpv6.c).
 */
function stateOf({ packet, arp }: AtHook): string {
  if (arp !== undefined) return 'invalid';
  return packet.discovery === undefined ? packet.state : 'untracked';
}

/** A ping, its answer, or a router's word that a packet is too big. */
function icmpv6TypesOf({ state, discovery }: AtHook['packet']): readonly number[] {
  if (discovery !== undefined) return [neighbourDiscovery[discovery.type]];
  return state === 'new' ? [128] : [129, 2];
}

/** `eth+` (iptables) and `eth*` (nft) stand for all names that begin so. */
function isNamed(pattern: string, name: string | undefined): boolean {
  if (name === undefined) return false;
  if (/[+*]$/.test(pattern)) return name.startsWith(pattern.slice(0, -1));
  return pattern === name;
}

function isIn(network: string, address: string): boolean {
  const [first, last] = network.includes('-') ? network.split('-') : [];
  const one = parseAddress(address);
  if (one === undefined) return false;
  if (first !== undefined && last !== undefined) {
    const [low, high] = [parseAddress(first), parseAddress(last)];
    if (low === undefined || high === undefined) return false;
    return compare(low.toByteArray(), one.toByteArray()) <= 0 && compare(one.toByteArray(), high.toByteArray()) <= 0;
  }
  const parsed = parseNetwork(network);
  return parsed !== undefined && holds(parsed, one);
}

function compare(a: readonly number[], b: readonly number[]): number {
  if (a.length !== b.length) return a.length - b.length;
  const at = a.findIndex((byte, index) => byte !== b[index]);
  return at === -1 ? 0 : (a[at] ?? 0) - (b[at] ?? 0);
}
