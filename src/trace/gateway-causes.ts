import * as l10n from '@vscode/l10n';
import type { ObservedNamespace, ObservedRoute } from '../host/model';
import { commandIn } from './commands';
import { labelOf, linkNamed, type TraceFacts } from './facts';
import { gatewayFor } from './gateways';
import { editFor } from './mending';
import type { Cause, Direction, Fix, TopologyEdit } from './model';
import { printRoute } from './routing';

/** The causes that lie in a route's gateway. */

function at(direction: Direction, namespace: ObservedNamespace) {
  return { direction, namespaceId: namespace.id, place: labelOf(namespace) };
}

export function gatewayOff(
  facts: TraceFacts,
  direction: Direction,
  namespace: ObservedNamespace,
  route: ObservedRoute,
): Cause {
  const { dev = '', via = '' } = route;
  const own = linkNamed(namespace, dev)?.addresses.filter(({ family }) => family === route.family) ?? [];
  const better = gatewayFor(facts, namespace, route.family);
  return {
    id: 'gateway-not-connected',
    ...at(direction, namespace),
    dev,
    text: l10n.t`The gateway ${via} of ${labelOf(namespace)} is in none of the networks of ${dev}.`,
    evidence: [
      `ip route: ${printRoute(route)}`,
      `ip addr: ${own.map(({ cidr }) => cidr).join(', ') || 'none'} dev ${dev}`,
    ],
    ...(better === undefined ? {} : { fix: otherGateway(namespace, route, better.address, 'unasked') }),
  };
}

/**
 * A route by another gateway. `replace` would keep one with another metric beside it, so the words are the route's own.
 *
 * @param back whether the kernel takes the old gateway again: only unasked one on no connected network, never one's own address
 */
function otherGateway(
  namespace: ObservedNamespace,
  route: ObservedRoute,
  better: string,
  back: 'as it was' | 'unasked' | 'never' = 'as it was',
): Fix {
  const words = (via: string): string[] => ['ip', 'route', 'replace', route.to, 'via', via];
  return {
    title: l10n.t`Make ${better} the gateway of ${labelOf(namespace)}`,
    run: [commandIn(namespace, ...words(better), ...restOf(route))],
    undo:
      back === 'never'
        ? []
        : [
            commandIn(
              namespace,
              ...words(route.via ?? ''),
              ...restOf(route),
              ...(back === 'unasked' ? devOf(route) : []),
            ),
          ],
    edit: gatewayEdit(namespace, route, better),
  };
}

function restOf({ table, metric }: ObservedRoute): string[] {
  return [
    ...(metric === undefined || metric === 0 ? [] : ['metric', String(metric)]),
    ...(table === 'main' ? [] : ['table', table]),
  ];
}

function devOf({ dev }: ObservedRoute): string[] {
  return dev === undefined ? [] : ['dev', dev, 'onlink'];
}

export function gatewaySelf(
  facts: TraceFacts,
  direction: Direction,
  namespace: ObservedNamespace,
  route: ObservedRoute,
): Cause {
  const label = labelOf(namespace);
  const better = gatewayFor(facts, namespace, route.family);
  return {
    id: 'gateway-self',
    ...at(direction, namespace),
    text: l10n.t`The gateway ${route.via ?? ''} is ${label}'s own address: the packet goes to nobody else.`,
    evidence: [`ip route: ${printRoute(route)}`],
    ...(better === undefined ? {} : { fix: otherGateway(namespace, route, better.address, 'never') }),
  };
}

function gatewayEdit(namespace: ObservedNamespace, { to, via, table }: ObservedRoute, better: string): TopologyEdit {
  const other = table === 'main' ? {} : { table };
  return editFor(namespace, l10n.t`the route’s gateway`, `- { to: ${to}, via: "${better}" }`, {
    type: 'route',
    add: { to, via: better, ...other },
    remove: { to, ...(via === undefined ? {} : { via }), ...other },
  });
}

/** Nobody on the network has the next hop's address. */
export function gatewayNobody(
  facts: TraceFacts,
  direction: Direction,
  namespace: ObservedNamespace,
  route: ObservedRoute | undefined,
  dev: string,
  next: string,
): Cause {
  const label = labelOf(namespace);
  const isGateway = route?.via !== undefined;
  const better = isGateway ? gatewayFor(facts, namespace, route.family) : undefined;
  const entry = facts.details.get(namespace.id)?.neighbours.find((one) => one.address === next && one.dev === dev);
  return {
    id: isGateway ? 'gateway-nobody' : 'no-neighbour',
    ...at(direction, namespace),
    dev,
    text: isGateway
      ? l10n.t`Nobody on the network of ${label}:${dev} has the gateway's address ${next}.`
      : l10n.t`Nobody on the network of ${label}:${dev} has the address ${next}.`,
    evidence: [
      ...(route === undefined ? [] : [`ip route: ${printRoute(route)}`]),
      ...(entry === undefined ? [] : [`ip neigh: ${next} dev ${dev} ${entry.states.join(' ')}`]),
    ],
    ...(route === undefined || better === undefined || better.address === next
      ? {}
      : { fix: otherGateway(namespace, route, better.address) }),
  };
}
