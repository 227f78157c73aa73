import { isObject, optional, parseJson, text, texts, type JsonObject } from './json';
import type { ObservedNamespace, ObservedNatRule, RulePlace, SwitchedOffRule } from './model';

/** Where the records of NAT rules lie that were switched off; for root's eyes only. */
export const switchedOffDirectory = '/run/netns-topology/switched-off';

/** A record as it is kept: who and when on the first line, which the host writes, then the rule as JSON. */
export function printSwitchedOff({ id, namespaceId, rule, before }: Omit<SwitchedOffRule, 'by' | 'since'>): string {
  return JSON.stringify({ version: 1, id, namespaceId, rule, before });
}

/**
 * Reads the records that a host handed over. One that is damaged, whose namespace is gone, or whose rule is there again (by
 * hand, or by an apply) counts for nothing.
 */
export function readSwitchedOff(
  records: readonly string[],
  namespaces: readonly Pick<ObservedNamespace, 'id' | 'nat'>[],
): SwitchedOffRule[] {
  return records
    .flatMap((record) => readRecord(record) ?? [])
    .filter(({ namespaceId, rule }) => {
      const namespace = namespaces.find(({ id }) => id === namespaceId);
      return namespace !== undefined && !namespace.nat.some((live) => isSameRule(live, rule));
    })
    .sort((a, b) => (a.since === b.since ? compare(a.id, b.id) : compare(a.since, b.since)));
}

/** Whether two are one rule: the same words in the same chain. */
export function isSameRule(a: ObservedNatRule, b: ObservedNatRule): boolean {
  return (
    a.text === b.text &&
    a.chain === b.chain &&
    a.table === b.table &&
    a.engine === b.engine &&
    a.place?.family === b.place?.family &&
    a.place?.backend === b.place?.backend
  );
}

function readRecord(record: string): SwitchedOffRule | undefined {
  const [head = '', ...rest] = record.trim().split('\n');
  const [, by, since] = /^(\S{1,64}) (\d{4}-\d\d-\d\dT[\d:.]+Z)$/.exec(head) ?? [];
  const raw = parseJson(rest.join('\n'));
  if (by === undefined || since === undefined || !isObject(raw) || raw['version'] !== 1) return undefined;
  const id = text(raw['id']);
  const namespaceId = text(raw['namespaceId']);
  const rule = isObject(raw['rule']) ? readRule(raw['rule']) : undefined;
  if (id === undefined || !/^[0-9a-f]{8,32}$/.test(id) || namespaceId === undefined || rule === undefined) {
    return undefined;
  }
  return { id, by, since, namespaceId, rule, before: texts(raw['before']).filter(isOneLine) };
}

const kinds = ['masquerade', 'snat', 'dnat', 'redirect'] as const;
const engines = ['nftables', 'iptables'] as const;
const backends = ['nft', 'legacy'] as const;

function readRule(raw: JsonObject): SwitchedOffRule['rule'] | undefined {
  const kind = kinds.find((one) => one === raw['kind']);
  const engine = engines.find((one) => one === raw['engine']);
  const place = isObject(raw['place']) ? readPlace(raw['place']) : undefined;
  const [table, chain, words] = [line(raw['table']), line(raw['chain']), line(raw['text'])];
  if (kind === undefined || engine === undefined || place === undefined) return undefined;
  if (table === undefined || chain === undefined || words === undefined) return undefined;
  const word = (key: string): Record<string, string> => optional(key, line(raw[key])) as Record<string, string>;
  const count = (key: string): Record<string, number> => optional(key, whole(raw[key])) as Record<string, number>;
  return {
    kind,
    engine,
    table,
    chain,
    text: words,
    ...word('source'),
    ...word('destination'),
    ...word('in'),
    ...word('out'),
    ...word('notOut'),
    ...word('protocol'),
    ...count('port'),
    ...word('mark'),
    ...word('to'),
    ...count('packets'),
    ...count('bytes'),
    ...word('lab'),
    ...word('maker'),
    place,
  };
}

function readPlace(raw: JsonObject): RulePlace | undefined {
  const [family, position, handle] = [line(raw['family']), whole(raw['position']), whole(raw['handle'])];
  if (family === undefined || position === undefined) return undefined;
  const backend = backends.find((one) => one === raw['backend']);
  return { family, position, ...optional('handle', handle), ...optional('backend', backend) };
}

function line(value: unknown): string | undefined {
  const found = text(value);
  return found !== undefined && isOneLine(found) ? found : undefined;
}

function isOneLine(value: string): boolean {
  // eslint-disable-next-line no-control-regex -- control characters are exactly what is refused
  return !/[\u0000-\u001f\u007f]/.test(value);
}

function whole(value: unknown): number | undefined {
  return typeof value === 'number' && Number.isSafeInteger(value) && value >= 0 ? value : undefined;
}

function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
