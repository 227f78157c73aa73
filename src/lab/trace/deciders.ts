import type { HostSnapshot, ObservedNamespace, ObservedNatRule, ObservedRoute } from '../../host/model';
import type { Subject } from '../../protocol/subject';
import type { RuleRef } from '../../trace/model';
import type { TracedHop } from '../../trace/report';
import { linkSubject, namespaceSubject, routeSubject } from '../actions/subjects';
import { natGroupsIn, type NatGroup } from '../nat-groups';
import { natSubject } from '../nat-subjects';
import type { DeclaredDecider } from './declared';
import type { TraceStop } from './stops';

/** What decided at a hop, where that is a thing of its own on the host: a route, a rule of NAT, another rule of the packet filter. */
export type Decider =
  | { readonly type: 'route'; readonly namespace: ObservedNamespace; readonly route: ObservedRoute }
  | { readonly type: 'nat'; readonly namespace: ObservedNamespace; readonly group: NatGroup; readonly rule: RuleRef }
  | { readonly type: 'rule'; readonly namespace: ObservedNamespace; readonly rule: RuleRef }
  | { readonly type: 'forwarding'; readonly namespace: ObservedNamespace };

export function deciderOf(
  { namespaceId, kind, route, rule, by }: TracedHop,
  snapshot: HostSnapshot,
): Decider | undefined {
  const namespace = snapshot.namespaces.find(({ id }) => id === namespaceId);
  if (namespace === undefined) return undefined;
  if (route !== undefined) return { type: 'route', namespace, route };
  if (kind === 'forward') return { type: 'forwarding', namespace };
  if (rule === undefined) return undefined;
  const group = natGroupFor(rule, by, namespace, snapshot);
  return group === undefined ? { type: 'rule', namespace, rule } : { type: 'nat', namespace, group, rule };
}

/** The NAT rule as people see it that a rule of the packet filter belongs to: by its place there, else by its words. */
export function natGroupFor(
  rule: RuleRef,
  by: string | undefined,
  namespace: ObservedNamespace,
  snapshot: HostSnapshot,
): NatGroup | undefined {
  const isIt = (one: ObservedNatRule): boolean => {
    if (one.engine !== rule.engine || one.table !== rule.table || one.chain !== rule.chain) return false;
    if (rule.handle !== undefined && one.place?.handle !== undefined) return one.place.handle === rule.handle;
    return one.place?.position === rule.position || one.text === by;
  };
  return natGroupsIn(snapshot, namespace).find(({ live }) => live.some(isIt));
}

/** The subject of its row in the tree; undefined for what has none there. */
export function subjectOfDecider(hostId: string, snapshot: HostSnapshot, decider: Decider): Subject | undefined {
  switch (decider.type) {
    case 'route':
      return routeSubject(hostId, decider.namespace, decider.route);
    case 'nat':
      return natSubject(hostId, snapshot, decider.group);
    case 'rule':
    case 'forwarding':
      return undefined;
  }
}

/** As what a topology file may declare it; `lab` where only that lab's file does. undefined for what no file declares. */
export function declaredDecider(
  decider: Decider,
): { readonly lab?: string; readonly declared: DeclaredDecider } | undefined {
  const { namespace } = decider;
  // A namespace without a name under /run/netns is in no file.
  if (!namespace.isRoot && namespace.name === undefined) return undefined;
  const place = namespace.isRoot || namespace.name === undefined ? {} : { namespace: namespace.name };
  switch (decider.type) {
    case 'route': {
      const { to, via, table } = decider.route;
      return { declared: { type: 'route', ...place, to, table, ...(via === undefined ? {} : { via }) } };
    }
    case 'nat': {
      const { lab, declared } = decider.group;
      if (lab === undefined || declared === undefined) return undefined;
      return { lab, declared: { type: 'nat', ...place, ...declared } };
    }
    case 'forwarding':
      return { declared: { type: 'forwarding', ...place } };
    case 'rule':
      return undefined;
  }
}

/** The subject of a stop's own row in the tree; undefined for the outside, and for what has none there. */
export function subjectOfStop(
  hostId: string,
  snapshot: HostSnapshot,
  { namespaceId, dev, hops }: Pick<TraceStop, 'namespaceId' | 'dev' | 'hops'>,
): Subject | undefined {
  const namespace = snapshot.namespaces.find(({ id }) => id === namespaceId);
  if (namespace === undefined) return undefined;
  const [first] = hops;
  const decider = first?.kind === 'nat' ? deciderOf(first, snapshot) : undefined;
  if (decider?.type === 'nat') return subjectOfDecider(hostId, snapshot, decider);
  if (dev === undefined) return namespaceSubject(hostId, namespace);
  const link = namespace.links.find(({ name }) => name === dev);
  return link === undefined || link.kind === 'loopback' ? undefined : linkSubject(hostId, namespace, link);
}
