import * as l10n from '@vscode/l10n';
import { plainLine } from '../../base/plain-text';
import type { ObservedNamespace } from '../../host/model';
import { namespaceSubject } from '../../lab/actions/subjects';
import { facts, type TreeNode } from './node';

/** The kernel parameters that decide where packets go, with their values. */
export function parameterGroup(parentId: string, hostId: string, namespace: ObservedNamespace): TreeNode[] {
  const { sysctls } = namespace;
  const names = Object.keys(sysctls).sort();
  if (names.length === 0) return [];
  const id = `${parentId}/sysctls`;
  const forwards = [
    sysctls['net.ipv4.ip_forward'] === '1' ? 'IPv4' : undefined,
    sysctls['net.ipv6.conf.all.forwarding'] === '1' ? 'IPv6' : undefined,
  ].filter((family) => family !== undefined);
  return [
    {
      id,
      hostId,
      context: 'sysctls',
      label: l10n.t`Kernel Parameters`,
      description: forwards.length === 0 ? l10n.t`no forwarding` : l10n.t`forwards ${forwards.join(l10n.t` and `)}`,
      icon: { name: 'settings' },
      tooltip: [l10n.t`What sysctl says in this namespace, of forwarding and filtering.`],
      children: names.map((name) => ({
        id: `${id}/${name}`,
        hostId,
        context: 'sysctl',
        label: plainLine(name),
        description: plainLine(sysctls[name] ?? ''),
        icon: { name: 'symbol-constant' },
        tooltip: [],
        children: [],
      })),
    },
  ];
}

/** How many connections the kernel follows, where it follows any. */
export function connectionNodes(parentId: string, hostId: string, namespace: ObservedNamespace): TreeNode[] {
  const { conntrack } = namespace;
  if (conntrack === undefined || conntrack.connections === 0) return [];
  const { connections, max } = conntrack;
  const isFull = connections >= max * 0.9;
  return [
    {
      id: `${parentId}/conntrack`,
      hostId,
      context: 'conntrack',
      label: l10n.t`Connections`,
      subject: namespaceSubject(hostId, namespace),
      description: facts(l10n.t`${connections} of ${max} followed`, isFull ? l10n.t`nearly full` : undefined),
      icon: isFull ? { name: 'warning', color: 'charts.yellow' } : { name: 'arrow-both' },
      tooltip: [l10n.t`Connections that the kernel follows for NAT and stateful rules, when the host was last read.`],
      children: [],
    },
  ];
}
