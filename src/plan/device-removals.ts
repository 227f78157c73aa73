import type { Command } from '../base/command';
import { findNamespace, type ObservedLink } from '../host/model';
import { addCable, cableName, peerOf, refOf } from './cables';
import { ip } from './commands';
import type { Desired, DesiredBridge, DesiredCable } from './desired';
import type { DeviceRef } from './manifest';
import { deleteBridge, observedSettings } from './open-vswitch';
import { isSameInterface, restoreInterface } from './interfaces';
import { observedKind } from './own-kinds';
import { deviceKey, deviceName, objectRef, type Planning } from './planning';
import { observedMaster, replug } from './plugging';
import { restoreBridge, restoreLink } from './restore';

/** The bridges and cables that stay as they are, found before anything is planned; whatever else is ours will go. */
export function findRemovedDevices(planning: Planning, desired: Desired): void {
  const kept = new Set<string>();
  for (const bridge of desired.bridges) {
    const observed = planning.link(bridge);
    if (observed !== undefined && isSameKind(bridge, observed)) kept.add(deviceKey(bridge));
  }
  for (const wanted of desired.interfaces) {
    const observed = planning.link(wanted);
    if (observed !== undefined && isSameInterface(planning, wanted, observed)) kept.add(deviceKey(wanted));
  }
  for (const cable of desired.cables) {
    if (isPluggedIn(planning, cable)) for (const end of cable.ends) kept.add(deviceKey(end));
  }
  for (const namespace of planning.snapshot.namespaces) {
    for (const link of namespace.links) {
      const ref = refOf(namespace.name, link.name);
      if (!isOwnDevice(planning, link) || kept.has(deviceKey(ref))) continue;
      planning.deviceGoes(ref);
      // Both ends of a cable go together, even if the mark of the other one was wiped.
      const peer = peerOf(planning, link);
      if (peer !== undefined) planning.deviceGoes(peer);
    }
  }
}

/** True if the bridge can become what is wanted; its kind, and the datapath of Open vSwitch, it has from birth. */
function isSameKind({ openVswitch }: DesiredBridge, observed: ObservedLink): boolean {
  if (openVswitch === undefined) return observed.kind === 'bridge';
  return observed.kind === 'openvswitch' && observedSettings(observed).datapath_type === openVswitch.datapath_type;
}

/** True for a bridge, a cable's end or an interface by itself that this lab made; `lo` carries the mark for its namespace. */
function isOwnDevice(planning: Planning, link: ObservedLink): boolean {
  return planning.isOurs(link) && ['veth', 'bridge', 'openvswitch', 'dummy', 'tun'].includes(link.kind);
}

/** True if both ends are on the host, made by this lab, and are each other's peers. */
function isPluggedIn(planning: Planning, { ends: [a, b] }: DesiredCable): boolean {
  const [linkA, linkB] = [planning.link(a), planning.link(b)];
  if (linkA?.kind !== 'veth' || linkB?.kind !== 'veth') return false;
  if (!planning.isOurs(linkA) || !planning.isOurs(linkB)) return false;
  const [peerOfA, peerOfB] = [peerOf(planning, linkA), peerOf(planning, linkB)];
  // Some kernels hide one end's peer, or both (equal ifindexes): what is known must fit.
  const fits = (peer: DeviceRef | undefined, end: DeviceRef): boolean =>
    peer === undefined || deviceKey(peer) === deviceKey(end);
  return fits(peerOfA, b) && fits(peerOfB, a);
}

/** Removes what `findRemovedDevices` found. */
export function planDeviceRemovals(planning: Planning): void {
  const done = new Set<string>();
  for (const namespace of planning.snapshot.namespaces) {
    for (const link of namespace.links) {
      const ref = refOf(namespace.name, link.name);
      if (!isOwnDevice(planning, link) || !planning.isDeviceGone(ref) || done.has(deviceKey(ref))) continue;
      const why = 'made by this lab and no longer wanted';
      const kind = observedKind(link);
      if (kind !== undefined) {
        planning.addStep('removeInterfaces', {
          action: 'remove',
          object: objectRef('interface', deviceName(ref), ref.namespace),
          why,
          run: [...pullFromOpenVswitch(planning, ref), ip(namespace.name, 'link', 'del', 'dev', link.name)],
          undo: restoreInterface(namespace, link, kind),
        });
        continue;
      }
      if (link.kind !== 'veth') {
        const isOpenVswitch = link.kind === 'openvswitch';
        const run = [isOpenVswitch ? deleteBridge(link.name) : ip(namespace.name, 'link', 'del', 'dev', link.name)];
        const object = objectRef('bridge', link.name, namespace.name);
        const ports = namespace.links
          .filter(({ name, master }) => master === link.name && !planning.isDeviceGone(refOf(namespace.name, name)))
          .map(({ name }) => name);
        const undo = restoreBridge(namespace, link, ports);
        planning.addStep('removeBridges', { action: 'remove', object, why, run, undo });
        continue;
      }
      const peer = peerOf(planning, link);
      if (peer !== undefined) done.add(deviceKey(peer));
      // The end in a namespace first, as people write it.
      const [first, second] = ref.namespace === undefined && peer !== undefined ? [peer, ref] : [ref, peer];
      const object = objectRef('link', cableName(first, second), first.namespace);
      // Open vSwitch keeps a port in its database when the interface has gone.
      const pulled = [ref, ...(peer === undefined ? [] : [peer])].flatMap((end) => pullFromOpenVswitch(planning, end));
      const run = [...pulled, ip(namespace.name, 'link', 'del', 'dev', link.name)];
      planning.addStep('removeCables', { action: 'remove', object, why, run, undo: restoreCable(planning, ref, peer) });
    }
  }
}

function pullFromOpenVswitch(planning: Planning, ref: DeviceRef): Command[] {
  const namespace = findNamespace(planning.snapshot, ref.namespace);
  const master = observedMaster(namespace, namespace?.links.find(({ name }) => name === ref.name)?.master);
  return master?.isOpenVswitch === true ? replug(ref, master, undefined).slice(0, 1) : [];
}

function restoreCable(planning: Planning, a: DeviceRef, b: DeviceRef | undefined): Command[] {
  if (b === undefined) return [];
  return [
    addCable(a, b),
    ...[a, b].flatMap((end) => {
      const namespace = planning.snapshot.namespaces.find(({ name, isRoot }) =>
        end.namespace === undefined ? isRoot : name === end.namespace,
      );
      const link = namespace?.links.find(({ name }) => name === end.name);
      return namespace === undefined || link === undefined ? [] : restoreLink(namespace, link);
    }),
  ];
}
