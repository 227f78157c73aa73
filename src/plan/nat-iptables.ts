import type { IptablesBackend, ObservedFirewall } from '../host/model';
import { markComment } from '../host/nat-marks';
import { hereDocument } from './here-document';
import { commentWords } from './iptables';
import { shortHash } from './names';
import { natChains, type NatChain, type NatFamily, type NatRule } from './nat-rules';

/**
 * A lab's NAT rules in iptables: chains of its own, `NETNS-LAB-…`, one for each hook that it needs, and a jump to each from
 * the kernel's chain. Every rule carries the lab's mark and a hash of its text in its comment.
 */
export interface OwnChain {
  readonly chain: string;
  readonly hook: 'PREROUTING' | 'OUTPUT' | 'POSTROUTING';
  /** Its rules as iptables-save writes them: `-A NETNS-planets-POST …`. */
  readonly rules: readonly string[];
  /** The comments of its rules without the mark: by these the observed chain is compared with the wanted one. */
  readonly labels: readonly string[];
}

/** Our chains in one table of one family. */
export interface OwnTable {
  readonly family: NatFamily;
  readonly table: 'nat' | 'raw';
  readonly chains: readonly OwnChain[];
}

const places = {
  guard: { table: 'raw', hook: 'PREROUTING', suffix: 'RAW' },
  prerouting: { table: 'nat', hook: 'PREROUTING', suffix: 'PRE' },
  output: { table: 'nat', hook: 'OUTPUT', suffix: 'OUT' },
  postrouting: { table: 'nat', hook: 'POSTROUTING', suffix: 'POST' },
} as const satisfies Readonly<Record<NatChain, { table: 'nat' | 'raw'; hook: OwnChain['hook']; suffix: string }>>;

/** The name of a lab's chain; iptables takes 28 bytes (XT_EXTENSION_MAXNAMELEN), so a long name is shortened and told apart by a hash. */
export function ownChainName(lab: string, chain: NatChain): string {
  const short = lab.length <= 17 ? lab : `${lab.slice(0, 8)}-${shortHash(lab)}`;
  return `NETNS-${short}-${places[chain].suffix}`;
}

/** The tables and chains that hold a lab's rules. */
export function ownTables(lab: string, rules: readonly NatRule[]): OwnTable[] {
  const tables: OwnTable[] = [];
  for (const family of ['ip', 'ip6'] as const) {
    for (const table of ['raw', 'nat'] as const) {
      const chains = natChains
        .filter((chain) => places[chain].table === table)
        .flatMap((chain) => {
          const own = rules.filter((rule) => rule.family === family && rule.chain === chain);
          return own.length === 0 ? [] : [ownChain(lab, chain, own)];
        });
      if (chains.length > 0) tables.push({ family, table, chains });
    }
  }
  return tables;
}

function ownChain(lab: string, chain: NatChain, rules: readonly NatRule[]): OwnChain {
  const name = ownChainName(lab, chain);
  return {
    chain: name,
    hook: places[chain].hook,
    rules: rules.map((rule) => `-A ${name} ${iptablesRule(lab, rule)}`),
    labels: rules.map(iptablesLabel),
  };
}

/** A rule's matches, comment and target: what stands behind `-A CHAIN`. */
export function iptablesRule(lab: string, rule: NatRule): string {
  return [...matchWords(rule), commentWords(markComment(lab, iptablesLabel(rule))), targetWords(rule)].join(' ');
}

/** The same without our comment, word by word. */
export function plainIptablesWords(rule: NatRule): string[] {
  return [...matchWords(rule), targetWords(rule)].flatMap((words) => words.split(' '));
}

/** Where a rule stands when it is in none of our chains. */
export function iptablesPlace({ chain }: NatRule): { readonly table: 'nat' | 'raw'; readonly hook: OwnChain['hook'] } {
  return places[chain];
}

function iptablesLabel(rule: NatRule): string {
  return `${rule.label} #${shortHash([rule.chain, ...matchWords(rule), targetWords(rule)].join(' '))}`;
}

/** In the order in which iptables-save prints them. */
function matchWords({ match }: NatRule): string[] {
  const { source, destination, notDestination, protocol, port } = match;
  const words = [
    source === undefined ? undefined : `-s ${source}`,
    destination === undefined ? undefined : `-d ${destination}`,
    notDestination === undefined ? undefined : `! -d ${notDestination}`,
    match.in === undefined ? undefined : `-i ${match.in}`,
    match.out === undefined ? undefined : `-o ${match.out}`,
    match.notOut === undefined ? undefined : `! -o ${match.notOut}`,
    protocol === undefined ? undefined : `-p ${protocol}`,
    match.toItself === true ? '-m addrtype --dst-type LOCAL' : undefined,
    match.translated === true ? '-m conntrack --ctstate DNAT' : undefined,
    port === undefined ? undefined : `-m ${protocol ?? 'tcp'} --dport ${port}`,
  ];
  return words.filter((word) => word !== undefined);
}

function targetWords({ family, action }: NatRule): string {
  switch (action.type) {
    case 'snat':
      return `-j SNAT --to-source ${action.address}`;
    case 'dnat':
      return `-j DNAT --to-destination ${family === 'ip6' ? `[${action.address}]` : action.address}:${action.port}`;
    case 'drop':
      return '-j DROP';
    default:
      return '-j MASQUERADE';
  }
}

/** Our chains in one table as they were found. */
export interface FoundChain {
  readonly chain: string;
  readonly hook: OwnChain['hook'];
  readonly rules: readonly string[];
  readonly labels: readonly string[];
  /** Rules of the kernel's chain that lead to it: one, unless somebody was at it. */
  readonly jumps: readonly string[];
  /** Their numbers in that chain. */
  readonly positions: readonly number[];
}

/** The lab's chains that are in a table of the host. */
export function foundChains(
  firewall: ObservedFirewall | undefined,
  lab: string,
  backend: IptablesBackend,
  { family, table }: Pick<OwnTable, 'family' | 'table'>,
): FoundChain[] {
  const isHere = (rule: { readonly backend?: string; readonly family: string; readonly table: string }): boolean =>
    rule.backend === backend && rule.family === family && rule.table === table;
  const marked = (firewall?.marked ?? []).filter((rule) => rule.lab === lab && isHere(rule));
  return natChains
    .filter((chain) => places[chain].table === table)
    .flatMap((chain) => {
      const name = ownChainName(lab, chain);
      if (firewall?.ownChains.some((own) => own.chain === name && isHere(own)) !== true) return [];
      const { hook } = places[chain];
      const own = marked.filter((rule) => rule.chain === name);
      const jumps = marked.filter((rule) => rule.chain === hook && rule.text.endsWith(` -j ${name}`));
      return {
        chain: name,
        hook,
        rules: own.map(({ text }) => text),
        labels: own.map(({ label }) => label),
        jumps: jumps.map(({ text }) => text),
        positions: jumps.map(({ position }) => position),
      };
    });
}

/**
 * The text for `iptables-restore --noflush` that makes of the lab's chains in one table what is wanted, in one go. A chain that
 * is named with `:` is emptied if it is there.
 *
 * @param wanted empty: all of them go
 */
export function restoreText(
  lab: string,
  table: OwnTable['table'],
  found: readonly FoundChain[],
  wanted: readonly Pick<OwnChain, 'chain' | 'hook' | 'rules'>[],
): string {
  const gone = found.filter(({ chain }) => !wanted.some((own) => own.chain === chain));
  const jump = ({ chain, hook }: Pick<OwnChain, 'chain' | 'hook'>): string =>
    `-A ${hook} ${commentWords(markComment(lab, 'jump'))} -j ${chain}`;
  const lines = [
    ...wanted.map(({ chain }) => `:${chain} - [0:0]`),
    ...wanted.flatMap(({ rules }) => rules),
    ...wanted.flatMap((own) => {
      const jumps = found.find(({ chain }) => chain === own.chain)?.jumps ?? [];
      return jumps.length === 0 ? [jump(own)] : jumps.slice(1).map(asRemoval);
    }),
    ...gone.flatMap(({ chain, jumps }) => [...jumps.map(asRemoval), `-F ${chain}`, `-X ${chain}`]),
  ];
  return [`*${table}`, ...lines, 'COMMIT', ''].join('\n');
}

/** `-A CHAIN …` as `-D CHAIN …`. */
function asRemoval(rule: string): string {
  return rule.replace(/^-A /, '-D ');
}

/**
 * The way back from `wanted` to what was found, as shell text that may run whether or not the way there was taken: chains that
 * were new go, the others get their rules again, and a jump that went with its chain comes back in its place.
 *
 * @param program what speaks to the tables, with its namespace before it: `ip netns exec earth iptables`, quoted
 */
export function wayBack(
  lab: string,
  program: string,
  { table }: Pick<OwnTable, 'table'>,
  found: readonly FoundChain[],
  wanted: readonly Pick<OwnChain, 'chain' | 'hook'>[],
): string {
  const fresh = wanted.filter(({ chain }) => !found.some((one) => one.chain === chain));
  const gone = found.filter(({ chain }) => !wanted.some((one) => one.chain === chain));
  const jump = ({ chain }: Pick<OwnChain, 'chain'>): string => `${commentWords(markComment(lab, 'jump'))} -j ${chain}`;
  const content = [
    `*${table}`,
    ...found.map(({ chain }) => `:${chain} - [0:0]`),
    ...found.flatMap(({ rules }) => rules),
    'COMMIT',
    '',
  ];
  return [
    `t() { ${program} -w 5 -t ${table} "$@"; }`,
    ...fresh.flatMap((own) => [
      `while t -D ${own.hook} ${jump(own)} 2>/dev/null; do :; done`,
      `t -F ${own.chain} 2>/dev/null || :`,
      `t -X ${own.chain} 2>/dev/null || :`,
    ]),
    ...(found.length === 0 ? [] : [hereDocument(`${program}-restore --noflush -w 5`, 0, content.join('\n')).trimEnd()]),
    ...gone.flatMap((own) =>
      own.positions.map(
        (position) => `t -C ${own.hook} ${jump(own)} 2>/dev/null || t -I ${own.hook} ${position} ${jump(own)}`,
      ),
    ),
  ].join('\n');
}
