import type { HostSnapshot, ObservedLink, ObservedNamespace, ObservedRoute } from '../../host/model';
import { linkSubject, namespaceSubject, routeSubject } from '../../lab/actions/subjects';
import { plainLine } from '../host-data';
import { bridgeHasNat, natGroup } from './nat-nodes';
import {
  isBridge,
  isLoopback,
  linkFace,
  namespaceLabel,
  cableEnd,
  impairmentFacts,
  linkContext,
  tellingAddresses,
} from './link-facts';
import { labGroup, type LabFaces } from './lab-nodes';
import { facts, type TreeNode } from './node';
import { processGroup, shownProcesses } from './process-nodes';
import { serviceGroup } from './service-nodes';

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
    label: 'Namespaces',
    description: String(named.length),
    icon: { name: 'symbol-namespace' },
    tooltip: ['Network namespaces, and the host’s own (root) namespace.'],
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
  const shown = addresses.slice(0, 3).join(', ') + (addresses.length > 3 ? ` and ${addresses.length - 3} more` : '');
  const processes = shownProcesses(namespace);
  return {
    id,
    hostId,
    context: namespace.isRoot ? 'namespace.root' : 'namespace',
    label: plainLine(namespaceLabel(namespace)),
    subject: namespaceSubject(hostId, namespace),
    description: facts(namespace.isRoot ? 'root namespace' : undefined, shown),
    icon: namespace.isRoot ? { name: 'server' } : { name: 'symbol-namespace' },
    tooltip: [
      ...(addresses.length > 0 ? [`Addresses: ${addresses.join(', ')}`] : []),
      ...(namespace.sysctls['net.ipv4.ip_forward'] === '1' ? ['Forwards IPv4'] : []),
      ...(processes.length > 0
        ? [`Processes: ${processes.map((one) => `${one.command} (${one.pid})`).join(', ')}`]
        : []),
      `net:[${namespace.id}]`,
    ],
    children: [
      ...links.map((link) => interfaceNode(id, hostId, snapshot, namespace, link)),
      ...routeGroup(id, hostId, namespace),
      ...serviceGroup(id, hostId, snapshot, namespace),
      ...processGroup(id, hostId, namespace),
    ],
  };
}

function bridgeGroup(hostId: string, snapshot: HostSnapshot): TreeNode | undefined {
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
    label: 'Bridges',
    description: String(bridges.length),
    icon: { name: 'circuit-board' },
    tooltip: ['Linux and Open vSwitch bridges, with the interfaces that are their ports.'],
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
  const { words, icon } = linkFace(bridge);
  return {
    id,
    hostId,
    context: linkContext('bridge', bridge),
    label: plainLine(bridge.name),
    subject: linkSubject(hostId, namespace, bridge),
    description: facts(
      namespace.isRoot ? undefined : `in ${namespaceLabel(namespace)}`,
      tellingAddresses(bridge).join(', '),
      `${ports.length} ${ports.length === 1 ? 'port' : 'ports'}`,
      bridgeHasNat(snapshot, namespace, bridge) ? 'NAT on' : undefined,
      words === 'up' ? undefined : words,
    ),
    icon: { name: 'circuit-board', ...(icon.color === undefined ? {} : { color: icon.color }) },
    tooltip: linkTooltip(bridge, words),
    children: ports.map((port) => interfaceNode(id, hostId, snapshot, namespace, port)),
  };
}

function interfaceNode(
  parentId: string,
  hostId: string,
  snapshot: HostSnapshot,
  namespace: ObservedNamespace,
  link: ObservedLink,
): TreeNode {
  const { words, icon } = linkFace(link);
  const end = cableEnd(snapshot, namespace, link);
  const addresses = tellingAddresses(link).join(', ');
  const label = plainLine(link.name);
  return {
    id: `${parentId}/if/${link.name}`,
    hostId,
    context: linkContext('interface', link),
    label: end === undefined ? label : `${label} ↔ ${plainLine(end.short)}`,
    subject: linkSubject(hostId, namespace, link),
    description: facts(addresses, words, impairmentFacts(link)),
    icon,
    tooltip: [
      ...(end === undefined ? [] : [`Cable to ${end.long}`]),
      ...(link.master === undefined ? [] : [`Port of ${link.master}`]),
      ...linkTooltip(link, words),
    ],
    accessibleLabel: [
      `Interface ${label}`,
      end === undefined ? undefined : `cable to ${plainLine(end.long)}`,
      addresses === '' ? 'no address' : addresses,
      words,
      impairmentFacts(link),
    ]
      .filter((part) => part !== undefined)
      .join(', '),
    children: [],
  };
}

function linkTooltip(link: ObservedLink, words: string): string[] {
  const addresses = link.addresses.map((address) => address.cidr);
  return [
    `${link.kind}, ${words} (operstate ${link.operState})`,
    ...(addresses.length > 0 ? [`Addresses: ${addresses.join(', ')}`] : []),
    `MTU ${link.mtu}${link.mac === undefined ? '' : `, MAC ${link.mac}`}`,
  ];
}

function routeGroup(parentId: string, hostId: string, namespace: ObservedNamespace): TreeNode[] {
  const routes = namespace.routes.filter(isTellingRoute);
  if (routes.length === 0) return [];
  const id = `${parentId}/routes`;
  const seen = new Map<string, number>();
  return [
    {
      id,
      hostId,
      context: 'routes',
      label: 'Routes',
      description: String(routes.length),
      icon: { name: 'milestone' },
      tooltip: ['Unicast routes of the main table and of tables of one’s own.'],
      children: routes.map((route) => routeNode(id, hostId, namespace, route, seen)),
    },
  ];
}

/** Leaves out the local table and IPv6's link-local and multicast routes: the kernel makes those for every interface. */
function isTellingRoute(route: ObservedRoute): boolean {
  return route.table !== 'local' && !route.to.startsWith('fe80::') && !route.to.startsWith('ff00::');
}

function routeNode(
  parentId: string,
  hostId: string,
  namespace: ObservedNamespace,
  route: ObservedRoute,
  seen: Map<string, number>,
): TreeNode {
  const type = route.type === 'unicast' ? undefined : route.type;
  const way = [
    route.via === undefined ? undefined : `via ${route.via}`,
    route.dev === undefined ? undefined : `dev ${route.dev}`,
  ].filter((part) => part !== undefined);
  const key = [route.to, route.table, route.via ?? '', route.dev ?? '', route.metric ?? ''].join('|');
  const count = seen.get(key) ?? 0;
  seen.set(key, count + 1);
  return {
    id: `${parentId}/${key}${count === 0 ? '' : `#${count}`}`,
    hostId,
    context: 'route',
    label: plainLine(route.to),
    subject: routeSubject(hostId, namespace, route),
    description: facts(
      type,
      way.join(' '),
      route.metric === undefined ? undefined : `metric ${route.metric}`,
      route.table === 'main' ? undefined : `table ${route.table}`,
    ),
    icon: { name: route.to === 'default' ? 'arrow-right' : 'milestone' },
    tooltip: [
      facts(route.family === 'inet' ? 'IPv4' : 'IPv6', route.protocol && `made by ${route.protocol}`, route.scope),
    ],
    children: [],
  };
}

function unreadGroup(hostId: string, snapshot: HostSnapshot): TreeNode | undefined {
  if (snapshot.unread.length === 0) return undefined;
  const id = `${hostId}/unread`;
  return {
    id,
    hostId,
    context: 'unread',
    label: 'Could Not Be Read',
    description: String(snapshot.unread.length),
    icon: { name: 'question', color: 'charts.yellow' },
    tooltip: ['These things may exist on the host; it did not let us read them.'],
    children: snapshot.unread.map((unread, index) => ({
      id: `${id}/${index}`,
      hostId,
      context: 'unread.entry',
      label: plainLine(unread.what),
      description: plainLine(unread.why),
      icon: { name: 'question', color: 'charts.yellow' },
      tooltip: [unread.why],
      children: [],
    })),
  };
}
