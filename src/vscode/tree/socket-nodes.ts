import * as l10n from '@vscode/l10n';
import { plainLine } from '../../base/plain-text';
import type { ObservedNamespace } from '../../host/model';
import type { ObservedSocket } from '../../host/model-live';
import { socketSubject } from '../../lab/actions/subjects';
import { facts, type TreeNode } from './node';

/** What waits for connections and datagrams in a namespace. */
export function socketGroup(parentId: string, hostId: string, namespace: ObservedNamespace): TreeNode[] {
  const sockets = namespace.sockets ?? [];
  if (sockets.length === 0) return [];
  const id = `${parentId}/sockets`;
  const ports = [...new Set(sockets.map(({ port }) => port))];
  const shown = ports.slice(0, 5).join(', ') + (ports.length > 5 ? ', …' : '');
  return [
    {
      id,
      hostId,
      context: 'sockets',
      label: l10n.t`Listening`,
      description: `${sockets.length} (${shown})`,
      icon: { name: 'radio-tower' },
      tooltip: [l10n.t`TCP sockets that listen, and UDP sockets that take from everybody.`],
      children: sockets.map((socket) => ({
        ...socketNode(id, hostId, socket),
        subject: socketSubject(hostId, namespace, socket),
      })),
    },
  ];
}

function socketNode(parentId: string, hostId: string, socket: ObservedSocket): TreeNode {
  const { protocol, address, port, dev, process } = socket;
  const place = isAny(address) ? `:${port}` : address.includes(':') ? `[${address}]:${port}` : `${address}:${port}`;
  return {
    id: `${parentId}/${protocol} ${address} ${dev ?? ''} ${port}`,
    hostId,
    context: 'socket',
    label: plainLine(`${protocol} ${place}`),
    description: facts(
      process === undefined ? undefined : `${process.program} (${process.pid})`,
      address === '0.0.0.0' ? l10n.t`IPv4 only` : address === '::' ? l10n.t`IPv6 only` : undefined,
      dev === undefined ? undefined : `dev ${dev}`,
    ),
    icon: { name: protocol === 'tcp' ? 'radio-tower' : 'broadcast' },
    tooltip: [
      ...(isAny(address) ? [l10n.t`On every address of the namespace.`] : [l10n.t`On ${address} alone.`]),
      ...(process === undefined ? [l10n.t`Who holds it could not be read, or it is the kernel itself.`] : []),
    ],
    children: [],
  };
}

function isAny(address: string): boolean {
  return address === '*' || address === '0.0.0.0' || address === '::';
}
