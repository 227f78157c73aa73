import { negatedOptionOf, optionOf, type SavedRule, type SavedTables } from './iptables-save';
import { optional } from './json';
import type { IptablesBackend, ObservedNatRule } from './model';
import { makerOf } from './nat-makers';
import { readMark } from './nat-marks';
import { joinTarget } from './read-nft';

/** One printing of `iptables-save -c`, and whose it is. */
export interface SavedIptables extends SavedTables {
  readonly backend: IptablesBackend;
  readonly family: 'ip' | 'ip6';
}

const kinds: Readonly<Record<string, ObservedNatRule['kind']>> = {
  MASQUERADE: 'masquerade',
  SNAT: 'snat',
  DNAT: 'dnat',
  REDIRECT: 'redirect',
};

/** The NAT rules among what iptables-save printed, in their order. */
export function readIptablesNat({ rules, backend, family }: SavedIptables): ObservedNatRule[] {
  return rules.filter(({ table }) => table === 'nat').flatMap((rule) => readRule(rule, backend, family) ?? []);
}

function readRule(rule: SavedRule, backend: IptablesBackend, family: 'ip' | 'ip6'): ObservedNatRule | undefined {
  const { table, chain, text, position, packets, bytes } = rule;
  const kind = kinds[optionOf(rule, '-j', '-g') ?? ''];
  if (kind === undefined) return undefined;
  const port = optionOf(rule, '--dport', '--dports');
  const comment = optionOf(rule, '--comment');
  const known: ObservedNatRule = {
    kind,
    engine: 'iptables',
    table,
    chain,
    text,
    ...optional('source', shortAddress(optionOf(rule, '-s'))),
    ...optional('destination', shortAddress(optionOf(rule, '-d'))),
    ...optional('in', optionOf(rule, '-i')),
    ...optional('out', optionOf(rule, '-o')),
    ...optional('notOut', negatedOptionOf(rule, '-o')),
    ...optional('protocol', optionOf(rule, '-p')),
    ...optional('port', port !== undefined && /^\d+$/.test(port) ? Number(port) : undefined),
    ...optional('mark', optionOf(rule, '--mark')),
    ...optional('to', targetOf(rule)),
    ...optional('packets', packets),
    ...optional('bytes', bytes),
    ...optional('lab', readMark(comment)?.lab),
  };
  return { ...known, ...optional('maker', makerOf(known, comment)), place: { family, position, backend } };
}

/** iptables-save writes a single address with its length, nft without; the model has it without. */
function shortAddress(address: string | undefined): string | undefined {
  return address?.replace(address.includes(':') ? /\/128$/ : /\/32$/, '');
}

function targetOf(rule: SavedRule): string | undefined {
  return optionOf(rule, '--to-destination', '--to-source') ?? joinTarget(undefined, optionOf(rule, '--to-ports'));
}
