import * as l10n from '@vscode/l10n';
import { NetnsError } from '../../base/errors';
import { quoteArgument } from '../../base/shell-quote';
import type { HostSnapshot, ObservedLink, ObservedNamespace } from '../../host/model';
import { objectToNamespaceName } from '../../topology/names';
import { ip, shell } from '../commands';
import type { Step } from '../model';
import { isNamespaceName } from '../names';
import { observedKind } from '../own-kinds';
import { objectRef } from '../planning';
import { restoreLink, restoreNamespace } from '../restore';
import { bringBack } from './devices';
import { byHand, peerOfLink, type Where } from './things';

/** Why a text cannot name a new namespace on the host; undefined if it can. */
export function objectToNewNamespace(snapshot: HostSnapshot, name: string): string | undefined {
  const objection = objectToNamespaceName(name)?.message;
  if (objection !== undefined) return objection;
  if (!isNamespaceName(name)) return l10n.t`“${name}” cannot be the name of a namespace.`;
  return snapshot.namespaces.some((one) => one.name === name)
    ? l10n.t`There is a namespace ${name} already.`
    : undefined;
}

/** Creates a namespace, its loopback up: without that, nothing inside can talk to itself. */
export function createNamespace(snapshot: HostSnapshot, name: string): Step[] {
  const objection = objectToNewNamespace(snapshot, name);
  if (objection !== undefined) throw new NetnsError('unsupported', objection);
  return [
    {
      action: 'create',
      object: objectRef('namespace', name, undefined),
      why: byHand,
      run: [ip(undefined, 'netns', 'add', name), ip(name, 'link', 'set', 'dev', 'lo', 'up')],
      undo: [ip(undefined, 'netns', 'del', name)],
    },
  ];
}

/** What deleting a namespace takes along, for the question beforehand. */
export interface Inside {
  /** Programs that will be ended, with their process numbers. */
  readonly processes: readonly string[];
  /** Physical interfaces, which go back to the host. */
  readonly physical: readonly string[];
  /** What an undo would not bring back, in words. */
  readonly lost: readonly string[];
}

export function insideOf({ snapshot, namespace }: Where): Inside {
  const processes = namespace.processes.map(({ pid, command: program }) => `${program} (${pid})`);
  const foreign = namespace.links.filter((link) => !canComeBack({ snapshot, namespace }, link));
  return {
    processes,
    physical: physicalLinks(namespace).map(({ name }) => name),
    lost: [
      ...(processes.length > 0 ? [l10n.t`its processes`] : []),
      ...(namespace.nftTables.length > 0 ? [l10n.t`its packet filter`] : []),
      ...foreign.map(({ name, kind }) => `${name} (${kind})`),
    ],
  };
}

function physicalLinks({ links }: ObservedNamespace): ObservedLink[] {
  return links.filter(({ kind }) => kind === 'physical');
}

function canComeBack({ snapshot, namespace }: Where, link: ObservedLink): boolean {
  const kinds = ['loopback', 'physical', 'bridge'];
  const isCable = peerOfLink({ snapshot, namespace, link }) !== undefined;
  return kinds.includes(link.kind) || isCable || observedKind(link) !== undefined;
}

/**
 * Deletes a namespace: ends the processes inside (or the namespace would live on without its name), gives physical interfaces
 * back to the host, then lets the kernel take the rest. The undo brings back what `insideOf` does not name as lost.
 *
 * @throws NetnsError `unsupported` for one without a name: it goes when its last process does.
 */
export function deleteNamespace({ snapshot, namespace }: Where): Step[] {
  const { name } = namespace;
  if (name === undefined) {
    throw new NetnsError('unsupported', l10n.t`A namespace without a name cannot be deleted.`, {
      advice: l10n.t`It goes by itself when the last process in it ends.`,
    });
  }
  const object = objectRef('namespace', name, undefined);
  const ending: Step = {
    action: 'change',
    object,
    why: l10n.t`${namespace.processes.length} processes live in it`,
    run: [endProcesses(name)],
    undo: [],
    interruptible: true,
  };
  const giving = physicalLinks(namespace).map((link): Step => ({
    action: 'change',
    object: objectRef('interface', `${name}:${link.name}`, name),
    why: l10n.t`belongs to the host`,
    // Process 1 lives in the host's own namespace.
    run: [ip(name, 'link', 'set', 'dev', link.name, 'netns', '1')],
    undo: [ip(undefined, 'link', 'set', 'dev', link.name, 'netns', name), ...restoreLink(namespace, link)],
  }));
  const going: Step = {
    action: 'remove',
    object,
    why: byHand,
    run: [ip(undefined, 'netns', 'del', name)],
    undo: [...restoreNamespace(namespace), ...bringContentsBack({ snapshot, namespace })],
  };
  return [...(namespace.processes.length > 0 ? [ending] : []), ...giving, going];
}

/** Bridges first, then what can be their port; a cable from the namespace into itself once. */
function bringContentsBack({ snapshot, namespace }: Where) {
  const done = new Set<string>();
  const bridges = namespace.links.filter(({ kind }) => kind === 'bridge');
  // What stands on another interface after that one.
  const others = namespace.links
    .filter(({ kind }) => !['bridge', 'loopback', 'physical'].includes(kind))
    .sort((a, b) => Number(a.parent !== undefined) - Number(b.parent !== undefined));
  return [
    // Their ports plug themselves in when they come back.
    ...bridges.flatMap((link) => bringBack({ snapshot, namespace: { ...namespace, links: bridges }, link })),
    ...others.flatMap((link) => {
      if (done.has(link.name)) return [];
      const peer = peerOfLink({ snapshot, namespace, link });
      if (peer?.namespace.id === namespace.id) done.add(peer.link.name);
      return bringBack({ snapshot, namespace, link });
    }),
  ];
}

/** SIGTERM to all that live in a namespace, and SIGKILL to those that are still there three seconds later. */
function endProcesses(name: string) {
  const inside = `ip netns pids ${quoteArgument(name)}`;
  return shell(
    [
      `pids=$(${inside})`,
      'kill -TERM $pids 2>/dev/null || :',
      'tries=0',
      `while [ -n "$(${inside})" ] && [ "$tries" -lt 30 ]; do sleep 0.1; tries=$((tries + 1)); done`,
      `pids=$(${inside})`,
      '[ -z "$pids" ] || kill -KILL $pids 2>/dev/null || :',
      `while [ -n "$(${inside})" ] && [ "$tries" -lt 60 ]; do sleep 0.1; tries=$((tries + 1)); done`,
      `[ -z "$(${inside})" ]`,
      '',
    ].join('\n'),
  );
}
