import type { BridgeDeclaration, InterfaceDeclaration, InterfaceKind } from '../model';
import type { Bridges, Interfaces } from '../generated/topology-file';
import type { Cursor } from './cursor';
import { defined } from './defined';
import { acceptInterfaceName, readAddress, readCidr, readEach, readInterfaceName } from './values';

const writtenKinds: InterfaceKind[] = ['dummy', 'tun', 'tap', 'macvlan', 'ipvlan', 'vlan', 'vxlan', 'physical'];

/** Reads the settings of interfaces; what no `kind` is said of is a link's end, except `lo`. */
export function readInterfaces(interfaces: Cursor<Interfaces>): InterfaceDeclaration[] {
  return readEach(interfaces.entries(), ([name, settings]) => {
    if (!acceptInterfaceName(name, settings, { at: 'key' })) return undefined;
    const implied: InterfaceKind = name === 'lo' ? 'loopback' : 'veth';
    return defined({
      path: settings.path,
      name,
      kind: settings.at('kind').oneOf(...writtenKinds) ?? implied,
      addresses: readEach(settings.at('addresses').items(), readCidr),
      mtu: settings.at('mtu').integer,
      mac: settings.at('mac').text?.toLowerCase(),
      up: settings.at('up').flag ?? true,
      description: settings.at('description').text,
      options: readOptions(settings),
    });
  });
}

const optionNames = ['user', 'group', 'parent', 'mode', 'id', 'remote', 'local', 'port'] as const;

/** The options of the interface's kind, of which most interfaces have none. */
function readOptions(settings: Cursor<Interfaces[string]>): InterfaceDeclaration['options'] {
  if (!settings.hasAny(optionNames)) return {};
  return defined({
    user: settings.at('user').text ?? settings.at('user').integer,
    group: settings.at('group').text ?? settings.at('group').integer,
    parent: readInterfaceName(settings.at('parent')),
    mode: settings.at('mode').text,
    id: settings.at('id').integer,
    remote: readAddress(settings.at('remote')),
    local: readAddress(settings.at('local')),
    port: settings.at('port').integer,
  });
}

/** Reads the bridges. */
export function readBridges(bridges: Cursor<Bridges>): BridgeDeclaration[] {
  return readEach(bridges.entries(), ([name, bridge]) => {
    if (!acceptInterfaceName(name, bridge, { what: 'bridge', at: 'key' })) return undefined;
    return defined({
      path: bridge.path,
      name,
      kind: bridge.at('kind').oneOf('linux', 'openvswitch') ?? 'linux',
      namespace: bridge.at('namespace').text,
      addresses: readEach(bridge.at('addresses').items(), readCidr),
      mtu: bridge.at('mtu').integer,
      mac: bridge.at('mac').text?.toLowerCase(),
      up: bridge.at('up').flag ?? true,
      stp: bridge.at('stp').flag,
      vlanFiltering: bridge.at('vlan-filtering').flag,
      multicastSnooping: bridge.at('multicast-snooping').flag,
      ageingTime: bridge.at('ageing-time').number,
      forwardDelay: bridge.at('forward-delay').number,
      ports: readEach(bridge.at('ports').items(), (port) => readInterfaceName(port, 'port')),
      datapath: bridge.at('datapath').oneOf('system', 'netdev'),
    });
  });
}
