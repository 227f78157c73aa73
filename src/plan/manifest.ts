import type { ObservedAddress, ObservedRoute, PortVlans } from '../host/model';

/**
 * What a lab has on a host: everything it created or changed, and what must be put back. It lies as JSON under
 * /run/netns-topology/labs/LAB/manifest.json, is replaced in one rename when an apply is confirmed, and goes with the lab.
 * It is data from a host: nothing in it is believed before `readManifest` has looked at it.
 */
export interface Manifest {
  readonly version: 1;
  readonly lab: string;
  /** Counts the applies, so that a plan made from an older manifest is noticed. */
  readonly revision: number;
  readonly namespaces: readonly string[];
  readonly bridges: readonly DeviceRef[];
  readonly cables: readonly (readonly [DeviceRef, DeviceRef])[];
  /** Interfaces that stand by themselves. */
  readonly interfaces: readonly InterfaceRecord[];
  /** Settings of these that the file names: when it names them no longer, they go back to the kernel's defaults. */
  readonly settings: readonly SettingsRecord[];
  /** Interfaces that were there before and were made ports of a bridge. */
  readonly ports: readonly PortRecord[];
  /** Interfaces of the host that were moved into a namespace. */
  readonly physical: readonly PhysicalRecord[];
  readonly addresses: readonly AddressRecord[];
  readonly routes: readonly RouteRecord[];
  readonly rules: readonly RuleRecord[];
  readonly sysctls: readonly SysctlRecord[];
  readonly nftTables: readonly NftTableRecord[];
  readonly nameservers: readonly NameserversRecord[];
  readonly services: readonly ServiceRecord[];
}

/** A namespace's name; undefined is the root namespace. */
interface Scoped {
  readonly namespace?: string;
}

/** An interface of any kind, by where it lies. */
export interface DeviceRef extends Scoped {
  readonly name: string;
}

/** Kinds of interface that a lab makes by themselves. */
export type OwnKind = 'dummy' | 'tun' | 'tap' | 'macvlan' | 'ipvlan' | 'vlan' | 'vxlan';

export interface InterfaceRecord extends DeviceRef {
  readonly kind: OwnKind;
  /** Its options as the file says them: who may open a TUN device (`user`, `group`), `mode`, `id` … */
  readonly options: Readonly<Record<string, string>>;
}

export interface SettingsRecord extends DeviceRef {
  readonly mtu?: number;
  /** Bridge options in iproute2's words. */
  readonly options?: Readonly<Record<string, string>>;
  /** It holds packets back. */
  readonly impaired?: true;
  /** How, as a file says it (`delay`, `loss` …). A lab that was applied before this was recorded has none. */
  readonly impairment?: Readonly<Record<string, string>>;
  /** Of an Open vSwitch bridge all its settings, in its own words; one that is not set is empty. */
  readonly openVswitch?: Readonly<Record<string, string>>;
  /** It is declared down; any other is up. */
  readonly down?: true;
  /** The bridge that the end of a cable, or an interface of the lab, is a port of. A lab that was applied before this was recorded has none. */
  readonly bridge?: string;
  /** Its VLANs there; absent where they are not kept apart, or an Open vSwitch bridge lets all of them through. */
  readonly vlans?: PortVlans;
}

export interface PortRecord extends DeviceRef {
  readonly bridge: string;
  /** The bridge or bond it belonged to before. */
  readonly before?: string;
  /** It was down before: a port that is down passes nothing. */
  readonly wasDown?: true;
}

export interface PhysicalRecord {
  readonly namespace: string;
  readonly name: string;
  readonly before: PhysicalState;
}

/** An interface of the host as it was before a lab moved it: what the kernel takes from it on the way. */
export interface PhysicalState {
  readonly up: boolean;
  readonly mtu: number;
  readonly mac?: string;
  readonly alias?: string;
  readonly master?: string;
  readonly addresses: readonly ObservedAddress[];
  readonly routes: readonly ObservedRoute[];
}

export interface AddressRecord extends Scoped {
  readonly dev: string;
  readonly cidr: string;
}

export interface RouteRecord extends Scoped {
  readonly to: string;
  readonly via?: string;
  readonly dev?: string;
  readonly metric?: number;
  readonly table?: string;
  readonly src?: string;
  readonly scope?: string;
  readonly type: 'unicast' | 'blackhole' | 'unreachable' | 'prohibit';
}

export interface RuleRecord extends Scoped {
  readonly from?: string;
  readonly to?: string;
  readonly iif?: string;
  readonly fwmark?: string;
  readonly table: string;
  readonly priority?: number;
}

export interface SysctlRecord extends Scoped {
  readonly name: string;
  readonly value: string;
  /** What it was before any lab changed it; undefined: the namespace was new, there is nothing to put back. */
  readonly before?: string;
}

export interface NftTableRecord extends Scoped {
  readonly family: 'ip' | 'ip6';
  /** The table as an nftables script. */
  readonly text: string;
}

export interface NameserversRecord {
  readonly namespace: string;
  readonly addresses: readonly string[];
}

export interface ServiceRecord {
  readonly namespace: string;
  readonly name: string;
  readonly command: string | readonly string[];
  readonly env: Readonly<Record<string, string>>;
  readonly user?: string;
  readonly directory?: string;
  readonly ready?: { readonly tcp: number } | { readonly seconds: number };
}

/** What the kernel gives a bridge of whose options nothing is said (br_dev_setup in net/bridge/br_device.c), as iproute2 shows it. */
export const defaultBridgeOptions: Readonly<Record<string, string>> = {
  stp_state: '0',
  vlan_filtering: '0',
  mcast_snooping: '1',
  ageing_time: '30000',
  forward_delay: '1500',
};

/** The MTU of a new cable's ends and of a new bridge, in bytes. */
export const defaultMtu = 1500;

/** The manifest of a lab that has nothing on the host. */
export function emptyManifest(lab: string): Manifest {
  const nothing = { namespaces: [], bridges: [], cables: [], interfaces: [], settings: [], ports: [], physical: [] };
  return {
    version: 1,
    lab,
    revision: 0,
    ...nothing,
    addresses: [],
    routes: [],
    rules: [],
    sysctls: [],
    nftTables: [],
    nameservers: [],
    services: [],
  };
}

/** The manifest as it is written; the revision stands on a line of its own, where the script on the host looks for it. */
export function printManifest(manifest: Manifest): string {
  return `${JSON.stringify(manifest, undefined, 1)}\n`;
}
