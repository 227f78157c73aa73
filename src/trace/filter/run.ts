import { parseNetwork, holds, parseAddress } from '../../topology/addresses';
import type { Packet } from '../packet';
import type { Condition, FilterChain, FilterRule, Hook, PacketFilter } from './model';

/** Where a packet is when a hook is asked. */
export interface AtHook {
  readonly packet: Packet;
  readonly in?: string;
  readonly out?: string;
  /** Which chains are asked: those of routed packets (the default), of a bridge's frames, or of an interface's. */
  readonly layer?: 'ip' | 'bridge' | 'device';
  /** Whether an address is the namespace's own. */
  readonly isLocal: (address: string) => boolean;
}

/** What stands in a chain and decided: a rule, or the chain's policy. */
export interface Decider {
  readonly chain: FilterChain;
  readonly rule?: FilterRule;
}

export interface FilterVerdict {
  readonly verdict: 'accept' | 'drop' | 'reject';
  /** What decided; absent where nothing did and the packet went on. */
  readonly by?: Decider;
  /** The chains that let it through, each with the rule or the policy by which. */
  readonly passed: readonly Decider[];
  /** Rules that might have decided otherwise: they ask for something that we do not understand. */
  readonly uncertain: readonly Decider[];
}

/** A condition that a packet does not meet, for people who wonder why a rule does not take it. */
export type Match = 'yes' | 'no' | 'maybe';

const most = 64;

/** Asks the chains of the filter (not NAT's) at a hook, in the order of their priorities. */
export function runFilter(filter: PacketFilter, hook: Hook, at: AtHook): FilterVerdict {
  const uncertain: Decider[] = [];
  const passed: Decider[] = [];
  for (const chain of baseChains(filter, hook, at.packet, at).filter(({ type }) => type !== 'nat')) {
    const decided = runChain(filter, chain, at, uncertain, 0);
    const type = decided?.rule?.action.type;
    if (decided !== undefined && (type === 'drop' || type === 'reject')) {
      return { verdict: type, by: decided, passed, uncertain };
    }
    if (decided === undefined && chain.policy === 'drop') return { verdict: 'drop', by: { chain }, passed, uncertain };
    passed.push(decided ?? { chain });
  }
  return { verdict: 'accept', passed, uncertain };
}

/**
 * The first NAT rule at a hook that takes the packet, and the rules that would have but for something not understood.
 *
 * @returns spared: the rule that let it through as it is, before any that would have changed it
 */
export function runNat(
  filter: PacketFilter,
  hook: Hook,
  at: AtHook,
): { readonly by?: Decider; readonly spared?: Decider; readonly uncertain: readonly Decider[] } {
  const uncertain: Decider[] = [];
  let spared: Decider | undefined;
  for (const chain of baseChains(filter, hook, at.packet).filter(({ type }) => type === 'nat')) {
    const decided = runChain(filter, chain, at, uncertain, 0);
    if (decided?.rule !== undefined && isNat(decided.rule)) return { by: decided, uncertain };
    if (decided?.rule !== undefined) spared ??= decided;
  }
  return { ...(spared === undefined ? {} : { spared }), uncertain };
}

/** The base chains at a hook that see packets of this family, in the order in which they are asked. */
export function baseChains(
  { chains }: PacketFilter,
  hook: Hook,
  { family }: Packet,
  { layer = 'ip', in: iif, out: oif }: Pick<AtHook, 'layer' | 'in' | 'out'> = {},
): FilterChain[] {
  const families = {
    ip: family === 'inet' ? ['ip', 'inet'] : ['ip6', 'inet'],
    bridge: ['bridge'],
    device: ['netdev', 'inet'],
  }[layer];
  const device = hook === 'egress' ? oif : iif;
  return chains
    .filter(
      (chain) =>
        chain.hook === hook &&
        families.includes(chain.family) &&
        (layer !== 'device' || (device !== undefined && chain.devices?.includes(device) === true)),
    )
    .sort((a, b) => a.priority - b.priority);
}

export function isNat({ action }: FilterRule): boolean {
  return ['masquerade', 'snat', 'dnat', 'redirect'].includes(action.type);
}

/** Runs one chain; undefined where nothing in it decided. A `return` out of a base chain is its policy's. */
function runChain(
  filter: PacketFilter,
  chain: FilterChain,
  at: AtHook,
  uncertain: Decider[],
  depth: number,
): Decider | undefined {
  if (depth > most) return undefined;
  for (const rule of chain.rules) {
    const match = matches(rule, at);
    if (match === 'no') continue;
    const { action } = rule;
    if (action.type === 'continue') continue;
    if (match === 'maybe' || action.type === 'unknown') {
      uncertain.push({ chain, rule });
      continue;
    }
    if (action.type === 'return') return undefined;
    if (action.type !== 'jump' && action.type !== 'goto') return { chain, rule };
    const target = filter.chains.find(
      (one) =>
        one.name === action.chain &&
        one.table === chain.table &&
        one.family === chain.family &&
        one.backend === chain.backend,
    );
    if (target === undefined) {
      uncertain.push({ chain, rule });
      continue;
    }
    const decided = runChain(filter, target, at, uncertain, depth + 1);
    if (decided !== undefined) return decided;
    if (action.type === 'goto') return undefined;
  }
  return undefined;
}

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
export function meets(condition: Condition, { packet, in: iif, out: oif, isLocal }: AtHook): boolean | undefined {
  switch (condition.type) {
    case 'iif':
      return condition.names.some((name) => isNamed(name, iif)) !== condition.negated;
    case 'oif':
      return condition.names.some((name) => isNamed(name, oif)) !== condition.negated;
    case 'source':
      return condition.networks.some((network) => isIn(network, packet.source)) !== condition.negated;
    case 'destination':
      return condition.networks.some((network) => isIn(network, packet.destination)) !== condition.negated;
    case 'protocol':
      return condition.names.some((name) => name === packet.protocol || name === 'all') !== condition.negated;
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
            state === packet.state ||
            (state === 'dnat' && packet.isDnat === true) ||
            (state === 'snat' && packet.isSnat === true),
        ) !== condition.negated
      );
    case 'family':
      return condition.family === packet.family;
    case 'toLocal':
      return isLocal(packet.destination) !== condition.negated;
    case 'unknown':
      return undefined;
  }
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
