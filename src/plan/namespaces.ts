import * as l10n from '@vscode/l10n';
import type { Command } from '../base/command';
import { findNamespace, type ObservedLink } from '../host/model';
import { adviceOnTaken } from './adoption';
import { ip } from './commands';
import type { Desired } from './desired';
import type { Planning } from './planning';
import { objectRef, ownerInWords } from './planning';
import { ownerOf } from './names';
import { restoreNamespace } from './restore';
import { restoreNamespaceSysctls } from './restore-sysctls';

/**
 * Marks as gone what this lab made and no longer wants; the steps come from `planNamespaces`. It runs before all other
 * planners, because what lies in such a namespace needs no step of its own.
 */
export function findRemovedNamespaces(planning: Planning, desired: Desired): void {
  const wanted = new Set(desired.namespaces.map(({ name }) => name));
  for (const { name, isRoot } of planning.snapshot.namespaces) {
    if (isRoot || name === undefined || wanted.has(name) || !planning.ownsNamespace(name)) continue;
    planning.namespaceGoes(name);
  }
}

/** Creates the namespaces that are missing and removes those that the file no longer has. */
export function planNamespaces(planning: Planning, desired: Desired): void {
  for (const { name, path } of desired.namespaces) {
    const observed = planning.namespace(name);
    if (observed === undefined) {
      planning.addStep('namespaces', {
        action: 'create',
        object: objectRef('namespace', name, name),
        why: l10n.t`not on the host yet`,
        run: [ip(undefined, 'netns', 'add', name), ip(name, 'link', 'set', 'dev', 'lo', 'up', 'alias', planning.mark)],
        undo: [ip(undefined, 'netns', 'del', name)],
        path,
      });
      continue;
    }
    const lo = observed.links.find((link) => link.name === 'lo');
    if (lo === undefined || !planning.isOurs(lo)) {
      const owner = ownerInWords(lo);
      const advice =
        ownerOf(lo?.alias) === undefined
          ? adviceOnTaken(planning, { namespace: name, name: 'lo' }, l10n.t`remove it with: ip netns del ${name}`)
          : l10n.t`Destroy that lab first, or choose another name.`;
      planning.refuse('conflict', l10n.t`Namespace ${name} is already on the host, ${owner}.`, path, advice);
    } else if (!lo.up) {
      planning.addStep('settings', {
        action: 'change',
        object: objectRef('interface', `${name}:lo`, name),
        why: l10n.t`is down; the loopback of a lab is always up`,
        run: [ip(name, 'link', 'set', 'dev', 'lo', 'up')],
        undo: [ip(name, 'link', 'set', 'dev', 'lo', 'down'), ...loopbackAddressGone(name, lo)],
        path,
      });
    }
  }
  planRemovals(planning);
}

/** The kernel gives a loopback its address when that goes up for the first time, and leaves it (inetdev_event in net/ipv4/devinet.c). */
function loopbackAddressGone(name: string, lo: ObservedLink): Command[] {
  const hadIt = lo.addresses.some(({ cidr }) => cidr === '127.0.0.1/8');
  return hadIt ? [] : [ip(name, 'addr', 'del', '127.0.0.1/8', 'dev', 'lo')];
}

function planRemovals(planning: Planning): void {
  for (const observed of planning.snapshot.namespaces) {
    const { name } = observed;
    if (name === undefined || !planning.isNamespaceGone(name)) continue;
    planning.addStep('removeNamespaces', {
      action: 'remove',
      object: objectRef('namespace', name, name),
      why: l10n.t`made by this lab and no longer wanted`,
      run: [ip(undefined, 'netns', 'del', name)],
      undo: [...restoreNamespace(observed), ...restoreNamespaceSysctls(planning, name)],
    });
  }
  for (const name of planning.manifest.namespaces) {
    const observed = findNamespace(planning.snapshot, name);
    if (observed === undefined || planning.ownsNamespace(name)) continue;
    planning.warn(
      'conflict',
      l10n.t`Namespace ${name} is not the one that lab ${planning.lab} made: its mark is missing. It is left alone.`,
    );
  }
}
