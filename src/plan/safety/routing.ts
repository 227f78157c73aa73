import type { ObservedPolicyRule, ObservedRoute } from '../../host/model';
import { contains, normalCidr, parseCidr } from '../cidr';
import type { RouteWords } from '../restore';
import type { RuleWords } from './effects';

/** Where a packet of the host's own goes: the policy rules, and the tables that they lead to. */
export interface Routing {
  readonly rules: readonly RuleWords[];
  readonly routes: readonly RouteWords[];
}

/** A packet that the host itself sends. */
export interface OwnPacket {
  readonly family: 'inet' | 'inet6';
  readonly from: string;
  readonly to: string;
}

/** The rules that every namespace has from birth (fib_default_rules_init in net/ipv4/fib_rules.c and net/ipv6/fib6_rules.c). */
const birthRules: readonly (readonly [number, string])[] = [
  [0, 'local'],
  [32766, 'main'],
  [32767, 'default'],
];

/** The routing as it was observed. */
export function routingOf(rules: readonly ObservedPolicyRule[], routes: readonly ObservedRoute[]): Routing {
  const families = ['inet', 'inet6'] as const;
  const known = families.flatMap((family): RuleWords[] =>
    rules.some((rule) => rule.family === family)
      ? rules.filter((rule) => rule.family === family)
      : birthRules.map(([priority, table]) => ({ family, priority, table })),
  );
  return { rules: known, routes };
}

/**
 * The entry that a packet takes: the rules by their priority, in each one's table the longest prefix, then the lowest
 * metric. A rule that asks for more than we know of (a user, a port) is taken for one that matches.
 */
export function lookUp({ rules, routes }: Routing, packet: OwnPacket): RouteWords | undefined {
  const matching = rules
    .filter((rule) => matches(rule, packet))
    // A rule that is given no priority comes before all others but the first (fib_default_rule_pref in net/core/fib_rules.c).
    .sort((a, b) => (a.priority ?? 1) - (b.priority ?? 1));
  for (const { table } of matching) {
    if (table === undefined) continue;
    const found = longestMatch(routes, tableName(table), packet);
    if (found !== undefined && found.type !== 'throw') return found;
  }
  return undefined;
}

/** Whether a rule is for a packet of the host's own without a mark; the kernel takes `lo` for where such come in. */
export function matches(rule: RuleWords, packet: OwnPacket): boolean {
  if (rule.family !== packet.family) return false;
  const isAskedFor = selects(rule, packet);
  if (rule.not !== true) return isAskedFor;
  const { tos, ipproto, sport, dport, uidrange } = rule;
  const asksForMore = [tos, ipproto, sport, dport, uidrange].some((word) => word !== undefined);
  return !isAskedFor || asksForMore;
}

function selects(rule: RuleWords, { from, to }: OwnPacket): boolean {
  if (rule.iif !== undefined && rule.iif !== 'lo') return false;
  // Only sockets that are bound to an interface; the SSH server's are not.
  if (rule.oif !== undefined) return false;
  if (rule.fwmark !== undefined && Number(rule.fwmark.split('/')[0]) !== 0) return false;
  return holdsOrAny(rule.from, from) && holdsOrAny(rule.to, to);
}

function holdsOrAny(network: string | undefined, address: string): boolean {
  if (network === undefined || network === 'all' || network === 'default') return true;
  const cidr = parseCidr(network);
  return cidr === undefined || contains(cidr, address);
}

function longestMatch(routes: readonly RouteWords[], table: string, packet: OwnPacket): RouteWords | undefined {
  let best: RouteWords | undefined;
  for (const route of routes) {
    if (tableName(route.table) !== table || !leadsTo(route, packet)) continue;
    if (best === undefined || isBetter(route, best)) best = route;
  }
  return best;
}

/** Of two that are as good, the first one stays: put first what shall be given every chance to be in the way. */
function isBetter(route: RouteWords, other: RouteWords): boolean {
  const [length, otherLength] = [prefixOf(route), prefixOf(other)];
  return length > otherLength || (length === otherLength && metricOf(route) < metricOf(other));
}

/** Without a metric IPv6 routes get 1024 (IP6_RT_PRIO_USER in include/net/ip6_route.h). */
function metricOf({ family, metric }: RouteWords): number {
  return metric ?? (family === 'inet6' ? 1024 : 0);
}

/** Whether a route is for the packet's destination. */
export function leadsTo(route: RouteWords, { family, to }: OwnPacket): boolean {
  if (route.to === 'default') return (route.family ?? 'inet') === family;
  const cidr = parseCidr(route.to);
  return cidr !== undefined && contains(cidr, to);
}

/** The length of a route's prefix; 0 for the default route. */
export function prefixOf({ to }: RouteWords): number {
  return to === 'default' ? 0 : (parseCidr(to)?.prefix ?? 0);
}

export function tableName(table: string | undefined): string {
  return { undefined: 'main', '255': 'local', '254': 'main', '253': 'default' }[String(table)] ?? String(table);
}

/** Whether both send a packet the same way. */
export function sameWay(a: RouteWords | undefined, b: RouteWords | undefined): boolean {
  if (a === undefined || b === undefined) return a === b;
  return a.dev === b.dev && sameText(a.via, b.via) && a.type === b.type;
}

/** Whether both are the same entry of the same table. */
export function sameEntry(a: RouteWords, b: RouteWords): boolean {
  return isSamePlace(a, b) && metricOf(a) === metricOf(b);
}

/** Whether `ip route del` with those words takes away the entry: without a metric it takes the first of any. */
export function isNamedBy(entry: RouteWords, words: RouteWords): boolean {
  return (
    isSamePlace(entry, words) &&
    (words.dev === undefined || words.dev === entry.dev) &&
    (words.metric === undefined || metricOf(entry) === words.metric)
  );
}

function isSamePlace(a: RouteWords, b: RouteWords): boolean {
  return (
    (a.family ?? 'inet') === (b.family ?? 'inet') &&
    normalCidr(a.to) === normalCidr(b.to) &&
    tableName(a.table) === tableName(b.table)
  );
}

function sameText(a: string | undefined, b: string | undefined): boolean {
  return a === undefined || b === undefined ? a === b : normalCidr(a) === normalCidr(b);
}
