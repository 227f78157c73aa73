import type { DrawnStop } from '../src/protocol/graph-trace';
import { boxOf, type Box, type Placements } from './place';
import type { Scene } from './scene';
import type { Point, Wiring } from './wiring';

/** What the way is drawn from: where everything stands. */
export interface TraceGround {
  readonly scene: Scene;
  readonly wiring: Wiring;
  readonly placements: Placements;
  /** The card that stands for something in a collapsed group, or the thing itself. */
  drawnFor(id: string): string;
}

/** A piece of the way, from one stop to the next. */
export interface TraceLeg {
  readonly direction: DrawnStop['direction'];
  readonly state: DrawnStop['state'];
  readonly points: readonly Point[];
  /** The cable that it runs along. */
  readonly cableId?: string;
}

/** A stop's number in the picture, and what is written beside it. */
export interface TraceBadge {
  readonly stop: DrawnStop;
  readonly at: Point;
  /** On which side of its thing it stands, and where what belongs to it goes on. */
  readonly side: 'left' | 'right';
  /** The thing itself. */
  readonly box: Box;
}

/** Out and back run beside each other. */
const apart = 3;
/** Lines keep so far from corners. */
const inset = 14;
/** Between two badges of one thing. */
const badgeGap = 20;

/** The legs of the way and the places of its numbers, in the coordinates of the picture. */
export function traceGeometry(
  stops: readonly DrawnStop[],
  ground: TraceGround,
): { readonly legs: readonly TraceLeg[]; readonly badges: readonly TraceBadge[] } {
  const known = stops.flatMap((stop) => {
    const id = stop.nodeId === undefined ? undefined : ground.drawnFor(stop.nodeId);
    const box = id === undefined ? undefined : boxAt(id, ground);
    return id === undefined || box === undefined ? [] : [{ stop, id, box }];
  });
  return { legs: legsOf(known, ground), badges: badgesOf(known) };
}

interface Placed {
  readonly stop: DrawnStop;
  readonly id: string;
  readonly box: Box;
}

/** Where a thing is drawn: a port or socket, else a card, a bar or what stands by itself, else the host's frame. */
function boxAt(id: string, { scene, wiring, placements }: TraceGround): Box | undefined {
  const slot = wiring.slots.get(id);
  if (slot !== undefined) return boxOf(slot);
  const outline = wiring.boxes.get(id);
  if (outline !== undefined) return outline;
  const at = placements.get(id);
  if (at !== undefined) return boxOf(at);
  return scene.host?.node.id === id ? wiring.frame : undefined;
}

function legsOf(placed: readonly Placed[], ground: TraceGround): TraceLeg[] {
  // The host's frame is no place on the way, but all around it.
  const way = placed.filter(({ id }) => id !== ground.scene.host?.node.id);
  const legs: TraceLeg[] = [];
  /** Where the way came into a bridge: at a socket. */
  let entry: Point | undefined;
  for (const [index, here] of way.entries()) {
    const before = way[index - 1];
    if (before?.stop.direction !== here.stop.direction) entry = undefined;
    if (before?.stop.direction !== here.stop.direction || before.id === here.id) continue;
    const cable = cableBetween(before.id, here.id, ground.scene);
    const points = pointsBetween(before, here, entry, ground);
    entry = isInside(before.id, here.id, ground.scene) ? middle(before.box) : undefined;
    if (points === undefined) continue;
    const { direction, state } = here.stop;
    const shift = direction === 'out' ? -apart : apart;
    const shifted = shiftedBy(points, shift);
    legs.push({ direction, state, points: shifted, ...(cable === undefined ? {} : { cableId: cable.id }) });
  }
  return legs;
}

/**
 * From edge to edge, so that no name is drawn over: along the cable where there is one, within a bridge from socket to socket,
 * within a card from port to port, else square as cables run. undefined where one lies in the other: the numbers say enough.
 */
function pointsBetween(a: Placed, b: Placed, entry: Point | undefined, ground: TraceGround): Point[] | undefined {
  const { scene, wiring } = ground;
  const cable = cableBetween(a.id, b.id, scene);
  const route = cable === undefined ? undefined : wiring.routes.get(cable.id)?.points;
  if (cable !== undefined && route !== undefined) return cable.from === a.id ? [...route] : [...route].reverse();
  if (isInside(a.id, b.id, scene)) return undefined;
  if (isInside(b.id, a.id, scene)) return entry === undefined ? undefined : [entry, middle(b.box)];
  const side = wiring.slots.get(a.id)?.side;
  if (side !== undefined && homeOf(a.id, scene) === homeOf(b.id, scene)) return overPorts(a.box, b.box, side);
  const isDown = middle(a.box).y <= middle(b.box).y;
  const others = [...wiring.boxes].flatMap(([id, box]) => (id === a.id || id === b.id ? [] : [box]));
  const straight = sharedX(a.box, b.box, others);
  if (straight !== undefined) {
    const [from, to] = isDown ? [a.box.bottom, b.box.top] : [a.box.top, b.box.bottom];
    return [
      { x: straight, y: from },
      { x: straight, y: to },
    ];
  }
  const start = edgeTowards(a.box, middle(b.box).x, isDown ? 'bottom' : 'top');
  const end = edgeTowards(b.box, start.x, isDown ? 'top' : 'bottom');
  if (Math.abs(start.x - end.x) < 1) return [start, end];
  const y = ((isDown ? a.box.bottom : a.box.top) + end.y) / 2;
  return [start, { x: start.x, y }, { x: end.x, y }, end];
}

function cableBetween(a: string, b: string, { cables }: Scene): Scene['cables'][number]['cable'] | undefined {
  return cables.find(({ cable: { from, to } }) => (from === a && to === b) || (from === b && to === a))?.cable;
}

/** Beside the line as it is, but from edge to edge all the same. */
function shiftedBy(points: readonly Point[], shift: number): Point[] {
  return points.map(({ x, y }, index) => {
    const next = index === 0 ? points[1] : index === points.length - 1 ? points[index - 1] : undefined;
    return next?.x === x ? { x: x + shift, y } : { x: x + shift, y: y + shift };
  });
}

/**
 * Where a straight line leads from one to the other, out as back: past the others where it can, else at the middle of the
 * narrower one, or as near to that as it can be.
 */
function sharedX(a: Box, b: Box, others: readonly Box[]): number | undefined {
  const left = Math.max(a.left, b.left) + inset;
  const right = Math.min(a.right, b.right) - inset;
  if (left > right) return undefined;
  const narrow = a.right - a.left < b.right - b.left ? a : b;
  const best = Math.min(right, Math.max(left, middle(narrow).x));
  const [top, bottom] = [Math.min(a.bottom, b.bottom), Math.max(a.top, b.top)];
  const between = others.filter((box) => box.bottom > top && box.top < bottom);
  const isFree = (x: number): boolean => between.every((box) => x < box.left - inset / 2 || x > box.right + inset / 2);
  for (let away = 0; best - away >= left || best + away <= right; away += 4) {
    const free = [best - away, best + away].find((x) => x >= left && x <= right && isFree(x));
    if (free !== undefined) return free;
  }
  return best;
}

/** Around the names of two ports of one card, on the side where no cable leaves. */
function overPorts(a: Box, b: Box, side: 'top' | 'bottom'): Point[] {
  const [from, to] = [middle(a), middle(b)];
  const edge = side === 'bottom' ? Math.min(a.top, b.top) : Math.max(a.bottom, b.bottom);
  const y = side === 'bottom' ? edge - 9 : edge + 9;
  const ends = side === 'bottom' ? [a.top, b.top] : [a.bottom, b.bottom];
  return [
    { x: from.x, y: ends[0] ?? y },
    { x: from.x, y },
    { x: to.x, y },
    { x: to.x, y: ends[1] ?? y },
  ];
}

function isInside(inner: string, outer: string, scene: Scene): boolean {
  return homeOf(inner, scene) === outer || scene.slots.get(inner)?.unit === outer;
}

/** The card or bridge that a port or socket belongs to. */
function homeOf(id: string, { slots }: Scene): string | undefined {
  const slot = slots.get(id);
  if (slot === undefined) return undefined;
  const bridge = [...slots.values()].find(({ sockets }) => sockets.some((each) => each.id === id));
  return bridge?.id ?? slot.unit;
}

function middle({ left, right, top, bottom }: Box): Point {
  return { x: (left + right) / 2, y: (top + bottom) / 2 };
}

/** The point of an edge that is nearest to an x, not too near to a corner. */
function edgeTowards(box: Box, x: number, edge: 'top' | 'bottom'): Point {
  const spare = Math.min(inset, (box.right - box.left) / 2);
  return { x: Math.min(box.right - spare, Math.max(box.left + spare, x)), y: box[edge] };
}

function badgesOf(placed: readonly Placed[]): TraceBadge[] {
  const taken = new Map<string, number>();
  return placed.map(({ stop, id, box }) => {
    const side = stop.direction === 'out' ? 'left' : 'right';
    const key = `${id} ${side}`;
    const count = taken.get(key) ?? 0;
    // The cross of the place where it ended stands where the next number would.
    taken.set(key, count + (stop.isEnd === true ? 2 : 1));
    const outward = count * badgeGap;
    const isSmall = box.right - box.left < 24;
    const inset = isSmall ? -11 : 2;
    const x = side === 'left' ? box.left + inset - outward : box.right - inset + outward;
    // Over a narrow port two numbers would hide its name.
    const lift = box.right - box.left < 90 ? -5 : 1;
    return { stop, side, box, at: { x, y: isSmall ? (box.top + box.bottom) / 2 : box.top + lift } };
  });
}
