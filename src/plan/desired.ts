import { lookup } from '../base/lookup';
import type {
  BridgeDeclaration,
  EndpointDeclaration,
  ImpairmentDeclaration,
  InterfaceDeclaration,
  LinkDeclaration,
  NamespaceDeclaration,
  NetworkScope,
  ServiceDeclaration,
  Topology,
  YamlPath,
} from '../topology/model';
import { declaredOptions, isOwnKind, type KindOptions } from './own-kinds';
import type { PortVlans } from '../host/model';
import { Parents } from '../topology/parents';
import type {
  AddressRecord,
  DeviceRef,
  NameserversRecord,
  OwnKind,
  RouteRecord,
  RuleRecord,
  ServiceRecord,
} from './manifest';
import { normalCidr } from './cidr';
import { declaredSettings, type OpenVswitchSettings } from './open-vswitch';
import { deviceKey } from './planning';
import { readImpairment, type Impairment } from './impairment';
import type { Master } from './plugging';

/** The declared lab as what should be on the host: settings merged from where the file keeps them, each with its place. */
export interface Desired {
  readonly lab: string;
  readonly namespaces: readonly (Placed & { readonly name: string })[];
  readonly bridges: readonly DesiredBridge[];
  readonly cables: readonly DesiredCable[];
  readonly interfaces: readonly DesiredInterface[];
  /** Interfaces of the host that are moved into namespaces. */
  readonly physical: readonly DesiredPhysical[];
  /** Every interface that the lab makes or moves in, of whatever kind, by its `deviceKey`. */
  readonly devices: ReadonlyMap<string, DeviceRef & LinkSettings>;
  readonly addresses: readonly (Placed & AddressRecord)[];
  readonly routes: readonly (Placed & RouteRecord)[];
  readonly rules: readonly (Placed & RuleRecord)[];
  readonly nameservers: readonly (Placed & NameserversRecord)[];
  readonly services: readonly (Placed & ServiceRecord)[];
}

export interface Placed {
  readonly path: YamlPath;
}

/** What any interface has; undefined: the kernel's choice. */
export interface LinkSettings {
  readonly mtu?: number;
  readonly mac?: string;
  readonly up: boolean;
}

export interface DesiredEnd extends DeviceRef, LinkSettings, Placed {
  /** The bridge it is a port of. */
  readonly master?: Master;
  /** What the file says of its VLANs as a port. */
  readonly vlans?: PortVlans;
  /** What happens to packets that leave by it. */
  readonly impairment?: Impairment;
}

export interface DesiredCable extends Placed {
  readonly ends: readonly [DesiredEnd, DesiredEnd];
}

/** An interface that the lab makes by itself. */
export interface DesiredInterface extends DesiredEnd {
  readonly kind: OwnKind;
  readonly options: KindOptions;
  /** What it stands on. */
  readonly parent?: DeviceRef;
}

/** An interface of the host, by its name there, in the namespace where it shall be. */
export interface DesiredPhysical extends DesiredEnd {
  readonly namespace: string;
}

export interface DesiredBridge extends DeviceRef, LinkSettings, Placed {
  /** Set for an Open vSwitch bridge, which then has no `options`. */
  readonly openVswitch?: OpenVswitchSettings;
  /** iproute2's bridge options, in its own units (bridge(8) and ip-link(8): centiseconds for times). */
  readonly options: Readonly<Record<string, string>>;
  /** Interfaces of the host to enslave: not those that the lab makes, which know their bridge themselves. */
  readonly ports: readonly string[];
}

const namespaceNamed = lookup(({ name }: NamespaceDeclaration) => name);
const bridgeNamed = lookup(({ name }: BridgeDeclaration) => name);
const interfaceNamed = lookup(({ name }: InterfaceDeclaration) => name);

/** Works out what should be on the host. Kinds that the planner does not know have been refused before. */
export function desiredOf(topology: Topology): Desired {
  const scopes = scopesOf(topology);
  const parents = new Parents(topology);
  const bridges = topology.bridges.map((bridge) => desiredBridge(topology, bridge));
  const cables = topology.links.map((link) => desiredCable(topology, link));
  const interfaces = parentsFirst(
    scopes.flatMap(({ namespace, scope }) =>
      scope.interfaces.filter(isOwnKind).map((own) => desiredInterface(topology, namespace, own, parents)),
    ),
  );
  const physical = topology.namespaces.flatMap(({ name, interfaces: own }) =>
    own.filter(({ kind }) => kind === 'physical').map((each) => desiredPhysical(topology, name, each)),
  );
  const devices = [...physical, ...bridges, ...cables.flatMap(({ ends }) => ends), ...interfaces];
  return {
    lab: topology.name,
    namespaces: topology.namespaces.map(({ name, path }) => ({ name, path })),
    bridges,
    cables,
    interfaces,
    physical,
    devices: new Map(devices.map((own) => [deviceKey(own), own])),
    addresses: [
      ...topology.bridges.flatMap((bridge) => addressesOf(bridge.namespace, bridge)),
      ...scopes.flatMap(({ namespace, scope }) => scope.interfaces.flatMap((own) => addressesOf(namespace, own))),
    ],
    routes: scopes.flatMap(({ namespace, scope }) =>
      scope.routes.map(({ to, ...route }) => ({ ...inScope(namespace), ...route, to: normalCidr(to) })),
    ),
    rules: scopes.flatMap(({ namespace, scope }) => scope.rules.map((rule) => ({ ...inScope(namespace), ...rule }))),
    nameservers: topology.namespaces
      .filter(({ nameservers }) => nameservers.length > 0)
      .map(({ name, nameservers, path }) => ({
        namespace: name,
        addresses: nameservers,
        path: [...path, 'nameservers'],
      })),
    services: topology.namespaces.flatMap(({ name, services }) =>
      services.map((service) => desiredService(name, service)),
    ),
  };
}

/** The root namespace (first) and every declared namespace. */
export function scopesOf(
  topology: Topology,
): { readonly namespace: string | undefined; readonly scope: NetworkScope }[] {
  return [
    { namespace: undefined, scope: topology.host },
    ...topology.namespaces.map((scope) => ({ namespace: scope.name, scope })),
  ];
}

/** The key `namespace` only where there is one: the root namespace has no name. */
export function inScope(namespace: string | undefined): { readonly namespace?: string } {
  return namespace === undefined ? {} : { namespace };
}

function desiredBridge(topology: Topology, bridge: BridgeDeclaration): DesiredBridge {
  const { name, namespace, mtu, mac, up, path } = bridge;
  const ports = bridge.ports.filter((port) => !isMade(topology, namespace, port));
  if (bridge.kind === 'openvswitch') {
    // Its MAC address and its MTU are settings of its own: ovs-vswitchd takes back what ip(8) gave.
    const common = { ...inScope(namespace), name, ...settings(undefined, undefined, up), options: {}, ports, path };
    return { ...common, openVswitch: declaredSettings(bridge) };
  }
  const options: Record<string, string> = {};
  const onOff = (value: boolean): string => (value ? '1' : '0');
  if (bridge.stp !== undefined) options['stp_state'] = onOff(bridge.stp);
  if (bridge.vlanFiltering !== undefined) options['vlan_filtering'] = onOff(bridge.vlanFiltering);
  if (bridge.multicastSnooping !== undefined) options['mcast_snooping'] = onOff(bridge.multicastSnooping);
  if (bridge.ageingTime !== undefined) options['ageing_time'] = String(Math.round(bridge.ageingTime * 100));
  if (bridge.forwardDelay !== undefined) options['forward_delay'] = String(Math.round(bridge.forwardDelay * 100));
  return { ...inScope(namespace), name, ...settings(mtu, mac, up), options, ports, path };
}

function desiredCable(topology: Topology, link: LinkDeclaration): DesiredCable {
  const [a, b] = link.endpoints;
  const { impair } = link;
  // What travels towards one end leaves by the other.
  return {
    ends: [desiredEnd(topology, link, a, impair?.toB), desiredEnd(topology, link, b, impair?.toA)],
    path: link.path,
  };
}

function desiredEnd(
  topology: Topology,
  link: LinkDeclaration,
  endpoint: EndpointDeclaration,
  impair: ImpairmentDeclaration = {},
): DesiredEnd {
  const namespace = namespaceOf(topology, endpoint);
  const scope = namespace === undefined ? topology.host : namespaceNamed(topology.namespaces, namespace);
  const impairment = readImpairment(impair);
  const own = scope === undefined ? undefined : interfaceNamed(scope.interfaces, endpoint.interface);
  return {
    ...inScope(namespace),
    name: endpoint.interface,
    ...settings(own?.mtu ?? link.mtu, own?.mac, link.up && (own?.up ?? true)),
    ...(endpoint.type === 'bridge'
      ? { master: masterOf(topology, endpoint.bridge), ...portVlans(endpoint) }
      : portOf(topology, namespace, endpoint.interface)),
    ...(impairment === undefined ? {} : { impairment }),
    path: endpoint.path,
  };
}

function portVlans({ vlan, trunk }: EndpointDeclaration & { readonly type: 'bridge' }): Pick<DesiredEnd, 'vlans'> {
  if (vlan === undefined && trunk === undefined) return {};
  const tagged = [...new Set(trunk)].filter((id) => id !== vlan).sort((a, b) => a - b);
  return { vlans: { ...(vlan === undefined ? {} : { untagged: vlan }), tagged } };
}

function desiredInterface(
  topology: Topology,
  namespace: string | undefined,
  declared: InterfaceDeclaration & { readonly kind: OwnKind },
  parents: Parents,
): DesiredInterface {
  const { name, kind, mtu, mac, up, path } = declared;
  const parent = parents.of(namespace, declared);
  return {
    ...inScope(namespace),
    name,
    kind,
    ...settings(mtu, mac, up),
    options: declaredOptions(declared),
    ...(parent === undefined ? {} : { parent: { ...inScope(parent.namespace), name: parent.name } }),
    ...portOf(topology, namespace, name),
    path,
  };
}

function desiredPhysical(
  topology: Topology,
  namespace: string,
  { name, mtu, mac, up, path }: InterfaceDeclaration,
): DesiredPhysical {
  return { namespace, name, ...settings(mtu, mac, up), ...portOf(topology, namespace, name), path };
}

/** In an order in which each finds its parent there; the file's own where it does not matter. */
function parentsFirst(interfaces: readonly DesiredInterface[]): DesiredInterface[] {
  const waiting = new Map(interfaces.map((own) => [deviceKey(own), own]));
  const ordered: DesiredInterface[] = [];
  const take = (own: DesiredInterface): void => {
    waiting.delete(deviceKey(own));
    const parent = own.parent === undefined ? undefined : waiting.get(deviceKey(own.parent));
    if (parent !== undefined) take(parent);
    ordered.push(own);
  };
  for (const own of interfaces) if (waiting.has(deviceKey(own))) take(own);
  return ordered;
}

/** True for an interface that the lab makes, by itself or as a cable's end, or moves in. */
function isMade(topology: Topology, namespace: string | undefined, name: string): boolean {
  const { scope } = scopesOf(topology).find((own) => own.namespace === namespace) ?? {};
  if (scope?.interfaces.some((own) => own.name === name && (isOwnKind(own) || own.kind === 'physical')) === true)
    return true;
  const ends = topology.links.flatMap(({ endpoints }) => endpoints);
  return ends.some((end) => end.interface === name && namespaceOf(topology, end) === namespace);
}

/** The bridge that names an interface among its `ports`. */
function portOf(topology: Topology, namespace: string | undefined, name: string): { readonly master?: Master } {
  const bridge = topology.bridges.find((own) => own.namespace === namespace && own.ports.includes(name));
  return bridge === undefined ? {} : { master: masterOf(topology, bridge.name) };
}

function masterOf(topology: Topology, name: string): Master {
  const bridge = bridgeNamed(topology.bridges, name);
  const isOpenVswitch = bridge?.kind === 'openvswitch';
  return { name, isOpenVswitch, ...(!isOpenVswitch && bridge?.vlanFiltering === true ? { filtersVlans: true } : {}) };
}

/** Where the interface of a link's end lies; undefined is the root namespace. */
export function namespaceOf(topology: Topology, endpoint: EndpointDeclaration): string | undefined {
  if (endpoint.type === 'namespace') return endpoint.namespace;
  if (endpoint.type === 'host') return undefined;
  return bridgeNamed(topology.bridges, endpoint.bridge)?.namespace;
}

function settings(mtu: number | undefined, mac: string | undefined, up: boolean): LinkSettings {
  return {
    ...(mtu === undefined ? {} : { mtu }),
    ...(mac === undefined ? {} : { mac: mac.toLowerCase() }),
    up,
  };
}

function addressesOf(
  namespace: string | undefined,
  device: InterfaceDeclaration | BridgeDeclaration,
): (Placed & AddressRecord)[] {
  return device.addresses.map((cidr, index) => ({
    ...inScope(namespace),
    dev: device.name,
    cidr: normalCidr(cidr),
    path: [...device.path, 'addresses', index],
  }));
}

function desiredService(namespace: string, service: ServiceDeclaration): Placed & ServiceRecord {
  return { namespace, ...service };
}
