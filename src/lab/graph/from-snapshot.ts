import { rootNamespace, type HostSnapshot, type ObservedLink, type ObservedNamespace } from '../../host/model';
import { linkNodeId, namespaceKey, namespaceName, uplinkOf } from './live-ids';
import { ownerOf } from '../../plan/names';
import { drawNat, natText } from './nat-from-snapshot';
import {
  isBridge,
  isForwarding,
  isNoise,
  isShownRoute,
  linkState,
  normalAddress,
  routeKey,
  routeText,
  shownAddresses,
  stateWords,
  worstState,
} from './facts';
import {
  bridgeNodeId,
  cableId,
  compareNames,
  factGroup,
  hostId,
  namespaceNodeId,
  outsideId,
  type Picture,
  type PictureCable,
  type PictureNode,
} from './picture';

/** Draws what was seen on the host: everything, whoever made it, apart from noise such as `lo`. */
export function drawSnapshot(snapshot: HostSnapshot): Picture {
  const nodes = new Map<string, PictureNode>();
  const names = new Map(snapshot.namespaces.map((namespace) => [namespace.id, namespaceName(namespace)]));
  const root = rootNamespace(snapshot);
  const forwarding = isForwarding(root);

  const add = (node: PictureNode): void => void nodes.set(node.id, node);
  add(hostNode(snapshot, root));
  for (const namespace of inNameOrder(snapshot.namespaces)) {
    if (!namespace.isRoot) add(namespaceNode(namespace));
    for (const link of namespace.links) {
      if (!isNoise(link)) add(linkNode(namespace, link));
    }
  }
  const cables = new Map<string, PictureCable>();
  for (const namespace of snapshot.namespaces) {
    for (const link of namespace.links) {
      const cable = vethCable(snapshot, names, namespace, link);
      if (cable !== undefined && nodes.has(cable.from) && nodes.has(cable.to)) cables.set(cable.id, cable);
    }
  }
  const uplink = uplinkCable(root);
  if (uplink !== undefined && nodes.has(uplink.from)) {
    add(outsideNode(root));
    cables.set(uplink.id, uplink);
  }
  return { nodes, cables, nat: drawNat(snapshot), forwarding };
}

function inNameOrder(namespaces: readonly ObservedNamespace[]): ObservedNamespace[] {
  return [...namespaces].sort(
    (a, b) => Number(b.isRoot) - Number(a.isRoot) || compareNames(namespaceName(a), namespaceName(b)),
  );
}

function hostNode(snapshot: HostSnapshot, root: ObservedNamespace): PictureNode {
  const forwarding = isForwarding(root);
  return {
    id: hostId,
    kind: 'host',
    name: snapshot.hostname,
    facts: forwarding === undefined ? [] : [`forwarding ${forwarding ? 'on' : 'off'}`],
    state: 'up',
    claims: forwarding === undefined ? {} : { forwarding },
    ownEquipment: true,
    details: [
      ...factGroup('Host', [
        snapshot.hostname,
        `Linux ${snapshot.kernel}`,
        forwarding === undefined ? undefined : `IPv4 forwarding ${forwarding ? 'on' : 'off'}`,
      ]),
      ...factGroup(
        'Labs',
        snapshot.labs.map(({ name }) => name),
      ),
      ...interfaceFacts(root),
      ...routeFacts(root),
      ...factGroup('NAT', root.nat.map(natText)),
      ...factGroup(
        'Could not be read',
        snapshot.unread.map(({ what, why }) => `${what}: ${why}`),
      ),
    ],
  };
}

function outsideNode(root: ObservedNamespace): PictureNode {
  const gateways = root.routes.filter(({ to, via }) => to === 'default' && via !== undefined);
  return {
    id: outsideId,
    kind: 'outside',
    name: 'outside',
    facts: [],
    state: 'up',
    claims: {},
    ownEquipment: true,
    details: factGroup('Reached by', gateways.map(routeText)),
  };
}

function namespaceNode(namespace: ObservedNamespace): PictureNode {
  const name = namespaceName(namespace);
  const key = namespaceKey(namespace) ?? name;
  const forwarding = isForwarding(namespace);
  const interfaces = namespace.links.filter((link) => !isNoise(link));
  const facts: string[] = [];
  // A fresh namespace inherits the host's forwarding: it says something only about one that stands between networks.
  if (forwarding === true && interfaces.length > 1) facts.push('router');
  if (namespace.processes.length > 0) facts.push(processCount(namespace.processes.length));
  if (namespace.nat.length > 0) facts.push('NAT');
  return {
    id: namespaceNodeId(key),
    kind: 'namespace',
    name,
    facts,
    state: 'up',
    ...labOf(namespace.links.find(({ kind }) => kind === 'loopback')?.alias),
    claims: {
      routes: namespace.routes.filter(isShownRoute).map(routeKey),
      ...(forwarding === undefined ? {} : { forwarding }),
    },
    details: [
      ...interfaceFacts(namespace),
      ...routeFacts(namespace),
      ...factGroup(
        'Processes',
        namespace.processes.map(({ pid, command }) => `${pid}  ${command}`),
      ),
      ...factGroup('NAT', namespace.nat.map(natText)),
      ...factGroup('Forwarding', [forwarding === undefined ? undefined : `IPv4 ${forwarding ? 'on' : 'off'}`]),
    ],
  };
}

/** The lab whose mark an alias is; a namespace's stands on its loopback. */
function labOf(alias: string | undefined): { lab?: string } {
  const lab = ownerOf(alias);
  return lab === undefined ? {} : { lab };
}

function processCount(count: number): string {
  return count === 1 ? '1 process' : `${count} processes`;
}

function interfaceFacts(namespace: ObservedNamespace) {
  const lines = namespace.links
    .filter((link) => !isNoise(link))
    .map((link) => [link.name, ...shownAddresses(link), stateWords[linkState(link)]].join('  '));
  return factGroup('Interfaces', lines);
}

function routeFacts(namespace: ObservedNamespace) {
  return factGroup('Routes', namespace.routes.filter(isShownRoute).map(routeText));
}

function linkNode(namespace: ObservedNamespace, link: ObservedLink): PictureNode {
  const key = namespaceKey(namespace);
  const bridge = isBridge(link);
  const home = key === undefined ? hostId : namespaceNodeId(key);
  const master = link.master === undefined ? undefined : namespace.links.find(({ name }) => name === link.master);
  const onBridge = master !== undefined && isBridge(master);
  const ports = bridge ? namespace.links.filter((other) => other.master === link.name) : [];
  const isHostNic = key === undefined && !bridge && !onBridge && link.peer === undefined;
  return {
    id: linkNodeId(namespace, link),
    kind: bridge ? 'bridge' : 'interface',
    name: link.name,
    parent: onBridge ? bridgeNodeId(key, master.name) : home,
    facts: shownAddresses(link),
    state: linkState(link),
    linkKind: link.kind,
    ...labOf(link.alias),
    claims: {
      up: link.up,
      mtu: link.mtu,
      addresses: link.addresses.map(({ cidr }) => normalAddress(cidr)),
      kind: bridge ? (link.kind === 'openvswitch' ? 'openvswitch' : 'linux') : link.kind,
    },
    ...(isHostNic ? { ownEquipment: true } : {}),
    details: [
      ...factGroup('State', [stateWords[linkState(link)]]),
      ...factGroup(
        'Addresses',
        link.addresses.map(({ cidr }) => cidr),
      ),
      ...factGroup(
        'Ports',
        ports.map((port) => `${port.name}  ${stateWords[linkState(port)]}`),
      ),
      ...factGroup('Link', [
        `kind ${link.kind}`,
        link.mac === undefined ? undefined : `MAC ${link.mac}`,
        `MTU ${link.mtu}`,
        link.master === undefined ? undefined : `port of ${link.master}`,
        link.parent === undefined ? undefined : `on ${link.parent}`,
        link.alias === undefined ? undefined : `alias ${link.alias}`,
      ]),
    ],
  };
}

/** The cable of a veth end whose other end is known; both ends give the same cable. */
function vethCable(
  snapshot: HostSnapshot,
  names: ReadonlyMap<string, string>,
  namespace: ObservedNamespace,
  link: ObservedLink,
): PictureCable | undefined {
  const { peer } = link;
  if (peer === undefined || !names.has(peer.namespaceId)) return undefined;
  const otherNamespace = snapshot.namespaces.find(({ id }) => id === peer.namespaceId);
  const other = otherNamespace?.links.find(({ name }) => name === peer.name);
  if (otherNamespace === undefined || other === undefined) return undefined;
  const ends = [
    { id: linkNodeId(namespace, link), link },
    { id: linkNodeId(otherNamespace, other), link: other },
  ].sort((a, b) => endOrder(a) - endOrder(b) || compareNames(a.id, b.id));
  const [from, to] = ends;
  if (from === undefined || to === undefined) return undefined;
  const fromLabel = shownAddresses(from.link).join(', ');
  const toLabel = shownAddresses(to.link).join(', ');
  return {
    id: cableId(from.id, to.id),
    from: from.id,
    to: to.id,
    kind: 'veth',
    label: [fromLabel, toLabel].filter((text) => text !== '').join(' – '),
    ...(fromLabel === '' ? {} : { fromLabel }),
    ...(toLabel === '' ? {} : { toLabel }),
    state: worstState(linkState(link), linkState(other)),
  };
}

/** Cables start at the end that is further from the host's bridges: a free end before a bridge's port. */
function endOrder(end: { id: string; link: ObservedLink }): number {
  return (end.link.master === undefined ? 0 : 2) + (end.id.startsWith('if:/') ? 1 : 0);
}

function uplinkCable(root: ObservedNamespace): PictureCable | undefined {
  const link = uplinkOf(root);
  if (link === undefined) return undefined;
  // Where the default route leaves by a bridge, the cable to the world is plugged into the bridge's physical port.
  const port = isBridge(link)
    ? root.links.find(({ master, kind }) => master === link.name && kind === 'physical')
    : undefined;
  const end = port ?? link;
  const from = linkNodeId(root, end);
  return {
    id: cableId(from, outsideId),
    from,
    to: outsideId,
    kind: 'uplink',
    label: '',
    state: linkState(end),
    ownEquipment: true,
  };
}
