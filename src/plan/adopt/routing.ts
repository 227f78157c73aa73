import * as l10n from '@vscode/l10n';
import type { ObservedNamespace, ObservedRoute } from '../../host/model';
import { actionWords, selectorWords, wordsBeyondFiles } from '../../host/policy-rule';
import type { TopologyFile } from '../../topology/generated/topology-file';
import { contains, parseCidr } from '../cidr';
import { deviceKey } from '../planning';
import { refOf } from '../cables';
import { isAddedRule } from '../restore';
import type { Selection } from './selection';

type Scope = NonNullable<NonNullable<TopologyFile['namespaces']>[string]>;
type RouteEntry = NonNullable<Scope['routes']>[number];
type RuleEntry = NonNullable<Scope['rules']>[number];

const types = ['unicast', 'blackhole', 'unreachable', 'prohibit'] as const;
const scopes = ['global', 'site', 'link', 'host'] as const;

/** The routes that somebody set; of the host only those over interfaces of the file. */
export function routeEntries(selection: Selection, namespace: ObservedNamespace, leftOut: string[]): RouteEntry[] {
  const own = namespace.routes.filter((route) => isSet(route) && isOfFile(selection, namespace, route));
  const keys = own.map(({ family, to, table, metric }) => [family, to, table, metric ?? ''].join(' '));
  return own.flatMap((route, index) => {
    const where = namespace.name ?? l10n.t`the host`;
    const text = [route.to, route.via && l10n.t`via ${route.via}`, route.dev && l10n.t`dev ${route.dev}`]
      .filter(Boolean)
      .join(' ');
    const type = types.find((one) => one === route.type);
    const why =
      type === undefined
        ? l10n.t`files have no routes of the type ${route.type}`
        : keys.filter((key) => key === keys[index]).length > 1
          ? l10n.t`it goes by several ways at once`
          : route.onLink === true || (route.via !== undefined && waysTo(namespace, route.via).length === 0)
            ? l10n.t`its gateway is on no network of the namespace`
            : undefined;
    if (type === undefined || why !== undefined) {
      leftOut.push(l10n.t`route ${text} of ${where}: ${why ?? ''}.`);
      return [];
    }
    return [routeEntry(namespace, route, type)];
  });
}

/** Not the kernel's own, nor what routers and DHCP brought, which comes again by itself. */
function isSet({ table, protocol }: ObservedRoute): boolean {
  return table !== 'local' && !['kernel', 'ra', 'redirect', 'dhcp'].includes(protocol ?? '');
}

function isOfFile({ devices }: Selection, namespace: ObservedNamespace, { dev }: ObservedRoute): boolean {
  if (!namespace.isRoot) return true;
  return dev !== undefined && devices.has(deviceKey(refOf(undefined, dev)));
}

function routeEntry(namespace: ObservedNamespace, route: ObservedRoute, type: (typeof types)[number]): RouteEntry {
  const { family, to, via, dev, metric, table, src, scope } = route;
  const ways = via === undefined ? [] : waysTo(namespace, via);
  const needsDev = dev !== undefined && type === 'unicast' && !(ways.length === 1 && ways[0] === dev);
  const usualScope = family === 'inet' && via === undefined && type === 'unicast' ? 'link' : 'global';
  const written = scopes.find((one) => one === scope);
  // IP6_RT_PRIO_USER in include/net/ip6_route.h.
  const usualMetric = family === 'inet6' ? 1024 : 0;
  // Without a gateway, nothing tells the families' default routes apart.
  const isUnclear = to === 'default' && via === undefined && family === 'inet6';
  return {
    to: isUnclear ? '::/0' : shortDestination(to),
    ...(via === undefined ? {} : { via }),
    ...(needsDev ? { dev } : {}),
    ...(metric === undefined || metric === usualMetric ? {} : { metric }),
    ...(table === 'main' ? {} : { table: numberOrText(table) }),
    ...(src === undefined ? {} : { src }),
    ...(written === undefined || written === usualScope ? {} : { scope: written }),
    ...(type === 'unicast' ? {} : { type }),
  };
}

/** The interfaces on whose networks a gateway is. */
function waysTo({ links }: ObservedNamespace, via: string): string[] {
  return links
    .filter(({ addresses }) =>
      addresses.some(({ cidr, peer }) => {
        const network = parseCidr(peer ?? cidr);
        return network !== undefined && contains(network, via);
      }),
    )
    .map(({ name }) => name);
}

function shortDestination(to: string): string {
  return to.replace(to.includes(':') ? /\/128$/ : /\/32$/, '');
}

function numberOrText(text: string): number | string {
  return /^\d+$/.test(text) ? Number(text) : text;
}

/** The policy rules that somebody added. */
export function ruleEntries(namespace: ObservedNamespace, leftOut: string[]): RuleEntry[] {
  return namespace.rules.flatMap((rule) => {
    if (!isAddedRule(rule)) return [];
    const { from, to, iif, fwmark, table, priority } = rule;
    const beyond = wordsBeyondFiles(rule);
    if (table === undefined || beyond.length > 0) {
      const said = [...selectorWords(rule), ...actionWords(rule)].join(' ');
      leftOut.push(
        l10n.t`policy rule ${priority} of ${namespace.name ?? l10n.t`the host`}: ${said}: files have no word for ${beyond.join(', ')}.`,
      );
      return [];
    }
    const said = {
      ...(from === undefined || from === 'all' ? {} : { from }),
      ...(to === undefined || to === 'all' ? {} : { to }),
      ...(iif === undefined ? {} : { iif }),
      ...(fwmark === undefined ? {} : { fwmark }),
    };
    if (rule.family === 'inet6' && said.from === undefined && said.to === undefined) {
      leftOut.push(
        l10n.t`IPv6 policy rule ${priority} of ${namespace.name ?? l10n.t`the host`}: files tell the family by an address.`,
      );
      return [];
    }
    return [{ ...said, table: numberOrText(table), priority }];
  });
}
