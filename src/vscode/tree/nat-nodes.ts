import type { HostSnapshot, ObservedLink, ObservedNamespace, ObservedNatRule } from '../../host/model';
import { isHairpin, isInside } from '../../lab/nat-meaning';
import { plainLine } from '../host-data';
import { namespaceLabel } from './link-facts';
import { facts, type TreeNode } from './node';

/** Source NAT and port forwards of the host and of its namespaces, whoever made them. */
export function natGroup(hostId: string, snapshot: HostSnapshot): TreeNode | undefined {
  const id = `${hostId}/nat`;
  const children = snapshot.namespaces.flatMap((namespace) =>
    sameForPeople(
      snapshot,
      namespace.nat.filter((rule) => !isHairpin(rule)),
    ).map((rules) => natNode(id, hostId, snapshot, namespace, rules)),
  );
  if (children.length === 0) return undefined;
  return {
    id,
    hostId,
    context: 'nat',
    label: 'NAT and Port Forwards',
    description: String(children.length),
    icon: { name: 'arrow-swap' },
    tooltip: ['Source and destination NAT in nftables and iptables.'],
    expanded: true,
    children,
  };
}

/** At least one. */
type Rules = readonly [ObservedNatRule, ...ObservedNatRule[]];

/**
 * Puts together the rules that mean the same to a person: a port forward takes one rule for packets that come in and
 * another for those that the host itself sends.
 */
function sameForPeople(snapshot: HostSnapshot, rules: readonly ObservedNatRule[]): Rules[] {
  const groups = new Map<string, [ObservedNatRule, ...ObservedNatRule[]]>();
  for (const rule of rules) {
    const key = [rule.engine, rule.table, rule.kind, rule.protocol ?? '', label(snapshot, rule)].join('|');
    const group = groups.get(key);
    if (group === undefined) groups.set(key, [rule]);
    else group.push(rule);
  }
  return [...groups.values()];
}

/** Whether some source NAT rule of the bridge's own namespace covers one of the bridge's addresses. */
export function bridgeHasNat(namespace: ObservedNamespace, bridge: ObservedLink): boolean {
  const sources = namespace.nat
    .filter((rule) => rule.kind === 'masquerade' || rule.kind === 'snat')
    .map((rule) => rule.source)
    .filter((source) => source !== undefined);
  return bridge.addresses.some((address) => sources.some((source) => isInside(address.cidr, source)));
}

function natNode(
  parentId: string,
  hostId: string,
  snapshot: HostSnapshot,
  namespace: ObservedNamespace,
  rules: Rules,
): TreeNode {
  const [rule] = rules;
  const counts = rules.map((one) => one.packets).filter((count) => count !== undefined);
  const packets = counts.reduce((sum, count) => sum + count, 0);
  const place = namespace.isRoot ? '' : namespaceLabel(namespace);
  const own = [rule.engine, rule.table, rule.kind, rule.protocol ?? '', label(snapshot, rule)].join('|');
  return {
    id: `${parentId}/${place}/${own}`,
    hostId,
    context: isForward(rule) ? 'nat.forward' : 'nat.source',
    label: plainLine(label(snapshot, rule)),
    description: facts(
      rule.kind === 'dnat' ? undefined : rule.kind,
      rule.protocol === undefined || rule.protocol === 'tcp' ? undefined : rule.protocol,
      counts.length === 0 ? undefined : `${packets} ${packets === 1 ? 'packet' : 'packets'}`,
      namespace.isRoot ? undefined : `in ${place}`,
      rule.lab ?? `by hand (${rule.engine})`,
    ),
    icon: { name: isForward(rule) ? 'arrow-right' : 'arrow-swap', color: 'charts.green' },
    tooltip: rules.map((one) => `${one.engine}, table ${one.table}, chain ${one.chain}: ${one.text}`),
    children: [],
  };
}

function isForward(rule: ObservedNatRule): boolean {
  return rule.kind === 'dnat' || rule.kind === 'redirect';
}

function label(snapshot: HostSnapshot, rule: ObservedNatRule): string {
  return isForward(rule) ? forwardLabel(snapshot, rule) : sourceLabel(snapshot, rule);
}

function sourceLabel(snapshot: HostSnapshot, rule: ObservedNatRule): string {
  const port = rule.port === undefined ? '' : `:${rule.port}`;
  const destination = rule.destination === undefined ? undefined : ownerName(snapshot, `${rule.destination}${port}`);
  const out = rule.out ?? (rule.notOut === undefined ? undefined : `all but ${rule.notOut}`);
  const where = [destination, out].filter((part) => part !== undefined).join(' by ');
  const as = rule.to === undefined ? '' : ` as ${rule.to}`;
  return `${rule.source ?? 'everything'} → ${where === '' ? 'any interface' : where}${as}`;
}

function forwardLabel(snapshot: HostSnapshot, rule: ObservedNatRule): string {
  const listen = `${rule.destination ?? ''}${rule.port === undefined ? '' : `:${rule.port}`}`;
  return `${listen === '' ? 'everything' : listen} → ${rule.to === undefined ? 'this host' : ownerName(snapshot, rule.to)}`;
}

/** `10.10.0.10:8000` as `earth:8000` where one namespace has that address. */
function ownerName(snapshot: HostSnapshot, to: string): string {
  const [, address, port] = /^\[?([^\]]+?)\]?(:\d+)?$/.exec(to) ?? [];
  const owners = snapshot.namespaces.filter(
    (namespace) =>
      !namespace.isRoot &&
      namespace.links.some((link) => link.addresses.some((one) => one.cidr.split('/')[0] === address)),
  );
  const owner = owners.length === 1 ? owners[0] : undefined;
  return owner === undefined ? to : `${namespaceLabel(owner)}${port ?? ''}`;
}
