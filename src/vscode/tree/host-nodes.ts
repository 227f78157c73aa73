import * as l10n from '@vscode/l10n';
import { describeError } from '../../base/errors';
import { hostSubject } from '../../lab/actions/subjects';
import { plainLine } from '../../base/plain-text';
import type { Host, HostState } from '../hosts/host';
import { describeTarget } from '../hosts/host-connector';
import { nextTry, stateWords } from '../hosts/state-words';
import { CommandId } from '../ids';
import type { LabFaces } from './lab-nodes';
import { facts, type TreeIcon, type TreeNode } from './node';
import { snapshotNodes } from './snapshot-nodes';

/**
 * The row of a host with everything below it.
 *
 * @param isOfWorkspace of several hosts it is the one that this workspace's topologies are for
 */
export function hostNode(host: Host, faces?: LabFaces, isOfWorkspace = false): TreeNode {
  const { state, snapshot } = host;
  const target = facts(isOfWorkspace ? l10n.t`this workspace’s host` : undefined, describeTarget(host));
  const live = state.status === 'live';
  const stale = live && host.lastReadingError !== undefined;
  return {
    id: host.id,
    hostId: host.id,
    context: `host.${isReconnecting(state) ? 'reconnecting' : state.status}`,
    label: plainLine(host.label),
    subject: hostSubject(host.id),
    // A narrow view cuts the end off: what is wrong stands first.
    description: stale
      ? facts(l10n.t`the last reading failed`, target)
      : live
        ? facts(target, snapshot && `Linux ${kernelVersion(snapshot.kernel)}`, liveWords(host))
        : facts(stateWords(state), target),
    icon: stale
      ? { name: 'warning', color: 'charts.yellow' }
      : isReconnecting(state)
        ? { name: 'sync~spin', color: 'charts.yellow' }
        : stateIcons[state.status],
    tooltip: [
      target,
      ...(snapshot === undefined ? [] : [`${snapshot.hostname}, Linux ${snapshot.kernel}`]),
      ...('error' in state ? [describeError(state.error)] : []),
      ...[nextTry(state)].filter((words) => words !== undefined),
      ...(host.lastReadingError === undefined ? [] : [describeError(host.lastReadingError)]),
      ...(host.readOnlyBecause === undefined ? [] : [describeError(host.readOnlyBecause)]),
    ],
    accessibleLabel: l10n.t`Host ${plainLine(host.label)}, ${target}, ${live ? liveWords(host) : stateWords(state)}`,
    expanded: live || host.partialPicture !== undefined,
    children:
      live && snapshot !== undefined
        ? [...readOnlyNodes(host), ...snapshotNodes(host.id, snapshot, faces)]
        : [...messageNodes(host), ...partialNodes(host, faces)],
  };
}

function liveWords(host: Host): string {
  return host.readOnlyBecause === undefined ? stateWords(host.state) : l10n.t`live, read only`;
}

/** What stands first below a host on which we have no root: nothing can be changed, and much is not seen. */
function readOnlyNodes(host: Host): TreeNode[] {
  const why = host.readOnlyBecause;
  if (why === undefined) return [];
  return [
    {
      id: `${host.id}/.readOnly`,
      hostId: host.id,
      context: 'message.readOnly',
      label: l10n.t`Read only: no root`,
      description: l10n.t`what is in namespaces, NAT and others’ processes are not seen`,
      icon: { name: 'lock', color: 'charts.yellow' },
      tooltip: [describeError(why)],
      children: [],
    },
  ];
}

function isReconnecting(state: HostState): boolean {
  return state.status === 'lost' && state.again !== undefined;
}

const stateIcons: Readonly<Record<HostState['status'], TreeIcon>> = {
  disconnected: { name: 'vm-outline', color: 'disabledForeground' },
  connecting: { name: 'loading~spin' },
  live: { name: 'vm-active', color: 'charts.green' },
  lost: { name: 'debug-disconnect', color: 'charts.yellow' },
  failed: { name: 'error', color: 'charts.red' },
};

/** What has been read so far of a host that is just being connected. */
function partialNodes({ id, partialPicture }: Host, faces: LabFaces | undefined): TreeNode[] {
  if (partialPicture === undefined) return [];
  const { snapshot, read, of } = partialPicture;
  return [
    {
      id: `${id}/.reading`,
      hostId: id,
      context: 'message.reading',
      label: l10n.t`Reading…`,
      description: l10n.t`${read} of ${of} namespaces`,
      icon: { name: 'loading~spin' },
      tooltip: [l10n.t`What is read already stands below.`],
      children: [],
    },
    ...snapshotNodes(id, snapshot, faces),
  ];
}

/** What stands below a host that is not live: why, and what to do. */
function messageNodes(host: Host): TreeNode[] {
  const { state } = host;
  const message = (key: string, label: string, icon: TreeIcon, commandId?: CommandId): TreeNode => ({
    id: `${host.id}/.${key}`,
    hostId: host.id,
    context: `message.${key}`,
    label,
    icon,
    tooltip: [],
    children: [],
    ...(commandId === undefined ? {} : { command: { id: commandId, title: label } }),
  });
  const connect = (label: string): TreeNode => message('connect', label, { name: 'plug' }, CommandId.connect);
  switch (state.status) {
    case 'connecting':
      return [message('stop', l10n.t`Stop Connecting`, { name: 'debug-stop' }, CommandId.disconnect)];
    case 'lost':
    case 'failed':
      return [
        message('error', plainLine(state.error.message), { name: 'error', color: 'charts.red' }, CommandId.showLog),
        connect(
          state.status === 'failed'
            ? l10n.t`Try Again`
            : isReconnecting(state)
              ? l10n.t`Reconnect Now`
              : l10n.t`Reconnect`,
        ),
        ...(isReconnecting(state)
          ? [message('stop', l10n.t`Stop Reconnecting`, { name: 'debug-stop' }, CommandId.disconnect)]
          : []),
      ];
    case 'disconnected':
    case 'live':
      return [connect(l10n.t`Connect to Host`)];
  }
}

/** `6.12.43` of `6.12.43+deb13-amd64`. */
function kernelVersion(release: string): string {
  return /^\d+(\.\d+)*/.exec(release)?.[0] ?? release;
}
