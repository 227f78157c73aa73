import * as l10n from '@vscode/l10n';
import type { Command } from '../base/command';
import { quoteCommand } from '../base/shell-quote';
import { splitIptablesWords } from '../host/iptables-save';
import type { ObservedNamespace } from '../host/model';
import { commandIn } from './commands';
import { labelOf, type TraceFacts } from './facts';
import type { FilterChain, FilterRule, Hook } from './filter/model';
import type { ArpPacket, Decider, FilterVerdict } from './filter/run';
import type { Cause, Direction, Fix, RuleRef } from './model';
import { describePacket, type Packet } from './packet';

/** The causes that lie in nftables' and iptables' filter. */

export interface FilterPlace {
  readonly direction: Direction;
  readonly namespace: ObservedNamespace;
  readonly hook: Hook;
  readonly packet: Packet;
  readonly in?: string;
  readonly out?: string;
  /** A bridge hands its packets to the packet filter (br_netfilter). */
  readonly bridge?: string;
  /** It is the question who has an address, or the answer to that, before the packet can leave. */
  readonly arp?: ArpPacket;
  /** As `arp`, of IPv6. */
  readonly discovery?: Packet;
}

/** Of a packet that the filter does not let through. */
export function filtered(facts: TraceFacts, place: FilterPlace, { verdict, by }: FilterVerdict): Cause | undefined {
  if (verdict === 'accept' || by === undefined) return undefined;
  const { direction, namespace, hook, packet, bridge, arp, discovery } = place;
  const label = labelOf(namespace);
  const bridged =
    bridge === undefined ? '' : l10n.t` Packets inside ${bridge} pass it too, since br_netfilter hands them over.`;
  const what = wordsOf(place);
  const common = { direction, namespaceId: namespace.id, place: label, rule: refOf(by) };
  const seen = [
    l10n.t`${arp === undefined ? describePacket(discovery ?? packet) : describeArp(arp)} at the hook ${hook}`,
  ];
  if (by.rule === undefined) {
    return {
      id: 'dropped-by-policy',
      ...common,
      text: l10n.t`${chainName(by.chain)} in ${label} drops ${what}: no rule takes it, and the chain's policy is drop.${bridged}`,
      evidence: [policyText(by.chain), ...seen],
      fix: letThrough(facts, place, by.chain),
    };
  }
  const fix = takeOut(facts, namespace, by);
  return {
    id: verdict === 'reject' ? 'rejected-by-rule' : 'dropped-by-rule',
    ...common,
    text: l10n.t`Rule ${by.rule.position} of ${chainName(by.chain)} in ${label} ${verdict === 'reject' ? l10n.t`rejects` : l10n.t`drops`} ${what}.${bridged}`,
    evidence: [by.rule.text, ...seen],
    ...(fix === undefined ? {} : { fix }),
  };
}

function wordsOf({ arp, discovery, direction }: FilterPlace): string {
  if (arp !== undefined) return arpWords(arp);
  const { type, target } = discovery?.discovery ?? {};
  if (discovery === undefined || target === undefined)
    return direction === 'back' ? l10n.t`the answer` : l10n.t`the packet`;
  return type === 'solicitation'
    ? l10n.t`the neighbour solicitation that asks who has ${target}`
    : l10n.t`the neighbour advertisement that tells ${discovery.destination} who has ${target}`;
}

function arpWords({ operation, source, target }: ArpPacket): string {
  return operation === 'request'
    ? l10n.t`the ARP question who has ${target}`
    : l10n.t`the ARP answer that tells ${target} who has ${source}`;
}

/** As tcpdump(8) prints it. */
function describeArp({ operation, source, sourceMac, target }: ArpPacket): string {
  return operation === 'request' ? `who-has ${target} tell ${source} (arp)` : `${source} is-at ${sourceMac} (arp)`;
}

/** `iptables’ filter FORWARD`, `nftables’ inet fw forward`. */
export function chainName({ engine, family, table, name, backend }: FilterChain): string {
  if (engine === 'nftables') return l10n.t`the nftables chain ${family} ${table} ${name}`;
  if (engine === 'tc') return l10n.t`tc’s filters at the ${name} of ${table}`;
  if (engine === 'xdp') return l10n.t`the XDP program at ${table}`;
  return l10n.t`the iptables chain ${table} ${name}${backend === 'legacy' ? ' (legacy)' : ''}`;
}

/** A chain's policy in its tool's words. */
export function policyText({ engine, name, family, table, policy }: FilterChain): string {
  if (engine === 'tc' || engine === 'xdp') return `tc filter show dev ${table} ${name}`;
  return engine === 'iptables'
    ? `-P ${name} ${policy.toUpperCase()} (table ${table})`
    : `table ${family} ${table}: chain ${name} { … policy ${policy}; }`;
}

/** Where a rule (or a policy) stands, so that it can be shown where it is listed. */
export function refOf({ chain, rule }: Decider): RuleRef {
  const { engine, backend, family, table, name } = chain;
  return {
    engine,
    ...(backend === undefined ? {} : { backend }),
    family,
    table,
    chain: name,
    ...(rule === undefined ? {} : { position: rule.position }),
    ...(rule?.handle === undefined ? {} : { handle: rule.handle }),
  };
}

/** Questions and answers alike: a policy that drops the one drops the other on another day. */
const discoveryKinds = ['neighbour-solicitation', 'neighbour-advertisement'].map((type) => [
  ...['-p', 'ipv6-icmp', '--icmpv6-type', type],
]);

/** Rules before all others that let these packets and their answers through. */
function letThrough(facts: TraceFacts, place: FilterPlace, chain: FilterChain): Fix {
  const { namespace } = place;
  const user = chain.engine === 'iptables' ? dockerUser(facts, namespace, chain) : undefined;
  const title =
    place.discovery === undefined
      ? l10n.t`Let packets ${interfaces(place)} through`
      : l10n.t`Let neighbour discovery through`;
  if (chain.engine === 'nftables') return letThroughNft(namespace, place, chain, title);
  const name = user ?? chain.name;
  const program = iptablesFor(facts, chain);
  const kinds = place.discovery === undefined ? [[]] : discoveryKinds;
  const rules = pairs(place).flatMap(({ in: iif, out: oif }) =>
    kinds.map((kind) => [
      ...(iif === undefined ? [] : ['-i', iif]),
      ...(oif === undefined ? [] : ['-o', oif]),
      ...kind,
      '-j',
      'ACCEPT',
    ]),
  );
  const each = (action: string) => rules.map((rule) => commandIn(namespace, program, action, name, ...rule));
  return { title, run: each('-I'), undo: each('-D') };
}

function letThroughNft(namespace: ObservedNamespace, place: FilterPlace, chain: FilterChain, title: string): Fix {
  const { family, table, name } = chain;
  const mark = 'netns-trace';
  const run = pairs(place).map(({ in: iif, out: oif }) =>
    commandIn(
      namespace,
      ...['nft', 'insert', 'rule', family, table, name],
      ...(iif === undefined ? [] : ['iifname', iif]),
      ...(oif === undefined ? [] : ['oifname', oif]),
      ...(place.discovery === undefined ? [] : ['icmpv6', 'type', '{ nd-neighbor-solicit, nd-neighbor-advert }']),
      ...['accept', 'comment', mark],
    ),
  );
  return { title, run, undo: [dropMarked(namespace, [family, table, name], mark)] };
}

/** Takes our own rules out of a chain, by the comment that they carry. */
export function dropMarked(namespace: ObservedNamespace, chain: readonly string[], mark: string): Command {
  const place = quoteCommand(chain);
  const script = `nft -a list chain ${place} | sed -n 's/.*comment "${mark}".* # handle \\([0-9]*\\)$/\\1/p' | while read -r handle; do nft delete rule ${place} handle "$handle"; done`;
  return commandIn(namespace, 'sh', '-c', script);
}

/** There, and back; of a chain that sees packets of the namespace itself only the one way. Neighbour discovery: wherever it is needed. */
function pairs({ hook, in: iif, out: oif, discovery }: FilterPlace): { in?: string; out?: string }[] {
  if (discovery !== undefined) return [{}];
  const way = { ...(iif === undefined ? {} : { in: iif }), ...(oif === undefined ? {} : { out: oif }) };
  if (hook !== 'forward' || iif === oif || iif === undefined || oif === undefined) return [way];
  return [way, { in: oif, out: iif }];
}

function interfaces({ in: iif, out: oif }: { in?: string; out?: string }): string {
  if (iif !== undefined && oif !== undefined) return iif === oif ? `inside ${iif}` : l10n.t`between ${iif} and ${oif}`;
  return iif === undefined ? l10n.t`out of ${oif ?? ''}` : l10n.t`in by ${iif}`;
}

/** Docker's chain for others' rules, which it asks first and never empties. */
function dockerUser({ details }: TraceFacts, { id }: ObservedNamespace, chain: FilterChain): string | undefined {
  const has = details
    .get(id)
    ?.filter.chains.some(
      ({ name, table, family }) => name === 'DOCKER-USER' && table === chain.table && family === chain.family,
    );
  return chain.hook === 'forward' && has === true ? 'DOCKER-USER' : undefined;
}

/** One that is alone with its preference is named by that; what is taken out is put back in the words that it was printed in. */
function takeOutTc(namespace: ObservedNamespace, chain: FilterChain, rule: FilterRule): Fix | undefined {
  const pattern = /^(protocol \S+ pref \d+) (\w+)(.*)$/;
  const [, key = '', kind = '', rest = ''] = pattern.exec(rule.text) ?? [];
  const isAlone = chain.rules.filter(({ text }) => text.startsWith(`${key} `)).length === 1;
  if (!isAlone || rule.conditions.some(({ type }) => type === 'unknown')) return undefined;
  const where = ['dev', chain.table, chain.name, ...key.split(' ')];
  const words = rest
    .replaceAll(/match ([0-9a-f]{8})\/([0-9a-f]{8}) at/g, 'match u32 0x$1 0x$2 at')
    .replace(/\beth_type \S+/, '')
    .trim();
  return {
    title: l10n.t`Take filter ${rule.position} out of the ${chain.name} of ${chain.table}`,
    run: [commandIn(namespace, 'tc', 'filter', 'del', ...where)],
    undo: [commandIn(namespace, 'tc', 'filter', 'add', ...where, kind, ...words.split(/\s+/))],
  };
}

/** Takes a rule out, and puts it back where it was. */
export function takeOut(facts: TraceFacts, namespace: ObservedNamespace, { chain, rule }: Decider): Fix | undefined {
  if (rule === undefined || chain.engine === 'xdp') return undefined;
  if (chain.engine === 'tc') return takeOutTc(namespace, chain, rule);
  const title = l10n.t`Take rule ${rule.position} out of ${chain.name}`;
  if (chain.engine === 'iptables') {
    const program = [iptablesFor(facts, chain), '-t', chain.table];
    const [, , ...words] = splitIptablesWords(rule.text);
    return {
      title,
      run: [commandIn(namespace, ...program, '-D', chain.name, ...words)],
      undo: [commandIn(namespace, ...program, '-I', chain.name, String(rule.position), ...words)],
    };
  }
  if (rule.handle === undefined) return undefined;
  const where = [chain.family, chain.table, chain.name];
  const isLast = chain.rules.length === rule.position;
  const back = isLast ? ['add', 'rule', ...where] : ['insert', 'rule', ...where, 'index', String(rule.position - 1)];
  return {
    title,
    run: [commandIn(namespace, 'nft', 'delete', 'rule', ...where, 'handle', String(rule.handle))],
    undo: [commandIn(namespace, 'nft', ...back, rule.text)],
  };
}

/** The program that speaks to a chain's rule set. */
export function iptablesFor(
  { snapshot }: Pick<TraceFacts, 'snapshot'>,
  { family, backend }: Pick<FilterChain, 'family' | 'backend'>,
): string {
  const base = family === 'ip6' ? 'ip6tables' : 'iptables';
  const usual = snapshot.tools['iptables'] ?? '';
  if (backend === 'legacy' && usual.includes('nf_tables')) return `${base}-legacy`;
  if (backend === 'nft' && usual !== '' && !usual.includes('nf_tables')) return `${base}-nft`;
  return base;
}

/** A NAT fix by whatever the host has: iptables as the tutorials write it, else nft. */
export function addNat(
  facts: TraceFacts,
  namespace: ObservedNamespace,
  family: 'inet' | 'inet6',
  chain: 'POSTROUTING' | 'PREROUTING' | 'OUTPUT',
  iptables: readonly string[],
  nft: string,
): { run: Command[]; undo: Command[] } {
  if (facts.snapshot.tools['iptables'] !== undefined) {
    const program = family === 'inet6' ? 'ip6tables' : 'iptables';
    const words = (action: string) => commandIn(namespace, program, '-t', 'nat', action, chain, ...iptables);
    return { run: [words('-A')], undo: [words('-D')] };
  }
  const table = `netns-trace-${chain.toLowerCase()}`;
  const own = family === 'inet6' ? 'ip6' : 'ip';
  const priority = chain === 'POSTROUTING' ? 'srcnat' : '-100';
  const text = `table ${own} ${table} { chain ${chain.toLowerCase()} { type nat hook ${chain.toLowerCase()} priority ${priority}; ${nft}; } }`;
  return {
    run: [commandIn(namespace, 'nft', text)],
    undo: [commandIn(namespace, 'nft', 'delete', 'table', own, table)],
  };
}
