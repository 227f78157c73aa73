import * as l10n from '@vscode/l10n';
import { plainLine } from '../../base/plain-text';
import type {
  HostSnapshot,
  ObservedLink,
  ObservedNamespace,
  OpenVswitchFacts,
  OpenVswitchPort,
} from '../../host/model';
import type { ObservedFdbEntry } from '../../host/model-live';
import { linkSubject } from '../../lab/actions/subjects';
import { interfaceNode, linkTooltip } from './interface-nodes';
import { isBridge, linkContext, linkFace, namespaceLabel, tellingAddresses, vlanFacts } from './link-facts';
import { bridgeHasNat } from './nat-nodes';
import { facts, lazyNode, type TreeNode } from './node';
import { ownersOf } from './owners';

export function bridgeGroup(hostId: string, snapshot: HostSnapshot): TreeNode | undefined {
  const id = `${hostId}/bridges`;
  const bridges = snapshot.namespaces.flatMap((namespace) =>
    namespace.links.filter(isBridge).map((bridge) => bridgeNode(id, hostId, snapshot, namespace, bridge)),
  );
  // A row that was empty once stays folded when it fills; one that is new opens.
  if (bridges.length === 0) return undefined;
  return {
    id,
    hostId,
    context: 'bridges',
    label: l10n.t`Bridges`,
    description: String(bridges.length),
    icon: { name: 'circuit-board' },
    tooltip: [l10n.t`Linux and Open vSwitch bridges, with the interfaces that are their ports.`],
    expanded: true,
    children: bridges,
  };
}

function bridgeNode(
  parentId: string,
  hostId: string,
  snapshot: HostSnapshot,
  namespace: ObservedNamespace,
  bridge: ObservedLink,
): TreeNode {
  const id = `${parentId}/${namespace.isRoot ? '' : namespaceLabel(namespace)}/${bridge.name}`;
  const ports = namespace.links.filter((link) => link.master === bridge.name);
  const portNames = new Set(ports.map(({ name }) => name));
  const inner = (bridge.openvswitch?.ports ?? []).filter(({ name }) => !portNames.has(name));
  const count = ports.length + inner.length;
  const { words, icon } = linkFace(snapshot, namespace, bridge);
  const face = {
    id,
    hostId,
    context: linkContext('bridge', bridge),
    label: plainLine(bridge.name),
    subject: linkSubject(hostId, namespace, bridge),
    description: facts(
      namespace.isRoot ? undefined : l10n.t`in ${namespaceLabel(namespace)}`,
      tellingAddresses(bridge).join(', '),
      count === 1 ? l10n.t`1 port` : l10n.t`${count} ports`,
      bridgeHasNat(snapshot, namespace, bridge) ? l10n.t`NAT on` : undefined,
      spanningTree(bridge) ? l10n.t`spanning tree` : undefined,
      words === l10n.t`up` ? undefined : words,
    ),
    icon: { name: 'circuit-board', ...(icon.color === undefined ? {} : { color: icon.color }) },
    tooltip: [
      ...linkTooltip(bridge, words),
      ...(bridge.openvswitch?.failMode === undefined
        ? []
        : [l10n.t`Without its controller: ${bridge.openvswitch.failMode}`]),
    ],
  };
  const children = (): TreeNode[] => [
    ...ports.map((port) => interfaceNode(id, hostId, snapshot, namespace, port)),
    ...inner.map((port) => innerPortNode(id, hostId, port)),
    ...controllerNodes(id, hostId, bridge.openvswitch),
    ...learnedGroup(id, hostId, snapshot, namespace, portNames),
  ];
  return count > 0 ? lazyNode(face, children) : { ...face, children: children() };
}

function spanningTree({ data }: ObservedLink): boolean {
  return data['stp_state'] === 1 || data['stp_enable'] === 'true';
}

/** A port that Open vSwitch makes itself: a patch to another bridge, a tunnel. */
function innerPortNode(parentId: string, hostId: string, { name, type, options, vlans }: OpenVswitchPort): TreeNode {
  const to = options['peer'] ?? options['remote_ip'];
  return {
    id: `${parentId}/port/${name}`,
    hostId,
    context: 'port',
    label: plainLine(to === undefined ? name : `${name} → ${to}`),
    description: facts(type, vlans === undefined ? undefined : vlanFacts(vlans)),
    icon: { name: type === 'patch' ? 'link' : 'plug' },
    tooltip: Object.entries(options).map(([key, value]) => `${key}: ${value}`),
    children: [],
  };
}

function controllerNodes(parentId: string, hostId: string, openvswitch: OpenVswitchFacts | undefined): TreeNode[] {
  return (openvswitch?.controllers ?? []).map(({ target, isConnected }) => ({
    id: `${parentId}/controller/${target}`,
    hostId,
    context: 'controller',
    label: l10n.t`Controller ${plainLine(target)}`,
    description: isConnected ? l10n.t`connected` : l10n.t`not connected`,
    icon: isConnected
      ? { name: 'remote', color: 'charts.green' }
      : { name: 'debug-disconnect', color: 'charts.yellow' },
    tooltip: [l10n.t`What tells this Open vSwitch bridge where to send packets (OpenFlow).`],
    children: [],
  }));
}

/** What the bridge learned: which MAC address is behind which port, and whose it is where that can be seen. */
function learnedGroup(
  parentId: string,
  hostId: string,
  snapshot: HostSnapshot,
  namespace: ObservedNamespace,
  ports: ReadonlySet<string>,
): TreeNode[] {
  const entries = (namespace.fdb ?? []).filter(({ dev }) => ports.has(dev));
  if (entries.length === 0) return [];
  const id = `${parentId}/fdb`;
  return [
    {
      id,
      hostId,
      context: 'fdb',
      label: l10n.t`MAC Addresses`,
      description: String(entries.length),
      icon: { name: 'list-tree' },
      tooltip: [l10n.t`The forwarding database (bridge fdb): behind which port the bridge has seen whom.`],
      children: entries.map((entry) => learnedNode(id, hostId, snapshot, entry)),
    },
  ];
}

function learnedNode(parentId: string, hostId: string, snapshot: HostSnapshot, entry: ObservedFdbEntry): TreeNode {
  const { mac, dev, vlan, to, isStatic } = entry;
  return {
    id: `${parentId}/${[mac, dev, vlan ?? '', to ?? ''].join(' ')}`,
    hostId,
    context: 'fdb.entry',
    label: mac,
    description: facts(
      l10n.t`behind ${dev}`,
      ownersOf(snapshot).ofMac.get(mac),
      vlan === undefined ? undefined : `VLAN ${vlan}`,
      to === undefined ? undefined : l10n.t`to ${to}`,
      isStatic ? 'static' : undefined,
    ),
    icon: { name: isStatic ? 'pinned' : 'eye' },
    tooltip: [isStatic ? l10n.t`Somebody set it.` : l10n.t`The bridge learned it from a packet.`],
    children: [],
  };
}
