import type { Command } from '../base/command';
import type { ObservedLink, ObservedNamespace } from '../host/model';
import { ip } from './commands';
import type { Desired, DesiredInterface } from './desired';
import { changeEnd, plugInto, pullOut, refuseTaken, setUp } from './devices';
import type { DeviceRef, InterfaceRecord, OwnKind } from './manifest';
import { observedKind } from './own-kinds';
import { deviceKey, deviceName, objectRef, type Planning } from './planning';
import { restoreLink } from './restore';

/** Creates the interfaces that are missing and mends those that differ. */
export function planInterfaces(planning: Planning, desired: Desired): void {
  for (const wanted of desired.interfaces) {
    const observed = planning.link(wanted);
    if (observed === undefined) create(planning, wanted);
    else if (planning.isOurs(observed)) changeEnd(planning, wanted, observed);
    else refuseTaken(planning, wanted, observed, wanted.path);
  }
}

function create(planning: Planning, wanted: DesiredInterface): void {
  planning.addStep('interfaces', {
    action: 'create',
    object: objectRef('interface', deviceName(wanted), wanted.namespace),
    why: 'not on the host yet',
    run: [addInterface(wanted, wanted.kind, wanted), setUp(planning, wanted, wanted), ...plugInto(wanted)],
    undo: [...pullOut(wanted), ip(wanted.namespace, 'link', 'del', 'dev', wanted.name)],
    path: wanted.path,
  });
}

/** `ip link add … type dummy`, `ip tuntap add … mode tap user root` (ip-link(8), ip-tuntap(8)). */
function addInterface(
  { namespace, name }: DeviceRef,
  kind: OwnKind,
  { user, group }: { readonly user?: string; readonly group?: string },
): Command {
  if (kind === 'dummy') return ip(namespace, 'link', 'add', 'name', name, 'type', 'dummy');
  const owner = [...(user === undefined ? [] : ['user', user]), ...(group === undefined ? [] : ['group', group])];
  return ip(namespace, 'tuntap', 'add', 'dev', name, 'mode', kind, ...owner);
}

/**
 * True if what is there is what is wanted: who may open it, an interface has from birth. The kernel's own account of that
 * has names where the file may have numbers, so it goes by the record.
 */
export function isSameInterface(planning: Planning, wanted: DesiredInterface, observed: ObservedLink): boolean {
  if (observedKind(observed) !== wanted.kind) return false;
  const record = planning.manifest.interfaces.find((own) => deviceKey(own) === deviceKey(wanted));
  return record === undefined || (record.user === wanted.user && record.group === wanted.group);
}

/** Brings a removed interface back as it was. */
export function restoreInterface(namespace: ObservedNamespace, link: ObservedLink, kind: OwnKind): Command[] {
  const word = (key: string): string | undefined => {
    const value = link.data[key];
    return typeof value === 'string' || typeof value === 'number' ? String(value) : undefined;
  };
  const [user, group] = [word('user'), word('group')];
  const owner = { ...(user === undefined ? {} : { user }), ...(group === undefined ? {} : { group }) };
  const ref = namespace.name === undefined ? { name: link.name } : { namespace: namespace.name, name: link.name };
  return [addInterface(ref, kind, owner), ...restoreLink(namespace, link)];
}

/** What the manifest remembers of them. */
export function interfaceRecords(desired: Desired): InterfaceRecord[] {
  return desired.interfaces.map(({ namespace, name, kind, user, group }) => ({
    ...(namespace === undefined ? {} : { namespace }),
    name,
    kind,
    ...(user === undefined ? {} : { user }),
    ...(group === undefined ? {} : { group }),
  }));
}
