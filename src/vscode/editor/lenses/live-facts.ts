import type { HostSnapshot, ObservedLink, ObservedNamespace } from '../../../host/model';
import { natGroupsIn, sourceNatFor, type NatGroup } from '../../../lab/nat-groups';

/** A namespace of a host with its interfaces by name, and how many ports each bridge has. */
export interface LiveScope {
  readonly namespace: ObservedNamespace;
  readonly links: ReadonlyMap<string, ObservedLink>;
  readonly ports: ReadonlyMap<string, number>;
}

/** What lenses look up in a snapshot: made once for each, so that a thousand lenses cost a thousand look-ups. */
export class LiveFacts {
  private readonly byName = new Map<string | undefined, ObservedNamespace>();
  private readonly scopes = new Map<ObservedNamespace, LiveScope>();

  constructor(readonly snapshot: HostSnapshot) {
    for (const namespace of snapshot.namespaces) {
      // A namespace without a name is reached by none, and is not the root namespace either.
      if (namespace.isRoot || namespace.name !== undefined) this.byName.set(namespace.name, namespace);
    }
  }

  /** `undefined` as a name is the root namespace. */
  scope(name: string | undefined): LiveScope | undefined {
    const namespace = this.byName.get(name);
    if (namespace === undefined) return undefined;
    let scope = this.scopes.get(namespace);
    if (scope === undefined) this.scopes.set(namespace, (scope = scopeOf(namespace)));
    return scope;
  }
}

function scopeOf(namespace: ObservedNamespace): LiveScope {
  const ports = new Map<string, number>();
  for (const { master } of namespace.links) if (master !== undefined) ports.set(master, (ports.get(master) ?? 0) + 1);
  return { namespace, links: new Map(namespace.links.map((link) => [link.name, link])), ports };
}

/** The source NAT of a bridge's own namespace that covers one of its addresses. */
export function sourceNatOf({ snapshot }: LiveFacts, { namespace }: LiveScope, bridge: ObservedLink): NatGroup[] {
  const addresses = bridge.addresses.map(({ cidr }) => cidr);
  return sourceNatFor(natGroupsIn(snapshot, namespace), addresses);
}

const known = new WeakMap<HostSnapshot, LiveFacts>();

/** The facts of a snapshot, made once. */
export function liveFacts(snapshot: HostSnapshot): LiveFacts {
  let facts = known.get(snapshot);
  if (facts === undefined) known.set(snapshot, (facts = new LiveFacts(snapshot)));
  return facts;
}
