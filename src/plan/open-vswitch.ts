import type { Command } from '../base/command';
import type { ObservedLink, PortVlans } from '../host/model';
import type { BridgeDeclaration } from '../topology/model';

/**
 * Open vSwitch's bridges live in its database, from which ovs-vswitchd makes the interfaces (ovs-vsctl(8)). One `ovs-vsctl`
 * is one transaction; then it waits until ovs-vswitchd has done what it says, unless told not to.
 */

/** Seconds after which ovs-vsctl gives up waiting: with ovs-vswitchd stopped it would wait for ever. */
const patience = '--timeout=10';

/** The key of the mark in a bridge's `external-ids`: unlike an interface's alias it outlives a restart of ovs-vswitchd. */
const ownerKey = 'external-ids:netns-topology';

/** The settings of an Open vSwitch bridge in the words of ovs-vsctl, all of them: what the file leaves out is as by itself. */
export interface OpenVswitchSettings {
  readonly datapath_type: 'system' | 'netdev';
  readonly stp_enable: string;
  readonly mcast_snooping_enable: string;
  /** Undefined: not set. Seconds as text; a MAC address. */
  readonly 'other-config:mac-aging-time': string | undefined;
  readonly 'other-config:stp-forward-delay': string | undefined;
  readonly 'other-config:hwaddr': string | undefined;
  /** Of the bridge's own interface: without it, ovs-vswitchd follows the ports, and takes back what ip(8) sets. */
  readonly mtu_request: string | undefined;
}

const settingNames = [
  'stp_enable',
  'mcast_snooping_enable',
  'other-config:mac-aging-time',
  'other-config:stp-forward-delay',
  'other-config:hwaddr',
  'mtu_request',
] as const;
type SettingName = (typeof settingNames)[number];

/** Their names, and the kind of datapath. */
export const openVswitchSettings: readonly (keyof OpenVswitchSettings)[] = ['datapath_type', ...settingNames];

/** All settings as a manifest keeps them: one that is not set is empty. */
export function recordOfSettings(settings: OpenVswitchSettings): Readonly<Record<string, string>> {
  return Object.fromEntries(openVswitchSettings.map((name) => [name, settings[name] ?? '']));
}

export function declaredSettings(bridge: BridgeDeclaration): OpenVswitchSettings {
  const seconds = (value: number | undefined): string | undefined =>
    value === undefined ? undefined : String(Math.round(value));
  return {
    datapath_type: bridge.datapath ?? 'system',
    stp_enable: String(bridge.stp ?? false),
    mcast_snooping_enable: String(bridge.multicastSnooping ?? false),
    'other-config:mac-aging-time': seconds(bridge.ageingTime),
    'other-config:stp-forward-delay': seconds(bridge.forwardDelay),
    'other-config:hwaddr': bridge.mac?.toLowerCase(),
    mtu_request: bridge.mtu === undefined ? undefined : String(bridge.mtu),
  };
}

export function observedSettings({ data }: ObservedLink): OpenVswitchSettings {
  const text = (name: string): string | undefined => {
    const value = data[name];
    return typeof value === 'string' ? value : undefined;
  };
  return {
    datapath_type: text('datapath_type') === 'netdev' ? 'netdev' : 'system',
    stp_enable: text('stp_enable') ?? 'false',
    mcast_snooping_enable: text('mcast_snooping_enable') ?? 'false',
    'other-config:mac-aging-time': text('other-config:mac-aging-time'),
    'other-config:stp-forward-delay': text('other-config:stp-forward-delay'),
    'other-config:hwaddr': text('other-config:hwaddr')?.toLowerCase(),
    mtu_request: text('mtu_request'),
  };
}

/** The lab that an observed bridge's mark names; undefined: none. */
export function markedOwner({ data }: ObservedLink): string | undefined {
  const owner = data[ownerKey];
  return typeof owner === 'string' ? owner : undefined;
}

/** The settings that differ, for a step's reason and its commands. */
export function differingSettings(now: OpenVswitchSettings, wanted: OpenVswitchSettings): readonly SettingName[] {
  return settingNames.filter((name) => now[name] !== wanted[name]);
}

/**
 * Makes a bridge. The first command is carried out as a whole or not at all, and fails where the name is taken; the second
 * waits until ovs-vswitchd has made the interface.
 */
export function addBridge(name: string, settings: OpenVswitchSettings, lab: string): Command[] {
  return [
    ovs('--no-wait', 'add-br', name, ...setAll(name, settings, [`${ownerKey}=${lab}`])),
    ovs('wait-until', 'Interface', name, 'ofport>=0'),
  ];
}

/** Makes a bridge that was taken away, with its ports as they were seen; nothing happens to one that is still there. */
export function restoreOpenVswitchBridge(bridge: ObservedLink, ports: readonly ObservedLink[]): Command {
  const owner = markedOwner(bridge);
  const { name } = bridge;
  const marks = owner === undefined ? [] : [`${ownerKey}=${owner}`];
  const again = ports.flatMap((port) => ['--', ...addPort(name, port.name, port.vlans).argv.slice(2)]);
  return ovs('--may-exist', 'add-br', name, ...setAll(name, observedSettings(bridge), marks), ...again);
}

/** Marks a bridge that is there as the lab's. */
export function markBridge(name: string, lab: string): Command {
  return ovs('set', 'Bridge', name, `${ownerKey}=${lab}`);
}

/** The way back. */
export function unmarkBridge(name: string): Command {
  return ovs('remove', 'Bridge', name, ...ownerKey.replace('external-ids', 'external_ids').split(':'));
}

/** A bridge as it is seen once it is marked; any other interface as it is. */
export function withBridgeMark(link: ObservedLink, lab: string): ObservedLink {
  return link.kind === 'openvswitch' ? { ...link, data: { ...link.data, [ownerKey]: lab } } : link;
}

export function deleteBridge(name: string): Command {
  return ovs('--if-exists', 'del-br', name);
}

export function changeSettings(name: string, different: readonly SettingName[], wanted: OpenVswitchSettings): Command {
  const set = different.filter((setting) => wanted[setting] !== undefined);
  const unset = different.filter((setting) => wanted[setting] === undefined);
  const parts = [
    ...(['Bridge', 'Interface'] as const).flatMap((table) => {
      const columns = set.filter((setting) => tableOf(setting) === table);
      return columns.length === 0
        ? []
        : [['set', table, name, ...columns.map((setting) => `${setting}=${value(wanted, setting)}`)]];
    }),
    ...unset.map((setting) =>
      setting === 'mtu_request'
        ? ['clear', 'Interface', name, setting]
        : ['remove', 'Bridge', name, ...setting.replace('other-config', 'other_config').split(':')],
    ),
  ];
  return ovs(...parts.flatMap((part, index) => (index === 0 ? part : ['--', ...part])));
}

/** The MTU is the one setting that belongs to the interface of the bridge's name. */
function tableOf(setting: SettingName): 'Bridge' | 'Interface' {
  return setting === 'mtu_request' ? 'Interface' : 'Bridge';
}

/** `-- set Bridge …`, and what goes with it in the same transaction. */
function setAll(name: string, settings: OpenVswitchSettings, marks: readonly string[]): string[] {
  const { mtu_request: mtu } = settings;
  return [
    ...['--', 'set', 'Bridge', name, ...words(settings), ...marks],
    ...(mtu === undefined ? [] : ['--', 'set', 'Interface', name, `mtu_request=${mtu}`]),
  ];
}

/** Plugs in a port; without VLANs it lets all of them through. */
export function addPort(bridge: string, port: string, vlans?: PortVlans): Command {
  const columns = vlanWords(vlans);
  // To a port that is there already (its interface was lost, say), `add-port` gives no columns.
  return ovs(
    '--may-exist',
    'add-port',
    bridge,
    port,
    ...(columns.length === 0 ? [] : ['--', 'set', 'Port', port, ...columns]),
  );
}

/** Gives a port other VLANs, or all. */
export function setPortVlans(port: string, vlans: PortVlans | undefined): Command {
  const words = vlanWords(vlans);
  const set = words.length === 0 ? [] : ['--', 'set', 'Port', port, ...words];
  return ovs('clear', 'Port', port, 'tag', 'trunks', 'vlan_mode', ...set);
}

/** An access port, a trunk, or a trunk whose untagged frames are in a VLAN as well (ovs-vswitchd.conf.db(5), `vlan_mode`). */
function vlanWords(vlans: PortVlans | undefined): string[] {
  if (vlans === undefined) return [];
  const { untagged, tagged } = vlans;
  return [
    ...(untagged === undefined ? [] : [`tag=${untagged}`]),
    ...(tagged.length === 0 ? [] : [`trunks=${tagged.join(',')}`]),
    ...(untagged === undefined || tagged.length === 0 ? [] : ['vlan_mode=native-untagged']),
  ];
}

export function deletePort(bridge: string, port: string): Command {
  return ovs('--if-exists', 'del-port', bridge, port);
}

function words(settings: OpenVswitchSettings): string[] {
  const named = settingNames.filter(
    (name) => tableOf(name) === 'Bridge' && settings[name] !== undefined && settings[name] !== 'false',
  );
  return [
    ...(settings.datapath_type === 'netdev' ? ['datapath_type=netdev'] : []),
    ...named.map((name) => `${name}=${value(settings, name)}`),
  ];
}

/** As ovs-vsctl reads it: a MAC address needs quotes of its own, for its colons. */
function value(settings: OpenVswitchSettings, name: SettingName): string {
  const text = settings[name] ?? '';
  return name === 'other-config:hwaddr' ? `"${text}"` : text;
}

function ovs(...rest: readonly string[]): Command {
  return { argv: ['ovs-vsctl', patience, ...rest] };
}
