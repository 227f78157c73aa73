import * as l10n from '@vscode/l10n';
import type {
  BridgeDeclaration,
  EndpointDeclaration,
  InterfaceDeclaration,
  LinkDeclaration,
  NamespaceDeclaration,
  NetworkScope,
  RouteDeclaration,
  ServiceDeclaration,
  Topology,
} from '../../topology/model';
import type { LinkState } from '../../protocol/graph';
import { normalAddress, routeKey } from './facts';
import { drawDeclaredNat } from './nat-from-topology';
import { drawDeclaredStacks } from './stacked-from-topology';
import {
  bridgeNodeId,
  cableId,
  factGroup,
  hostId,
  interfaceNodeId,
  namespaceNodeId,
  type Picture,
  type PictureCable,
  type PictureNode,
} from './picture';
import { onOrOff } from './words';

/** Draws what a topology file declares, in the file's order. */
export function drawTopology(topology: Topology): Picture {
  const nodes = new Map<string, PictureNode>();
  const cables = new Map<string, PictureCable>();
  const add = (node: PictureNode): void => void nodes.set(node.id, node);

  add(hostNode(topology));
  for (const bridge of topology.bridges) {
    add(bridgeNode(topology, bridge));
    const parent = bridgeNodeId(bridge.namespace, bridge.name);
    for (const port of bridge.ports) add(portNode(topology, interfaceNodeId(bridge.namespace, port), port, parent));
  }
  for (const namespace of topology.namespaces) {
    add(namespaceNode(topology, namespace));
    for (const each of namespace.interfaces) add(interfaceNode(topology, each, namespace));
  }
  for (const each of topology.host.interfaces) {
    const node = interfaceNode(topology, each, undefined);
    // One that is a bridge's port as well stays that.
    const { parent } = nodes.get(node.id) ?? node;
    add(parent === undefined ? node : { ...node, parent });
  }
  for (const link of topology.links) {
    for (const end of link.endpoints) {
      const id = endId(topology, end);
      if (!nodes.has(id) || end.type === 'bridge') add(endNode(topology, link, end));
    }
    const cable = linkCable(topology, link, nodes);
    cables.set(cable.id, cable);
  }
  const stacks = drawDeclaredStacks(topology, nodes);
  // A parent that the file does not declare is an interface which the host has already.
  for (const { to, kind } of stacks.cables) {
    if (kind === 'stacked' && !nodes.has(to))
      add({ ...portNode(topology, to, to.slice('if:/'.length), hostId), ownEquipment: true });
  }
  for (const cable of stacks.cables) cables.set(cable.id, cable);
  for (const [id, on] of stacks.on) {
    const node = nodes.get(id);
    if (node !== undefined) nodes.set(id, { ...node, on });
  }
  return { nodes, cables, nat: drawDeclaredNat(topology), forwarding: hostForwarding(topology) };
}

/** Forwarding as declared; where the lab has NAT and says nothing, it is switched on (topology-language, "Host"). */
function hostForwarding({ host }: Topology): boolean | undefined {
  if (host.forwarding !== undefined) return host.forwarding;
  return host.nat.length > 0 || host.portForwards.length > 0 ? true : undefined;
}

function hostNode(topology: Topology): PictureNode {
  const forwarding = hostForwarding(topology);
  return {
    id: hostId,
    kind: 'host',
    name: topology.target ?? 'host',
    facts: forwarding === undefined ? [] : [forwarding ? l10n.t`forwarding on` : l10n.t`forwarding off`],
    state: 'unknown',
    claims: forwarding === undefined ? {} : { forwarding },
    ownEquipment: true,
    details: [
      ...factGroup(l10n.t`Declared in`, [topology.name, topology.description]),
      ...declaredRoutes(topology.host),
    ],
  };
}

function namespaceNode(topology: Topology, namespace: NamespaceDeclaration): PictureNode {
  const { forwarding } = namespace;
  return {
    id: namespaceNodeId(namespace.name),
    kind: 'namespace',
    name: namespace.name,
    facts: [...(forwarding === true ? ['router'] : []), ...namespace.services.map(serviceFact)],
    state: 'unknown',
    lab: topology.name,
    claims: {
      routes: namespace.routes.map(routeKey),
      ...(forwarding === undefined ? {} : { forwarding }),
    },
    details: [
      ...factGroup(l10n.t`Services`, namespace.services.map(serviceLine)),
      ...factGroup(l10n.t`Name servers`, namespace.nameservers),
      ...declaredRoutes(namespace),
    ],
  };
}

/** `web :8000` where the service says which port shows that it is ready, else its name. */
function serviceFact({ name, ready }: ServiceDeclaration): string {
  return ready !== undefined && 'tcp' in ready ? `${name} :${ready.tcp}` : name;
}

function serviceLine({ name, command }: ServiceDeclaration): string {
  return `${name}  ${typeof command === 'string' ? command : command.join(' ')}`;
}

function declaredRoutes({ routes }: NetworkScope) {
  return factGroup(l10n.t`Declared routes`, routes.map(routeLine));
}

function routeLine({ type, to, via, dev, metric, table }: RouteDeclaration): string {
  const words = type === 'unicast' ? [to] : [type, to];
  if (via !== undefined) words.push('via', via);
  if (dev !== undefined) words.push('dev', dev);
  if (metric !== undefined) words.push('metric', String(metric));
  if (table !== undefined) words.push('table', table);
  return words.join(' ');
}

function bridgeNode(topology: Topology, bridge: BridgeDeclaration): PictureNode {
  return {
    id: bridgeNodeId(bridge.namespace, bridge.name),
    kind: 'bridge',
    name: bridge.name,
    parent: bridge.namespace === undefined ? hostId : namespaceNodeId(bridge.namespace),
    facts: bridge.addresses,
    state: declaredState(bridge.up),
    lab: topology.name,
    linkKind: bridge.kind === 'openvswitch' ? 'openvswitch' : 'bridge',
    claims: {
      up: bridge.up,
      addresses: bridge.addresses.map(normalAddress),
      kind: bridge.kind,
      ...(bridge.mtu === undefined ? {} : { mtu: bridge.mtu }),
    },
    details: factGroup(l10n.t`Declared`, [
      ...bridge.addresses,
      bridge.stp === undefined ? undefined : `STP ${onOrOff(bridge.stp)}`,
      bridge.mtu === undefined ? undefined : `MTU ${bridge.mtu}`,
    ]),
  };
}

function interfaceNode(
  topology: Topology,
  declared: InterfaceDeclaration,
  namespace: NamespaceDeclaration | undefined,
): PictureNode {
  return {
    id: interfaceNodeId(namespace?.name, declared.name),
    kind: 'interface',
    name: declared.name,
    parent: namespace === undefined ? hostId : namespaceNodeId(namespace.name),
    facts: declared.addresses,
    state: declaredState(declared.up),
    lab: topology.name,
    linkKind: declared.kind,
    claims: {
      up: declared.up,
      addresses: declared.addresses.map(normalAddress),
      ...(declared.mtu === undefined ? {} : { mtu: declared.mtu }),
    },
    details: factGroup(l10n.t`Declared`, [
      declared.description,
      ...declared.addresses,
      declared.up ? undefined : 'down',
      declared.mtu === undefined ? undefined : `MTU ${declared.mtu}`,
    ]),
  };
}

/** A link end that has no settings of its own, or a bridge's port. */
function endNode(topology: Topology, link: LinkDeclaration, end: EndpointDeclaration): PictureNode {
  const parent =
    end.type === 'namespace'
      ? namespaceNodeId(end.namespace)
      : end.type === 'host'
        ? hostId
        : bridgeNodeId(bridgeHome(topology, end.bridge), end.bridge);
  return { ...portNode(topology, endId(topology, end), end.interface, parent), state: declaredState(link.up) };
}

function portNode(topology: Topology, id: string, name: string, parent: string): PictureNode {
  return {
    id,
    kind: 'interface',
    name,
    parent,
    facts: [],
    state: 'unknown',
    lab: topology.name,
    linkKind: 'veth',
    claims: {},
    details: [],
  };
}

/** The namespace that a bridge lies in; undefined is the host's own. */
function bridgeHome(topology: Topology, bridge: string): string | undefined {
  return topology.bridges.find(({ name }) => name === bridge)?.namespace;
}

/** The node that draws an end of a link. */
export function endId(topology: Topology, end: EndpointDeclaration): string {
  if (end.type === 'namespace') return interfaceNodeId(end.namespace, end.interface);
  return interfaceNodeId(end.type === 'host' ? undefined : bridgeHome(topology, end.bridge), end.interface);
}

/** The cable that draws a link. */
export function linkCableId(topology: Topology, { endpoints: [a, b] }: LinkDeclaration): string {
  return cableId(endId(topology, a), endId(topology, b));
}

function linkCable(topology: Topology, link: LinkDeclaration, nodes: ReadonlyMap<string, PictureNode>): PictureCable {
  const rank = { namespace: 0, host: 1, bridge: 2 };
  const [a, b] = link.endpoints;
  const [from, to] = rank[a.type] <= rank[b.type] ? [a, b] : [b, a];
  const fromId = endId(topology, from);
  const toId = endId(topology, to);
  const fromLabel = nodes.get(fromId)?.facts.join(', ') ?? '';
  const toLabel = nodes.get(toId)?.facts.join(', ') ?? '';
  const ends = [fromId, toId].map((id) => nodes.get(id)?.claims.up);
  return {
    id: linkCableId(topology, link),
    from: fromId,
    to: toId,
    kind: 'veth',
    label: [fromLabel, toLabel].filter((text) => text !== '').join(' – '),
    ...(fromLabel === '' ? {} : { fromLabel }),
    ...(toLabel === '' ? {} : { toLabel }),
    state: declaredState(link.up && !ends.includes(false)),
  };
}

/** What is only declared has no state; that it should be down is worth drawing all the same. */
function declaredState(up: boolean): LinkState {
  return up ? 'unknown' : 'down';
}
