import * as l10n from '@vscode/l10n';
import type { HostSnapshot, ObservedNamespace } from '../../host/model';
import { plainLine } from '../../base/plain-text';
import type { TreeNode } from './node';

/** All that could not be read on a host, with the host's own words; no row where everything could. */
export function unreadGroup(hostId: string, { unread }: HostSnapshot): TreeNode | undefined {
  if (unread.length === 0) return undefined;
  const id = `${hostId}/unread`;
  return {
    id,
    hostId,
    context: 'unread',
    label: l10n.t`Could Not Be Read`,
    description: String(unread.length),
    icon: { name: 'question', color: 'charts.yellow' },
    tooltip: [l10n.t`These things may exist on the host; it did not let us read them.`],
    children: unread.map(({ what, why }, index) => unreadNode(`${id}/${index}`, hostId, plainLine(what), why)),
  };
}

/** The same below the namespace of which something could not be read: what is not shown there is unknown, not absent. */
export function unreadParts(parentId: string, hostId: string, { unread = [] }: ObservedNamespace): TreeNode[] {
  return unread.map(({ what, why }) =>
    unreadNode(`${parentId}/unread/${what}`, hostId, l10n.t`Not read: ${plainLine(what)}`, why),
  );
}

function unreadNode(id: string, hostId: string, label: string, why: string): TreeNode {
  return {
    id,
    hostId,
    context: 'unread.entry',
    label,
    description: plainLine(why),
    icon: { name: 'question', color: 'charts.yellow' },
    tooltip: [why],
    children: [],
  };
}
