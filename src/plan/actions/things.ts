import * as l10n from '@vscode/l10n';
import type { Command } from '../../base/command';
import type { HostSnapshot, ObservedLink, ObservedNamespace } from '../../host/model';
import { cableName, refOf } from '../cables';
import type { DeviceRef } from '../manifest';
import type { ObjectRef, Step } from '../model';
import { deviceName, objectRef } from '../planning';
import { placed, placeOfNamespace } from './place';

/** Where an action works: a namespace as it was observed, and all around it. */
export interface Where {
  readonly snapshot: HostSnapshot;
  readonly namespace: ObservedNamespace;
}

/** An interface or a bridge as it was observed. */
export interface OfLink extends Where {
  readonly link: ObservedLink;
}

/** What a plan calls an action's step: it was not the file that asked for it. */
export const byHand = l10n.t`asked for by hand`;

/** For people: `earth:earth-veth`. A namespace without a name is called by its inode. */
export function linkName({ namespace, link }: Pick<OfLink, 'namespace' | 'link'>): string {
  return deviceName(refOf(namespaceName(namespace), link.name));
}

/** For people; undefined is the root namespace. */
export function namespaceName(namespace: ObservedNamespace): string | undefined {
  return namespace.isRoot ? undefined : (namespace.name ?? `net:[${namespace.id}]`);
}

export function linkObject(target: OfLink): ObjectRef {
  const isBridge = target.link.kind === 'bridge' || target.link.kind === 'openvswitch';
  return objectRef(isBridge ? 'bridge' : 'interface', linkName(target), namespaceName(target.namespace));
}

/**
 * Commands written for the root namespace, as they are typed for this one. `make` gets the namespace without its name, so
 * that what other parts of the plan make of it can be entered in any way.
 */
export function here(namespace: ObservedNamespace, make: (local: ObservedNamespace) => readonly Command[]): Command[] {
  const local: ObservedNamespace = { ...namespace };
  Reflect.deleteProperty(local, 'name');
  const place = placeOfNamespace(namespace);
  return make(local).map((command) => placed(place, command));
}

/** How `ip link … netns` names a namespace: by name, else by a process in it; undefined is the root namespace. */
export function netnsWord(namespace: ObservedNamespace): string | undefined {
  const place = placeOfNamespace(namespace);
  if (place.type === 'root') return undefined;
  return place.type === 'named' ? place.name : String(place.pid);
}

/** An interface for `ip link add`, wherever it lies. */
export function placedRef(namespace: ObservedNamespace, name: string): DeviceRef {
  return refOf(netnsWord(namespace), name);
}

/** The other end of a cable, where it was found. */
export function peerOfLink({ snapshot, link: { peer } }: OfLink): OfLink | undefined {
  const namespace = snapshot.namespaces.find(({ id }) => id === peer?.namespaceId);
  const link = namespace?.links.find(({ name }) => name === peer?.name);
  return namespace === undefined || link === undefined ? undefined : { snapshot, namespace, link };
}

/** `earth:earth-veth — planet-br:earth-br-veth` without the bridge: the two ends. */
export function cableLabel(target: OfLink): string {
  const peer = peerOfLink(target);
  const ref = ({ namespace, link }: OfLink): DeviceRef => refOf(namespaceName(namespace), link.name);
  return cableName(ref(target), peer === undefined ? undefined : ref(peer));
}

/** The steps that undo steps which have been done, and which would be undone by those again. */
export function undoOf(steps: readonly Step[]): Step[] {
  const actions = { create: 'remove', remove: 'create', change: 'change', replace: 'replace' } as const;
  return [...steps]
    .reverse()
    .filter(({ undo }) => undo.length > 0)
    .map((step) => ({ ...step, action: actions[step.action], run: step.undo, undo: step.run, why: 'undo' }));
}
