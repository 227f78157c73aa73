import * as l10n from '@vscode/l10n';
import { findNamespace, type ObservedLink, type ObservedNamespace } from '../host/model';
import { ip } from './commands';
import type { Desired, DesiredPhysical } from './desired';
import { changeEnd, plugInto, refuseTaken, setUp } from './devices';
import { movedBy, movedMark, ownerOf } from './names';
import type { PhysicalRecord } from './manifest';
import { giveBackCommand, keepSysctls, restoreOnHost, stateBefore } from './physical-restore';
import { deviceName, objectRef, ownerInWords, type Planning } from './planning';
import { masterNow, replug } from './plugging';
import { restoreLink } from './restore';

/**
 * Interfaces of the host that a lab moves into a namespace (`kind: physical`) and gives back as they were. On its way the
 * kernel takes an interface's addresses, routes, bridge and sysctls from it (__dev_change_net_namespace in net/core/dev.c),
 * so they are recorded before. When a namespace ends, the kernel sends hardware back to the host by itself, bare.
 */

/** Marks as gone what will be given back; it runs before other planners look at what is in the namespaces. */
export function findReturnedInterfaces(planning: Planning, desired: Desired): void {
  for (const record of planning.manifest.physical) {
    if (!isWanted(desired, record) || planning.isNamespaceGone(record.namespace)) planning.deviceGoes(record);
  }
}

function isWanted(desired: Desired, { namespace, name }: PhysicalRecord): boolean {
  return desired.physical.some((wanted) => wanted.namespace === namespace && wanted.name === name);
}

/** Moves in what is missing, mends what is there, and gives back what the file no longer has. */
export function planPhysical(planning: Planning, desired: Desired): void {
  for (const record of planning.manifest.physical) {
    if (planning.isDeviceGone(record)) planReturn(planning, record);
  }
  for (const wanted of desired.physical) {
    const inside = planning.link(wanted);
    if (inside === undefined) planMove(planning, wanted);
    else if (movedBy(inside.alias) !== planning.lab) refuseTaken(planning, wanted, inside, wanted.path);
    else {
      const mtuByItself = (): number | undefined => recordOf(planning, wanted.name)?.before.mtu;
      changeEnd(planning, wanted, inside, { mtuByItself, mark: movedMark(planning.lab) });
    }
  }
}

function planMove(planning: Planning, wanted: DesiredPhysical): void {
  const { namespace, name, path } = wanted;
  const onHost = findNamespace(planning.snapshot, undefined)?.links.find((link) => link.name === name);
  const record = recordOf(planning, name);
  const objection = onHost === undefined ? undefined : objectionTo(planning, onHost);
  if (objection !== undefined) {
    planning.refuse('conflict', objection, path, l10n.t`Choose another interface.`);
    return;
  }
  const before =
    onHost === undefined || movedBy(onHost.alias) === planning.lab ? record?.before : stateBefore(planning, onHost);
  if (before === undefined) {
    const message = l10n.t`There is no interface ${name} on the host to move into namespace ${namespace}.`;
    planning.refuse('invalidTopology', message, path, l10n.t`Name an interface that \`ip link\` shows on the host.`);
    return;
  }
  const master = masterNow(planning, { name });
  planning.deviceGoes({ name });
  const unplugged = master?.isOpenVswitch === true ? replug({ name }, master, undefined) : [];
  planning.addStep('takeInterfaces', {
    action: 'change',
    object: objectRef('interface', deviceName(wanted), namespace),
    why: l10n.t`is on the host, should be in the namespace`,
    run: [
      keepSysctls(planning.lab, name),
      ...unplugged,
      ip(undefined, 'link', 'set', 'dev', name, 'netns', namespace),
      setUp(planning, wanted, wanted, movedMark(planning.lab)),
      ...plugInto(wanted),
    ],
    undo: [giveBackCommand(namespace, name), ...restoreOnHost(planning, name, before)],
    path,
  });
}

/** Why an interface of the host cannot be moved. */
function objectionTo(planning: Planning, link: ObservedLink): string | undefined {
  const { name, kind, alias } = link;
  const mover = movedBy(alias);
  if (ownerOf(alias) !== undefined || (mover !== undefined && mover !== planning.lab)) {
    return l10n.t`Interface ${name} of the host is ${ownerInWords(link)}: it cannot be moved.`;
  }
  // NETIF_F_NETNS_LOCAL in the kernel.
  if (['bridge', 'openvswitch', 'loopback', 'bond', 'team'].includes(kind)) {
    return l10n.t`Interface ${name} is a ${kind}, which cannot leave the host.`;
  }
  const above = findNamespace(planning.snapshot, undefined)?.links.find(({ parent }) => parent === name);
  return above && l10n.t`Interface ${above.name} of the host stands on ${name} and would be cut off.`;
}

function planReturn(planning: Planning, record: PhysicalRecord): void {
  const { namespace, name, before } = record;
  const inside = markedLink(planning, findNamespace(planning.snapshot, namespace), name);
  const root = findNamespace(planning.snapshot, undefined);
  const object = objectRef('interface', deviceName(record), namespace);
  const back = restoreOnHost(planning, name, before);
  if (inside !== undefined) {
    const taken = root?.links.find((link) => link.name === name);
    if (taken !== undefined) {
      const message = l10n.t`Interface ${name} cannot be given back: the host has another one of that name.`;
      planning.refuse('conflict', message, undefined, l10n.t`Rename or remove the ${name} that is on the host now.`);
      return;
    }
    planning.addStep('returnInterfaces', {
      action: 'change',
      object,
      why: l10n.t`moved in by this lab; it goes back to the host as it was`,
      run: [giveBackCommand(namespace, name), ...back],
      undo: [
        keepSysctls(planning.lab, name),
        ip(undefined, 'link', 'set', 'dev', name, 'netns', namespace),
        ...restoreLink(inside.namespace, inside.link),
      ],
    });
    return;
  }
  // The namespace ended, and the kernel sent the interface back by itself.
  const returned = markedLink(planning, root, name);
  if (returned === undefined) return;
  planning.addStep('returnInterfaces', {
    action: 'change',
    object: objectRef('interface', name, undefined),
    why: l10n.t`moved in by this lab and sent back bare by the kernel; it becomes as it was`,
    run: back,
    undo: [keepSysctls(planning.lab, name), ...restoreLink(returned.namespace, returned.link)],
  });
}

function markedLink(
  planning: Planning,
  namespace: ObservedNamespace | undefined,
  name: string,
): { readonly namespace: ObservedNamespace; readonly link: ObservedLink } | undefined {
  const link = namespace?.links.find((own) => own.name === name && movedBy(own.alias) === planning.lab);
  return namespace === undefined || link === undefined ? undefined : { namespace, link };
}

function recordOf(planning: Planning, name: string): PhysicalRecord | undefined {
  return planning.manifest.physical.find((record) => record.name === name);
}

/** What the manifest remembers: what the interfaces were before any apply of this lab. */
export function physicalRecords(planning: Planning, desired: Desired): PhysicalRecord[] {
  return desired.physical.flatMap(({ namespace, name }) => {
    const onHost = findNamespace(planning.snapshot, undefined)?.links.find((link) => link.name === name);
    const isFresh = onHost !== undefined && movedBy(onHost.alias) !== planning.lab;
    const before =
      (isFresh ? undefined : recordOf(planning, name)?.before) ?? (onHost && stateBefore(planning, onHost));
    return before === undefined ? [] : [{ namespace, name, before }];
  });
}
