import * as l10n from '@vscode/l10n';
import type { Command } from '../base/command';
import type { ObservedLink, PortVlans } from '../host/model';
import { bridgeTool } from './commands';
import type { DesiredEnd } from './desired';
import type { DeviceRef } from './manifest';
import { setPortVlans } from './open-vswitch';
import { deviceName, objectRef, type Planning } from './planning';
import type { Master } from './plugging';

/** What a port of a Linux bridge has by itself: `default_pvid` 1 (ip-link(8)). */
const usual: PortVlans = { untagged: 1, tagged: [] };

/** Gives a new port its VLANs; nothing to do where the file says nothing of them. */
export function vlansOfNewPort(end: DesiredEnd): Command[] {
  // A port of Open vSwitch is plugged in with them.
  if (end.vlans === undefined || end.master?.filtersVlans !== true) return [];
  return changeOnLinux(end, usual, end.vlans);
}

/**
 * Changes the VLANs of a port that is there.
 *
 * @param onSameBridge whether it stays on its bridge; plugged into another, a port has forgotten its VLANs
 */
export function changePortVlans(
  planning: Planning,
  end: DesiredEnd,
  observed: ObservedLink,
  onSameBridge: boolean,
): void {
  const { master } = end;
  if (master === undefined) return;
  // With Open vSwitch a port by itself lets everything through; plugging it in says what it shall.
  if (master.isOpenVswitch && !onSameBridge) return;
  const unsaid = master.isOpenVswitch ? undefined : usual;
  const now = (onSameBridge ? observed.vlans : undefined) ?? unsaid;
  // Where the bridge does not keep VLANs apart, nothing of them is left for the day when it does.
  const wanted = wantedVlans(master, end.vlans) ?? unsaid;
  if (inWords(now) === inWords(wanted)) return;
  const change = (from: PortVlans | undefined, to: PortVlans | undefined): Command[] =>
    master.isOpenVswitch ? [setPortVlans(end.name, to)] : changeOnLinux(end, from ?? usual, to ?? usual);
  planning.addStep('settings', {
    action: 'change',
    object: objectRef('interface', deviceName(end), end.namespace),
    why: l10n.t`passes ${inWords(now)}, should pass ${inWords(wanted)}`,
    run: change(now, wanted),
    undo: change(wanted, now),
    path: end.path,
  });
}

/**
 * The VLANs of a port as they are to be; undefined where its bridge does not keep them apart, or lets all of them through.
 *
 * @param said what the file says of them
 */
export function wantedVlans(master: Master, said: PortVlans | undefined): PortVlans | undefined {
  if (master.isOpenVswitch) return said;
  return master.filtersVlans === true ? (said ?? usual) : undefined;
}

/** What a port passes that should pass what was recorded of it, in words; undefined where it does. */
export function changeOfVlans(recorded: PortVlans | undefined, observed: ObservedLink): string | undefined {
  return inWords(observed.vlans) === inWords(recorded) ? undefined : l10n.t`passes ${inWords(observed.vlans)}`;
}

/** The VLANs of a port that was taken away and brought back. */
export function restorePortVlans(ref: DeviceRef, vlans: PortVlans | undefined): Command[] {
  return vlans === undefined ? [] : changeOnLinux(ref, usual, vlans);
}

/**
 * `bridge vlan` (bridge(8)): what goes, then what comes; an entry that is there takes new flags. What one command brings, one
 * command takes away: the kernel stops at the first VLAN of a range that the port has not (br_process_vlan_info in
 * net/bridge/br_netlink.c), so a range must not reach over what a run that was stopped had not brought yet.
 */
function changeOnLinux({ namespace, name }: DeviceRef, from: PortVlans, to: PortVlans): Command[] {
  const all = ({ untagged, tagged }: PortVlans): number[] => [...(untagged === undefined ? [] : [untagged]), ...tagged];
  const goes = (ids: readonly number[]): string[] => ranges(ids.filter((id) => !all(to).includes(id)));
  const comes = to.tagged.filter((id) => id !== to.untagged && !from.tagged.includes(id));
  const isNative = to.untagged !== undefined && to.untagged !== from.untagged;
  const vlan = (verb: 'add' | 'del', id: string, ...flags: string[]): Command =>
    bridgeTool(namespace, 'vlan', verb, 'dev', name, 'vid', id, ...flags);
  return [
    ...[...goes(from.untagged === undefined ? [] : [from.untagged]), ...goes(from.tagged)].map((id) => vlan('del', id)),
    ...(isNative ? [vlan('add', String(to.untagged), 'pvid', 'untagged')] : []),
    ...ranges(comes).map((id) => vlan('add', id)),
  ];
}

/** `7`, `10-20`. */
function ranges(ids: readonly number[]): string[] {
  const result: [number, number][] = [];
  for (const id of [...ids].sort((a, b) => a - b)) {
    const last = result.at(-1);
    if (last !== undefined && last[1] === id - 1) last[1] = id;
    else result.push([id, id]);
  }
  return result.map(([first, last]) => (first === last ? String(first) : `${first}-${last}`));
}

function inWords(vlans: PortVlans | undefined): string {
  if (vlans === undefined) return l10n.t`all VLANs`;
  const parts = [
    ...(vlans.untagged === undefined ? [] : [l10n.t`VLAN ${vlans.untagged} untagged`]),
    ...(vlans.tagged.length === 0 ? [] : [`${ranges(vlans.tagged).join(', ')} tagged`]),
  ];
  return parts.length === 0 ? 'nothing' : parts.join(', ');
}
