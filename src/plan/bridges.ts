import * as l10n from '@vscode/l10n';
import type { Command } from '../base/command';
import type { ObservedLink } from '../host/model';
import { ip } from './commands';
import type { Desired, DesiredBridge } from './desired';
import { changeSettings, recordedSettings, refuseTaken, setUp } from './devices';
import { defaultBridgeOptions } from './manifest';
import {
  addBridge,
  changeSettings as setSettings,
  deleteBridge,
  differingSettings,
  observedSettings,
  type OpenVswitchSettings,
} from './open-vswitch';
import { objectRef, type Planning } from './planning';
import { planPorts } from './ports';
import { bridgeOptions } from './restore';

/** Creates the bridges that are missing and mends those that differ. */
export function planBridges(planning: Planning, desired: Desired): void {
  for (const bridge of desired.bridges) {
    const observed = planning.link(bridge);
    const { openVswitch } = bridge;
    if (observed !== undefined && !planning.isOurs(observed)) refuseTaken(planning, bridge, observed, bridge.path);
    else if (observed === undefined) createBridge(planning, bridge);
    else {
      if (openVswitch === undefined) changeBridgeOptions(planning, bridge, observed);
      else changeOpenVswitch(planning, bridge, openVswitch, observed);
      changeSettings(planning, bridge, observed, 'bridge', bridge.path);
    }
    planPorts(planning, bridge);
  }
}

function createBridge(planning: Planning, bridge: DesiredBridge): void {
  const { openVswitch } = bridge;
  const create =
    openVswitch === undefined
      ? [
          ip(
            bridge.namespace,
            'link',
            'add',
            'name',
            bridge.name,
            'type',
            'bridge',
            ...Object.entries(bridge.options).flat(),
          ),
        ]
      : addBridge(bridge.name, openVswitch, planning.lab);
  planning.addStep('bridges', {
    action: 'create',
    object: objectRef('bridge', bridge.name, bridge.namespace),
    why: l10n.t`not on the host yet`,
    run: [...create, setUp(planning, bridge, bridge)],
    undo: [
      openVswitch === undefined ? ip(bridge.namespace, 'link', 'del', 'dev', bridge.name) : deleteBridge(bridge.name),
    ],
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
  const why = different.map((key) => l10n.t`${key} is ${now[key] ?? 'unknown'}, should be ${wanted[key] ?? ''}`);
  planning.addStep('settings', {
    action: 'change',
    object: objectRef('bridge', bridge.name, bridge.namespace),
    why: why.join('; '),
    run: [set(wanted)],
    undo: different.some((key) => now[key] === undefined) ? [] : [set(now)],
    path: bridge.path,
  });
}

function changeOpenVswitch(
  planning: Planning,
  { name, path }: DesiredBridge,
  wanted: OpenVswitchSettings,
  observed: ObservedLink,
): void {
  const now = observedSettings(observed);
  const different = differingSettings(now, wanted);
  if (different.length === 0) return;
  planning.addStep('settings', {
    action: 'change',
    object: objectRef('bridge', name, undefined),
    why: different
      .map((key) => l10n.t`${key} is ${now[key] ?? l10n.t`not set`}, should be ${wanted[key] ?? l10n.t`not set`}`)
      .join('; '),
    run: [setSettings(name, different, wanted)],
    undo: [setSettings(name, different, now)],
    path,
  });
}
