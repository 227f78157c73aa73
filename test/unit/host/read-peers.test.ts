import assert from 'node:assert/strict';
import fc from 'fast-check';
import type { ObservedLink } from '../../../src/host/model';
import type { ReadLink } from '../../../src/host/read-links';
import { connectPeers, type PeerSource } from '../../../src/host/read-peers';

function veth(index: number, other: ReadLink['other']): ReadLink {
  const link: ObservedLink = {
    index,
    name: `v${index}`,
    kind: 'veth',
    up: true,
    operState: 'up',
    carrier: true,
    mtu: 1500,
    addresses: [],
    altNames: [],
    data: {},
  };
  return other === undefined ? { link } : { link, other };
}

interface Wiring {
  readonly sources: readonly PeerSource[];
  /** `NAMESPACE/LINK` → the same of its other end. */
  readonly truth: ReadonlyMap<string, string>;
}

/** Wires namespaces 0…n-1 as a kernel would number them; `named` says whose numbers a name stands for. */
function wire(cables: readonly (readonly [number, number])[], count: number, named: readonly boolean[]): Wiring {
  const links: ReadLink[][] = Array.from({ length: count }, () => []);
  const numbers = Array.from({ length: count }, () => new Map<number, number>());
  const numberOf = (from: number, to: number): number => {
    const map = numbers[from]!;
    const known = map.get(to);
    if (known !== undefined) return known;
    map.set(to, map.size);
    return map.size - 1;
  };
  const truth = new Map<string, string>();
  for (const [a, b] of cables) {
    if (a === b) continue;
    const [i, j] = [links[a]!.length + 2, links[b]!.length + 2];
    // The kernel leaves the index out where both are the same.
    links[a]!.push(veth(i, { index: i === j ? undefined : j, namespaceNumber: numberOf(a, b) }));
    links[b]!.push(veth(j, { index: i === j ? undefined : i, namespaceNumber: numberOf(b, a) }));
    truth.set(`${a}/v${i}`, `${b}/v${j}`);
    truth.set(`${b}/v${j}`, `${a}/v${i}`);
  }
  const sources = links.map((own, from) => ({
    id: String(from),
    isNamed: named[from] === true,
    links: own,
    numbers: new Map(
      [...numbers[from]!].flatMap(([to, number]) => (named[to] === true ? [[number, String(to)] as const] : [])),
    ),
  }));
  return { sources, truth };
}

function found({ sources }: Wiring): Map<string, string> {
  const peers = new Map<string, string>();
  for (const [id, links] of connectPeers(sources)) {
    for (const { name, peer } of links)
      if (peer !== undefined) peers.set(`${id}/${name}`, `${peer.namespaceId}/${peer.name}`);
  }
  return peers;
}

const count = 5;
const cables = fc.array(fc.tuple(fc.nat(count - 1), fc.nat(count - 1)), { maxLength: 12 });

describe('following cables into other namespaces', () => {
  it('finds every peer where only the root namespace has no name', () => {
    fc.assert(
      fc.property(cables, (wanted) => {
        const wiring = wire(wanted, count, [false, true, true, true, true]);
        assert.deepEqual(found(wiring), new Map(wiring.truth));
      }),
    );
  });

  it('never names a wrong peer, whichever namespaces have no name', () => {
    fc.assert(
      fc.property(cables, fc.array(fc.boolean(), { minLength: count, maxLength: count }), (wanted, named) => {
        const wiring = wire(wanted, count, named);
        for (const [end, peer] of found(wiring)) assert.equal(peer, wiring.truth.get(end));
      }),
    );
  });

  it('takes no namespace that was not read for another', () => {
    const readOnes = fc.array(fc.boolean(), { minLength: count, maxLength: count });
    fc.assert(
      fc.property(cables, readOnes, (wanted, isRead) => {
        // What is not read has no name, like a container; the root namespace is always read.
        const { sources, truth } = wire(wanted, count, [false, ...isRead.slice(1)]);
        const seen = sources.filter(({ id }) => id === '0' || isRead[Number(id)] === true);
        const ids = new Set(seen.map(({ id }) => id));
        const expected = [...truth].filter(([end, peer]) =>
          [end, peer].every((place) => ids.has(place.split('/')[0]!)),
        );
        assert.deepEqual(found({ sources: seen, truth }), new Map(expected));
      }),
    );
  });
});
