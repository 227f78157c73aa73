import * as l10n from '@vscode/l10n';
import type { Command } from '../base/command';
import { optional } from '../host/json';
import { refOf } from './cables';
import { ip } from './commands';
import type { Desired, DesiredBridge } from './desired';
import type { DeviceRef, PortRecord } from './manifest';
import { movedBy, ownerOf } from './names';
import { deviceKey, deviceName, objectRef, ownerInWords, type Planning } from './planning';
import { masterNow, observedMaster, replug, type Master } from './plugging';

/** Makes the existing interfaces that the file names ports of a bridge; they are given back when the file lets go of them. */
export function planPorts(planning: Planning, bridge: DesiredBridge): void {
  for (const name of bridge.ports) {
    const ref = refOf(bridge.namespace, name);
    const observed = portAsFound(planning, ref, bridge.name);
    const path = [...bridge.path, 'ports'];
    const objection = objectionTo(planning, bridge, ref, observed);
    if (objection !== undefined) {
      planning.refuse(observed === undefined ? 'invalidTopology' : 'conflict', objection, path);
      continue;
    }
    const before = observed?.master;
    const wanted: Master = { name: bridge.name, isOpenVswitch: bridge.openVswitch !== undefined };
    const isPort = before?.name === bridge.name;
    if (isPort && observed?.up === true) continue;
    planning.addStep('ports', {
      action: 'change',
      object: objectRef('interface', deviceName(ref), ref.namespace),
      why: isPort ? l10n.t`is down; a port that is down passes nothing` : l10n.t`is no port of ${bridge.name} yet`,
      run: [...(isPort ? [] : replug(ref, before, wanted)), ...setState(ref, observed, true)],
      undo: [...setState(ref, observed, false), ...(isPort ? [] : replug(ref, wanted, before))],
      path,
    });
  }
}

/** What of an interface matters before it becomes a port. */
interface PortAsFound {
  readonly up: boolean;
  readonly alias?: string;
  readonly master?: Master;
}

/**
 * An interface as the steps that build find it: perhaps let go by another bridge before, or given back to the host by a
 * namespace.
 */
function portAsFound(planning: Planning, ref: DeviceRef, bridge: string): PortAsFound | undefined {
  const link = planning.link(ref);
  const record = planning.manifest.ports.find((port) => deviceKey(port) === deviceKey(ref));
  if (link !== undefined && record !== undefined && record.bridge !== bridge && link.master === record.bridge) {
    return { up: link.up && record.wasDown !== true, ...optional('master', masterBefore(planning, record)) };
  }
  const master = masterNow(planning, ref);
  if (link !== undefined) return { up: link.up, ...optional('alias', link.alias), ...optional('master', master) };
  const returned = planning.manifest.physical.find(({ name }) => name === ref.name);
  if (ref.namespace !== undefined || returned === undefined || !planning.isDeviceGone(returned)) return undefined;
  const { up, alias, master: name } = returned.before;
  const root = planning.namespace(undefined);
  return { up, ...optional('alias', alias), ...optional('master', observedMaster(root, name)) };
}

/** Why an interface cannot become a port. */
function objectionTo(
  planning: Planning,
  bridge: DesiredBridge,
  ref: DeviceRef,
  observed: PortAsFound | undefined,
): string | undefined {
  if (observed === undefined) {
    const where = ref.namespace === undefined ? l10n.t`on the host` : l10n.t`in namespace ${ref.namespace}`;
    return l10n.t`There is no interface ${ref.name} ${where} to make a port of ${bridge.name}.`;
  }
  const owner = ownerOf(observed.alias) ?? movedBy(observed.alias);
  if (owner === undefined || owner === planning.lab) return undefined;
  return l10n.t`Interface ${deviceName(ref)} is ${ownerInWords(planning.link(ref))}: it cannot be made a port of ${bridge.name}.`;
}

/** Sets an interface up that is down, or back down. */
function setState(ref: DeviceRef, observed: PortAsFound | undefined, up: boolean): Command[] {
  if (observed?.up !== false) return [];
  return [ip(ref.namespace, 'link', 'set', 'dev', ref.name, up ? 'up' : 'down')];
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
    const now = observedMaster(planning.namespace(port.namespace), port.bridge);
    const before = masterBefore(planning, port);
    const state = (word: 'up' | 'down'): Command[] =>
      port.wasDown === true && observed.up ? [ip(port.namespace, 'link', 'set', 'dev', port.name, word)] : [];
    planning.addStep('releasePorts', {
      action: 'change',
      object: objectRef('interface', deviceName(port), port.namespace),
      why: l10n.t`is no longer wanted as a port of ${port.bridge}`,
      run: [...replug(port, now, before), ...state('down')],
      undo: [...replug(port, before, now), ...state('up')],
    });
  }
}

/** The bridge that a port had before the lab's, if that is still there. */
function masterBefore(planning: Planning, { namespace, before }: PortRecord): Master | undefined {
  const place = planning.namespace(namespace);
  return place?.links.some(({ name }) => name === before) === true ? observedMaster(place, before) : undefined;
}

/** What the manifest remembers: the first apply saw what was before. */
export function portRecords(planning: Planning, { bridges }: Desired): PortRecord[] {
  return bridges.flatMap(({ namespace, name: bridge, ports }) =>
    ports.map((name) => {
      const ref = refOf(namespace, name);
      const recorded = planning.manifest.ports.find((port) => deviceKey(port) === deviceKey(ref));
      const observed = portAsFound(planning, ref, bridge);
      const before = recorded === undefined ? observed?.master?.name : recorded.before;
      const wasDown = recorded === undefined ? observed?.up === false : recorded.wasDown === true;
      return {
        ...ref,
        bridge,
        ...(before === undefined || before === bridge ? {} : { before }),
        ...(wasDown ? { wasDown: true as const } : {}),
      };
    }),
  );
}
