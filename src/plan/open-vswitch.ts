import type { Command } from '../base/command';
import type { ObservedLink } from '../host/model';
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
}

const settingNames = [
  'stp_enable',
  'mcast_snooping_enable',
  'other-config:mac-aging-time',
  'other-config:stp-forward-delay',
  'other-config:hwaddr',
] as const;
type SettingName = (typeof settingNames)[number];

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
    ovs('--no-wait', 'add-br', name, '--', 'set', 'Bridge', name, ...words(settings), `${ownerKey}=${lab}`),
    ovs('wait-until', 'Interface', name, 'ofport>=0'),
  ];
}

/** Makes a bridge that was taken away, with its ports as they were seen; nothing happens to one that is still there. */
export function restoreOpenVswitchBridge(bridge: ObservedLink, ports: readonly string[]): Command {
  const owner = markedOwner(bridge);
  const { name } = bridge;
  const marks = owner === undefined ? [] : [`${ownerKey}=${owner}`];
  const again = ports.flatMap((port) => ['--', '--may-exist', 'add-port', name, port]);
  return ovs(
    '--may-exist',
    'add-br',
    name,
    '--',
    'set',
    'Bridge',
    name,
    ...words(observedSettings(bridge)),
    ...marks,
    ...again,
  );
}

export function deleteBridge(name: string): Command {
  return ovs('--if-exists', 'del-br', name);
}

export function changeSettings(name: string, different: readonly SettingName[], wanted: OpenVswitchSettings): Command {
  const set = different.filter((setting) => wanted[setting] !== undefined);
  const unset = different.filter((setting) => wanted[setting] === undefined);
  const parts = [
    ...(set.length === 0
      ? []
      : [['set', 'Bridge', name, ...set.map((setting) => `${setting}=${value(wanted, setting)}`)]]),
    ...unset.map((setting) => [
      'remove',
      'Bridge',
      name,
      ...setting.replace('other-config', 'other_config').split(':'),
    ]),
  ];
  return ovs(...parts.flatMap((part, index) => (index === 0 ? part : ['--', ...part])));
}

export function addPort(bridge: string, port: string): Command {
  return ovs('--may-exist', 'add-port', bridge, port);
}

export function deletePort(bridge: string, port: string): Command {
  return ovs('--if-exists', 'del-port', bridge, port);
}

function words(settings: OpenVswitchSettings): string[] {
  const named = settingNames.filter((name) => settings[name] !== undefined && settings[name] !== 'false');
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
