import * as l10n from '@vscode/l10n';
import { plainLine } from '../../base/plain-text';
import type { ObservedNamespace } from '../../host/model';
import { namespaceSubject } from '../../lab/actions/subjects';
import { facts, type TreeNode } from './node';

/** The kernel parameters that decide where packets go, with their values. */
export function parameterGroup(parentId: string, hostId: string, namespace: ObservedNamespace): TreeNode[] {
  const { sysctls, unreadSysctls = {} } = namespace;
  const names = [...Object.keys(sysctls), ...Object.keys(unreadSysctls)].sort();
  if (names.length === 0) return [];
  const id = `${parentId}/sysctls`;
  return [
    {
      id,
      hostId,
      context: 'sysctls',
      label: l10n.t`Kernel Parameters`,
      description: forwardingFacts(namespace),
      icon: { name: 'settings' },
      tooltip: [l10n.t`What sysctl says in this namespace, of forwarding and filtering.`],
      children: names.map((name) => {
        const why = unreadSysctls[name];
        return {
          id: `${id}/${name}`,
          hostId,
          context: 'sysctl',
          label: plainLine(name),
          description: why === undefined ? plainLine(sysctls[name] ?? '') : l10n.t`unknown`,
          icon: why === undefined ? { name: 'symbol-constant' } : { name: 'question', color: 'charts.yellow' },
          tooltip: why === undefined ? [] : [why],
          children: [],
        };
      }),
    },
  ];
}

function forwardingFacts({ sysctls, unreadSysctls = {} }: ObservedNamespace): string {
  const families = [
    ['net.ipv4.ip_forward', 'IPv4'],
    ['net.ipv6.conf.all.forwarding', 'IPv6'],
  ] as const;
  const named = (isSo: (parameter: string) => boolean): string =>
    families.flatMap(([parameter, family]) => (isSo(parameter) ? [family] : [])).join(l10n.t` and `);
  const forwards = named((parameter) => sysctls[parameter] === '1');
  const unknown = named((parameter) => parameter in unreadSysctls);
  if (forwards === '' && unknown === '') return l10n.t`no forwarding`;
  return facts(
    forwards === '' ? undefined : l10n.t`forwards ${forwards}`,
    unknown === '' ? undefined : l10n.t`unknown whether it forwards ${unknown}`,
  );
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
