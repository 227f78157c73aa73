import * as l10n from '@vscode/l10n';
import type { HostSnapshot, ObservedLink, ObservedNamespace } from '../../host/model';
import { makerInWords, natGroups, natGroupsIn, sourceNatFor, type NatGroup } from '../../lab/nat-groups';
import { natSubject } from '../../lab/nat-subjects';
import { natLabel } from '../../lab/nat-words';
import { plainLine } from '../../base/plain-text';
import { namespaceLabel } from './link-facts';
import { facts, type TreeNode } from './node';

/** Source NAT and port forwards of the host and of its namespaces, whoever made them, and those that are switched off. */
export function natGroup(hostId: string, snapshot: HostSnapshot): TreeNode | undefined {
  const id = `${hostId}/nat`;
  const children = natGroups(snapshot).map((group) => natNode(id, hostId, snapshot, group));
  if (children.length === 0) return undefined;
  return {
    id,
    hostId,
    context: 'nat',
    label: l10n.t`NAT and Port Forwards`,
    description: String(children.length),
    icon: { name: 'arrow-swap' },
    tooltip: [l10n.t`Source and destination NAT in nftables and iptables.`],
    expanded: true,
    children,
  };
}

/** Whether some source NAT rule of the bridge's own namespace covers one of the bridge's addresses, and is on. */
export function bridgeHasNat(snapshot: HostSnapshot, namespace: ObservedNamespace, bridge: ObservedLink): boolean {
  const addresses = bridge.addresses.map(({ cidr }) => cidr);
  return sourceNatFor(natGroupsIn(snapshot, namespace), addresses).some(({ state }) => state !== 'off');
}

function natNode(parentId: string, hostId: string, snapshot: HostSnapshot, group: NatGroup): TreeNode {
  const { key, namespace, isForward, live, off, rule, state, packets } = group;
  const place = namespace.isRoot ? '' : namespaceLabel(namespace);
  const isOn = state !== 'off';
  const label = plainLine(natLabel(snapshot, rule));
  const [record] = off;
  const offBy = record === undefined ? undefined : l10n.t`switched off by ${record.by}`;
  return {
    id: `${parentId}/${place}/${key}`,
    hostId,
    context: `${isForward ? 'nat.forward' : 'nat.source'}.${isOn ? 'on' : 'off'}`,
    label,
    subject: natSubject(hostId, snapshot, group),
    checked: isOn,
    description: facts(
      state === 'on' ? undefined : state === 'off' ? offBy : l10n.t`partly ${offBy ?? ''}`,
      rule.kind === 'dnat' ? undefined : rule.kind,
      rule.protocol === undefined || rule.protocol === 'tcp' ? undefined : rule.protocol,
      packets === undefined ? undefined : packets === 1 ? l10n.t`1 packet` : l10n.t`${packets} packets`,
      namespace.isRoot ? undefined : l10n.t`in ${place}`,
      makerInWords(group),
    ),
    icon: {
      name: isOn ? (isForward ? 'arrow-right' : 'arrow-swap') : 'circle-slash',
      color: isOn ? 'charts.green' : 'disabledForeground',
    },
    tooltip: [
      ...live.map((one) => l10n.t`${one.engine}, table ${one.table}, chain ${one.chain}: ${one.text}`),
      ...off.map(
        ({ rule: one, by, since }) => l10n.t`Switched off by ${by} at ${since}: ${one.table} ${one.chain}: ${one.text}`,
      ),
    ],
    children: [],
  };
}
