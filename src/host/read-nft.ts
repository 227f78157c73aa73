import { integer, isObject, optional, text, type JsonObject } from './json';
import type { ObservedNatRule, ObservedNftTable } from './model';
import { makerOf } from './nat-makers';
import { labOfTable, readMark } from './nat-marks';
import type { NftRule, NftRuleset } from './nft-ruleset';

export { labOfTable } from './nat-marks';

/** NAT targets of iptables' nft back end, which nft's JSON names but does not print; see `read-iptables`. */
export interface HiddenTarget {
  readonly family: string;
  readonly table: string;
  readonly chain: string;
  readonly target: string;
}

/** The tables of a ruleset, with the comments of their rules: how we recognise our own content. */
export function readNftTables({ tables, rules }: NftRuleset): ObservedNftTable[] {
  return tables.map(({ family, name }) => {
    const own = rules.filter((rule) => rule.family === family && rule.table === name);
    return { family, name, comments: own.flatMap(({ comment }) => comment ?? []) };
  });
}

/** The NAT rules of a ruleset, in their order. */
export function readNftNat({ rules }: NftRuleset): ObservedNatRule[] {
  return rules.flatMap((rule) => readNat(rule) ?? []);
}

export function hiddenTargets({ rules }: NftRuleset): HiddenTarget[] {
  return rules.flatMap(({ family, table, chain, expressions }) =>
    expressions.flatMap(({ xt }) => {
      const target = isObject(xt) && xt['type'] === 'target' ? text(xt['name']) : undefined;
      return target !== undefined && iptablesNatTargets.has(target) ? { family, table, chain, target } : [];
    }),
  );
}

const iptablesNatTargets: ReadonlySet<string> = new Set(['MASQUERADE', 'SNAT', 'DNAT', 'REDIRECT']);

const natKinds = ['masquerade', 'snat', 'dnat', 'redirect'] as const;

function readNat(rule: NftRule): ObservedNatRule | undefined {
  const { family, table, chain, handle, position, expressions, comment } = rule;
  for (const kind of natKinds) {
    const statement = expressions.find((expression) => kind in expression);
    if (statement === undefined) continue;
    const known: ObservedNatRule = {
      kind,
      engine: 'nftables',
      table,
      chain,
      text: rule.text,
      ...readMatches(expressions),
      ...optional('to', targetOf(statement[kind])),
      ...countsOf(expressions),
      ...optional('lab', labOfTable(table) ?? readMark(comment)?.lab),
    };
    return {
      ...known,
      ...optional('maker', makerOf(known, comment)),
      place: { family, position, ...optional('handle', handle) },
    };
  }
  return undefined;
}

type Matched = Pick<ObservedNatRule, 'source' | 'destination' | 'in' | 'out' | 'notOut' | 'protocol' | 'port' | 'mark'>;

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
  if (key === 'mark' && isEqual) return optional('mark', markOf(value));
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

function markOf(value: unknown): string | undefined {
  const mark = integer(value);
  return mark === undefined ? undefined : `0x${mark.toString(16)}`;
}

function countsOf(expressions: readonly JsonObject[]): Pick<ObservedNatRule, 'packets' | 'bytes'> {
  for (const { counter } of expressions) {
    if (!isObject(counter)) continue;
    return { ...optional('packets', integer(counter['packets'])), ...optional('bytes', integer(counter['bytes'])) };
  }
  return {};
}
