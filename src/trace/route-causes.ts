import type { ObservedNamespace, ObservedRoute } from '../host/model';
import { contains, networkOf, parseCidr, type Family } from '../plan/cidr';
import { commandIn } from './commands';
import { labelOf, linkNamed, type TraceFacts } from './facts';
import { gatewayFor } from './gateways';
import { editFor } from './mending';
import type { Cause, Direction, Fix, TopologyEdit } from './model';
import type { Packet } from './packet';
import { printRoute } from './routing';

/** The causes that lie in addresses and routes. */

const words: Readonly<Record<Family, string>> = { inet: 'IPv4', inet6: 'IPv6' };

function at(direction: Direction, namespace: ObservedNamespace) {
  return { direction, namespaceId: namespace.id, place: labelOf(namespace) };
}

/** There is no way to the destination. With the gateway that would be one, where the host has one to offer. */
export function noRoute(
  facts: TraceFacts,
  direction: Direction,
  namespace: ObservedNamespace,
  { destination, family }: Packet,
): Cause {
  const gateway = gatewayFor(facts, namespace, family);
  const hasDefault = namespace.routes.some((route) => route.to === 'default' && route.family === family);
  const isBack = direction === 'back';
  return {
    id: isBack ? 'no-way-back' : hasDefault ? 'no-route' : 'no-default-route',
    ...at(direction, namespace),
    text: isBack
      ? `The answer has no way back: ${labelOf(namespace)} has no route to ${destination}, and no default route.`
      : `${labelOf(namespace)} has no route to ${destination}${hasDefault ? '' : ', and no default route'}.`,
    evidence: [
      `ip route: ${
        namespace.routes
          .filter((route) => route.family === family && route.table === 'main')
          .map(printRoute)
          .join('; ') || 'empty'
      }`,
    ],
    ...(gateway === undefined ? {} : { fix: defaultRoute(namespace, family, gateway.address) }),
  };
}

function defaultRoute(namespace: ObservedNamespace, family: Family, via: string): Fix {
  const option = family === 'inet6' ? ['-6'] : [];
  const label = labelOf(namespace);
  return {
    title: `Give ${label} a default route via ${via}`,
    run: [commandIn(namespace, 'ip', ...option, 'route', 'add', 'default', 'via', via)],
    undo: [commandIn(namespace, 'ip', ...option, 'route', 'del', 'default', 'via', via)],
    edit: editFor(
      namespace,
      `a default route under ${namespace.isRoot ? 'host' : `namespaces.${label}`}`,
      `${label}:\n  routes:\n    - { to: default, via: "${via}" }`,
      { type: 'route', add: { to: 'default', via } },
    ),
  };
}

export function noAddress(
  direction: Direction,
  namespace: ObservedNamespace,
  dev: string,
  family: Family,
  suggestion: string | undefined,
): Cause {
  const label = labelOf(namespace);
  return {
    id: 'no-address',
    ...at(direction, namespace),
    dev,
    text: `${label}:${dev} has no ${words[family]} address.`,
    evidence: [`ip addr: ${dev} without ${family}`],
    ...(suggestion === undefined
      ? {}
      : {
          fix: {
            title: `Give ${label}:${dev} the address ${suggestion}`,
            run: [commandIn(namespace, 'ip', 'addr', 'add', suggestion, 'dev', dev)],
            undo: [commandIn(namespace, 'ip', 'addr', 'del', suggestion, 'dev', dev)],
            edit: editFor(namespace, `an address for ${dev}`, `${dev}: { addresses: ["${suggestion}"] }`, {
              type: 'address',
              interface: dev,
              add: suggestion,
            }),
          },
        }),
  };
}

/** Both are on one network of cables, but by their prefixes they do not know it. */
export function wrongPrefix(
  direction: Direction,
  namespace: ObservedNamespace,
  dev: string,
  { destination, family }: Packet,
  theirs: string,
): Cause {
  const label = labelOf(namespace);
  const own = linkNamed(namespace, dev)?.addresses.find((address) => address.family === family)?.cidr ?? '';
  const other = parseCidr(theirs);
  const address = own.split('/')[0] ?? '';
  const isTheirs = other !== undefined && contains(other, address);
  const mended = `${address}/${other?.prefix ?? ''}`;
  return {
    id: 'wrong-prefix',
    ...at(direction, namespace),
    dev,
    text: isTheirs
      ? `The prefix of ${label}:${dev} is wrong: ${own} leaves out ${destination}, which is on the same network (${networkOf(other).text}).`
      : `${label}:${dev} (${own}) and ${theirs} are on one network of cables, but their addresses are of two.`,
    evidence: [`ip addr: ${own} dev ${dev}; the other end has ${theirs}`],
    ...(isTheirs
      ? {
          fix: {
            title: `Make it ${mended}`,
            run: [
              commandIn(namespace, 'ip', 'addr', 'add', mended, 'dev', dev),
              commandIn(namespace, 'ip', 'addr', 'del', own, 'dev', dev),
            ],
            undo: [
              commandIn(namespace, 'ip', 'addr', 'add', own, 'dev', dev),
              commandIn(namespace, 'ip', 'addr', 'del', mended, 'dev', dev),
            ],
            edit: editFor(namespace, `the address of ${dev}`, `${dev}: { addresses: ["${mended}"] }`, {
              type: 'address',
              interface: dev,
              add: mended,
              remove: own,
            }),
          },
        }
      : {}),
  };
}

export function gatewayOff(direction: Direction, namespace: ObservedNamespace, dev: string, via: string): Cause {
  return {
    id: 'gateway-not-connected',
    ...at(direction, namespace),
    dev,
    text: `The gateway ${via} of ${labelOf(namespace)} is in none of the networks of ${dev}.`,
    evidence: [`ip addr: ${(linkNamed(namespace, dev)?.addresses ?? []).map(({ cidr }) => cidr).join(', ') || 'none'}`],
  };
}

export function gatewaySelf(
  facts: TraceFacts,
  direction: Direction,
  namespace: ObservedNamespace,
  route: ObservedRoute,
): Cause {
  const label = labelOf(namespace);
  const better = gatewayFor(facts, namespace, route.family);
  const words = (via: string): string[] => ['ip', 'route', 'replace', route.to, 'via', via];
  return {
    id: 'gateway-self',
    ...at(direction, namespace),
    text: `The gateway ${route.via ?? ''} is ${label}'s own address: the packet goes to nobody else.`,
    evidence: [`ip route: ${printRoute(route)}`],
    ...(better === undefined
      ? {}
      : {
          fix: {
            title: `Make ${better.address} the gateway of ${label}`,
            run: [commandIn(namespace, ...words(better.address))],
            undo: [commandIn(namespace, ...words(route.via ?? ''))],
            edit: gatewayEdit(namespace, route, better.address),
          },
        }),
  };
}

function gatewayEdit(namespace: ObservedNamespace, { to, via, table }: ObservedRoute, better: string): TopologyEdit {
  const other = table === 'main' ? {} : { table };
  return editFor(namespace, 'the route’s gateway', `- { to: ${to}, via: "${better}" }`, {
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
  const words = (via: string): string[] => ['ip', 'route', 'replace', route?.to ?? 'default', 'via', via];
  return {
    id: isGateway ? 'gateway-nobody' : 'no-neighbour',
    ...at(direction, namespace),
    dev,
    text: isGateway
      ? `Nobody on the network of ${label}:${dev} has the gateway's address ${next}.`
      : `Nobody on the network of ${label}:${dev} has the address ${next}.`,
    evidence: [
      ...(route === undefined ? [] : [`ip route: ${printRoute(route)}`]),
      ...(entry === undefined ? [] : [`ip neigh: ${next} dev ${dev} ${entry.states.join(' ')}`]),
    ],
    ...(better === undefined || better.address === next
      ? {}
      : {
          fix: {
            title: `Make ${better.address} the gateway of ${label}`,
            run: [commandIn(namespace, ...words(better.address))],
            undo: [commandIn(namespace, ...words(next))],
            ...(route === undefined ? {} : { edit: gatewayEdit(namespace, route, better.address) }),
          },
        }),
  };
}

const refusals: Readonly<Record<string, string>> = {
  blackhole: 'drops it without a word',
  unreachable: 'answers “No route to host”',
  prohibit: 'answers “administratively prohibited”',
};

export function routeRefuses(direction: Direction, namespace: ObservedNamespace, route: ObservedRoute): Cause {
  const label = labelOf(namespace);
  const words = [route.type, route.to, ...(route.table === 'main' ? [] : ['table', route.table])];
  return {
    id: 'route-refuses',
    ...at(direction, namespace),
    text: `A ${route.type} route in ${label} ${refusals[route.type] ?? 'refuses it'}.`,
    evidence: [`ip route: ${printRoute(route)}`],
    fix: {
      title: `Take the ${route.type} route to ${route.to} out of ${label}`,
      run: [commandIn(namespace, 'ip', 'route', 'del', ...words)],
      undo: [commandIn(namespace, 'ip', 'route', 'add', ...words)],
      edit: editFor(namespace, `take the route to ${route.to} out`, `# - { to: ${route.to}, type: ${route.type} }`, {
        type: 'route',
        remove: {
          to: route.to,
          type: route.type,
          ...(route.table === 'main' ? {} : { table: route.table }),
        },
      }),
    },
  };
}

export function emptyTable(direction: Direction, namespace: ObservedNamespace, priority: number, table: string): Cause {
  return {
    id: 'empty-table',
    ...at(direction, namespace),
    text: `A policy rule of ${labelOf(namespace)} sends the packet to the table ${table}, which is empty.`,
    evidence: [`ip rule: ${priority}: lookup ${table}`],
  };
}

/** The kernel has no way, though its tables have one: a policy rule or a setting that is not among what was read. */
export function kernelRefuses(
  direction: Direction,
  namespace: ObservedNamespace,
  { destination, source }: Packet,
  said: string,
): Cause {
  const label = labelOf(namespace);
  return {
    id: 'kernel-refuses',
    ...at(direction, namespace),
    text: `The routing tables of ${label} have a way to ${destination}, but its kernel refuses it: a policy rule (ip rule) stands before them.`,
    evidence: [`ip route get ${destination}${source === '' ? '' : ` from ${source}`}: ${said}`],
  };
}
