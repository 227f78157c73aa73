import * as l10n from '@vscode/l10n';
import type { ObservedNamespace, ObservedProcess } from '../../host/model';
import { isKeeping } from '../../plan/service-keeper';
import { processSubject, programOf } from '../../lab/actions/subjects';
import { plainLine } from '../../base/plain-text';
import type { TreeNode } from './node';

/** A namespace's processes without our own beside its services. */
export function shownProcesses({ processes }: ObservedNamespace): readonly ObservedProcess[] {
  return processes.filter(({ command }) => !isKeeping(command));
}

/** The processes that live in a namespace; the root namespace's are not read. */
export function processGroup(parentId: string, hostId: string, namespace: ObservedNamespace): TreeNode[] {
  const processes = shownProcesses(namespace);
  if (namespace.isRoot || processes.length === 0) return [];
  const id = `${parentId}/processes`;
  return [
    {
      id,
      hostId,
      context: 'processes',
      label: l10n.t`Processes`,
      description: String(processes.length),
      icon: { name: 'server-process' },
      tooltip: [l10n.t`What runs in this namespace.`],
      children: processes.map(({ pid, command }) => ({
        id: `${id}/${pid}`,
        hostId,
        context: 'process',
        label: plainLine(programOf(command)),
        subject: processSubject(hostId, namespace, { pid, command }),
        description: plainLine(`${pid} · ${command}`),
        icon: { name: 'gear' },
        tooltip: [l10n.t`Process ${pid}`, command],
        children: [],
      })),
    },
  ];
}
