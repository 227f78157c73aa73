import ipaddr from 'ipaddr.js';
import type { HostSnapshot, ObservedLink, ObservedNamespace, ObservedNatRule } from '../../host/model';
import { plainLine } from '../host-data';
import { namespaceLabel } from './link-facts';
import type { TreeNode } from './node';

/** Source NAT and port forwards of the host and of its namespaces, whoever made them. */
export function natGroup(hostId: string, snapshot: HostSnapshot): TreeNode | undefined {
  const id = `${hostId}/nat`;
  const children = snapshot.namespaces.flatMap((namespace) => {
    const seen = new Map<string, number>();
    return namespace.nat.map((rule) => natNode(id, hostId, snapshot, namespace, rule, seen));
  });
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

/** Whether some source NAT rule of the bridge's own namespace covers one of the bridge's addresses. */
export function bridgeHasNat(namespace: ObservedNamespace, bridge: ObservedLink): boolean {
  const sources = namespace.nat
    .filter((rule) => rule.kind === 'masquerade' || rule.kind === 'snat')
    .map((rule) => rule.source)
    .filter((source) => source !== undefined);
  return bridge.addresses.some((address) => sources.some((source) => covers(source, address.cidr)));
}

function covers(network: string, cidr: string): boolean {
  const address = cidr.split('/')[0] ?? '';
  if (!ipaddr.isValidCIDR(network) || !ipaddr.isValid(address)) return false;
  const range = ipaddr.parseCIDR(network);
  const parsed = ipaddr.parse(address);
  return parsed.kind() === range[0].kind() && parsed.match(range);
}

function natNode(
  parentId: string,
  hostId: string,
  snapshot: HostSnapshot,
  namespace: ObservedNamespace,
  rule: ObservedNatRule,
  seen: Map<string, number>,
): TreeNode {
  const isForward = rule.kind === 'dnat' || rule.kind === 'redirect';
  const key = [namespace.isRoot ? '' : namespaceLabel(namespace), rule.table, rule.chain, rule.text].join('|');
  const count = seen.get(key) ?? 0;
  seen.set(key, count + 1);
  return {
    id: `${parentId}/${key}${count === 0 ? '' : `#${count}`}`,
    hostId,
    context: isForward ? 'nat.forward' : 'nat.source',
    label: plainLine(isForward ? forwardLabel(snapshot, rule) : sourceLabel(rule)),
    description: [
      isForward && rule.kind === 'dnat' ? undefined : rule.kind,
      rule.protocol === undefined || rule.protocol === 'tcp' ? undefined : rule.protocol,
      rule.packets === undefined ? undefined : `${rule.packets} ${rule.packets === 1 ? 'packet' : 'packets'}`,
      namespace.isRoot ? undefined : `in ${namespaceLabel(namespace)}`,
      rule.lab ?? `by hand (${rule.engine})`,
    ]
      .filter((part) => part !== undefined)
      .map(plainLine)
      .join(' · '),
    icon: { name: isForward ? 'arrow-right' : 'arrow-swap', color: 'charts.green' },
    tooltip: [`${rule.engine}, table ${rule.table}, chain ${rule.chain}`, rule.text],
    children: [],
  };
}

function sourceLabel(rule: ObservedNatRule): string {
  const out = rule.out ?? (rule.notOut === undefined ? 'any interface' : `all but ${rule.notOut}`);
  return `${rule.source ?? 'everything'} → ${out}${rule.to === undefined ? '' : ` as ${rule.to}`}`;
}

function forwardLabel(snapshot: HostSnapshot, rule: ObservedNatRule): string {
  const listen = `${rule.destination ?? ''}${rule.port === undefined ? '' : `:${rule.port}`}`;
  return `${listen === '' ? 'everything' : listen} → ${forwardTarget(snapshot, rule.to)}`;
}

/** `10.10.0.10:8000` as `earth:8000` where one namespace has that address. */
function forwardTarget(snapshot: HostSnapshot, to: string | undefined): string {
  if (to === undefined) return 'this host';
  const [, address, port] = /^\[?([^\]]+?)\]?(:\d+)?$/.exec(to) ?? [];
  const owners = snapshot.namespaces.filter(
    (namespace) =>
      !namespace.isRoot &&
      namespace.links.some((link) => link.addresses.some((one) => one.cidr.split('/')[0] === address)),
  );
  const owner = owners.length === 1 ? owners[0] : undefined;
  return owner === undefined ? to : `${namespaceLabel(owner)}${port ?? ''}`;
}
