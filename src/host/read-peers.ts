import type { ObservedLink } from './model';
import { cableKinds, type ReadLink } from './read-links';

/** What is known of one namespace before its cables are followed. */
export interface PeerSource {
  readonly id: string;
  /** Whether it has a name under /run/netns. */
  readonly isNamed: boolean;
  readonly links: readonly ReadLink[];
  /** The namespaces' numbers as counted in this one → ids, as far as `ip netns list-id` could name them. */
  readonly numbers: ReadonlyMap<number, string>;
}

interface Place {
  readonly namespace: PeerSource;
  readonly read: ReadLink;
}

/**
 * Finds the other end of every cable and returns each namespace's links with it, by namespace id.
 *
 * The kernel says of a veth end: the other's ifindex (`link_index`) in the namespace that I count as number N
 * (`link_netnsid`). `ip netns list-id` puts a name to N wherever there is one, so an N without a name is a nameless
 * namespace: the root namespace, or one that was not read. For these the ends that name each other are looked for: mine
 * has index i and points to j, the other has j and points to i. Where several would fit, no peer is named rather than a
 * wrong one.
 */
export function connectPeers(namespaces: readonly PeerSource[]): ReadonlyMap<string, readonly ObservedLink[]> {
  const index = new PeerIndex(namespaces);
  index.settleUnnamed();
  return new Map(
    namespaces.map((namespace) => [
      namespace.id,
      namespace.links.map((read) => {
        if (!cableKinds.has(read.link.kind)) return { ...read.link, ...index.parentOf(namespace, read) };
        const peer = index.peerOf(namespace, read);
        return peer === undefined ? read.link : { ...read.link, peer };
      }),
    ]),
  );
}

class PeerIndex {
  private readonly byId = new Map<string, PeerSource>();
  /** Cable ends that point into another namespace, by `INDEX>OTHER_INDEX`. */
  private readonly ends = new Map<string, Place[]>();
  private readonly numbers = new Map<string, Map<number, string>>();

  constructor(private readonly namespaces: readonly PeerSource[]) {
    for (const namespace of namespaces) {
      this.byId.set(namespace.id, namespace);
      this.numbers.set(namespace.id, new Map(namespace.numbers));
      for (const read of namespace.links) {
        const other = farEnd(read);
        if (other === undefined) continue;
        const key = `${read.link.index}>${other.index}`;
        const known = this.ends.get(key);
        if (known === undefined) this.ends.set(key, [{ namespace, read }]);
        else known.push({ namespace, read });
      }
    }
  }

  peerOf(namespace: PeerSource, read: ReadLink): ObservedLink['peer'] {
    if (read.other !== undefined && 'here' in read.other) {
      const { here } = read.other;
      return namespace.links.some(({ link }) => link.name === here)
        ? { namespaceId: namespace.id, name: here }
        : undefined;
    }
    const other = farEnd(read);
    if (other === undefined) return undefined;
    const target = this.numbers.get(namespace.id)?.get(other.namespaceNumber);
    const there = this.facing(namespace, read).find((place) => place.namespace.id === target);
    return there && { namespaceId: there.namespace.id, name: there.read.link.name };
  }

  /**
   * What an interface stands on that lies in another namespace. A number without a name is the root namespace's here, if
   * the root namespace is not known under another and no other number is in question: lower interfaces name nobody back.
   */
  parentOf(namespace: PeerSource, { link, other }: ReadLink): Pick<ObservedLink, 'parent' | 'parentNamespaceId'> {
    if (other === undefined || 'here' in other) return {};
    // An index left out equals its own.
    const index = other.index ?? link.index;
    const known = this.numbers.get(namespace.id);
    const place = known?.get(other.namespaceNumber) ?? this.rootIfOnlyOne(namespace, other.namespaceNumber);
    const parent = this.byId.get(place ?? '')?.links.find((below) => below.link.index === index);
    return parent === undefined || place === undefined ? {} : { parent: parent.link.name, parentNamespaceId: place };
  }

  private rootIfOnlyOne(namespace: PeerSource, number: number): string | undefined {
    const known = this.numbers.get(namespace.id);
    const [root, ...others] = this.namespaces.filter(({ id, isNamed }) => !isNamed && id !== namespace.id);
    if (root === undefined || others.length > 0 || [...(known?.values() ?? [])].includes(root.id)) return undefined;
    const unnamed = namespace.links.flatMap(({ other }) =>
      other !== undefined && !('here' in other) && known?.has(other.namespaceNumber) !== true
        ? [other.namespaceNumber]
        : [],
    );
    return unnamed.every((one) => one === number) ? root.id : undefined;
  }

  /**
   * Gives the numbers that no name stands for an id, where only one namespace fits every cable with that number.
   * Repeated, since each number settled rules out a namespace elsewhere.
   */
  settleUnnamed(): void {
    for (let settled = true; settled;) {
      settled = false;
      for (const namespace of this.namespaces) {
        for (const [number, reads] of this.unsettled(namespace)) {
          const candidates = reads
            .map((read) => new Set(this.facing(namespace, read).map((place) => place.namespace.id)))
            .reduce((common, next) => new Set([...common].filter((id) => next.has(id))));
          const [only] = candidates;
          if (candidates.size !== 1 || only === undefined) continue;
          this.numbers.get(namespace.id)?.set(number, only);
          settled = true;
        }
      }
    }
  }

  private unsettled(namespace: PeerSource): Map<number, ReadLink[]> {
    const known = this.numbers.get(namespace.id);
    const groups = new Map<number, ReadLink[]>();
    for (const read of namespace.links) {
      const number = farEnd(read)?.namespaceNumber;
      if (number === undefined || known?.has(number)) continue;
      groups.set(number, [...(groups.get(number) ?? []), read]);
    }
    return groups;
  }

  /** The ends in other namespaces that this end and they themselves could mean: the indices name each other, no number speaks against it. */
  private facing(namespace: PeerSource, read: ReadLink): Place[] {
    const other = farEnd(read);
    if (other === undefined) return [];
    return (this.ends.get(`${other.index}>${read.link.index}`) ?? []).filter(
      (place) =>
        place.namespace.id !== namespace.id &&
        this.couldBe(namespace.id, other.namespaceNumber, place.namespace.id) &&
        this.couldBe(place.namespace.id, farEnd(place.read)?.namespaceNumber, namespace.id),
    );
  }

  /** Whether `from` may count `target` as `number`: it does, or the number has no name, the target neither, and nothing else is known. */
  private couldBe(from: string, number: number | undefined, target: string): boolean {
    const known = this.numbers.get(from);
    if (known === undefined || number === undefined) return false;
    const settled = known.get(number);
    if (settled !== undefined) return settled === target;
    return this.byId.get(target)?.isNamed === false && ![...known.values()].includes(target);
  }
}

/** The end in another namespace that a cable names; an index left out equals its own. */
function farEnd(read: ReadLink): { readonly index: number; readonly namespaceNumber: number } | undefined {
  if (!cableKinds.has(read.link.kind) || read.other === undefined || 'here' in read.other) return undefined;
  return { index: read.other.index ?? read.link.index, namespaceNumber: read.other.namespaceNumber };
}
