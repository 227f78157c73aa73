import { integer, isObject, objects, optional, text, texts, type JsonObject } from './json';
import type { ObservedPolicyRule, ObservedRoute } from './model';
import { readRuleExtras } from './policy-rule';

type Family = 'inet' | 'inet6';

/**
 * Reads `ip -j -d route show table all`, which prints both families without naming them. A route over several next hops
 * becomes one entry for each of them. IPv4 before IPv6, `main` before other tables and `local` last, then by destination,
 * the default route first, then by metric: the kernel's own order of IPv6 routes depends on their history.
 */
export function readRoutes(shown: unknown): ObservedRoute[] {
  return objects(shown)
    .flatMap(readRoute)
    .map((route) => ({ route, key: sortKey(route) }))
    .sort((a, b) => (a.key < b.key ? -1 : a.key > b.key ? 1 : 0))
    .map(({ route }) => route);
}

function sortKey({ family, table, to, metric = 0, via = '', dev = '', type }: ObservedRoute): string {
  const tableRank = table === 'main' ? 0 : table === 'local' ? 2 : 1;
  const paddedMetric = String(metric).padStart(10, '0');
  return [family, tableRank, table, to === 'default' ? 0 : 1, to, paddedMetric, via, dev, type].join('\0');
}

function readRoute(raw: JsonObject): ObservedRoute[] {
  const to = text(raw['dst']);
  if (to === undefined) return [];
  const hops = objects(raw['nexthops']);
  const family = familyOf(raw, to);
  const shared = {
    family,
    to: to === 'default' ? to : withLength(to, family),
    table: text(raw['table']) ?? 'main',
    ...optional('metric', integer(raw['metric'])),
    ...optional('src', text(raw['prefsrc'])),
    ...optional('scope', text(raw['scope'])),
    type: text(raw['type']) ?? 'unicast',
    ...optional('protocol', text(raw['protocol'])),
  };
  return (hops.length > 0 ? hops : [raw]).map((hop) => ({
    ...shared,
    ...optional('via', gatewayOf(hop)),
    ...optional('dev', text(hop['dev'])),
    ...(texts(hop['flags']).includes('onlink') ? { onLink: true as const } : {}),
  }));
}

/** Since Linux 4.1 every IPv6 route carries a router preference (RTA_PREF, RFC 4191), and no IPv4 route does. */
function familyOf(raw: JsonObject, to: string): Family {
  if (to !== 'default') return to.includes(':') ? 'inet6' : 'inet';
  return raw['pref'] === undefined ? 'inet' : 'inet6';
}

/** The next hop: `gateway`, or `via` where its family is not the route's (RTA_VIA). */
function gatewayOf(hop: JsonObject): string | undefined {
  return text(hop['gateway']) ?? (isObject(hop['via']) ? text(hop['via']['host']) : undefined);
}

/** Reads `ip -j rule show` of one family, in the order of priority. */
export function readRules(shown: unknown, family: Family): ObservedPolicyRule[] {
  return objects(shown).flatMap((raw) => {
    const priority = integer(raw['priority']);
    if (priority === undefined) return [];
    return {
      family,
      priority,
      ...optional('from', selector(raw, 'src', family)),
      ...optional('to', selector(raw, 'dst', family)),
      ...optional('iif', text(raw['iif'])),
      ...optional('fwmark', markOf(raw)),
      ...optional('table', text(raw['table'])),
      ...readRuleExtras(raw),
    };
  });
}

/** `src` and `srclen`; the length is left out for a single address, and `all` means any. */
function selector(raw: JsonObject, key: 'src' | 'dst', family: Family): string | undefined {
  const address = text(raw[key]);
  if (address === undefined || address === 'all') return undefined;
  const length = integer(raw[`${key}len`]);
  return length === undefined ? withLength(address, family) : `${address}/${length}`;
}

function markOf(raw: JsonObject): string | undefined {
  const mark = text(raw['fwmark']);
  const mask = text(raw['fwmask']);
  return mark === undefined || mask === undefined ? mark : `${mark}/${mask}`;
}

function withLength(address: string, family: Family): string {
  return address.includes('/') ? address : `${address}/${family === 'inet' ? 32 : 128}`;
}
