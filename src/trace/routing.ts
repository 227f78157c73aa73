import type { ObservedNamespace, ObservedPolicyRule, ObservedRoute } from '../host/model';
import { contains, parseCidr } from '../plan/cidr';
import { linkNamed, ownerLink } from './facts';
import { isSame, type Packet } from './packet';

/** What the routing of a namespace says of a packet, and which entry said so. */
export type RouteDecision =
  | { readonly type: 'local'; readonly by: string }
  | {
      readonly type: 'unicast';
      readonly dev: string;
      readonly via?: string;
      readonly source?: string;
      readonly table: string;
      readonly by: string;
      readonly route?: ObservedRoute;
    }
  | { readonly type: 'refused'; readonly route: ObservedRoute; readonly by: string }
  | { readonly type: 'none'; readonly emptyTable?: { readonly rule: ObservedPolicyRule; readonly table: string } };

export type UnicastDecision = Extract<RouteDecision, { type: 'unicast' }>;

/**
 * Looks a destination up as the kernel does (ip-rule(8), ip-route(8)): rules by priority, in each table the longest prefix,
 * then the smallest metric. Routes over interfaces that are down do not count; the kernel takes them out.
 */
export function lookUp(namespace: ObservedNamespace, packet: Packet, iif?: string): RouteDecision {
  const { family, destination } = packet;
  if (ownerLink(namespace, destination) !== undefined || /^127\.|^::1$/.test(destination)) {
    return { type: 'local', by: `local ${destination}` };
  }
  let emptyTable: { rule: ObservedPolicyRule; table: string } | undefined;
  for (const rule of rulesOf(namespace, packet, iif)) {
    const table = rule.table ?? 'main';
    const found = bestRoute(namespace, family, table, destination, rule.suppressPrefixLength);
    if (found === undefined) {
      const isUsual = ['main', 'local', 'default'].includes(table);
      if (!isUsual && !namespace.routes.some((route) => route.table === table)) emptyTable ??= { rule, table };
      continue;
    }
    if (['blackhole', 'unreachable', 'prohibit'].includes(found.type)) {
      return { type: 'refused', route: found, by: printRoute(found) };
    }
    if (found.type === 'throw') continue;
    if (found.dev === undefined) continue;
    const source = found.src ?? sourceFor(namespace, found, family);
    return {
      type: 'unicast',
      dev: found.dev,
      ...(found.via === undefined ? {} : { via: found.via }),
      ...(source === undefined ? {} : { source }),
      table,
      by: printRoute(found),
      route: found,
    };
  }
  return { type: 'none', ...(emptyTable === undefined ? {} : { emptyTable }) };
}

/**
 * The policy rules that take a packet to a table, in their order. One that asks for a mark takes none: we do not know marks. One
 * without a table refuses or jumps: which, only the kernel says.
 */
function rulesOf({ rules }: ObservedNamespace, packet: Packet, iif: string | undefined): ObservedPolicyRule[] {
  const own = rules
    .filter(({ family }) => family === packet.family)
    .sort((a, b) => a.priority - b.priority)
    .filter((rule) => rule.table !== undefined && selects(rule, packet, iif));
  return own.length === 0 ? [{ family: packet.family, priority: 32766, table: 'main' }] : own;
}

/** The first rule that takes a packet and refuses it (`prohibit`, `blackhole` …). */
export function refusingRule(
  { rules }: ObservedNamespace,
  packet: Packet,
  iif: string | undefined,
): ObservedPolicyRule | undefined {
  return rules
    .filter(({ family, action }) => family === packet.family && action !== undefined && refusals.has(action))
    .sort((a, b) => a.priority - b.priority)
    .find((rule) => selects(rule, packet, iif));
}

const refusals: ReadonlySet<string> = new Set(['blackhole', 'unreachable', 'prohibit']);

/** Whether a rule is about what its packet says of its protocol or ports, which the kernel then has to be told when it is asked. */
export function asksForPorts({ ipproto, sport, dport }: ObservedPolicyRule): boolean {
  return ipproto !== undefined || sport !== undefined || dport !== undefined;
}

/** A probe is nobody's mark, bound to no interface (`oif`), of no special service (`tos`), and root's. */
function selects(rule: ObservedPolicyRule, packet: Packet, iif: string | undefined): boolean {
  const { from, to, iif: by, oif, fwmark, tos, ipproto, sport, dport, uidrange } = rule;
  const isMeant =
    (from === undefined || isWithin(from, packet.source)) &&
    (to === undefined || isWithin(to, packet.destination)) &&
    (by === undefined || by === (iif ?? 'lo')) &&
    (ipproto === undefined || ipproto.replace('ipv6-', '') === packet.protocol) &&
    (sport === undefined || isInRange(sport, packet.sourcePort)) &&
    (dport === undefined || isInRange(dport, packet.destinationPort)) &&
    (uidrange === undefined || (iif === undefined && isInRange(uidrange, 0))) &&
    oif === undefined &&
    fwmark === undefined &&
    tos === undefined;
  return rule.not === true ? !isMeant : isMeant;
}

/** `80`, `1000-1999`. */
function isInRange(range: string, value: number | undefined): boolean {
  const [first = 0, last = first] = range.split('-').map(Number);
  return value !== undefined && value >= first && value <= last;
}

function isWithin(cidr: string, address: string): boolean {
  const parsed = parseCidr(cidr);
  return parsed !== undefined && contains(parsed, address);
}

function bestRoute(
  { routes, links }: ObservedNamespace,
  family: string,
  table: string,
  destination: string,
  /** Routes of so many bits or fewer do not count. */
  suppressed = -1,
): ObservedRoute | undefined {
  let best: { route: ObservedRoute; prefix: number } | undefined;
  for (const route of routes) {
    if (route.family !== family || route.table !== table || route.type === 'multicast') continue;
    const device = links.find(({ name }) => name === route.dev);
    if (device !== undefined && !device.up) continue;
    const prefix = prefixOf(route, destination);
    if (prefix === undefined || prefix <= suppressed) continue;
    const isBetter =
      best === undefined ||
      prefix > best.prefix ||
      (prefix === best.prefix && (route.metric ?? 0) < (best.route.metric ?? 0));
    if (isBetter) best = { route, prefix };
  }
  return best?.route;
}

/** How many bits of the destination the route fixes; undefined where it is for others. */
function prefixOf({ to }: ObservedRoute, destination: string): number | undefined {
  if (to === 'default') return 0;
  const parsed = parseCidr(to);
  return parsed !== undefined && contains(parsed, destination) ? parsed.prefix : undefined;
}

/** The address that the kernel gives a packet without one: of the interface, on the next hop's network before others. */
function sourceFor(namespace: ObservedNamespace, { dev, via, to }: ObservedRoute, family: string): string | undefined {
  const next = via ?? to.split('/')[0] ?? '';
  const own = (linkNamed(namespace, dev)?.addresses ?? []).filter(
    (address) => address.family === family && (address.scope === 'global' || address.scope === 'site'),
  );
  const near = own.find(({ cidr }) => isWithin(cidr, next));
  const any = namespace.links
    .flatMap(({ addresses }) => addresses)
    .find((address) => address.family === family && address.scope === 'global');
  return (near ?? own[0] ?? any)?.cidr.split('/')[0];
}

/** A route as `ip route` shows it. */
export function printRoute({ type, to, via, dev, table, src, metric }: ObservedRoute): string {
  return [
    ...(type === 'unicast' || type === '' ? [] : [type]),
    to,
    ...(via === undefined ? [] : ['via', via]),
    ...(dev === undefined ? [] : ['dev', dev]),
    ...(src === undefined ? [] : ['src', src]),
    ...(metric === undefined || metric === 0 ? [] : ['metric', String(metric)]),
    ...(table === 'main' ? [] : ['table', table]),
  ].join(' ');
}

/** Whether a gateway can be a neighbour on an interface: it lies in one of its networks, and is none of its own addresses. */
export function isOnLink(namespace: ObservedNamespace, dev: string, gateway: string): boolean {
  return (linkNamed(namespace, dev)?.addresses ?? []).some(({ cidr, peer }) => isWithin(peer ?? cidr, gateway));
}

export function isSelf(namespace: ObservedNamespace, gateway: string): boolean {
  return namespace.links.some(({ addresses }) =>
    addresses.some(({ cidr }) => isSame(cidr.split('/')[0] ?? '', gateway)),
  );
}
