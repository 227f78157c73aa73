import * as l10n from '@vscode/l10n';
import { rootNamespace, type HostSnapshot, type ObservedLink, type ObservedNamespace } from '../../host/model';
import { uplinkCable, vethCable } from './cables-from-snapshot';
import { linkNodeId, linksByName, namespaceKey, namespaceName } from './live-ids';
import { impairmentInWords, observedImpairment } from '../../plan/impairment';
import { ownerOf } from '../../plan/names';
import { isKeeping } from '../../plan/service-keeper';
import { stackedCable, standsOnNear, tunnelCables, tunnelFacts } from './stacked-from-snapshot';
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
} from './facts';
import {
  bridgeNodeId,
  compareNames,
  factGroup,
  hostId,
  namespaceNodeId,
  outsideId,
  type Picture,
  type PictureCable,
  type PictureNode,
} from './picture';
import { onOrOff } from './words';

/**
 * What was drawn of a namespace before. A store keeps the object of a namespace in which nothing changed: of 1,000 only those are
 * drawn anew that did.
 */
const drawnBefore = new WeakMap<ObservedNamespace, readonly PictureNode[]>();

function namespaceNodes(namespace: ObservedNamespace): readonly PictureNode[] {
  const known = drawnBefore.get(namespace);
  if (known !== undefined) return known;
  const byName = linksByName(namespace);
  const portsOf = new Map<string, ObservedLink[]>();
  for (const link of namespace.links) {
    if (link.master === undefined) continue;
    const ports = portsOf.get(link.master);
    if (ports === undefined) portsOf.set(link.master, [link]);
    else ports.push(link);
  }
  const nodes = [
    ...(namespace.isRoot ? [] : [namespaceNode(namespace)]),
    ...namespace.links
      .filter((link) => !isNoise(link))
      .map((link) => linkNode(namespace, link, byName.get(link.master ?? ''), portsOf.get(link.name) ?? [])),
  ];
  drawnBefore.set(namespace, nodes);
  return nodes;
}

/** Draws what was seen on the host: everything, whoever made it, apart from noise such as `lo`. */
export function drawSnapshot(snapshot: HostSnapshot): Picture {
  const nodes = new Map<string, PictureNode>();
  const root = rootNamespace(snapshot);
  const forwarding = isForwarding(root);

  const add = (node: PictureNode): void => void nodes.set(node.id, node);
  add(hostNode(snapshot, root));
  for (const namespace of inNameOrder(snapshot.namespaces)) {
    for (const node of namespaceNodes(namespace)) add(node);
  }
  const byId = new Map(snapshot.namespaces.map((namespace) => [namespace.id, namespace]));
  const cables = new Map<string, PictureCable>();
  const connect = (cable: PictureCable | undefined): void => {
    if (cable !== undefined && nodes.has(cable.from) && nodes.has(cable.to)) cables.set(cable.id, cable);
  };
  for (const namespace of snapshot.namespaces) {
    for (const link of namespace.links) {
      connect(vethCable(byId, namespace, link));
      connect(stackedCable(byId, namespace, link));
    }
  }
  for (const cable of tunnelCables(snapshot)) connect(cable);
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
    facts: hostFacts(root),
    state: 'up',
    claims: forwarding === undefined ? {} : { forwarding },
    ownEquipment: true,
    details: [
      ...factGroup(l10n.t`Host`, [
        snapshot.hostname,
        `Linux ${snapshot.kernel}`,
        forwarding === undefined ? undefined : forwarding ? l10n.t`IPv4 forwarding on` : l10n.t`IPv4 forwarding off`,
      ]),
      ...factGroup(
        l10n.t`Labs`,
        snapshot.labs.map(({ name }) => name),
      ),
      ...interfaceFacts(root),
      ...routeFacts(root),
      ...factGroup('NAT', root.nat.map(natText)),
      ...factGroup(
        l10n.t`Could not be read`,
        snapshot.unread.map(({ what, why }) => `${what}: ${why}`),
      ),
    ],
  };
}

function hostFacts(root: ObservedNamespace): string[] {
  const forwarding = isForwarding(root);
  if (forwarding !== undefined) return [forwarding ? l10n.t`forwarding on` : l10n.t`forwarding off`];
  return 'net.ipv4.ip_forward' in (root.unreadSysctls ?? {}) ? [l10n.t`forwarding unknown`] : [];
}

function outsideNode(root: ObservedNamespace): PictureNode {
  const gateways = root.routes.filter(({ to, via }) => to === 'default' && via !== undefined);
  return {
    id: outsideId,
    kind: 'outside',
    name: l10n.t`outside`,
    facts: [],
    state: 'up',
    claims: {},
    ownEquipment: true,
    details: factGroup(l10n.t`Reached by`, gateways.map(routeText)),
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
  const processes = namespace.processes.filter(({ command }) => !isKeeping(command));
  if (processes.length > 0) facts.push(processCount(processes.length));
  if (namespace.nat.length > 0) facts.push('NAT');
  const { unread = [] } = namespace;
  if (unread.length > 0) facts.push(l10n.t`not all read`);
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
        l10n.t`Processes`,
        processes.map(({ pid, command }) => `${pid}  ${command}`),
      ),
      ...factGroup('NAT', namespace.nat.map(natText)),
      ...factGroup(l10n.t`Forwarding`, [forwarding === undefined ? undefined : `IPv4 ${onOrOff(forwarding)}`]),
      ...factGroup(
        l10n.t`Could not be read`,
        unread.map(({ what, why }) => `${what}: ${why}`),
      ),
    ],
  };
}

/** The lab whose mark an alias is; a namespace's stands on its loopback. */
function labOf(alias: string | undefined): { lab?: string } {
  const lab = ownerOf(alias);
  return lab === undefined ? {} : { lab };
}

function processCount(count: number): string {
  return count === 1 ? l10n.t`1 process` : l10n.t`${count} processes`;
}

function interfaceFacts(namespace: ObservedNamespace) {
  const lines = namespace.links
    .filter((link) => !isNoise(link))
    .map((link) => [link.name, ...shownAddresses(link), stateWords[linkState(link)]].join('  '));
  return factGroup(l10n.t`Interfaces`, lines);
}

function routeFacts(namespace: ObservedNamespace) {
  return factGroup(l10n.t`Routes`, namespace.routes.filter(isShownRoute).map(routeText));
}

function linkNode(
  namespace: ObservedNamespace,
  link: ObservedLink,
  master: ObservedLink | undefined,
  enslaved: readonly ObservedLink[],
): PictureNode {
  const key = namespaceKey(namespace);
  const bridge = isBridge(link);
  const home = key === undefined ? hostId : namespaceNodeId(key);
  const onBridge = master !== undefined && isBridge(master);
  const ports = bridge ? enslaved : [];
  const on = standsOnNear(namespace, link);
  const impairment = link.qdisc === undefined ? undefined : observedImpairment(link.qdisc);
  const isHostNic = key === undefined && !bridge && !onBridge && link.peer === undefined;
  return {
    id: linkNodeId(namespace, link),
    kind: bridge ? 'bridge' : 'interface',
    name: link.name,
    parent: onBridge ? bridgeNodeId(key, master.name) : home,
    facts: shownAddresses(link),
    state: linkState(link),
    linkKind: link.kind,
    ...(on === undefined ? {} : { on }),
    ...(impairment === undefined ? {} : { impaired: true }),
    ...labOf(link.alias),
    claims: {
      up: link.up,
      mtu: link.mtu,
      addresses: link.addresses.map(({ cidr }) => normalAddress(cidr)),
      kind: bridge ? (link.kind === 'openvswitch' ? 'openvswitch' : 'linux') : link.kind,
    },
    ...(isHostNic ? { ownEquipment: true } : {}),
    details: [
      ...factGroup(l10n.t`State`, [
        stateWords[linkState(link)],
        impairment === undefined ? undefined : impairmentInWords(impairment),
      ]),
      ...factGroup(
        l10n.t`Addresses`,
        link.addresses.map(({ cidr }) => cidr),
      ),
      ...factGroup(
        l10n.t`Ports`,
        ports.map((port) => `${port.name}  ${stateWords[linkState(port)]}`),
      ),
      ...factGroup(l10n.t`Tunnel`, tunnelFacts(link)),
      ...factGroup(l10n.t`Link`, [
        l10n.t`kind ${link.kind}`,
        link.mac === undefined ? undefined : `MAC ${link.mac}`,
        `MTU ${link.mtu}`,
        link.master === undefined ? undefined : l10n.t`port of ${link.master}`,
        link.parent === undefined ? undefined : l10n.t`on ${link.parent}`,
        link.alias === undefined ? undefined : l10n.t`alias ${link.alias}`,
      ]),
    ],
  };
}
