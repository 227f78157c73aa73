import { optional } from '../host/json';
import { linkNamed, type TraceFacts } from './facts';
import type { Cause } from './model';
import { distinct, sameNetwork } from './translate';
import { plugged } from './unplugged';
import type { PaperWay } from './walk';

/**
 * What a way is to be blamed for besides, where a packet gets on by another way than the one that it is meant to take: a cable ends beside
 * its bridge, and Linux answers for its addresses at that end as well; a route is missing, and it leaves the host by the default route.
 * What stands on the way that is meant bites as soon as that is mended, so that one is walked too, on paper. What is wrong on the other
 * alone has these for its cause.
 *
 * @param walk the way on another picture of the host
 */
export function asIfMended(facts: TraceFacts, found: PaperWay, walk: (facts: TraceFacts) => PaperWay): PaperWay {
  const detours = found.causes.filter((cause) => mended(facts, cause) !== facts);
  if (detours.length === 0) return found;
  // What the kernel said of the probe is of the way that it took.
  const { snapshot, details, flows } = detours.reduce(mended, facts);
  const then = walk({ snapshot, details, ...optional('flows', flows) });
  const isThere = (cause: Cause): boolean => distinct([...then.causes, cause]).length === then.causes.length;
  const kept = found.causes.filter((cause) => detours.includes(cause) || isThere(cause));
  return {
    ...found,
    causes: distinct([...kept, ...then.causes.map(withoutPlace)]),
    questions: [...found.questions, ...then.questions],
    flowQuestions: [...found.flowQuestions, ...then.flowQuestions],
    passed: [...new Set([...found.passed, ...then.passed])],
  };
}

/** Its hop is one of another way. */
function withoutPlace(cause: Cause): Cause {
  const { hop, ...rest } = cause;
  return hop === undefined ? cause : rest;
}

/** The host as it would be without the cause; the same where that is none of those that a packet gets past. */
function mended(facts: TraceFacts, { id, namespaceId, dev, fix }: Cause): TraceFacts {
  const request = fix?.edit?.request;
  const namespace = facts.snapshot.namespaces.find((one) => one.id === namespaceId);
  if (namespace === undefined) return facts;
  if (id === 'not-plugged' && request?.type === 'plug') {
    const link = linkNamed(namespace, dev);
    const bridge = linkNamed(namespace, request.bridge);
    if (link === undefined || bridge === undefined || link.master !== undefined) return facts;
    return plugged(facts, { end: { namespace, link }, bridge, before: [] });
  }
  const { to, via } = (request?.type === 'route' ? request.add : undefined) ?? {};
  if (id !== 'no-route' || to === undefined || via === undefined) return facts;
  const out = namespace.links.find(({ addresses }) => addresses.some(({ cidr }) => sameNetwork(cidr, via)));
  const family = via.includes(':') ? 'inet6' : 'inet';
  if (out === undefined || namespace.routes.some((route) => route.to === to && route.via === via)) return facts;
  const routes = [...namespace.routes, { family, to, via, dev: out.name, table: 'main', type: 'unicast' } as const];
  const namespaces = facts.snapshot.namespaces.map((one) => (one === namespace ? { ...one, routes } : one));
  // The kernel answered by the routes that it has.
  const own = facts.details.get(namespace.id);
  const details = new Map(facts.details);
  if (own !== undefined) details.set(namespace.id, { ...own, answers: new Map() });
  return { ...facts, snapshot: { ...facts.snapshot, namespaces }, details };
}
