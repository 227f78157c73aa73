import * as l10n from '@vscode/l10n';
import type { Command } from '../../base/command';
import { NetnsError } from '../../base/errors';
import type { ObservedLink } from '../../host/model';
import { addCable } from '../cables';
import { ip } from '../commands';
import { restoreInterface } from '../interfaces';
import type { Step } from '../model';
import { isInterfaceName } from '../names';
import { deleteBridge } from '../open-vswitch';
import { observedKind } from '../own-kinds';
import { objectRef, Planning } from '../planning';
import { observedMaster, replug } from '../plugging';
import { addAddress, restoreBridge, restoreLink } from '../restore';
import { placed, placeOfNamespace } from './place';
import {
  byHand,
  cableLabel,
  here,
  linkName,
  linkObject,
  namespaceName,
  peerOfLink,
  placedRef,
  type OfLink,
  type Where,
} from './things';

/** Creates a Linux bridge that is up, with an address where one is given. */
export function createBridge({ namespace }: Where, name: string, cidr?: string): Step[] {
  refuseTaken({ namespace }, name);
  const add = [
    ip(undefined, 'link', 'add', 'name', name, 'type', 'bridge'),
    ip(undefined, 'link', 'set', 'dev', name, 'up'),
    ...(cidr === undefined ? [] : [addAddress(undefined, name, cidr)]),
  ];
  return [
    {
      action: 'create',
      object: objectRef('bridge', name, namespaceName(namespace)),
      why: byHand,
      run: here(namespace, () => add),
      undo: here(namespace, () => [ip(undefined, 'link', 'del', 'dev', name)]),
    },
  ];
}

/** One end of a cable that is to be: an interface of a namespace, or a port of a bridge. */
export interface NewEnd extends Where {
  readonly name: string;
  readonly bridge?: ObservedLink;
  /** With prefix. */
  readonly address?: string;
}

/** Creates a cable that is up at both ends, plugged in and with its addresses. */
export function createCable(a: NewEnd, b: NewEnd): Step[] {
  for (const end of [a, b]) refuseTaken(end, end.name);
  if (a.namespace.id === b.namespace.id && a.name === b.name) {
    throw new NetnsError('conflict', l10n.t`Both ends of the cable would be called ${a.name} in the same place.`);
  }
  const [refA, refB] = [a, b].map((end) => placedRef(end.namespace, end.name));
  if (refA === undefined || refB === undefined) return [];
  const label = [a, b]
    .map(({ namespace, name }) => [namespaceName(namespace), name].filter(Boolean).join(':'))
    .join(' — ');
  return [
    {
      action: 'create',
      object: objectRef('link', label, namespaceName(a.namespace)),
      why: byHand,
      run: [addCable(refA, refB), ...[a, b].flatMap(setUpEnd)],
      undo: [...[a, b].flatMap(pullOutEnd), ...here(a.namespace, () => [ip(undefined, 'link', 'del', 'dev', a.name)])],
    },
  ];
}

function setUpEnd({ namespace, name, bridge, address }: NewEnd): Command[] {
  const master = observedMaster(namespace, bridge?.name);
  return here(namespace, () => [
    ...replug({ name }, undefined, master),
    ip(undefined, 'link', 'set', 'dev', name, 'up'),
    ...(address === undefined ? [] : [addAddress(undefined, name, address)]),
  ]);
}

function pullOutEnd({ namespace, name, bridge }: NewEnd): Command[] {
  const master = observedMaster(namespace, bridge?.name);
  return master?.isOpenVswitch === true ? here(namespace, () => replug({ name }, master, undefined)) : [];
}

/** Deletes an interface, a bridge or a cable, whatever the target is; a cable goes with both ends. */
export function deleteDevice(target: OfLink): Step[] {
  const { link, namespace } = target;
  if (link.kind === 'physical' || link.kind === 'loopback') {
    throw new NetnsError('unsupported', l10n.t`${linkName(target)} is no virtual interface: it cannot be deleted.`, {
      advice: link.kind === 'physical' ? l10n.t`Set it down instead.` : l10n.t`It goes with its namespace.`,
    });
  }
  const isOpenVswitch = link.kind === 'openvswitch';
  const peer = peerOfLink(target);
  const pulled = [target, ...(peer === undefined ? [] : [peer])].flatMap((end) => {
    const master = observedMaster(end.namespace, end.link.master);
    // Open vSwitch keeps a port in its database when the interface has gone.
    return master?.isOpenVswitch === true
      ? here(end.namespace, () => replug({ name: end.link.name }, master, undefined))
      : [];
  });
  const remove = isOpenVswitch ? deleteBridge(link.name) : ip(undefined, 'link', 'del', 'dev', link.name);
  return [
    {
      action: 'remove',
      object: peer === undefined ? linkObject(target) : objectRef('link', cableLabel(target), namespaceName(namespace)),
      why: byHand,
      run: [...pulled, ...here(namespace, () => [remove])],
      undo: bringBack(target),
    },
  ];
}

/**
 * The commands that bring a deleted interface, bridge or cable back as it was; none for a kind that nobody could make again
 * from what is known of it.
 */
export function bringBack(target: OfLink): Command[] {
  const { snapshot, namespace, link } = target;
  if (link.kind === 'bridge' || link.kind === 'openvswitch') {
    const ports = namespace.links.filter(({ master }) => master === link.name);
    return here(namespace, (local) => restoreBridge(local, link, ports));
  }
  const peer = peerOfLink(target);
  if (peer !== undefined) {
    const refs = [target, peer].map((end) => placedRef(end.namespace, end.link.name));
    const [a, b] = refs;
    if (a === undefined || b === undefined) return [];
    return [
      placed({ type: 'root' }, addCable(a, b)),
      ...[target, peer].flatMap((end) => here(end.namespace, (local) => restoreLink(local, end.link))),
    ];
  }
  const kind = observedKind(link);
  // What stands on a parent names the parent's place, which only a name can.
  const isNameable = placeOfNamespace(namespace).type !== 'process';
  if (kind === undefined || !isNameable) return [];
  return restoreInterface(new Planning('by-hand', snapshot), namespace, link, kind);
}

/** Refuses a name that the kernel would not take, or that something in the namespace has. */
function refuseTaken({ namespace }: Pick<Where, 'namespace'>, name: string): void {
  if (!isInterfaceName(name)) {
    throw new NetnsError('unsupported', l10n.t`“${name}” cannot be the name of an interface.`, {
      advice: l10n.t`Linux takes at most 15 characters, without blanks, slashes and colons.`,
    });
  }
  if (!namespace.links.some((link) => link.name === name)) return;
  const where = namespaceName(namespace) ?? l10n.t`the host`;
  throw new NetnsError('conflict', l10n.t`There is an interface ${name} in ${where} already.`, {
    advice: l10n.t`Choose another name.`,
  });
}
