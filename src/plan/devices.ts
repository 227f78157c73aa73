import type { Command } from '../base/command';
import type { ObservedLink } from '../host/model';
import { ip } from './commands';
import type { Desired, DesiredBridge, DesiredCable, DesiredEnd, LinkSettings } from './desired';
import type { DeviceRef } from './manifest';
import { ownerOf } from './names';
import { deviceKey, deviceName, objectRef, ownerInWords, type Planning } from './planning';
import { bridgeOptions, restoreBridge, restoreLink } from './restore';
import type { YamlPath } from '../topology/model';

/** The bridges and cables that stay as they are, found before anything is planned; whatever else is ours will go. */
export function findRemovedDevices(planning: Planning, desired: Desired): void {
  const kept = new Set<string>();
  for (const bridge of desired.bridges) {
    if (planning.link(bridge)?.kind === 'bridge') kept.add(deviceKey(bridge));
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

/** True for a bridge or a cable's end that this lab made; `lo` carries the mark for its namespace. */
function isOwnDevice(planning: Planning, link: ObservedLink): boolean {
  return planning.isOurs(link) && (link.kind === 'veth' || link.kind === 'bridge');
}

function refOf(namespace: string | undefined, name: string): DeviceRef {
  return namespace === undefined ? { name } : { namespace, name };
}

function peerOf(planning: Planning, link: ObservedLink): DeviceRef | undefined {
  const { peer } = link;
  if (peer === undefined) return undefined;
  const namespace = planning.snapshot.namespaces.find(({ id }) => id === peer.namespaceId);
  if (namespace === undefined || (namespace.name === undefined && !namespace.isRoot)) return undefined;
  return refOf(namespace.name, peer.name);
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
      const run = [ip(namespace.name, 'link', 'del', 'dev', link.name)];
      if (link.kind === 'bridge') {
        const object = objectRef('bridge', link.name, namespace.name);
        planning.addStep('removeBridges', { action: 'remove', object, why, run, undo: restoreBridge(namespace, link) });
        continue;
      }
      const peer = peerOf(planning, link);
      if (peer !== undefined) done.add(deviceKey(peer));
      // The end in a namespace first, as people write it.
      const [first, second] = ref.namespace === undefined && peer !== undefined ? [peer, ref] : [ref, peer];
      const object = objectRef('link', cableName(first, second), first.namespace);
      planning.addStep('removeCables', { action: 'remove', object, why, run, undo: restoreCable(planning, ref, peer) });
    }
  }
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

/**
 * Both ends in their places by one command: 30 times faster than creating and moving, and the kernel makes both or none.
 */
function addCable(a: DeviceRef, b: DeviceRef): Command {
  const place = (end: DeviceRef): string[] => (end.namespace === undefined ? [] : ['netns', end.namespace]);
  const first = ['name', a.name, ...place(a)];
  const second = ['name', b.name, ...place(b)];
  return ip(undefined, 'link', 'add', ...first, 'type', 'veth', 'peer', ...second);
}

function cableName(a: DeviceRef, b: DeviceRef | undefined): string {
  return b === undefined ? deviceName(a) : `${deviceName(a)} — ${deviceName(b)}`;
}

/** Creates the bridges that are missing and mends those that differ. */
export function planBridges(planning: Planning, desired: Desired): void {
  for (const bridge of desired.bridges) {
    const observed = planning.link(bridge);
    if (observed !== undefined && !planning.isOurs(observed)) refuseTaken(planning, bridge, observed, bridge.path);
    else if (observed === undefined) createBridge(planning, bridge);
    else {
      changeBridgeOptions(planning, bridge, observed);
      changeSettings(planning, bridge, observed, 'bridge', bridge.path);
    }
    planPorts(planning, bridge);
  }
}

function createBridge(planning: Planning, bridge: DesiredBridge): void {
  const options = Object.entries(bridge.options).flat();
  planning.addStep('bridges', {
    action: 'create',
    object: objectRef('bridge', bridge.name, bridge.namespace),
    why: 'not on the host yet',
    run: [
      ip(bridge.namespace, 'link', 'add', 'name', bridge.name, 'type', 'bridge', ...options),
      setUp(planning, bridge, bridge),
    ],
    undo: [ip(bridge.namespace, 'link', 'del', 'dev', bridge.name)],
    path: bridge.path,
  });
}

function changeBridgeOptions(planning: Planning, bridge: DesiredBridge, observed: ObservedLink): void {
  const now = bridgeOptions(observed);
  const different = Object.keys(bridge.options).filter((key) => now[key] !== bridge.options[key]);
  if (different.length === 0) return;
  const set = (options: Readonly<Record<string, string>>): Command => {
    const words = different.flatMap((key) => [key, options[key] ?? '']);
    return ip(bridge.namespace, 'link', 'set', 'dev', bridge.name, 'type', 'bridge', ...words);
  };
  const why = different.map((key) => `${key} is ${now[key] ?? 'unknown'}, the file says ${bridge.options[key] ?? ''}`);
  planning.addStep('settings', {
    action: 'change',
    object: objectRef('bridge', bridge.name, bridge.namespace),
    why: why.join('; '),
    run: [set(bridge.options)],
    undo: different.some((key) => now[key] === undefined) ? [] : [set(now)],
    path: bridge.path,
  });
}

/** Creates the cables that are missing and mends the ends that differ. */
export function planCables(planning: Planning, desired: Desired): void {
  for (const cable of desired.cables) {
    const [a, b] = cable.ends;
    const observed = cable.ends.map((end) => planning.link(end));
    const taken = cable.ends.filter((end, index) => {
      const link = observed[index];
      return link !== undefined && !planning.isOurs(link);
    });
    for (const end of taken) refuseTaken(planning, end, planning.link(end), end.path);
    if (taken.length > 0) continue;
    const [linkA, linkB] = observed;
    if (linkA === undefined || linkB === undefined) {
      planning.addStep('cables', {
        action: 'create',
        object: objectRef('link', cableName(a, b), a.namespace),
        why: 'not on the host yet',
        run: [addCable(a, b), setUp(planning, a, a), setUp(planning, b, b)],
        undo: [ip(a.namespace, 'link', 'del', 'dev', a.name)],
        path: cable.path,
      });
      continue;
    }
    changeEnd(planning, a, linkA);
    changeEnd(planning, b, linkB);
  }
}

function changeEnd(planning: Planning, end: DesiredEnd, observed: ObservedLink): void {
  if (observed.master !== end.master) {
    const enslave = (master: string | undefined): Command =>
      ip(end.namespace, 'link', 'set', 'dev', end.name, ...(master === undefined ? ['nomaster'] : ['master', master]));
    const now = observed.master === undefined ? 'on no bridge' : `a port of ${observed.master}`;
    const wanted = end.master === undefined ? 'on none' : `a port of ${end.master}`;
    planning.addStep('ports', {
      action: 'change',
      object: objectRef('interface', deviceName(end), end.namespace),
      why: `is ${now}, the file says ${wanted}`,
      run: [enslave(end.master)],
      undo: [enslave(observed.master)],
      path: end.path,
    });
  }
  changeSettings(planning, end, observed, 'interface', end.path);
}

/** Marks a new interface as ours and gives it all it needs, in one command. */
function setUp(planning: Planning, ref: DeviceRef, wanted: LinkSettings & { readonly master?: string }): Command {
  const words: string[] = ['alias', planning.mark];
  if (wanted.mac !== undefined) words.push('address', wanted.mac);
  if (wanted.mtu !== undefined) words.push('mtu', String(wanted.mtu));
  if (wanted.master !== undefined) words.push('master', wanted.master);
  if (wanted.up) words.push('up');
  return ip(ref.namespace, 'link', 'set', 'dev', ref.name, ...words);
}

function changeSettings(
  planning: Planning,
  wanted: DeviceRef & LinkSettings,
  observed: ObservedLink,
  type: 'bridge' | 'interface',
  path: YamlPath,
): void {
  const words: string[] = [];
  const back: string[] = [];
  const why: string[] = [];
  const differs = (what: string, now: string, then: string): void => {
    words.push(what, then);
    back.push(what, now);
    why.push(`${what === 'address' ? 'MAC' : what} is ${now}, the file says ${then}`);
  };
  if (wanted.mac !== undefined && observed.mac !== undefined && observed.mac.toLowerCase() !== wanted.mac) {
    differs('address', observed.mac, wanted.mac);
  }
  if (wanted.mtu !== undefined && observed.mtu !== wanted.mtu) differs('mtu', String(observed.mtu), String(wanted.mtu));
  if (observed.up !== wanted.up) {
    words.push(wanted.up ? 'up' : 'down');
    back.push(wanted.up ? 'down' : 'up');
    why.push(`is ${observed.up ? 'up' : 'down'}, the file says ${wanted.up ? 'up' : 'down'}`);
  }
  if (words.length === 0) return;
  planning.addStep('settings', {
    action: 'change',
    object: objectRef(type, type === 'bridge' ? wanted.name : deviceName(wanted), wanted.namespace),
    why: why.join('; '),
    run: [ip(wanted.namespace, 'link', 'set', 'dev', wanted.name, ...words)],
    undo: [ip(wanted.namespace, 'link', 'set', 'dev', wanted.name, ...back)],
    path,
  });
}

function refuseTaken(planning: Planning, ref: DeviceRef, observed: ObservedLink | undefined, path: YamlPath): void {
  const advice =
    ownerOf(observed?.alias) === undefined
      ? 'Choose another name, or remove that interface by hand if nobody needs it.'
      : 'Destroy that lab first, or choose another name.';
  const where = ref.namespace === undefined ? 'on the host' : `in namespace ${ref.namespace}`;
  planning.refuse('conflict', `An interface ${ref.name} is already ${where}, ${ownerInWords(observed)}.`, path, advice);
}

/** Makes the existing interfaces that the file names ports of a bridge; they are given back when the file lets go of them. */
function planPorts(planning: Planning, bridge: DesiredBridge): void {
  for (const name of bridge.ports) {
    const ref = refOf(bridge.namespace, name);
    const observed = planning.link(ref);
    const path = [...bridge.path, 'ports'];
    if (observed === undefined) {
      const where = bridge.namespace === undefined ? 'on the host' : `in namespace ${bridge.namespace}`;
      planning.refuse(
        'invalidTopology',
        `There is no interface ${name} ${where} to make a port of ${bridge.name}.`,
        path,
      );
    } else if (observed.addresses.some(({ cidr }) => cidr.split('/')[0] === planning.snapshot.ssh?.serverAddress)) {
      const message = `Interface ${name} carries this SSH connection; as a port of ${bridge.name} it would lose its address.`;
      planning.refuse('unsafe', message, path, 'Reach the host over another interface first.');
    } else if (observed.master !== bridge.name) {
      const before = observed.master === undefined ? ['nomaster'] : ['master', observed.master];
      planning.addStep('ports', {
        action: 'change',
        object: objectRef('interface', deviceName(ref), ref.namespace),
        why: `is no port of ${bridge.name} yet`,
        run: [ip(ref.namespace, 'link', 'set', 'dev', name, 'master', bridge.name)],
        undo: [ip(ref.namespace, 'link', 'set', 'dev', name, ...before)],
        path,
      });
    }
  }
}

/** Gives back the interfaces that were made ports by an earlier apply and are no longer wanted as such. */
export function planReleasedPorts(planning: Planning, desired: Desired): void {
  const wanted = new Set(
    desired.bridges.flatMap(({ namespace, name, ports }) =>
      ports.map((port) => `${deviceKey(refOf(namespace, port))} ${name}`),
    ),
  );
  for (const port of planning.manifest.ports) {
    const observed = planning.link(port);
    if (wanted.has(`${deviceKey(port)} ${port.bridge}`) || observed?.master !== port.bridge) continue;
    const before = port.before === undefined ? ['nomaster'] : ['master', port.before];
    planning.addStep('releasePorts', {
      action: 'change',
      object: objectRef('interface', deviceName(port), port.namespace),
      why: `is no longer wanted as a port of ${port.bridge}`,
      run: [ip(port.namespace, 'link', 'set', 'dev', port.name, ...before)],
      undo: [ip(port.namespace, 'link', 'set', 'dev', port.name, 'master', port.bridge)],
    });
  }
}
