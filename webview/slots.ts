import { mean, spread, type Placement, type Placements } from './place';
import { sizes, type Scene, type Slot, type Unit } from './scene';

export type Side = 'top' | 'bottom';

export interface SlotPlacement extends Placement {
  readonly side: Side;
}

/** The other ends of a unit's or a slot's cables, as units. */
export function peersOf(scene: Scene): ReadonlyMap<string, readonly string[]> {
  const peers = new Map<string, string[]>();
  const add = (id: string, other: string): void => void peers.set(id, [...(peers.get(id) ?? []), other]);
  for (const { from, to } of scene.cables) {
    add(from.id, to.unit);
    add(to.id, from.unit);
  }
  return peers;
}

/**
 * Where a card's interfaces stand: at the edge where their cables leave, ordered by where those go, so that cables do not
 * cross at the card. A peer that is not placed yet counts as below.
 */
export function placeCardSlots(scene: Scene, placements: Placements): Map<string, SlotPlacement> {
  const peers = peersOf(scene);
  const placed = new Map<string, SlotPlacement>();
  for (const unit of scene.units.values()) {
    const at = placements.get(unit.id);
    if (unit.kind !== 'card' || at === undefined) continue;
    for (const side of ['top', 'bottom'] as const) {
      const row = unit.slots.filter((slot) => sideOf(slot, unit, at, peers, placements) === side);
      placeRow(row, side, at, peers, placements, placed);
    }
  }
  return placed;
}

/** The cables of a slot, and of the sockets of a bridge inside a card. */
function peersOfSlot(slot: Slot, peers: ReadonlyMap<string, readonly string[]>): string[] {
  return [slot, ...slot.sockets].flatMap(({ id }) => peers.get(id) ?? []);
}

function sideOf(
  slot: Slot,
  unit: Unit,
  at: Placement,
  peers: ReadonlyMap<string, readonly string[]>,
  placements: Placements,
): Side {
  const others = peersOfSlot(slot, peers)
    .filter((id) => id !== unit.id)
    .flatMap((id) => placements.get(id) ?? []);
  const above = others.length > 0 && others.every(({ y, height }) => y + height / 2 < at.y - at.height / 2);
  return above ? 'top' : 'bottom';
}

function placeRow(
  row: readonly Slot[],
  side: Side,
  at: Placement,
  peers: ReadonlyMap<string, readonly string[]>,
  placements: Placements,
  placed: Map<string, SlotPlacement>,
): void {
  const direction = new Map(
    row.map((slot) => {
      const others = peersOfSlot(slot, peers).flatMap((id) => placements.get(id) ?? []);
      return [slot, others.length === 0 ? at.x : mean(others.map(({ x }) => x))];
    }),
  );
  const wired = (slot: Slot): number => (peersOfSlot(slot, peers).length > 0 ? 0 : 1);
  const ordered = [...row].sort(
    (a, b) => wired(a) - wired(b) || (direction.get(a) ?? 0) - (direction.get(b) ?? 0) || compare(a.title, b.title),
  );
  const total =
    ordered.reduce<number>((sum, { footprint }) => sum + footprint, 0) + sizes.slotGap * (ordered.length - 1);
  let left = at.x - total / 2;
  for (const slot of ordered) {
    const x = left + slot.footprint / 2;
    const y = side === 'bottom' ? at.y + at.height / 2 - slot.height / 2 : at.y - at.height / 2 - slot.height / 2 - 4;
    placed.set(slot.id, { x, y, width: slot.width, height: slot.height, side });
    placeSockets(slot, { x, y, width: slot.width, height: slot.height }, side, placed);
    left += slot.footprint + sizes.slotGap;
  }
}

/** The sockets of a bridge inside a card, evenly along its outer edge. */
function placeSockets(slot: Slot, at: Placement, side: Side, placed: Map<string, SlotPlacement>): void {
  const pitch = at.width / (slot.sockets.length + 1);
  for (const [index, socket] of slot.sockets.entries()) {
    const x = at.x - at.width / 2 + pitch * (index + 1);
    const edge = (at.height - socket.height) / 2;
    const y = side === 'bottom' ? at.y + edge : at.y - edge;
    placed.set(socket.id, { x, y, width: socket.width, height: socket.height, side });
  }
}

/** A socket of a bridge, with the place along the bar where its cable comes down. */
export interface SocketWish {
  readonly slot: Slot;
  readonly side: Side;
  readonly wanted: number;
}

/** The sockets of a bar, each as near as there is room to where its cable comes down. */
export function placeBarSockets(at: Placement, wishes: readonly SocketWish[]): Map<string, SlotPlacement> {
  const placed = new Map<string, SlotPlacement>();
  const low = at.x - at.width / 2 + sizes.barPadding;
  const high = at.x + at.width / 2 - sizes.barPadding;
  for (const side of ['top', 'bottom'] as const) {
    const row = wishes
      .filter((wish) => wish.side === side)
      .map((wish) => ({ ...wish, wanted: Math.min(high, Math.max(low, wish.wanted)), width: wish.slot.width }))
      .sort((a, b) => a.wanted - b.wanted || compare(a.slot.title, b.slot.title));
    const centers = intoRange(spread(row, 2), low, high);
    for (const [index, { slot }] of row.entries()) {
      const edge = (at.height - slot.height) / 2;
      const y = side === 'top' ? at.y - edge : at.y + edge;
      placed.set(slot.id, { x: centers[index] ?? at.x, y, width: slot.width, height: slot.height, side });
    }
  }
  return placed;
}

/** Squeezes what stands beyond the ends back into the range, keeping the order; the distances shrink only where they must. */
function intoRange(centers: readonly number[], low: number, high: number): number[] {
  const result = [...centers];
  const pitch = Math.min(sizes.socketWidth + 2, (high - low) / Math.max(1, result.length - 1));
  for (let index = result.length - 1, limit = high; index >= 0; index--, limit -= pitch) {
    result[index] = Math.min(result[index] ?? limit, limit);
  }
  for (let index = 0, limit = low; index < result.length; index++, limit += pitch) {
    result[index] = Math.max(result[index] ?? limit, limit);
  }
  return result;
}

function compare(a: string, b: string): number {
  return a.localeCompare(b, 'en', { numeric: true });
}
