import * as l10n from '@vscode/l10n';
import type { HostSnapshot, ObservedNamespace } from '../../host/model';
import { serviceSubject } from '../../lab/actions/subjects';
import { serviceInWords, servicesIn, type ServiceState } from '../../plan/service-state';
import { plainLine } from '../../base/plain-text';
import { facts, type TreeIcon, type TreeNode } from './node';

/** The services that labs have in a namespace, each as it stands. */
export function serviceGroup(
  parentId: string,
  hostId: string,
  snapshot: HostSnapshot,
  namespace: ObservedNamespace,
): TreeNode[] {
  const services = servicesIn(snapshot, namespace.name);
  if (namespace.isRoot || services.length === 0) return [];
  const id = `${parentId}/services`;
  const down = services.filter(({ isRunning }) => !isRunning).length;
  return [
    {
      id,
      hostId,
      context: 'services',
      label: l10n.t`Services`,
      description: facts(String(services.length), down === 0 ? undefined : l10n.t`${down} not running`),
      icon: { name: 'server-process' },
      tooltip: [l10n.t`What the labs’ files run in this namespace.`],
      expanded: true,
      children: services.map((state) => serviceNode(id, hostId, state)),
    },
  ];
}

function serviceNode(parentId: string, hostId: string, state: ServiceState): TreeNode {
  const { lab, record, isRunning } = state;
  const { name, command, ready } = record;
  const words = serviceInWords(state);
  return {
    id: `${parentId}/${lab}/${name}`,
    hostId,
    context: isRunning ? 'service.running' : 'service.ended',
    label: plainLine(name),
    subject: serviceSubject(hostId, state),
    description: facts(ready !== undefined && 'tcp' in ready ? `:${ready.tcp}` : undefined, words),
    icon: iconOf(state),
    tooltip: [words, typeof command === 'string' ? command : command.join(' '), l10n.t`Of lab ${lab}`],
    accessibleLabel: plainLine(l10n.t`Service ${name}, ${words}`),
    children: [],
  };
}

function iconOf({ isRunning, noted }: ServiceState): TreeIcon {
  if (isRunning) return { name: 'pass', color: 'testing.iconPassed' };
  return noted?.isStopped === true
    ? { name: 'debug-stop', color: 'disabledForeground' }
    : { name: 'error', color: 'testing.iconFailed' };
}
