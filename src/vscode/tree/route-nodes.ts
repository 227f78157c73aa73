import * as l10n from '@vscode/l10n';
import { plainLine } from '../../base/plain-text';
import type { ObservedNamespace, ObservedPolicyRule, ObservedRoute } from '../../host/model';
import { actionWords, selectorWords } from '../../host/policy-rule';
import { routeSubject } from '../../lab/actions/subjects';
import { facts, type TreeNode } from './node';

export function routeGroup(parentId: string, hostId: string, namespace: ObservedNamespace): TreeNode[] {
  const routes = namespace.routes.filter(isTellingRoute);
  if (routes.length === 0) return [];
  const id = `${parentId}/routes`;
  const seen = new Map<string, number>();
  return [
    {
      id,
      hostId,
      context: 'routes',
      label: l10n.t`Routes`,
      description: String(routes.length),
      icon: { name: 'milestone' },
      tooltip: [l10n.t`Unicast routes of the main table and of tables of one’s own.`],
      children: routes.map((route) => routeNode(id, hostId, namespace, route, seen)),
    },
  ];
}

/** Leaves out the local table and IPv6's link-local and multicast routes: the kernel makes those for every interface. */
function isTellingRoute(route: ObservedRoute): boolean {
  return route.table !== 'local' && !route.to.startsWith('fe80::') && !route.to.startsWith('ff00::');
}

function routeNode(
  parentId: string,
  hostId: string,
  namespace: ObservedNamespace,
  route: ObservedRoute,
  seen: Map<string, number>,
): TreeNode {
  const type = route.type === 'unicast' ? undefined : route.type;
  const way = [
    route.via === undefined ? undefined : `via ${route.via}`,
    route.dev === undefined ? undefined : `dev ${route.dev}`,
  ].filter((part) => part !== undefined);
  const key = [route.to, route.table, route.via ?? '', route.dev ?? '', route.metric ?? ''].join('|');
  const count = seen.get(key) ?? 0;
  seen.set(key, count + 1);
  return {
    id: `${parentId}/${key}${count === 0 ? '' : `#${count}`}`,
    hostId,
    context: 'route',
    label: plainLine(route.to),
    subject: routeSubject(hostId, namespace, route),
    description: facts(
      type,
      way.join(' '),
      route.metric === undefined ? undefined : `metric ${route.metric}`,
      route.table === 'main' ? undefined : `table ${route.table}`,
    ),
    icon: { name: route.to === 'default' ? 'arrow-right' : 'milestone' },
    tooltip: [
      facts(
        route.family === 'inet' ? 'IPv4' : 'IPv6',
        route.protocol && l10n.t`made by ${route.protocol}`,
        route.scope,
      ),
    ],
    children: [],
  };
}

/** The policy rules besides those that the kernel gives every namespace. */
export function ruleGroup(parentId: string, hostId: string, namespace: ObservedNamespace): TreeNode[] {
  const rules = namespace.rules.filter((rule) => !isKernelsOwn(rule));
  if (rules.length === 0) return [];
  const id = `${parentId}/rules`;
  return [
    {
      id,
      hostId,
      context: 'rules',
      label: l10n.t`Policy Rules`,
      description: String(rules.length),
      icon: { name: 'list-ordered' },
      tooltip: [l10n.t`Which routing table is asked for which packets (ip rule), in the order of their priority.`],
      children: rules.map((rule, index) => ruleNode(id, hostId, rule, index)),
    },
  ];
}

function isKernelsOwn(rule: ObservedPolicyRule): boolean {
  const { priority, table } = rule;
  // `from` and `all`.
  const isForAll = rule.from === undefined && selectorWords(rule).length === 2;
  const usual: Readonly<Record<number, string>> = { 0: 'local', 32766: 'main', 32767: 'default' };
  return isForAll && table !== undefined && usual[priority] === table;
}

function ruleNode(parentId: string, hostId: string, rule: ObservedPolicyRule, index: number): TreeNode {
  const { family, priority, action } = rule;
  const refuses = action === 'blackhole' || action === 'unreachable' || action === 'prohibit';
  return {
    id: `${parentId}/${family} ${priority} ${index}`,
    hostId,
    context: 'rule',
    label: plainLine(selectorWords(rule).join(' ')),
    description: facts(actionWords(rule).join(' '), `priority ${priority}`),
    icon: refuses ? { name: 'circle-slash', color: 'charts.yellow' } : { name: 'git-branch' },
    tooltip: [family === 'inet' ? 'IPv4' : 'IPv6'],
    children: [],
  };
}
