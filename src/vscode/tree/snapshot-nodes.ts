import * as l10n from '@vscode/l10n';
import type { HostSnapshot, ObservedLink, ObservedNamespace } from '../../host/model';
import { namespaceSubject } from '../../lab/actions/subjects';
import { plainLine } from '../../base/plain-text';
import { bridgeGroup } from './bridge-nodes';
import { interfaceNode } from './interface-nodes';
import { isBridge, isLoopback, namespaceLabel, tellingAddresses } from './link-facts';
import { natGroup } from './nat-nodes';
import { neighbourGroup } from './neighbour-nodes';
import { routeGroup, ruleGroup } from './route-nodes';
import { socketGroup } from './socket-nodes';
import { connectionNodes, parameterGroup } from './parameter-nodes';
import { labGroup, type LabFaces } from './lab-nodes';
import { facts, lazyNode, type TreeNode } from './node';
import { processGroup, shownProcesses } from './process-nodes';
import { serviceGroup } from './service-nodes';
import { unreadGroup, unreadParts } from './unread-nodes';

/** What is below a live host: labs, namespaces, bridges, NAT and port forwards. */
export function snapshotNodes(hostId: string, snapshot: HostSnapshot, faces?: LabFaces): TreeNode[] {
  const groups = [
    labGroup(hostId, snapshot, faces),
    namespaceGroup(hostId, snapshot),
    bridgeGroup(hostId, snapshot),
    natGroup(hostId, snapshot),
    unreadGroup(hostId, snapshot),
  ];
  return groups.filter((group) => group !== undefined);
}

function namespaceGroup(hostId: string, snapshot: HostSnapshot): TreeNode {
  const id = `${hostId}/namespaces`;
  const named = snapshot.namespaces.filter((namespace) => !namespace.isRoot);
  return {
    id,
    hostId,
    context: 'namespaces',
    label: l10n.t`Namespaces`,
    description: String(named.length),
    icon: { name: 'symbol-namespace' },
    tooltip: [l10n.t`Network namespaces, and the host’s own (root) namespace.`],
    expanded: true,
    children: snapshot.namespaces.map((namespace) => namespaceNode(id, hostId, snapshot, namespace)),
  };
}

function namespaceNode(
  parentId: string,
  hostId: string,
  snapshot: HostSnapshot,
  namespace: ObservedNamespace,
): TreeNode {
  const id = `${parentId}/${namespace.isRoot ? '.root' : (namespace.name ?? namespace.id)}`;
  const bridges = new Set(namespace.links.filter(isBridge).map((link) => link.name));
  const isPort = (link: ObservedLink): boolean => link.master !== undefined && bridges.has(link.master);
  // Bridges have a group of their own, and their ports stand below them.
  const links = namespace.links.filter((link) => !isLoopback(link) && !isBridge(link) && !isPort(link));
  const addresses = namespace.links.filter((link) => !isLoopback(link)).flatMap(tellingAddresses);
  const shown =
    addresses.slice(0, 3).join(', ') + (addresses.length > 3 ? l10n.t` and ${addresses.length - 3} more` : '');
  const processes = shownProcesses(namespace);
  const face = {
    id,
    hostId,
    context: namespace.isRoot ? 'namespace.root' : 'namespace',
    label: plainLine(namespaceLabel(namespace)),
    subject: namespaceSubject(hostId, namespace),
    description: facts(namespace.isRoot ? l10n.t`root namespace` : holderWords(namespace), shown),
    icon: namespace.isRoot ? { name: 'server' } : { name: 'symbol-namespace' },
    tooltip: [
      ...(namespace.name === undefined || namespace.title === undefined ? [] : [`/run/netns/${namespace.name}`]),
      ...(addresses.length > 0 ? [l10n.t`Addresses: ${addresses.join(', ')}`] : []),
      ...(namespace.sysctls['net.ipv4.ip_forward'] === '1' ? [l10n.t`Forwards IPv4`] : []),
      ...(processes.length > 0
        ? [l10n.t`Processes: ${processes.map((one) => `${one.command} (${one.pid})`).join(', ')}`]
        : []),
      `net:[${namespace.id}]`,
    ],
  };
  const children = (): TreeNode[] => [
    ...links.map((link) => interfaceNode(id, hostId, snapshot, namespace, link)),
    ...routeGroup(id, hostId, namespace),
    ...ruleGroup(id, hostId, namespace),
    ...neighbourGroup(id, hostId, snapshot, namespace),
    ...serviceGroup(id, hostId, snapshot, namespace),
    ...processGroup(id, hostId, namespace),
    ...socketGroup(id, hostId, namespace),
    ...parameterGroup(id, hostId, namespace),
    ...connectionNodes(id, hostId, namespace),
    ...unreadParts(id, hostId, namespace),
  ];
  // One without interfaces holds next to nothing, and may hold nothing: that is known only by making it.
  return links.length > 0 ? lazyNode(face, children) : { ...face, children: children() };
}

/** Whose a namespace without a name of a person's is: `container (Podman)`, `Mininet, held by 4711`. */
function holderWords({ name, title, maker, processes: [first] }: ObservedNamespace): string | undefined {
  if (maker === 'Podman' || maker === 'Docker' || maker === 'containerd' || maker === 'CRI-O')
    return l10n.t`container (${maker})`;
  if (name !== undefined || title === undefined) return maker;
  if (first === undefined) return title.startsWith('/proc/') ? l10n.t`held open` : l10n.t`mounted`;
  return maker === undefined ? l10n.t`without a name` : l10n.t`${maker}, held by ${first.pid}`;
}
