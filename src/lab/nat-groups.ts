import * as l10n from '@vscode/l10n';
import type { HostSnapshot, ObservedNamespace, ObservedNatRule, SwitchedOffRule } from '../host/model';
import { isHairpin, isInside } from '../plan/nat-meaning';

/**
 * What a person takes for one NAT rule or port forward: a port forward takes one rule for packets that come in and another
 * for those that the host itself sends. With those of its rules that are switched off.
 */
export interface NatGroup {
  /** The same for as long as it does the same, on or off. */
  readonly key: string;
  readonly namespace: ObservedNamespace;
  readonly isForward: boolean;
  /** At least one of both together. */
  readonly live: readonly ObservedNatRule[];
  readonly off: readonly SwitchedOffRule[];
  /** One of them, for what all have in common. */
  readonly rule: ObservedNatRule;
  readonly state: 'on' | 'off' | 'partly';
  /** The lab or the program that it belongs to; neither: a person made it. */
  readonly lab?: string;
  readonly maker?: string;
  /** The name that the lab's file gives it. */
  readonly declared?: DeclaredName;
  /** What it has matched; undefined where none of its rules counts. */
  readonly packets?: number;
  readonly bytes?: number;
}

export interface DeclaredName {
  readonly kind: 'nat' | 'port-forward';
  /** As it stands in comments: other signs than letters, digits, `_`, `.` and `-` have become `_`. */
  readonly name: string;
}

/** The NAT of a host and its namespaces as people see it, in the order of the host's rules. */
export function natGroups(snapshot: HostSnapshot): NatGroup[] {
  return snapshot.namespaces.flatMap((namespace) => natGroupsIn(snapshot, namespace));
}

/** Trees and lenses ask for each bridge and rule of a snapshot. */
const known = new WeakMap<HostSnapshot, Map<ObservedNamespace, readonly NatGroup[]>>();

/** As `natGroups`, of one namespace. */
export function natGroupsIn(snapshot: HostSnapshot, namespace: ObservedNamespace): readonly NatGroup[] {
  let ofSnapshot = known.get(snapshot);
  if (ofSnapshot === undefined) known.set(snapshot, (ofSnapshot = new Map<ObservedNamespace, readonly NatGroup[]>()));
  let groups = ofSnapshot.get(namespace);
  if (groups === undefined) ofSnapshot.set(namespace, (groups = groupRules(snapshot, namespace)));
  return groups;
}

function groupRules(snapshot: HostSnapshot, namespace: ObservedNamespace): NatGroup[] {
  const off = (snapshot.switchedOff ?? []).filter(({ namespaceId }) => namespaceId === namespace.id);
  const groups = new Map<string, { live: ObservedNatRule[]; off: SwitchedOffRule[] }>();
  const group = (rule: ObservedNatRule): { live: ObservedNatRule[]; off: SwitchedOffRule[] } => {
    const key = natKey(rule);
    const known = groups.get(key) ?? { live: [], off: [] };
    groups.set(key, known);
    return known;
  };
  for (const rule of namespace.nat) if (!isHairpin(rule)) group(rule).live.push(rule);
  for (const record of off) if (!isHairpin(record.rule)) group(record.rule).off.push(record);
  return [...groups].flatMap(([key, { live, off: gone }]) => {
    const rule = live[0] ?? gone[0]?.rule;
    return rule === undefined ? [] : [natGroup(key, namespace, rule, live, gone)];
  });
}

function natGroup(
  key: string,
  namespace: ObservedNamespace,
  rule: ObservedNatRule,
  live: readonly ObservedNatRule[],
  off: readonly SwitchedOffRule[],
): NatGroup {
  const all = [...live, ...off.map((record) => record.rule)];
  const sum = (count: 'packets' | 'bytes'): number | undefined => {
    const counts = all.map((one) => one[count]).filter((value) => value !== undefined);
    return counts.length === 0 ? undefined : counts.reduce((total, value) => total + value, 0);
  };
  const [packets, bytes, declared] = [sum('packets'), sum('bytes'), declaredName(rule)];
  return {
    key,
    namespace,
    isForward: rule.kind === 'dnat' || rule.kind === 'redirect',
    live,
    off,
    rule,
    state: off.length === 0 ? 'on' : live.length === 0 ? 'off' : 'partly',
    ...(rule.lab === undefined ? {} : { lab: rule.lab }),
    ...(rule.maker === undefined ? {} : { maker: rule.maker }),
    ...(rule.lab === undefined || declared === undefined ? {} : { declared }),
    ...(packets === undefined ? {} : { packets }),
    ...(bytes === undefined ? {} : { bytes }),
  };
}

/** What a rule does, as one text; by which way a port forward's packets come does not count. */
export function natKey(rule: ObservedNatRule): string {
  const { engine, table, kind, protocol, source, destination, port, to, mark, place } = rule;
  const way = kind === 'masquerade' || kind === 'snat' ? [rule.in, rule.out, rule.notOut] : [];
  const facts = [place?.backend ?? engine, place?.family, table, kind, protocol, source, destination, port, to, mark];
  return [...facts, ...way].map((fact) => fact ?? '').join('|');
}

/** The name in the comment that the planner gives its rules. */
function declaredName({ text }: ObservedNatRule): DeclaredName | undefined {
  const match = /"(?:netns-topology:\S+ )?(masquerade|snat|port-forward) ([\w.-]+) #[0-9a-f]{8}"/.exec(text);
  const [, kind, name] = match ?? [];
  if (kind === undefined || name === undefined) return undefined;
  return { kind: kind === 'port-forward' ? 'port-forward' : 'nat', name };
}

/** The source NAT that covers one of these addresses (CIDR), in the namespace that translates. */
export function sourceNatFor(groups: readonly NatGroup[], addresses: readonly string[]): NatGroup[] {
  return groups.filter(
    ({ isForward, rule }) =>
      !isForward && addresses.some((address) => rule.source !== undefined && isInside(address, rule.source)),
  );
}

/** By whom: a lab, a program, or a person. */
export function makerInWords({ lab, maker, rule }: Pick<NatGroup, 'lab' | 'maker' | 'rule'>): string {
  return lab ?? maker ?? l10n.t`by hand (${rule.place?.backend === 'legacy' ? 'iptables-legacy' : rule.engine})`;
}
