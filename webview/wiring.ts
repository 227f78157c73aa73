import { boxOf, union, type Box, type Placement, type Placements } from './place';
import { groupBy, sizes, type Scene, type SceneCable, type Unit } from './scene';
import { peersOf, placeBarSockets, placeCardSlots, type Side, type SlotPlacement, type SocketWish } from './slots';

export interface Point {
  readonly x: number;
  readonly y: number;
}

/** A cable's or arrow's way: from the first point to the last, with corners between. */
export interface Route {
  readonly points: readonly Point[];
}

/** Everything that follows from where the units stand. */
export interface Wiring {
  readonly slots: ReadonlyMap<string, SlotPlacement>;
  /** The outlines as drawn: a card grows upwards where interfaces stand on its upper edge. */
  readonly boxes: ReadonlyMap<string, Box>;
  readonly routes: ReadonlyMap<string, Route>;
  readonly frame: Box | undefined;
}

/** `square`: cables run down and sideways with rounded corners; `straight`: as the crow flies. */
export type RouteStyle = 'square' | 'straight';

const turn = { afterPort: 46, track: 8, above: 16 } as const;
const laneGap = 13;
const topStrip = sizes.portHeight + 8;

/** Places ports and sockets, and leads the cables between them around the cards. */
export function wire(scene: Scene, placements: Placements, style: RouteStyle): Wiring {
  const slots = placeCardSlots(scene, placements);
  const boxes = outlines(scene, placements, slots);
  const lanes = style === 'square' ? findLanes(scene, placements, slots, boxes) : new Map<string, number>();
  for (const [id, slot] of placeAllSockets(scene, placements, slots, lanes)) slots.set(id, slot);
  const shares = shareEdges(scene, placements, slots);
  const ends = scene.cables.flatMap((cable) => {
    const from = endPoint(cable.from.id, cable.to.unit, scene, placements, slots, shares.get(`${cable.cable.id} from`));
    const to = endPoint(cable.to.id, cable.from.unit, scene, placements, slots, shares.get(`${cable.cable.id} to`));
    return from === undefined || to === undefined ? [] : [{ cable, from, to }];
  });
  return { slots, boxes, routes: routeCables(ends, style), frame: frameAround(scene, placements) };
}

interface EndPoint extends Point {
  readonly side: Side;
}

interface Ends {
  readonly cable: SceneCable;
  readonly from: EndPoint;
  readonly to: EndPoint;
}

function outlines(scene: Scene, placements: Placements, slots: ReadonlyMap<string, SlotPlacement>): Map<string, Box> {
  const boxes = new Map<string, Box>();
  for (const unit of scene.units.values()) {
    const at = placements.get(unit.id);
    if (at === undefined) continue;
    const box = boxOf(at);
    const above = unit.kind === 'card' && unit.slots.some(({ id }) => slots.get(id)?.side === 'top');
    boxes.set(unit.id, above ? { ...box, top: box.top - topStrip + 4 } : box);
  }
  return boxes;
}

/** For each cable from a card down to a bar: the x at which it can come down without passing behind another card. */
function findLanes(
  scene: Scene,
  placements: Placements,
  slots: ReadonlyMap<string, SlotPlacement>,
  boxes: ReadonlyMap<string, Box>,
): Map<string, number> {
  const lanes = new Map<string, number>();
  const cards = [...scene.units.values()].flatMap(({ id, kind }) => {
    const box = boxes.get(id);
    return kind === 'card' && box !== undefined ? [{ id, box }] : [];
  });
  const taken: number[] = [];
  const downward = scene.cables
    .map(({ from, to }) => ({ from, to, port: slots.get(from.id), target: placements.get(to.unit) }))
    .filter(({ to, port, target }) => port?.side === 'bottom' && target !== undefined && isBar(scene, to.unit))
    .sort((a, b) => (b.port?.y ?? 0) - (a.port?.y ?? 0));
  for (const { from, to, port, target } of downward) {
    if (port === undefined || target === undefined) continue;
    const { left, right } = boxOf(target);
    const range = { low: left + sizes.barPadding, high: right - sizes.barPadding };
    const blocked: Span[] = [];
    const block = (span: Span): void => {
      if (span.to > range.low && span.from < range.high) blocked.push(span);
    };
    for (const { id, box } of cards)
      if (id !== from.unit && box.top >= port.y && box.top <= target.y)
        block({ from: box.left - 9, to: box.right + 9 });
    for (const x of taken) block({ from: x - laneGap + 0.5, to: x + laneGap - 0.5 });
    const lane = freeLane(Math.min(range.high, Math.max(range.low, port.x)), range, blocked);
    lanes.set(to.id, lane);
    taken.push(lane);
  }
  return lanes;
}

/** What is between two places, neither of them in it. */
interface Span {
  readonly from: number;
  readonly to: number;
}

/** The nearest x to `wanted` over the bar where nothing is in the way, rather to the right; `wanted` where there is none. */
function freeLane(wanted: number, { low, high }: { low: number; high: number }, blocked: Span[]): number {
  const right = pastSpans(wanted, blocked);
  if (right <= high) return right;
  const left = -pastSpans(
    -wanted,
    blocked.map(({ from, to }) => ({ from: -to, to: -from })),
  );
  return left >= low ? left : wanted;
}

/** The first of `start`, `start + 1`, … that lies in no span. */
function pastSpans(start: number, spans: Span[]): number {
  let x = start;
  // By their beginnings: whatever moves x on has begun before it, and so has been looked at with all that begin earlier.
  for (const { from, to } of spans.sort((a, b) => a.from - b.from)) {
    if (x > from && x < to) x = start + Math.ceil(to - start);
  }
  return x;
}

function isBar(scene: Scene, unit: string): boolean {
  return scene.units.get(unit)?.kind === 'bar';
}

function placeAllSockets(
  scene: Scene,
  placements: Placements,
  slots: ReadonlyMap<string, SlotPlacement>,
  lanes: ReadonlyMap<string, number>,
): Map<string, SlotPlacement> {
  const peers = peersOf(scene);
  const otherEnd = new Map(
    scene.cables.flatMap(({ from, to }) => [[from.id, to.id] as const, [to.id, from.id] as const]),
  );
  const placed = new Map<string, SlotPlacement>();
  for (const unit of scene.units.values()) {
    const at = placements.get(unit.id);
    if (unit.kind !== 'bar' || at === undefined) continue;
    const wishes = unit.slots.map((slot): SocketWish => {
      const other = otherEnd.get(slot.id);
      const peer = (peers.get(slot.id) ?? []).flatMap((id) => placements.get(id) ?? [])[0];
      const below = peer !== undefined && peer.y - peer.height / 2 > at.y + at.height / 2;
      const port = other === undefined ? undefined : slots.get(other);
      // A socket nobody is plugged into stands at the right end.
      const wanted = lanes.get(slot.id) ?? port?.x ?? peer?.x ?? at.x + at.width / 2;
      return { slot, side: below ? 'bottom' : 'top', wanted };
    });
    for (const [id, slot] of placeBarSockets(at, wishes)) placed.set(id, slot);
  }
  return placed;
}

/** The point at the edge of a slot or unit where a cable to `other` starts. */
function endPoint(
  id: string,
  other: string,
  scene: Scene,
  placements: Placements,
  slots: ReadonlyMap<string, SlotPlacement>,
  share = 0,
): EndPoint | undefined {
  const slot = slots.get(id);
  if (slot !== undefined) return { x: slot.x, y: edge(slot, slot.side), side: slot.side };
  const at = placements.get(id);
  const peer = placements.get(other);
  if (at === undefined) return undefined;
  const kind: Unit['kind'] | undefined = scene.units.get(id)?.kind;
  const below = peer !== undefined && peer.y > at.y + at.height / 2;
  const side = kind === 'outside' || !below ? 'top' : 'bottom';
  return { x: at.x + share, y: edge(at, side), side };
}

/** Several cables to one interface of the host end beside each other, in the order in which they come: how far from its middle. */
function shareEdges(
  scene: Scene,
  placements: Placements,
  slots: ReadonlyMap<string, SlotPlacement>,
): ReadonlyMap<string, number> {
  const cables = scene.cables.filter(({ cable }) => cable.kind !== 'uplink');
  const ends = cables.flatMap(({ cable, from, to }) => [
    { key: `${cable.id} from`, id: from.id, x: (slots.get(to.id) ?? placements.get(to.unit))?.x ?? 0 },
    { key: `${cable.id} to`, id: to.id, x: (slots.get(from.id) ?? placements.get(from.unit))?.x ?? 0 },
  ]);
  const shares = new Map<string, number>();
  for (const [id, all] of groupBy(ends, (end) => end.id)) {
    const width = placements.get(id)?.width;
    if (width === undefined || all.length < 2 || slots.has(id)) continue;
    const pitch = Math.min(18, (width - 16) / (all.length - 1));
    all.sort((a, b) => a.x - b.x);
    for (const [index, { key }] of all.entries()) shares.set(key, (index - (all.length - 1) / 2) * pitch);
  }
  return shares;
}

function edge(at: Placement, side: Side): number {
  return side === 'top' ? at.y - at.height / 2 : at.y + at.height / 2;
}

function routeCables(ends: readonly Ends[], style: RouteStyle): Map<string, Route> {
  const routes = new Map<string, Route>();
  const level: { readonly y: number; readonly low: number; readonly high: number; readonly track: number }[] = [];
  // Short ways first: they lie inside the longer ones.
  const ordered = [...ends].sort((a, b) => Math.abs(a.from.x - a.to.x) - Math.abs(b.from.x - b.to.x));
  for (const { cable, from, to } of ordered) {
    const sameSide = from.side === to.side;
    const down = from.side === 'bottom' && to.side === 'top' && to.y - from.y > turn.afterPort;
    if (Math.abs(from.x - to.x) < 1 || (!sameSide && (style === 'straight' || !down))) {
      routes.set(cable.cable.id, { points: [from, to] });
      continue;
    }
    const upwards = sameSide && from.side === 'top';
    const start = upwards ? Math.min(from.y, to.y) : sameSide ? Math.max(from.y, to.y) : from.y;
    const low = Math.min(from.x, to.x) - 6;
    const high = Math.max(from.x, to.x) + 6;
    const row = Math.round(start / 12);
    const used = level.filter((each) => each.y === row && each.low < high && low < each.high).map(({ track }) => track);
    let track = 0;
    while (used.includes(track)) track++;
    level.push({ y: row, low, high, track });
    // The name on a tunnel has its place between the cables above and below.
    const room = track * turn.track + (cable.cable.kind === 'tunnel' ? 12 : 0);
    const y = upwards ? start - turn.above - room : start + turn.afterPort + room;
    routes.set(cable.cable.id, { points: [from, { x: from.x, y }, { x: to.x, y }, to] });
  }
  return routes;
}

const framePadding = 20;
const frameHead = 26;

/** The host's frame: around everything of its own, with a column at the left for its name. */
export function frameAround(scene: Scene, placements: Placements): Box | undefined {
  if (scene.host === undefined) return undefined;
  const own = [...scene.units.values()].filter(({ kind }) => kind !== 'card' && kind !== 'outside');
  const boxes = (kinds: readonly Unit['kind'][]) =>
    own
      .filter(({ kind }) => kinds.includes(kind))
      .flatMap(({ id }) => placements.get(id) ?? [])
      .map(boxOf);
  const all = union(boxes(['bar', 'hostPort', 'nic', 'pill'])) ?? { left: 0, right: 160, top: 40, bottom: 80 };
  const onFrame = union(boxes(['hostPort', 'nic']));
  const within = union(boxes(['bar', 'pill']));
  const top = Math.min(onFrame?.top ?? Infinity, within === undefined ? Infinity : within.top - frameHead, all.top);
  const bottom = Math.max(
    onFrame?.bottom ?? -Infinity,
    within === undefined ? -Infinity : within.bottom + framePadding,
    all.bottom,
  );
  const text = 14 + scene.host.width + 24;
  return { left: all.left - text, right: all.right + framePadding, top: Math.min(top, bottom - 72), bottom };
}
