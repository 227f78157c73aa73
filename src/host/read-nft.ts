import { integer, isObject, objects, optional, text, type JsonObject } from './json';
import type { ObservedNatRule, ObservedNftTable } from './model';

/** Tables of ours are called so, with the lab's name behind it. */
const ownTablePrefix = 'netns-topology-';

/** The lab that owns an nftables table, by its name. */
export function labOfTable(table: string): string | undefined {
  return table.startsWith(ownTablePrefix) ? text(table.slice(ownTablePrefix.length)) : undefined;
}

export interface ReadRuleset {
  readonly tables: readonly ObservedNftTable[];
  readonly nat: readonly ObservedNatRule[];
  /** NAT targets of iptables' nft back end, which nft's JSON names but does not print; see `read-iptables`. */
  readonly hiddenTargets: readonly HiddenTarget[];
}

export interface HiddenTarget {
  readonly family: string;
  readonly chain: string;
  readonly target: string;
}

/**
 * Reads `nft -j list ruleset` (libnftables-json(5)). `listing` is what `nft -a list ruleset` prints, for the rules in nft's
 * own words. Undefined where the JSON is not a ruleset.
 */
export function readRuleset(shown: unknown, listing: string): ReadRuleset | undefined {
  if (!isObject(shown) || !Array.isArray(shown['nftables'])) return undefined;
  const items = objects(shown['nftables']);
  const rules = items.flatMap((item) => readRule(item['rule']) ?? []);
  const words = ruleWords(listing);
  const tables = items.flatMap(({ table }) => {
    const family = isObject(table) ? text(table['family']) : undefined;
    const name = isObject(table) ? text(table['name']) : undefined;
    if (family === undefined || name === undefined) return [];
    const comments = rules.flatMap((rule) =>
      rule.family === family && rule.table === name ? (rule.comment ?? []) : [],
    );
    return { family, name, comments };
  });
  return {
    tables,
    nat: rules.flatMap((rule) => readNat(rule, words) ?? []),
    hiddenTargets: rules.flatMap(({ family, chain, expressions }) =>
      expressions.flatMap(({ xt }) => {
        const target = isObject(xt) && xt['type'] === 'target' ? text(xt['name']) : undefined;
        return target !== undefined && iptablesNatTargets.has(target) ? { family, chain, target } : [];
      }),
    ),
  };
}

const iptablesNatTargets: ReadonlySet<string> = new Set(['MASQUERADE', 'SNAT', 'DNAT', 'REDIRECT']);

interface Rule {
  readonly family: string;
  readonly table: string;
  readonly chain: string;
  readonly handle: number | undefined;
  readonly comment: string | undefined;
  readonly expressions: readonly JsonObject[];
}

function readRule(raw: unknown): Rule | undefined {
  if (!isObject(raw)) return undefined;
  const family = text(raw['family']);
  const table = text(raw['table']);
  const chain = text(raw['chain']);
  if (family === undefined || table === undefined || chain === undefined) return undefined;
  const expressions = objects(raw['expr']);
  return { family, table, chain, handle: integer(raw['handle']), comment: text(raw['comment']), expressions };
}

const natKinds = ['masquerade', 'snat', 'dnat', 'redirect'] as const;

function readNat(rule: Rule, words: ReadonlyMap<string, string>): ObservedNatRule | undefined {
  for (const kind of natKinds) {
    const statement = rule.expressions.find((expression) => kind in expression);
    if (statement === undefined) continue;
    return {
      kind,
      engine: 'nftables',
      table: rule.table,
      chain: rule.chain,
      text:
        words.get(wordsKey(rule)) ??
        JSON.stringify(rule.expressions.filter((expression) => !('counter' in expression))),
      ...readMatches(rule.expressions),
      ...optional('to', targetOf(statement[kind])),
      ...optional('packets', packetsOf(rule.expressions)),
      ...optional('lab', labOfTable(rule.table)),
    };
  }
  return undefined;
}

type Matched = Pick<ObservedNatRule, 'source' | 'destination' | 'in' | 'out' | 'notOut' | 'protocol' | 'port'>;

/** What the rule asks of a packet, as far as the model has a word for it; the rest stands in the rule's text. */
function readMatches(expressions: readonly JsonObject[]): Matched {
  let matched: Matched = {};
  for (const { match } of expressions) {
    if (!isObject(match) || !isObject(match['left'])) continue;
    const { meta, payload } = match['left'];
    const isEqual = match['op'] === '==' || match['op'] === 'in';
    const value = match['right'];
    const found = isObject(meta)
      ? metaMatch(meta['key'], value, isEqual)
      : isObject(payload) && isEqual
        ? payloadMatch(payload, value)
        : {};
    matched = { ...matched, ...found };
  }
  return matched;
}

function metaMatch(key: unknown, value: unknown, isEqual: boolean): Matched {
  const name = text(value);
  if (name === undefined) return {};
  if (key === 'oifname' || key === 'oif') return isEqual ? { out: name } : { notOut: name };
  if ((key === 'iifname' || key === 'iif') && isEqual) return { in: name };
  if (key === 'l4proto' && isEqual) return { protocol: name };
  return {};
}

function payloadMatch(payload: JsonObject, value: unknown): Matched {
  const protocol = text(payload['protocol']);
  switch (payload['field']) {
    case 'saddr':
      return optional('source', addressOf(value));
    case 'daddr':
      return optional('destination', addressOf(value));
    case 'dport':
      // `th` is nft's word for whichever transport header there is.
      return { ...optional('protocol', protocol === 'th' ? undefined : protocol), ...optional('port', integer(value)) };
    default:
      return {};
  }
}

function addressOf(value: unknown): string | undefined {
  if (!isObject(value)) return text(value);
  const prefix = value['prefix'];
  if (!isObject(prefix)) return undefined;
  const address = text(prefix['addr']);
  const length = integer(prefix['len']);
  return address === undefined || length === undefined ? undefined : `${address}/${length}`;
}

function targetOf(statement: unknown): string | undefined {
  if (!isObject(statement)) return undefined;
  return joinTarget(text(statement['addr']), integer(statement['port'])?.toString());
}

/** `ADDRESS`, `ADDRESS:PORT` or `:PORT`; an IPv6 address before a port stands in brackets. */
export function joinTarget(address: string | undefined, port: string | undefined): string | undefined {
  if (port === undefined) return address;
  return `${address?.includes(':') ? `[${address}]` : (address ?? '')}:${port}`;
}

function packetsOf(expressions: readonly JsonObject[]): number | undefined {
  for (const { counter } of expressions) if (isObject(counter)) return integer(counter['packets']);
  return undefined;
}

const wordsKey = (rule: Pick<Rule, 'family' | 'table' | 'chain' | 'handle'>): string =>
  `${rule.family} ${rule.table} ${rule.chain} ${rule.handle ?? ''}`;

/** The rules of a listing with handles (`nft -a`) in nft's words, without counters, by family, table, chain and handle. */
function ruleWords(listing: string): Map<string, string> {
  const words = new Map<string, string>();
  let table: string | undefined;
  let chain: string | undefined;
  let open = '';
  for (const line of listing.split('\n')) {
    const opensTable = /^table (\S+) (\S+) \{/.exec(line);
    const opensBlock = /^\t(\w+) (\S+) \{/.exec(line);
    if (opensTable !== null) table = `${opensTable[1] ?? ''} ${opensTable[2] ?? ''}`;
    else if (opensBlock !== null) chain = opensBlock[1] === 'chain' ? opensBlock[2] : undefined;
    else if (/^\t?\}/.test(line)) [chain, open] = [undefined, ''];
    else if (chain !== undefined && table !== undefined) {
      // A rule with a long anonymous set goes on over several lines; its handle ends it.
      open = `${open} ${line.trim()}`.trim();
      const ends = /^(.*?) # handle (\d+)$/.exec(open);
      if (ends !== null) words.set(`${table} ${chain} ${ends[2] ?? ''}`, withoutCounters(ends[1] ?? ''));
      if (ends !== null || open.endsWith(';')) open = '';
    }
  }
  return words;
}

/** Counters differ at every look; the number of packets has its own place in the model. */
function withoutCounters(rule: string): string {
  return rule.replace(/ ?\bcounter packets \d+ bytes \d+/, '').trim();
}
