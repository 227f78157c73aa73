import type { Scene } from './scene';
import { groupBy } from './scene';
import { mean } from './place';

/** A run of namespaces that stand together in the row: those on one bridge alone may wrap into several rows. */
export interface Block {
  readonly cards: readonly string[];
  /** The bridge below it, where all of them are on that one and nothing else. */
  readonly bar?: string;
  readonly wraps: boolean;
  /** No cable leads from it to the host: it may stand above the others. */
  readonly floats: boolean;
}

/** Who is plugged into whom, by unit. */
export type Neighbours = ReadonlyMap<string, ReadonlySet<string>>;

export function neighboursOf(scene: Scene): Neighbours {
  const neighbours = new Map<string, Set<string>>();
  for (const id of scene.units.keys()) neighbours.set(id, new Set());
  for (const { cable, from, to } of scene.cables) {
    // A tunnel leads over what is between: its ends are no neighbours.
    if (from.unit === to.unit || cable.kind === 'tunnel') continue;
    neighbours.get(from.unit)?.add(to.unit);
    neighbours.get(to.unit)?.add(from.unit);
  }
  return neighbours;
}

/**
 * The order of the row of namespaces. Bridges that share namespaces stand beside each other, a namespace between the
 * bridges it joins, namespaces cabled to each other in the cable's order; what is connected to nothing comes last. The
 * same network always gives the same order.
 */
export function orderBlocks(scene: Scene): Block[] {
  const neighbours = neighboursOf(scene);
  const kindOf = (id: string) => scene.units.get(id)?.kind;
  const cards = [...scene.units.values()].filter(({ kind }) => kind === 'card').map(({ id }) => id);
  const bars = [...scene.units.values()].filter(({ kind }) => kind === 'bar').map(({ id }) => id);

  const barsOf = (card: string) => [...(neighbours.get(card) ?? [])].filter((id) => kindOf(id) === 'bar');
  const cardsOf = (id: string) => [...(neighbours.get(id) ?? [])].filter((other) => kindOf(other) === 'card');
  const barIndex = new Map(orderBars(bars, cards, barsOf).map((id, index) => [id, index]));

  const chains = chainOrder(cards, cardsOf);
  const key = (card: string): number => {
    const own = barsOf(card).map((id) => barIndex.get(id) ?? 0);
    return own.length > 0 ? mean(own) : NaN;
  };
  const keys = new Map(cards.map((card) => [card, key(card)]));
  // A namespace that reaches a bridge only through another stands beside that one.
  for (const chain of chains) {
    const known = chain.map((card) => keys.get(card) ?? NaN).filter((each) => !Number.isNaN(each));
    const fallback = known.length > 0 ? mean(known) : bars.length + (chain.length > 1 ? 0 : 1);
    for (const card of chain) if (Number.isNaN(keys.get(card) ?? NaN)) keys.set(card, fallback);
  }
  for (const card of cards) {
    const lonely = (neighbours.get(card)?.size ?? 0) === 0;
    if (lonely) keys.set(card, bars.length + 2);
  }
  const chainPlace = new Map(chains.flat().map((card, index) => [card, index]));
  const ordered = [...cards].sort(
    (a, b) => (keys.get(a) ?? 0) - (keys.get(b) ?? 0) || (chainPlace.get(a) ?? 0) - (chainPlace.get(b) ?? 0),
  );
  const chainOf = new Map(chains.flatMap((chain, index) => chain.map((card) => [card, index] as const)));
  const home = (card: string): Home => {
    const all = [...(neighbours.get(card) ?? [])];
    const [only] = all;
    if (only === undefined) return { key: 'lonely', wraps: true };
    if (all.length === 1 && kindOf(only) === 'bar') return { key: only, wraps: true, bar: only };
    return { key: `chain ${chainOf.get(card) ?? card}`, wraps: false };
  };
  const reachesHost = (card: string): boolean =>
    (chains[chainOf.get(card) ?? -1] ?? [card]).some((member) =>
      [...(neighbours.get(member) ?? [])].some((other) => kindOf(other) !== 'card'),
    );
  return intoBlocks(ordered, home).map((block) => ({ ...block, floats: !block.cards.some(reachesHost) }));
}

/** Bridges in an order that keeps those with common namespaces together: a walk that starts where fewest join. */
function orderBars(bars: readonly string[], cards: readonly string[], barsOf: (card: string) => string[]): string[] {
  const joined = new Map<string, Set<string>>(bars.map((id) => [id, new Set<string>()]));
  for (const card of cards) {
    const own = barsOf(card);
    for (const a of own) for (const b of own) if (a !== b) joined.get(a)?.add(b);
  }
  return walk(bars, (id) => [...(joined.get(id) ?? [])]);
}

/** The namespaces of each group of direct cables, in the order of a walk along them. */
function chainOrder(cards: readonly string[], cardsOf: (card: string) => string[]): string[][] {
  const chains: string[][] = [];
  const seen = new Set<string>();
  const order = walk(cards, cardsOf);
  for (const card of order) {
    const chain = chains.at(-1);
    if (chain !== undefined && cardsOf(card).some((other) => seen.has(other))) chain.push(card);
    else chains.push([card]);
    seen.add(card);
  }
  return chains;
}

/** Depth-first over all components, each entered at an end (fewest neighbours), first come first served among equals. */
function walk(ids: readonly string[], next: (id: string) => string[]): string[] {
  const place = new Map(ids.map((id, index) => [id, index]));
  const order: string[] = [];
  const seen = new Set<string>();
  const byEnds = (a: string, b: string) => next(a).length - next(b).length || (place.get(a) ?? 0) - (place.get(b) ?? 0);
  const component = (start: string): string[] => {
    const members = [start];
    const found = new Set(members);
    for (const id of members) {
      for (const other of next(id)) {
        if (!found.has(other)) {
          found.add(other);
          members.push(other);
        }
      }
    }
    return members;
  };
  for (const id of ids) {
    if (seen.has(id)) continue;
    const [entry = id] = component(id).sort(byEnds);
    const stack = [entry];
    for (let each = stack.pop(); each !== undefined; each = stack.pop()) {
      if (seen.has(each)) continue;
      seen.add(each);
      order.push(each);
      stack.push(
        ...next(each)
          .filter((other) => !seen.has(other))
          .sort(byEnds)
          .reverse(),
      );
    }
  }
  return order;
}

/** Where a namespace belongs; neighbours in the row with the same key make a block. */
interface Home {
  readonly key: string;
  readonly wraps: boolean;
  readonly bar?: string;
}

function intoBlocks(ordered: readonly string[], homeOf: (card: string) => Home): Omit<Block, 'floats'>[] {
  let run = 0;
  let previous: string | undefined;
  const runs = ordered.map((card) => {
    const home = homeOf(card);
    if (home.key !== previous) run++;
    previous = home.key;
    return { card, run, home };
  });
  return [...groupBy(runs, (each) => each.run).values()].map((members) => ({
    cards: members.map(({ card }) => card),
    wraps: members[0]?.home.wraps ?? false,
    ...(members[0]?.home.bar === undefined ? {} : { bar: members[0].home.bar }),
  }));
}
