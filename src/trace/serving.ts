import * as l10n from '@vscode/l10n';
import type { ObservedNamespace } from '../host/model';
import type { TraceFacts } from './facts';
import type { FilterWalk } from './filter-walk';
import { runNat } from './filter/run';
import { isBetween } from './gateways';
import { notServed } from './local-causes';
import type { Cause } from './model';
import { dnatNotForHost, listenOf, missingDnat, portForwardEdit } from './dnat-causes';
import { nearMisses } from './nat-causes';
import { isLoopback, isSame, type Packet } from './packet';
import { servedAt } from './translate';

/**
 * Why a packet that has come to its namespace is not taken there: nobody listens, or somebody elsewhere does, to whom NAT
 * should have led.
 *
 * @param asked the packet as it was sent
 * @param isFromItself it was sent by this very namespace
 */
export function serving(
  facts: TraceFacts,
  filters: FilterWalk,
  namespace: ObservedNamespace,
  packet: Packet,
  asked: Packet | undefined,
  isFromItself: boolean,
): Cause[] {
  const elsewhere = serversOf(facts, packet).filter(({ id }) => id !== namespace.id);
  const own = notServed(facts, namespace, packet, elsewhere, filters.because);
  const [first] = own;
  if (first?.id !== 'nobody-listens' && first?.id !== 'listens-elsewhere') return own;
  const filter = filters.filterOf(namespace);
  if (filter === undefined || asked === undefined) return own;
  if (!isSame(asked.destination, packet.destination)) {
    // A port forward of a file that leads to the wrong namespace can lead to the one that serves the port.
    const [server] = elsewhere;
    const led = filters.translations.find(({ before, after }) => before.destination !== after.destination);
    if (first.id !== 'listens-elsewhere' || led === undefined || server?.name === undefined) return own;
    const to = `${server.name}:${packet.destinationPort ?? 0}`;
    return [
      {
        ...first,
        edit: portForwardEdit(led.namespace, listenOf(asked), to, l10n.t`let the port forward lead to ${to}`),
      },
    ];
  }
  const at = filters.at({ namespace, direction: 'out' }, packet);
  if (isFromItself) {
    const { by } = runNat(filter, 'prerouting', at);
    const action = by?.rule?.action;
    if (by?.rule === undefined || action?.type !== 'dnat' || action.address === undefined) return own;
    const to = { address: action.address, port: action.port ?? packet.destinationPort ?? 0 };
    return [dnatNotForHost(facts, namespace, packet, by.rule, to)];
  }
  // Who stands between networks could lead on to them; who has one cable is the wrong one to ask.
  if (!namespace.isRoot && !isBetween(namespace)) return own;
  const near = nearMisses(filter, 'prerouting', at);
  for (const there of elsewhere) {
    const address = servedAt(there, packet, facts);
    if (address !== undefined) return [missingDnat(facts, namespace, packet, { namespace: there, address }, near)];
  }
  return own;
}

/** The namespaces where somebody listens on the packet's port for others than itself. */
function serversOf(facts: TraceFacts, { protocol, destinationPort }: Packet): ObservedNamespace[] {
  if (protocol === 'icmp') return [];
  return facts.snapshot.namespaces.filter(({ id }) =>
    facts.details
      .get(id)
      ?.sockets.some(
        (socket) => socket.protocol === protocol && socket.port === destinationPort && !isLoopback(socket.address),
      ),
  );
}
