import type { ObservedNamespace } from '../../host/model';
import { processSubject, programOf } from '../../lab/actions/subjects';
import { plainLine } from '../host-data';
import type { TreeNode } from './node';

/** The processes that live in a namespace; the root namespace's are not read. */
export function processGroup(parentId: string, hostId: string, namespace: ObservedNamespace): TreeNode[] {
  const { processes } = namespace;
  if (namespace.isRoot || processes.length === 0) return [];
  const id = `${parentId}/processes`;
  return [
    {
      id,
      hostId,
      context: 'processes',
      label: 'Processes',
      description: String(processes.length),
      icon: { name: 'server-process' },
      tooltip: ['What runs in this namespace.'],
      children: processes.map(({ pid, command }) => ({
        id: `${id}/${pid}`,
        hostId,
        context: 'process',
        label: plainLine(programOf(command)),
        subject: processSubject(hostId, namespace, { pid, command }),
        description: plainLine(`${pid} · ${command}`),
        icon: { name: 'gear' },
        tooltip: [`Process ${pid}`, command],
        children: [],
      })),
    },
  ];
}
