import * as l10n from '@vscode/l10n';
import type { Command } from '../base/command';
import { quoteArgument } from '../base/shell-quote';
import { findLink, findNamespace, type ObservedLink, type ObservedNamespace } from '../host/model';
import { addCable, cableName, parentOf, peerOf, refOf } from './cables';
import { ip, shell } from './commands';
import type { Desired, DesiredBridge, DesiredCable } from './desired';
import type { DeviceRef, OwnKind } from './manifest';
import { deleteBridge, observedSettings } from './open-vswitch';
import { restoreInterface, whyReplaced } from './interfaces';
import { observedKind, ownKinds } from './own-kinds';
import { deviceKey, deviceName, objectRef, type Planning } from './planning';
import { observedMaster, replug } from './plugging';
import { restoreBridge, restoreLink } from './restore';
import { restoreDeviceSysctls } from './restore-sysctls';

/** The bridges and cables that stay as they are, found before anything is planned; whatever else is ours will go. */
export function findRemovedDevices(planning: Planning, desired: Desired): void {
  const kept = new Set<string>();
  for (const bridge of desired.bridges) {
    const observed = planning.link(bridge);
    if (observed !== undefined && isSameKind(bridge, observed)) kept.add(deviceKey(bridge));
  }
  for (const wanted of desired.interfaces) {
    const observed = planning.link(wanted);
    if (observed === undefined || !planning.isOurs(observed)) continue;
    const why = whyReplaced(planning, wanted, observed);
    if (why === undefined) kept.add(deviceKey(wanted));
    else planning.deviceIsReplaced(wanted, why);
  }
  for (const cable of desired.cables) {
    if (isPluggedIn(planning, cable)) for (const end of cable.ends) kept.add(deviceKey(end));
  }
  for (const namespace of planning.snapshot.namespaces) {
    for (const link of namespace.links) {
      if (!isOwnDevice(planning, link)) continue;
      const ref = refOf(namespace.name, link.name);
      if (kept.has(deviceKey(ref))) continue;
      planning.deviceGoes(ref);
      // Both ends of a cable go together, even if the mark of the other one was wiped.
      const peer = peerOf(planning, link);
      if (peer !== undefined) planning.deviceGoes(peer);
    }
  }
  findOrphans(planning, desired);
}

/** What stands on an interface goes with it: the kernel removes it (NETDEV_UNREGISTER), so it is made anew where it is to stay. */
function findOrphans(planning: Planning, desired: Desired): void {
  // Parents come first, so one pass sees the children of children.
  for (const wanted of desired.interfaces) {
    const { parent } = wanted;
    if (parent === undefined || planning.isDeviceGone(wanted) || planning.link(wanted) === undefined) continue;
    if (!planning.isDeviceGone(parent)) continue;
    planning.deviceIsReplaced(wanted, l10n.t`${deviceName(parent)}, on which it stands, is made anew`);
    planning.deviceGoes(wanted);
  }
}

/** True if the bridge can become what is wanted; its kind, and the datapath of Open vSwitch, it has from birth. */
export function isSameKind({ openVswitch }: DesiredBridge, observed: ObservedLink): boolean {
  if (openVswitch === undefined) return observed.kind === 'bridge';
  return observed.kind === 'openvswitch' && observedSettings(observed).datapath_type === openVswitch.datapath_type;
}

const madeKinds: readonly string[] = ['veth', 'bridge', 'openvswitch', ...ownKinds];

/** True for a bridge, a cable's end or an interface by itself that this lab made; `lo` carries the mark for its namespace. */
function isOwnDevice(planning: Planning, link: ObservedLink): boolean {
  return planning.isOurs(link) && madeKinds.includes(link.kind);
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

/** So many devices are a piece of work, of some milliseconds. */
const piece = 250;

/** Removes what `findRemovedDevices` found. */
export function* planDeviceRemovals(planning: Planning): Generator<void, void> {
  const done = new Set<string>();
  for (const [index, device] of devicesToRemove(planning).entries()) {
    if (index % piece === piece - 1) yield;
    const { namespace, link, ref } = device;
    if (done.has(deviceKey(ref))) continue;
    const kind = observedKind(link);
    if (kind !== undefined) removeInterface(planning, device, kind);
    else if (link.kind === 'veth') removeCable(planning, device, done);
    else {
      const run = [link.kind === 'openvswitch' ? deleteBridge(link.name) : deleteLink(ref)];
      const ports = namespace.links.filter(
        ({ name, master }) => master === link.name && !planning.isDeviceGone(refOf(namespace.name, name)),
      );
      planning.addStep('removeBridges', {
        action: 'remove',
        object: objectRef('bridge', link.name, namespace.name),
        why: whyRemoved(planning, ref),
        run,
        undo: [...restoreBridge(namespace, link, ports), ...restoreDeviceSysctls(planning, ref)],
      });
    }
  }
}

interface Device {
  readonly namespace: ObservedNamespace;
  readonly link: ObservedLink;
  readonly ref: DeviceRef;
}

/** What stands on another before that one, which would take it along. */
function devicesToRemove(planning: Planning): Device[] {
  const devices: Device[] = [];
  for (const namespace of planning.snapshot.namespaces) {
    for (const link of namespace.links) {
      if (!isOwnDevice(planning, link)) continue;
      const ref = refOf(namespace.name, link.name);
      if (planning.isDeviceGone(ref)) devices.push({ namespace, link, ref });
    }
  }
  if (devices.every(({ link }) => link.parent === undefined)) return devices;
  const byKey = new Map(devices.map((device) => [deviceKey(device.ref), device]));
  const height = ({ link, ref }: Device, limit = 16): number => {
    const parent = parentOf(planning.snapshot, ref.namespace, link);
    const below = parent === undefined ? undefined : byKey.get(deviceKey(parent));
    return below === undefined || limit === 0 ? 0 : 1 + height(below, limit - 1);
  };
  const heights = new Map(devices.map((device) => [device, height(device)]));
  return devices.sort((a, b) => (heights.get(b) ?? 0) - (heights.get(a) ?? 0));
}

function whyRemoved(planning: Planning, ref: DeviceRef): string {
  const replaced = planning.replacement(ref);
  return replaced === undefined ? l10n.t`made by this lab and no longer wanted` : l10n.t`${replaced}; it is made anew`;
}

function deleteLink({ namespace, name }: DeviceRef): Command {
  return ip(namespace, 'link', 'del', 'dev', name);
}

/**
 * Removes a cable's end whose other end is in no namespace with a name. That may live on for a service that was just ended, and
 * takes the cable along when it goes, at any time.
 */
function deleteVanishingLink({ namespace, name }: DeviceRef): Command {
  const link = (verb: string): string =>
    ['ip', ...(namespace === undefined ? [] : ['-n', namespace]), 'link', verb, 'dev', name]
      .map(quoteArgument)
      .join(' ');
  return shell(`# It may be gone by now.\n${link('del')} || ! ${link('show')}`);
}

function removeInterface(planning: Planning, { namespace, link, ref }: Device, kind: OwnKind): void {
  planning.addStep('removeInterfaces', {
    action: 'remove',
    object: objectRef('interface', deviceName(ref), ref.namespace),
    why: whyRemoved(planning, ref),
    run: [...pullFromOpenVswitch(planning, ref), deleteLink(ref)],
    undo: [...restoreInterface(planning, namespace, link, kind), ...restoreDeviceSysctls(planning, ref)],
  });
}

function removeCable(planning: Planning, { link, ref }: Device, done: Set<string>): void {
  const peer = peerOf(planning, link);
  if (peer !== undefined) done.add(deviceKey(peer));
  // It goes with its namespace; a step of its own would find nothing once the other end is gone.
  else if (planning.isNamespaceGone(ref.namespace)) return;
  // The end in a namespace first, as people write it.
  const [first, second] = ref.namespace === undefined && peer !== undefined ? [peer, ref] : [ref, peer];
  // Open vSwitch keeps a port in its database when the interface has gone.
  const pulled = [ref, ...(peer === undefined ? [] : [peer])].flatMap((end) => pullFromOpenVswitch(planning, end));
  planning.addStep('removeCables', {
    action: 'remove',
    object: objectRef('link', cableName(first, second), first.namespace),
    why: whyRemoved(planning, ref),
    run: [...pulled, peer === undefined ? deleteVanishingLink(ref) : deleteLink(ref)],
    undo: restoreCable(planning, ref, peer),
  });
}

function pullFromOpenVswitch(planning: Planning, ref: DeviceRef): Command[] {
  const namespace = findNamespace(planning.snapshot, ref.namespace);
  const master = observedMaster(namespace, findLink(namespace, ref.name)?.master);
  return master?.isOpenVswitch === true ? replug(ref, master, undefined).slice(0, 1) : [];
}

function restoreCable(planning: Planning, a: DeviceRef, b: DeviceRef | undefined): Command[] {
  if (b === undefined) return [];
  return [
    addCable(a, b),
    ...[a, b].flatMap((end) => {
      const namespace = findNamespace(planning.snapshot, end.namespace);
      const link = findLink(namespace, end.name);
      if (namespace === undefined || link === undefined) return [];
      return [...restoreLink(namespace, link), ...restoreDeviceSysctls(planning, end)];
    }),
  ];
}
