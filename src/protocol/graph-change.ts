import type { GraphCable, GraphNat, GraphNode, GraphView } from './graph';

/** What is another in a view than in the one before, so that of a large picture not all has to be told again. */
export interface GraphChange {
  readonly nodes: ListChange<GraphNode>;
  readonly cables: ListChange<GraphCable>;
  readonly nat: ListChange<GraphNat>;
  readonly forwarding?: boolean | undefined;
}

export interface ListChange<T> {
  /** What is new or another. */
  readonly set: readonly T[];
  /** The ids of all, in their order; only where something came, went or moved. */
  readonly ids?: readonly string[];
}

/** undefined: the views are of different things, and the new one has to be told as a whole. */
export function changeBetween(before: GraphView, after: GraphView): GraphChange | undefined {
  if (before.hostName !== after.hostName || before.compared !== after.compared) return undefined;
  return {
    nodes: listChange(before.nodes, after.nodes),
    cables: listChange(before.cables, after.cables),
    nat: listChange(before.nat, after.nat),
    forwarding: after.forwarding,
  };
}

/** The view after a change. What did not change stays the same object. */
export function applyChange(before: GraphView, change: GraphChange): GraphView {
  return {
    hostName: before.hostName,
    nodes: changedList(before.nodes, change.nodes),
    cables: changedList(before.cables, change.cables),
    nat: changedList(before.nat, change.nat),
    forwarding: change.forwarding,
    ...(before.compared !== undefined && { compared: before.compared }),
  };
}

interface Identified {
  readonly id: string;
}

function listChange<T extends Identified>(before: readonly T[], after: readonly T[]): ListChange<T> {
  const known = new Map(before.map((one) => [one.id, one]));
  const set = after.filter((one) => {
    const old = known.get(one.id);
    return old !== one && (old === undefined || JSON.stringify(old) !== JSON.stringify(one));
  });
  const isInPlace = before.length === after.length && before.every(({ id }, index) => after[index]?.id === id);
  return isInPlace ? { set } : { set, ids: after.map(({ id }) => id) };
}

function changedList<T extends Identified>(before: readonly T[], { set, ids }: ListChange<T>): readonly T[] {
  if (set.length === 0 && ids === undefined) return before;
  const known = new Map([...before, ...set].map((one) => [one.id, one]));
  return (ids ?? before.map(({ id }) => id)).flatMap((id) => known.get(id) ?? []);
}
