import * as l10n from '@vscode/l10n';
import { plainLine } from '../../base/plain-text';
import type { HostSnapshot, ObservedNamespace } from '../../host/model';
import type { ObservedNeighbour } from '../../host/model-live';
import { facts, type TreeIcon, type TreeNode } from './node';
import { ownersOf } from './owners';

/** Whom a namespace has asked for on its networks, and who did not answer. */
export function neighbourGroup(
  parentId: string,
  hostId: string,
  snapshot: HostSnapshot,
  namespace: ObservedNamespace,
): TreeNode[] {
  const neighbours = namespace.neighbours ?? [];
  if (neighbours.length === 0) return [];
  const id = `${parentId}/neighbours`;
  const failed = neighbours.filter(({ state }) => state === 'failed').length;
  return [
    {
      id,
      hostId,
      context: 'neighbours',
      label: l10n.t`Neighbours`,
      description: facts(String(neighbours.length), failed === 0 ? undefined : l10n.t`${failed} failed`),
      icon: failed === 0 ? { name: 'organization' } : { name: 'organization', color: 'charts.yellow' },
      tooltip: [l10n.t`Who is on its networks, as far as it has asked (ARP, neighbour discovery).`],
      children: neighbours.map((neighbour) => neighbourNode(id, hostId, snapshot, neighbour)),
    },
  ];
}

function neighbourNode(parentId: string, hostId: string, snapshot: HostSnapshot, one: ObservedNeighbour): TreeNode {
  const { address, dev, mac, state } = one;
  return {
    id: `${parentId}/${dev} ${address}`,
    hostId,
    context: 'neighbour',
    label: plainLine(address),
    description: facts(
      state === 'resolved' ? undefined : state,
      ownersOf(snapshot).ofAddress.get(address),
      `dev ${dev}`,
      mac === undefined ? undefined : `lladdr ${mac}`,
    ),
    icon: icons[state],
    tooltip: [words[state]],
    children: [],
  };
}

const icons: Readonly<Record<ObservedNeighbour['state'], TreeIcon>> = {
  resolved: { name: 'circle-filled', color: 'charts.green' },
  permanent: { name: 'pinned' },
  incomplete: { name: 'circle-outline', color: 'charts.yellow' },
  failed: { name: 'error', color: 'charts.red' },
};

const words: Readonly<Record<ObservedNeighbour['state'], string>> = {
  resolved: l10n.t`It answered.`,
  permanent: l10n.t`Somebody set it; nobody is asked.`,
  incomplete: l10n.t`It was asked for, and has not answered yet.`,
  failed: l10n.t`It did not answer.`,
};
