import type { Packet } from '../packet';
import { matches } from './match';
import type { Action, FilterChain, FilterRule, Hook, PacketFilter } from './model';
import type { ChainTrace } from './read-trace';

/** An ARP question or its answer (RFC 826). */
export interface ArpPacket {
  readonly operation: 'request' | 'reply';
  /** Who sends it. */
  readonly source: string;
  /** Empty: not known. */
  readonly sourceMac: string;
  readonly target: string;
  /** Zeroes in a question. */
  readonly targetMac: string;
}

/** Where a packet is when a hook is asked. */
export interface AtHook {
  readonly packet: Packet;
  readonly in?: string;
  readonly out?: string;
  /** Which chains are asked: those of routed packets (the default), of ARP, of a bridge's frames, or of an interface's. */
  readonly layer?: 'ip' | 'arp' | 'bridge' | 'device';
  /** Then this is it what is asked about, ahead of the packet. */
  readonly arp?: ArpPacket;
  /** Whether an address is the namespace's own. */
  readonly isLocal: (address: string) => boolean;
  /** What the kernel itself said of the packet in a chain; undefined where it was not asked, or the packet did not get there. */
  readonly traced?: (chain: FilterChain) => ChainTrace | undefined;
}

/** What stands in a chain and decided: a rule, or the chain's policy. */
export interface Decider {
  readonly chain: FilterChain;
  readonly rule?: FilterRule;
}

/** Where our reading of the rules is not sure, or not the kernel's. */
export interface Doubts {
  /** Rules that might have decided otherwise: they ask for something that we do not understand. */
  readonly uncertain: readonly Decider[];
  /** Rules that the kernel read otherwise than we do. */
  readonly otherwise: readonly OtherDecision[];
}

/** A rule of which the kernel says that it took the packet (or did not), where we read the other. */
export interface OtherDecision extends Required<Decider> {
  readonly took: boolean;
}

export interface FilterVerdict extends Doubts {
  readonly verdict: 'accept' | 'drop' | 'reject';
  /** What decided; absent where nothing did and the packet went on. */
  readonly by?: Decider;
  /** The base chain where it ended. */
  readonly base?: FilterChain;
  /** The chains that let it through, each with the rule or the policy by which. */
  readonly passed: readonly Decider[];
}

const most = 64;

interface Running extends AtHook {
  readonly passesOver?: { readonly rules: ReadonlySet<FilterRule>; isBehind: boolean };
}

/** A chain that the kernel jumped to and of which it said nothing: no rule of it took the packet. */
const untouched: Pick<ChainTrace, 'verdicts' | 'unlisted'> = { verdicts: new Map(), unlisted: [] };

/** What stopped the packet before, to go on as if that were not there. */
export interface Stopped {
  /** The base chain where it ended. */
  readonly base: FilterChain;
  /** Rules of that chain (or of chains that it jumps to) that are passed over; none: its policy is, and with it the whole chain. */
  readonly rules?: ReadonlySet<FilterRule>;
}

/**
 * Asks the chains of the filter (not NAT's) at a hook, in the order of their priorities.
 *
 * @param after only from where it ended before on: as if what stopped it there had let it through
 */
export function runFilter(filter: PacketFilter, hook: Hook, at: AtHook, after?: Stopped): FilterVerdict {
  const doubts = { uncertain: [] as Decider[], otherwise: [] as OtherDecision[] };
  const passed: Decider[] = [];
  const chains = baseChains(filter, hook, at.packet, at).filter(({ type }) => type !== 'nat');
  const first = after === undefined ? 0 : chains.indexOf(after.base) + (after.rules === undefined ? 1 : 0);
  for (const chain of chains.slice(first)) {
    const again = chain === after?.base ? after.rules : undefined;
    const decided = runChain(filter, chain, again === undefined ? at : { ...at, ...passingOver(again) }, doubts, 0);
    const type = decided?.action.type;
    if (decided !== undefined && (type === 'drop' || type === 'reject')) {
      return { verdict: type, by: decided.by, base: chain, passed, ...doubts };
    }
    if (decided === undefined && chain.policy === 'drop') {
      return { verdict: 'drop', by: { chain }, base: chain, passed, ...doubts };
    }
    // A chain that stopped it before has been spoken of.
    if (again === undefined) passed.push(decided?.by ?? { chain });
  }
  return { verdict: 'accept', passed, ...doubts };
}

/** What the kernel said ends with the rule that stopped the packet: nobody asked it what would have come after that. */
function passingOver(rules: ReadonlySet<FilterRule>): Pick<Running, 'passesOver'> {
  return { passesOver: { rules, isBehind: false } };
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
): { readonly by?: Decider; readonly spared?: Decider } & Doubts {
  const doubts = { uncertain: [] as Decider[], otherwise: [] as OtherDecision[] };
  let spared: Decider | undefined;
  for (const chain of baseChains(filter, hook, at.packet).filter(({ type }) => type === 'nat')) {
    const by = runChain(filter, chain, at, doubts, 0)?.by;
    if (by?.rule !== undefined && isNat(by.rule)) return { by, ...doubts };
    if (by?.rule !== undefined) spared ??= by;
  }
  return { ...(spared === undefined ? {} : { spared }), ...doubts };
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
    arp: ['arp'],
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
  at: Running,
  doubts: { readonly uncertain: Decider[]; readonly otherwise: OtherDecision[] },
  depth: number,
  isTraced = false,
): { readonly by: Decider; readonly action: Action } | undefined {
  if (depth > most) return undefined;
  const known = at.traced?.(chain) ?? (isTraced ? untouched : undefined);
  const whole = known === undefined || known.unlisted.length > 0 ? undefined : known;
  for (const rule of chain.rules) {
    const by = { chain, rule };
    if (at.passesOver?.rules.has(rule) === true) {
      at.passesOver.isBehind = true;
      continue;
    }
    const traced = at.passesOver?.isBehind === true ? undefined : whole;
    const read = matches(rule, at);
    const match = traced === undefined ? read : traced.verdicts.has(rule.position) ? 'yes' : 'no';
    const action =
      rule.action.type === 'unknown' ? (actionOf(traced?.verdicts.get(rule.position)) ?? rule.action) : rule.action;
    if (action.type !== 'continue' && read !== 'maybe' && read !== match)
      doubts.otherwise.push({ ...by, took: match === 'yes' });
    if (match === 'no' || action.type === 'continue') continue;
    if (match === 'maybe' || action.type === 'unknown') {
      doubts.uncertain.push(by);
      continue;
    }
    if (action.type === 'return') return undefined;
    if (action.type !== 'jump' && action.type !== 'goto') return { by, action };
    const target = filter.chains.find(
      (one) =>
        one.name === action.chain &&
        one.table === chain.table &&
        one.family === chain.family &&
        one.backend === chain.backend,
    );
    if (target === undefined) {
      doubts.uncertain.push(by);
      continue;
    }
    const decided = runChain(filter, target, at, doubts, depth + 1, traced !== undefined);
    if (decided !== undefined) return decided;
    if (action.type === 'goto') return undefined;
  }
  return undefined;
}

/** What the kernel did at a rule whose action we do not understand, a verdict map for instance. */
function actionOf(verdict: string | undefined): Action | undefined {
  const [word, chain] = verdict?.split(' ') ?? [];
  if (word === 'accept' || word === 'drop' || word === 'continue' || word === 'return') return { type: word };
  return (word === 'jump' || word === 'goto') && chain !== undefined ? { type: word, chain } : undefined;
}
