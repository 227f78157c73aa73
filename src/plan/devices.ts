import type { Command } from '../base/command';
import type { ObservedLink } from '../host/model';
import { ip } from './commands';
import { addCable, cableName, refOf } from './cables';
import type { Desired, DesiredBridge, DesiredEnd, LinkSettings } from './desired';
import { defaultBridgeOptions, defaultMtu, type DeviceRef, type SettingsRecord } from './manifest';
import { ownerOf } from './names';
import { deviceKey, deviceName, objectRef, ownerInWords, type Planning } from './planning';
import { planPorts } from './ports';
import { bridgeOptions, restoreRoutes } from './restore';
import type { YamlPath } from '../topology/model';

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
  const forgotten = Object.keys(recordedSettings(planning, bridge)?.options ?? {});
  const defaults = Object.fromEntries(forgotten.map((key) => [key, defaultBridgeOptions[key] ?? '']));
  const wanted: Record<string, string> = { ...defaults, ...bridge.options };
  const different = Object.keys(wanted).filter((key) => now[key] !== wanted[key]);
  if (different.length === 0) return;
  const set = (options: Readonly<Record<string, string>>): Command => {
    const words = different.flatMap((key) => [key, options[key] ?? '']);
    return ip(bridge.namespace, 'link', 'set', 'dev', bridge.name, 'type', 'bridge', ...words);
  };
  const why = different.map((key) => `${key} is ${now[key] ?? 'unknown'}, should be ${wanted[key] ?? ''}`);
  planning.addStep('settings', {
    action: 'change',
    object: objectRef('bridge', bridge.name, bridge.namespace),
    why: why.join('; '),
    run: [set(wanted)],
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
      why: `is ${now}, should be ${wanted}`,
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
    why.push(`${what === 'address' ? 'MAC' : what} is ${now}, should be ${then}`);
  };
  if (wanted.mac !== undefined && observed.mac !== undefined && observed.mac.toLowerCase() !== wanted.mac) {
    differs('address', observed.mac, wanted.mac);
  }
  const wasSet = recordedSettings(planning, wanted)?.mtu !== undefined;
  const mtu = wanted.mtu ?? (wasSet ? defaultMtu : undefined);
  if (mtu !== undefined && observed.mtu !== mtu) differs('mtu', String(observed.mtu), String(mtu));
  if (observed.up !== wanted.up) {
    words.push(wanted.up ? 'up' : 'down');
    back.push(wanted.up ? 'down' : 'up');
    why.push(`is ${observed.up ? 'up' : 'down'}, should be ${wanted.up ? 'up' : 'down'}`);
  }
  if (words.length === 0) return;
  const namespace = planning.namespace(wanted.namespace);
  planning.addStep('settings', {
    action: 'change',
    object: objectRef(type, type === 'bridge' ? wanted.name : deviceName(wanted), wanted.namespace),
    why: why.join('; '),
    run: [ip(wanted.namespace, 'link', 'set', 'dev', wanted.name, ...words)],
    undo: [
      ip(wanted.namespace, 'link', 'set', 'dev', wanted.name, ...back),
      // Going down took the routes along.
      ...(observed.up && namespace !== undefined ? restoreRoutes(namespace, wanted.name) : []),
    ],
    path,
  });
}

function recordedSettings(planning: Planning, ref: DeviceRef): SettingsRecord | undefined {
  return planning.manifest.settings.find((record) => deviceKey(record) === deviceKey(ref));
}

/** What the manifest must remember of the settings that the file names. */
export function settingsRecords(desired: Desired): SettingsRecord[] {
  const devices: (DeviceRef & { mtu?: number; options?: Readonly<Record<string, string>> })[] = [
    ...desired.bridges,
    ...desired.cables.flatMap(({ ends }) => ends),
  ];
  return devices.flatMap(({ namespace, name, mtu, options = {} }) => {
    const hasOptions = Object.keys(options).length > 0;
    if (mtu === undefined && !hasOptions) return [];
    return [{ ...refOf(namespace, name), ...(mtu === undefined ? {} : { mtu }), ...(hasOptions ? { options } : {}) }];
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
