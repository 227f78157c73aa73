import * as l10n from '@vscode/l10n';
import type { Command } from '../base/command';
import { lookup } from '../base/lookup';
import { optional } from '../host/json';
import type { ObservedLink } from '../host/model';
import { adviceOnTaken } from './adoption';
import { ip } from './commands';
import { addCable, cableName, refOf } from './cables';
import type { Desired, DesiredEnd, LinkSettings } from './desired';
import { printImpairment } from './impairment';
import { changeImpairment, impairNew } from './impairments';
import { defaultMtu, type DeviceRef, type SettingsRecord } from './manifest';
import { ownerOf } from './names';
import { deviceKey, deviceName, objectRef, ownerInWords, type Planning } from './planning';
import { recordOfSettings, type OpenVswitchSettings } from './open-vswitch';
import { changePortVlans, restorePortVlans, vlansOfNewPort, wantedVlans } from './port-vlans';
import { masterNow, plug, replug, type Master } from './plugging';
import { restoreRoutes } from './restore';
import type { YamlPath } from '../topology/model';

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
        why: l10n.t`not on the host yet`,
        run: [
          addCable(a, b),
          ...[a, b].flatMap((end) => [setUp(planning, end, end), ...plugInto(end), ...impairNew(planning, end)]),
        ],
        undo: [...[a, b].flatMap(pullOut), ip(a.namespace, 'link', 'del', 'dev', a.name)],
        path: cable.path,
      });
      continue;
    }
    changeEnd(planning, a, linkA);
    changeEnd(planning, b, linkB);
  }
}

/** What is particular to some interfaces. */
export interface Habits {
  /** What the MTU goes back to when the file names none any more; undefined leaves it as it is. */
  readonly mtuByItself?: () => number | undefined;
  /** The alias that it is known by, if not the lab's mark. */
  readonly mark?: string;
}

/** Mends the settings of an interface, and which bridge it is a port of. */
export function changeEnd(planning: Planning, end: DesiredEnd, observed: ObservedLink, habits?: Habits): void {
  const master = masterNow(planning, end);
  if (master?.name !== end.master?.name) {
    const now = master === undefined ? l10n.t`on no bridge` : l10n.t`a port of ${master.name}`;
    const wanted = end.master === undefined ? l10n.t`on none` : l10n.t`a port of ${end.master.name}`;
    planning.addStep('ports', {
      action: 'change',
      object: objectRef('interface', deviceName(end), end.namespace),
      why: l10n.t`is ${now}, should be ${wanted}`,
      run: replug(end, master, end.master, end.vlans),
      undo: [
        ...replug(end, end.master, master, observed.vlans),
        ...restorePortVlans(end, master?.isOpenVswitch === false ? observed.vlans : undefined),
      ],
      path: end.path,
    });
  }
  changePortVlans(planning, end, observed, master?.name === end.master?.name);
  changeSettings(planning, end, observed, 'interface', end.path, habits);
  changeImpairment(planning, end, observed);
}

/** A port of an Open vSwitch bridge is plugged in by a command of its own; any other by `setUp`. With it come its VLANs. */
export function plugInto(end: DesiredEnd): Command[] {
  return end.master?.isOpenVswitch === true ? plug(end, end.master, end.vlans) : vlansOfNewPort(end);
}

/** The way back. */
export function pullOut(end: DesiredEnd): Command[] {
  return end.master?.isOpenVswitch === true ? replug(end, end.master, undefined) : [];
}

/** Marks a new interface as ours and gives it all it needs, in one command. */
export function setUp(
  planning: Planning,
  ref: DeviceRef,
  wanted: LinkSettings & { readonly master?: Master },
  mark = planning.mark,
): Command {
  const words: string[] = ['alias', mark];
  if (wanted.mac !== undefined) words.push('address', wanted.mac);
  if (wanted.mtu !== undefined) words.push('mtu', String(wanted.mtu));
  if (wanted.master?.isOpenVswitch === false) words.push('master', wanted.master.name);
  if (wanted.up) words.push('up');
  return ip(ref.namespace, 'link', 'set', 'dev', ref.name, ...words);
}

/** Mends what any interface has: MAC, MTU, state, and our mark. */
export function changeSettings(
  planning: Planning,
  wanted: DeviceRef & LinkSettings,
  observed: ObservedLink,
  type: 'bridge' | 'interface',
  path: YamlPath,
  { mtuByItself = () => defaultMtu, mark = planning.mark }: Habits = {},
): void {
  const words: string[] = [];
  const back: string[] = [];
  const why: string[] = [];
  const differs = (what: string, now: string, then: string): void => {
    words.push(what, then);
    back.push(what, now);
    why.push(l10n.t`${what === 'address' ? 'MAC' : what} is ${now}, should be ${then}`);
  };
  if (wanted.mac !== undefined && observed.mac !== undefined && observed.mac.toLowerCase() !== wanted.mac) {
    differs('address', observed.mac, wanted.mac);
  }
  const wasSet = recordedSettings(planning, wanted)?.mtu !== undefined;
  const mtu = wanted.mtu ?? (wasSet ? mtuByItself() : undefined);
  if (mtu !== undefined && observed.mtu !== mtu) differs('mtu', String(observed.mtu), String(mtu));
  if (observed.up !== wanted.up) {
    words.push(wanted.up ? 'up' : 'down');
    back.push(wanted.up ? 'down' : 'up');
    why.push(l10n.t`is ${observed.up ? 'up' : 'down'}, should be ${wanted.up ? 'up' : 'down'}`);
  }
  // ovs-vswitchd, started again, makes its bridges anew: they are ours by its database, and no longer by their alias.
  if (observed.alias !== mark) {
    words.push('alias', mark);
    back.push('alias', observed.alias ?? '');
    why.push(l10n.t`has lost its mark`);
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

const findSettings = lookup<SettingsRecord, string>(deviceKey);

/** What the last apply set of an interface's settings. */
export function recordedSettings(planning: Planning, ref: DeviceRef): SettingsRecord | undefined {
  return findSettings(planning.manifest.settings, deviceKey(ref));
}

/** What the manifest must remember of the settings that the file names. */
export function settingsRecords(desired: Desired): SettingsRecord[] {
  const devices: (DeviceRef &
    Pick<DesiredEnd, 'mtu' | 'impairment' | 'up' | 'master' | 'vlans'> & {
      options?: Readonly<Record<string, string>>;
      openVswitch?: OpenVswitchSettings;
    })[] = [
    ...desired.bridges,
    ...desired.cables.flatMap(({ ends }) => ends),
    // Their own options are in their own records.
    ...desired.physical,
    ...desired.interfaces.map((own) => ({ ...own, options: {} })),
  ];
  return devices.flatMap((device) => {
    const { namespace, name, mtu, impairment, up, options = {}, openVswitch, master } = device;
    const settings = {
      ...(mtu === undefined ? {} : { mtu }),
      ...(Object.keys(options).length === 0 ? {} : { options }),
      ...(impairment === undefined ? {} : { impaired: true as const, impairment: { ...printImpairment(impairment) } }),
      ...(openVswitch === undefined ? {} : { openVswitch: recordOfSettings(openVswitch) }),
      ...(up ? {} : { down: true as const }),
      ...(master === undefined ? {} : { bridge: master.name, ...optional('vlans', wantedVlans(master, device.vlans)) }),
    };
    return Object.keys(settings).length === 0 ? [] : [{ ...refOf(namespace, name), ...settings }];
  });
}

/** Says that the name is taken, and by whom. */
export function refuseTaken(
  planning: Planning,
  ref: DeviceRef,
  observed: ObservedLink | undefined,
  path: YamlPath,
): void {
  const advice =
    ownerOf(observed?.alias) === undefined
      ? adviceOnTaken(planning, ref, l10n.t`remove that interface by hand if nobody needs it.`)
      : l10n.t`Destroy that lab first, or choose another name.`;
  const where = ref.namespace === undefined ? l10n.t`on the host` : l10n.t`in namespace ${ref.namespace}`;
  planning.refuse(
    'conflict',
    l10n.t`An interface ${ref.name} is already ${where}, ${ownerInWords(observed)}.`,
    path,
    advice,
  );
}
