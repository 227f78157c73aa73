import * as l10n from '@vscode/l10n';
import type { ObservedNamespace, ObservedPolicyRule, ObservedRoute } from '../host/model';
import { contains, networkOf, parseCidr, type Family } from '../plan/cidr';
import { actionWords, selectorWords } from '../host/policy-rule';
import { commandIn } from './commands';
import { labelOf, linkNamed, type TraceFacts } from './facts';
import { gatewayFor, routerTo } from './gateways';
import { editFor } from './mending';
import type { Cause, Direction, Fix } from './model';
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
      ? l10n.t`The answer has no way back: ${labelOf(namespace)} has no route to ${destination}, and no default route.`
      : l10n.t`${labelOf(namespace)} has no route to ${destination}${hasDefault ? '' : l10n.t`, and no default route`}.`,
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
    title: l10n.t`Give ${label} a default route via ${via}`,
    run: [commandIn(namespace, 'ip', ...option, 'route', 'add', 'default', 'via', via)],
    undo: [commandIn(namespace, 'ip', ...option, 'route', 'del', 'default', 'via', via)],
    edit: editFor(
      namespace,
      l10n.t`a default route under ${namespace.isRoot ? 'host' : `namespaces.${label}`}`,
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
    text: l10n.t`${label}:${dev} has no ${words[family]} address.`,
    evidence: [`ip addr: ${dev} without ${family}`],
    ...(suggestion === undefined
      ? {}
      : {
          fix: {
            title: l10n.t`Give ${label}:${dev} the address ${suggestion}`,
            run: [commandIn(namespace, 'ip', 'addr', 'add', suggestion, 'dev', dev)],
            undo: [commandIn(namespace, 'ip', 'addr', 'del', suggestion, 'dev', dev)],
            edit: editFor(namespace, l10n.t`an address for ${dev}`, `${dev}: { addresses: ["${suggestion}"] }`, {
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
      ? l10n.t`The prefix of ${label}:${dev} is wrong: ${own} leaves out ${destination}, which is on the same network (${networkOf(other).text}).`
      : l10n.t`${label}:${dev} (${own}) and ${theirs} are on one network of cables, but their addresses are of two.`,
    evidence: [`ip addr: ${own} dev ${dev}; the other end has ${theirs}`],
    ...(isTheirs
      ? {
          fix: {
            title: l10n.t`Make it ${mended}`,
            run: [
              commandIn(namespace, 'ip', 'addr', 'add', mended, 'dev', dev),
              commandIn(namespace, 'ip', 'addr', 'del', own, 'dev', dev),
            ],
            undo: [
              commandIn(namespace, 'ip', 'addr', 'add', own, 'dev', dev),
              commandIn(namespace, 'ip', 'addr', 'del', mended, 'dev', dev),
            ],
            edit: editFor(namespace, l10n.t`the address of ${dev}`, `${dev}: { addresses: ["${mended}"] }`, {
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

const refusals: Readonly<Record<string, string>> = {
  blackhole: l10n.t`drops it without a word`,
  unreachable: l10n.t`answers “No route to host”`,
  prohibit: l10n.t`answers “administratively prohibited”`,
};

export function routeRefuses(direction: Direction, namespace: ObservedNamespace, route: ObservedRoute): Cause {
  const label = labelOf(namespace);
  const words = [route.type, route.to, ...(route.table === 'main' ? [] : ['table', route.table])];
  const refusal = refusals[route.type] ?? l10n.t`refuses it`;
  return {
    id: 'route-refuses',
    ...at(direction, namespace),
    text:
      route.type === 'unreachable'
        ? l10n.t`An ${route.type} route in ${label} ${refusal}.`
        : l10n.t`A ${route.type} route in ${label} ${refusal}.`,
    evidence: [`ip route: ${printRoute(route)}`],
    fix: {
      title: l10n.t`Take the ${route.type} route to ${route.to} out of ${label}`,
      run: [commandIn(namespace, 'ip', 'route', 'del', ...words)],
      undo: [commandIn(namespace, 'ip', 'route', 'add', ...words)],
      edit: editFor(
        namespace,
        l10n.t`take the route to ${route.to} out`,
        `# - { to: ${route.to}, type: ${route.type} }`,
        {
          type: 'route',
          remove: {
            to: route.to,
            type: route.type,
            ...(route.table === 'main' ? {} : { table: route.table }),
          },
        },
      ),
    },
  };
}

export function emptyTable(direction: Direction, namespace: ObservedNamespace, priority: number, table: string): Cause {
  return {
    id: 'empty-table',
    ...at(direction, namespace),
    text: l10n.t`A policy rule of ${labelOf(namespace)} sends the packet to the table ${table}, which is empty.`,
    evidence: [`ip rule: ${priority}: lookup ${table}`],
  };
}

/** The kernel has no way, though its tables have one: a policy rule, or a setting that is not among what was read. */
export function kernelRefuses(
  direction: Direction,
  namespace: ObservedNamespace,
  { destination, source }: Packet,
  said: string,
  rule: ObservedPolicyRule | undefined,
): Cause {
  const label = labelOf(namespace);
  const words = rule === undefined ? [] : [...selectorWords(rule), ...actionWords(rule)];
  const asked = `ip route get ${destination}${source === '' ? '' : ` from ${source}`}: ${said}`;
  const family = rule?.family === 'inet6' ? ['-6'] : [];
  const change = (word: 'add' | 'del', { priority }: ObservedPolicyRule) => [
    commandIn(namespace, 'ip', ...family, 'rule', word, 'priority', String(priority), ...words),
  ];
  return {
    id: 'kernel-refuses',
    ...at(direction, namespace),
    text:
      rule === undefined
        ? l10n.t`The routing tables of ${label} have a way to ${destination}, but its kernel refuses it.`
        : l10n.t`A policy rule of ${label} refuses what goes to ${destination}, before the tables are asked.`,
    evidence: [asked, ...(rule === undefined ? [] : [`ip rule: ${rule.priority}: ${words.join(' ')}`])],
    ...(rule === undefined
      ? {}
      : {
          fix: {
            title: l10n.t`Take the policy rule ${rule.priority} out of ${label}`,
            run: change('del', rule),
            undo: change('add', rule),
          },
        }),
  };
}

/** A packet comes back to where it was. */
export function routingLoop(direction: Direction, namespace: ObservedNamespace, { destination }: Packet): Cause {
  return {
    id: 'routing-loop',
    ...at(direction, namespace),
    text: l10n.t`What goes to ${destination} comes back to ${labelOf(namespace)}: the routes send it in a circle until its time to live is used up.`,
    evidence: [],
  };
}

/** It leaves the host although its goal is inside, behind a router that is not asked. */
export function wayInsideUnknown(
  facts: TraceFacts,
  direction: Direction,
  namespace: ObservedNamespace,
  { destination, family }: Packet,
  owner: ObservedNamespace,
  dev: string,
): Cause {
  const label = labelOf(namespace);
  const found = routerTo(facts, namespace, destination);
  const option = family === 'inet6' ? ['-6'] : [];
  const words = found === undefined ? [] : [found.network, 'via', found.address];
  return {
    id: direction === 'back' ? 'no-way-back' : 'no-route',
    ...at(direction, namespace),
    text: l10n.t`${label} has no route to the network of ${labelOf(owner)}, which has ${destination}: by its default route the packet leaves by ${dev}.`,
    evidence: [
      `ip route: ${namespace.routes
        .filter((route) => route.family === family && route.table === 'main')
        .map(printRoute)
        .join('; ')}`,
    ],
    ...(found === undefined
      ? {}
      : {
          fix: {
            title: l10n.t`Give ${label} a route to ${found.network} via ${found.address}`,
            run: [commandIn(namespace, 'ip', ...option, 'route', 'add', ...words)],
            undo: [commandIn(namespace, 'ip', ...option, 'route', 'del', ...words)],
            edit: editFor(
              namespace,
              l10n.t`a route under ${namespace.isRoot ? 'host' : `namespaces.${label}`}`,
              `routes:\n  - { to: ${found.network}, via: "${found.address}" }`,
              { type: 'route', add: { to: found.network, via: found.address } },
            ),
          },
        }),
  };
}
