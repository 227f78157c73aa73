import { integer, isObject, objects, text, type JsonObject } from '../../host/json';
import { readListing } from '../../host/nft-ruleset';
import { icmpv6Types } from './icmpv6-types';
import type { Action, Condition, FilterChain, FilterRule, Hook, PortRange } from './model';

const hooks: ReadonlySet<string> = new Set([
  'prerouting',
  'input',
  'forward',
  'output',
  'postrouting',
  'ingress',
  'egress',
]);

/**
 * The chains of `nft -j list ruleset`.
 *
 * @param listing `nft -a list ruleset`, for the rules in nft's own words
 * @param isLeftOut tables that another tool printed whole
 */
export function readNftFilter(
  shown: unknown,
  listing: string,
  isLeftOut: (family: string, table: string) => boolean,
): FilterChain[] {
  if (!isObject(shown)) return [];
  const items = objects(shown['nftables']);
  const words = new Map(
    readListing(listing).map((rule) => [`${rule.family} ${rule.table} ${rule.chain} ${rule.handle}`, rule.text]),
  );
  const listed = devicesIn(listing);
  const rules = new Map<string, FilterRule[]>();
  for (const { rule } of items) {
    if (!isObject(rule)) continue;
    const key = chainKey(rule, 'chain');
    const own = rules.get(key) ?? [];
    own.push(readRule(rule, own.length + 1, words.get(`${key} ${String(rule['handle'])}`)));
    rules.set(key, own);
  }
  return items.flatMap(({ chain }) => {
    if (!isObject(chain)) return [];
    const [family, table, name] = [text(chain['family']), text(chain['table']), text(chain['name'])];
    if (family === undefined || table === undefined || name === undefined || isLeftOut(family, table)) return [];
    const hook = text(chain['hook']);
    const type = text(chain['type']);
    const key = chainKey(chain, 'name');
    const devices = [chain['dev']]
      .flat()
      .flatMap((dev) => text(dev) ?? [])
      .concat(listed.get(key) ?? []);
    return {
      engine: 'nftables',
      family,
      table,
      name,
      ...(hook === undefined || !hooks.has(hook) ? {} : { hook: hook as Hook, type: typeOf(type) }),
      ...(devices.length === 0 ? {} : { devices }),
      priority: integer(chain['prio']) ?? 0,
      policy: chain['policy'] === 'drop' ? 'drop' : 'accept',
      rules: rules.get(key) ?? [],
    };
  });
}

/** The interfaces of chains at `ingress` and `egress`, by chain: nft's JSON leaves them out up to version 1.0.7. */
function devicesIn(listing: string): ReadonlyMap<string, string[]> {
  const found = new Map<string, string[]>();
  let table = '';
  let chain = '';
  for (const line of listing.split('\n')) {
    table = /^table (\S+ \S+) \{/.exec(line)?.[1] ?? table;
    chain = /^\tchain (\S+) \{/.exec(line)?.[1] ?? chain;
    const devices = /hook (?:in|e)gress devices? (?:= )?(.*?) priority/.exec(line)?.[1];
    if (devices === undefined) continue;
    found.set(
      `${table} ${chain}`,
      [...devices.matchAll(/[^\s"{},]+/g)].map(([name]) => name),
    );
  }
  return found;
}

function typeOf(type: string | undefined): 'filter' | 'nat' | 'route' {
  return type === 'nat' || type === 'route' ? type : 'filter';
}

function chainKey(raw: JsonObject, key: 'chain' | 'name'): string {
  return `${String(raw['family'])} ${String(raw['table'])} ${String(raw[key])}`;
}

function readRule(raw: JsonObject, position: number, words: string | undefined): FilterRule {
  const expressions = objects(raw['expr']);
  const handle = integer(raw['handle']);
  const counter = expressions.map(({ counter: one }) => one).find(isObject);
  const packets = integer(counter?.['packets']);
  return {
    text: words ?? JSON.stringify(expressions.filter((expression) => !('counter' in expression))),
    position,
    ...(handle === undefined ? {} : { handle }),
    ...(packets === undefined ? {} : { packets }),
    conditions: expressions.flatMap((expression) => readCondition(expression)),
    action: readAction(expressions),
  };
}

const matchless: ReadonlySet<string> = new Set(['counter', 'log', 'comment', 'mangle', 'ct helper', 'notrack']);

function readCondition(expression: JsonObject): Condition[] {
  const { match, limit, xt, vmap, lookup } = expression;
  if (isObject(match)) return [...impliedBy(match), readMatch(match)];
  if (limit !== undefined) return [{ type: 'unknown', text: 'limit' }];
  if (isObject(xt) && xt['type'] === 'match') return [{ type: 'unknown', text: String(xt['name']) }];
  if (vmap !== undefined || lookup !== undefined) return [{ type: 'unknown', text: 'map' }];
  return [];
}

/** `ip saddr` takes IPv4 packets only, `tcp dport` TCP's, whatever is asked of the field itself. */
function impliedBy({ left }: JsonObject): Condition[] {
  const payload = isObject(left) ? left['payload'] : undefined;
  if (!isObject(payload)) return [];
  switch (payload['protocol']) {
    case 'ip':
      return [{ type: 'family', family: 'inet' }];
    case 'ip6':
      return [{ type: 'family', family: 'inet6' }];
    case 'tcp':
    case 'udp':
      return [{ type: 'protocol', names: [payload['protocol']], negated: false }];
    case 'icmp':
      return [
        { type: 'family', family: 'inet' },
        { type: 'protocol', names: ['icmp'], negated: false },
      ];
    case 'arp':
      return [{ type: 'etherType', names: ['arp'], negated: false }];
    default:
      return [];
  }
}

function readMatch(match: JsonObject): Condition {
  const { left, right } = match;
  const negated = match['op'] === '!=';
  const unknown: Condition = { type: 'unknown', text: JSON.stringify(match) };
  if (!isObject(left) || !['==', 'in', '!='].includes(String(match['op']))) return unknown;
  const { meta, payload, ct, fib } = left;
  const values = valuesOf(right);
  if (values === undefined) return unknown;
  if (isObject(meta)) return ofMeta(String(meta['key']), values, negated) ?? unknown;
  if (isObject(payload)) return ofPayload(payload, values, negated) ?? unknown;
  if (isObject(ct))
    return ct['key'] === 'state' ? { type: 'state', states: values, negated } : (ofStatus(ct, values) ?? unknown);
  if (isObject(fib) && fib['result'] === 'type' && String(fib['flags']) === 'daddr' && values[0] === 'local') {
    return { type: 'toLocal', negated };
  }
  return unknown;
}

function ofStatus(ct: JsonObject, values: readonly string[]): Condition | undefined {
  return ct['key'] === 'status' ? { type: 'state', states: values, negated: false } : undefined;
}

function ofMeta(key: string, values: readonly string[], negated: boolean): Condition | undefined {
  switch (key) {
    case 'iifname':
    case 'iif':
      return { type: 'iif', names: values, negated };
    case 'oifname':
    case 'oif':
      return { type: 'oif', names: values, negated };
    case 'l4proto':
      return { type: 'protocol', names: values.map(protocolName), negated };
    case 'protocol':
      return { type: 'etherType', names: values, negated };
    case 'nfproto':
      if (negated) return undefined;
      return { type: 'family', family: values[0] === 'ipv6' ? 'inet6' : 'inet' };
    default:
      return undefined;
  }
}

function ofPayload(payload: JsonObject, values: readonly string[], negated: boolean): Condition | undefined {
  if (payload['protocol'] === 'arp') return ofArp(String(payload['field']), values, negated);
  if (payload['protocol'] === 'ether') {
    return payload['field'] === 'type' ? { type: 'etherType', names: values, negated } : undefined;
  }
  if (payload['protocol'] === 'icmpv6' && payload['field'] === 'type') {
    const types = values.map((value) => icmpv6Types.get(value) ?? Number(value));
    return types.some(Number.isNaN) ? undefined : { type: 'icmpv6Type', types, negated };
  }
  switch (payload['field']) {
    case 'hoplimit': {
      const [limit] = values.map(Number);
      return values.length === 1 && limit !== undefined ? { type: 'hopLimit', limit, negated } : undefined;
    }
    case 'saddr':
      return { type: 'source', networks: values, negated };
    case 'daddr':
      return { type: 'destination', networks: values, negated };
    case 'protocol':
    case 'nexthdr':
      return { type: 'protocol', names: values.map(protocolName), negated };
    case 'dport':
    case 'sport': {
      const type = payload['field'] === 'dport' ? 'destinationPort' : 'sourcePort';
      return { type, ranges: values.map(portRange), negated };
    }
    default:
      return undefined;
  }
}

/** What an ARP packet says of itself before the rest, as it is for IPv4 on Ethernet: arptables asks each packet for it. */
const arpOfEthernet: Readonly<Record<string, readonly string[]>> = {
  htype: ['1'],
  hlen: ['6'],
  plen: ['4'],
  ptype: ['ip', '2048'],
};

function ofArp(field: string, values: readonly string[], negated: boolean): Condition | undefined {
  switch (field) {
    case 'saddr ip':
    case 'daddr ip':
      return { type: field === 'saddr ip' ? 'arpSource' : 'arpTarget', networks: values, negated };
    case 'saddr ether':
    case 'daddr ether':
      return { type: field === 'saddr ether' ? 'arpSourceMac' : 'arpTargetMac', names: values, negated };
    case 'operation':
      return { type: 'arpOperation', names: values, negated };
    default:
      if (negated || arpOfEthernet[field]?.includes(values[0] ?? '') !== true) return undefined;
      return { type: 'etherType', names: ['arp'], negated };
  }
}

function protocolName(name: string): string {
  return name === 'ipv6-icmp' || name === '58' ? 'icmpv6' : name;
}

function portRange(value: string): PortRange {
  const [first = '', last = first] = value.split('-');
  return [Number(first), Number(last)];
}

/** The value, or the members of a set, as texts; undefined for what cannot be told, as a named set. */
function valuesOf(right: unknown): string[] | undefined {
  if (typeof right === 'string') return right.startsWith('@') ? undefined : [right];
  if (typeof right === 'number') return [String(right)];
  if (Array.isArray(right)) return joined(right);
  if (!isObject(right)) return undefined;
  const { prefix, set, range } = right;
  if (isObject(prefix)) return [`${String(prefix['addr'])}/${String(prefix['len'])}`];
  if (Array.isArray(set)) return joined(set);
  if (Array.isArray(range)) return [range.map(String).join('-')];
  return undefined;
}

function joined(list: readonly unknown[]): string[] | undefined {
  const values = list.map(valuesOf);
  return values.some((value) => value === undefined) ? undefined : values.flatMap((value) => value ?? []);
}

function readAction(expressions: readonly JsonObject[]): Action {
  for (const expression of expressions) {
    const [name = ''] = Object.keys(expression);
    const value = expression[name];
    if (name === 'accept' || name === 'drop' || name === 'return' || name === 'masquerade') return { type: name };
    if (name === 'continue') return { type: 'continue' };
    if (name === 'reject') return { type: 'reject', ...(isObject(value) ? { with: text(value['type']) ?? '' } : {}) };
    if ((name === 'jump' || name === 'goto') && isObject(value)) return { type: name, chain: String(value['target']) };
    if (name === 'snat' || name === 'dnat' || name === 'redirect') {
      const target = isObject(value) ? value : {};
      const address = text(target['addr']);
      const port = integer(target['port']);
      return { type: name, ...(address === undefined ? {} : { address }), ...(port === undefined ? {} : { port }) };
    }
    if (name !== 'match' && name !== 'limit' && !matchless.has(name)) {
      if (name === 'xt' && isObject(value) && value['type'] === 'match') continue;
      return { type: 'unknown', text: JSON.stringify(expression) };
    }
  }
  return { type: 'continue' };
}
