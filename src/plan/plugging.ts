import type { Command } from '../base/command';
import { findLink, type ObservedNamespace, type PortVlans } from '../host/model';
import { ip } from './commands';
import { refOf } from './cables';
import type { DeviceRef } from './manifest';
import { addPort, deletePort } from './open-vswitch';
import type { Planning } from './planning';

/** A bridge, or a bond, that an interface is a port of. */
export interface Master {
  readonly name: string;
  readonly isOpenVswitch: boolean;
  /** A Linux bridge that keeps VLANs apart (`vlan_filtering`). */
  readonly filtersVlans?: true;
}

/** The bridge of that name as it was seen. */
export function observedMaster(namespace: ObservedNamespace | undefined, name: string | undefined): Master | undefined {
  if (name === undefined) return undefined;
  const kind = findLink(namespace, name)?.kind;
  return { name, isOpenVswitch: kind === 'openvswitch' };
}

/** The bridge that an interface is a port of when the steps that build run: none where that bridge is taken away before. */
export function masterNow(planning: Planning, ref: DeviceRef): Master | undefined {
  const master = planning.link(ref)?.master;
  if (master === undefined || planning.isDeviceGone(refOf(ref.namespace, master))) return undefined;
  return observedMaster(planning.namespace(ref.namespace), master);
}

/**
 * Takes an interface from one bridge and plugs it into another; undefined is none.
 *
 * @param vlans those of the port on an Open vSwitch bridge, which has them from the first moment
 */
export function replug(ref: DeviceRef, from: Master | undefined, to: Master | undefined, vlans?: PortVlans): Command[] {
  return [...unplug(ref, from, to), ...plug(ref, to, vlans)];
}

/** Makes an interface a port; nothing to do where the bridge is none. */
export function plug({ namespace, name }: DeviceRef, to: Master | undefined, vlans?: PortVlans): Command[] {
  if (to === undefined) return [];
  if (to.isOpenVswitch) return [addPort(to.name, name, vlans)];
  return [ip(namespace, 'link', 'set', 'dev', name, 'master', to.name)];
}

function unplug({ namespace, name }: DeviceRef, from: Master | undefined, to: Master | undefined): Command[] {
  if (from === undefined) return [];
  if (from.isOpenVswitch) return [deletePort(from.name, name)];
  // `master` by itself takes it from the one before, where that is the kernel's own.
  const isImplied = to !== undefined && !to.isOpenVswitch;
  return isImplied ? [] : [ip(namespace, 'link', 'set', 'dev', name, 'nomaster')];
}

/** Whether what comes in by a bridge's port may leave by it again (ip-link(8), bridge_slave). */
export function setHairpin({ namespace, name }: DeviceRef, value: 'on' | 'off'): Command {
  return ip(namespace, 'link', 'set', 'dev', name, 'type', 'bridge_slave', 'hairpin', value);
}
