import { makeRoom } from './make-room';
import { orderBlocks, neighboursOf, type Block } from './order';
import { boxOf, mean, overlaps, spread, union, type Box, type Placement, type Placements } from './place';
import { groupBy, sizes, type Scene, type Unit } from './scene';
import { placeCardSlots } from './slots';

/** Distances of the layout in pixels at 100 %. */
const space = {
  betweenColumns: 28,
  /** For each further row above: its cables come down between the columns. */
  lane: 13,
  betweenBlocks: 48,
  /** Between rows of cards: an address, a rate and the turn of the cable. */
  betweenRows: 70,
  /** Between the lowest row of cards and the host's frame. */
  channel: 68,
  track: 8,
  frameToBar: 26,
  betweenBars: 32,
  barToNat: 44,
  natToNic: 40,
  barToNic: 60,
  betweenPills: 6,
  betweenPillColumns: 24,
  nicToOutside: 62,
} as const;

const maxRows = 8;

export interface RanksOptions {
  /** The room that the picture should fit into, for the number of rows. */
  readonly viewport: { readonly width: number; readonly height: number };
  /** Where units stand already: namespaces and whatever a person has moved stay there. */
  readonly kept?: Placements;
  /** What a person has moved. */
  readonly pinned?: ReadonlySet<string>;
  /** The namespaces of each bridge make a block of their own, about as high as wide, whatever the room. */
  readonly byBridge?: boolean;
}

/**
 * The picture that everybody has in mind: namespaces in rows on top, bridges in a row below them, the host's own
 * interfaces below those, the outside at the bottom. Deterministic: the same network gives the same picture.
 */
export function layoutRanks(scene: Scene, options: RanksOptions): Map<string, Placement> {
  const placed = new Map<string, Placement>();
  placeCards(scene, options, placed);
  placeHostRank(scene, options, placed);
  placeNatAndNics(scene, options, placed);
  return placed;
}

/** The upper edge of the host's frame: everything is measured from it. */
const frameTop = 0;
const barY = frameTop + space.frameToBar + sizes.barHeight / 2;

function unitsOf(scene: Scene, kind: Unit['kind']): Unit[] {
  return [...scene.units.values()].filter((unit) => unit.kind === kind);
}

function placeCards(scene: Scene, options: RanksOptions, placed: Map<string, Placement>): void {
  const fresh =
    options.byBridge === true ? rowsOf(scene, orderBlocks(scene), squareRows) : bestRows(scene, options.viewport);
  const kept = new Map([...(options.kept ?? [])].filter(([id]) => fresh.has(id)));
  for (const [id, { x, y }] of kept) {
    const unit = scene.units.get(id);
    if (unit !== undefined) placed.set(id, { x, y, width: unit.width, height: unit.height });
  }
  if (kept.size === 0) {
    for (const [id, placement] of fresh) placed.set(id, placement);
    return;
  }
  makeRoom([...kept.keys()], placed, options.pinned);
  // New ones go where they would stand beside the kept ones, moved to the right until nothing is in the way.
  const shift = mean([...kept].map(([id, { x }]) => x - (fresh.get(id)?.x ?? x)));
  for (const [id, placement] of fresh) {
    if (placed.has(id)) continue;
    const occupied = [...placed.values()].map(boxOf);
    placed.set(id, firstFree({ ...placement, x: placement.x + shift }, occupied));
  }
}

/** The placement moved to the right past whatever it would cover. */
function firstFree(start: Placement, occupied: readonly Box[]): Placement {
  let placement = start;
  for (;;) {
    const box = boxOf(placement);
    const blocker = occupied.find((each) => overlaps(box, each, space.betweenColumns - 1));
    if (blocker === undefined) return placement;
    placement = { ...placement, x: blocker.right + space.betweenColumns + placement.width / 2 };
  }
}

/**
 * The arrangement that shows the picture largest in the viewport: in how many rows, and with what is connected to no
 * bridge beside the rest or above it. The plainer one where it makes no difference.
 */
function bestRows(scene: Scene, { width, height }: RanksOptions['viewport']): Map<string, Placement> {
  const blocks = orderBlocks(scene);
  const attached = blocks.filter(({ floats }) => !floats);
  const floating = blocks.filter(({ floats }) => floats);
  const below = 300;
  const aside = 240;
  const zoomOf = (placed: ReadonlyMap<string, Placement>): number => {
    const box = union([...placed.values()].map(boxOf));
    return box === undefined ? 1 : Math.min(1, width / (box.right - box.left + aside), height / (below - box.top));
  };
  let best = { placed: rowsOf(scene, blocks, 1), zoom: 0 };
  best = { ...best, zoom: zoomOf(best.placed) };
  const consider = (placed: Map<string, Placement>): void => {
    const zoom = zoomOf(placed);
    if (zoom > best.zoom + 0.02) best = { placed, zoom };
  };
  for (let rows = 1; rows <= maxRows && best.zoom < 1; rows++) {
    consider(rowsOf(scene, blocks, rows));
    if (floating.length > 0) consider(withFloatingAbove(scene, rowsOf(scene, attached, rows), floating, width));
  }
  return best.placed;
}

/** A card and the room below it are about as high as wide. */
function squareRows(members: number): number {
  return Math.max(1, Math.round(Math.sqrt(members)));
}

/** Blocks beside each other; those that may wrap fill their rows from the top, the last row lowest. */
function rowsOf(
  scene: Scene,
  blocks: readonly Block[],
  rows: number | ((members: number) => number),
): Map<string, Placement> {
  const rowsFor = typeof rows === 'number' ? () => rows : rows;
  const placed = new Map<string, Placement>();
  const pitch = rowHeight(scene) + space.betweenRows;
  const bottom = frameTop - space.channel - space.track * trackCount(scene);
  let x = 0;
  for (const block of blocks) {
    const members = block.cards.flatMap((id) => scene.units.get(id) ?? []);
    // A few stay side by side: a tower of two says less than a row.
    const columns = block.wraps
      ? Math.max(Math.ceil(members.length / rowsFor(members.length)), Math.min(2, members.length))
      : members.length;
    const rowsUsed = Math.ceil(members.length / columns);
    const lanes = laneRoom(rowsUsed);
    const gap = space.betweenColumns + lanes;
    const widths = Array.from({ length: columns }, (_, column) =>
      Math.max(...members.filter((_each, index) => index % columns === column).map(({ width }) => width)),
    );
    const cardsWidth = widths.reduce((sum, width) => sum + width, 0) + gap * (columns - 1);
    const barWidth = block.bar === undefined ? 0 : (scene.units.get(block.bar)?.width ?? 0);
    const blockWidth = Math.max(cardsWidth + lanes, barWidth);
    let left = x + (blockWidth - cardsWidth - lanes) / 2;
    const centers = widths.map((width) => {
      const center = left + width / 2;
      left += width + gap;
      return center;
    });
    for (const [index, { id, width, height }] of members.entries()) {
      const row = rowsUsed - 1 - Math.floor(index / columns);
      placed.set(id, { x: centers[index % columns] ?? x, y: bottom - row * pitch - height / 2, width, height });
    }
    x += blockWidth + space.betweenBlocks;
  }
  return placed;
}

/** What is connected to no bridge, in lines above the rest. */
function withFloatingAbove(
  scene: Scene,
  placed: Map<string, Placement>,
  floating: readonly Block[],
  viewportWidth: number,
): Map<string, Placement> {
  const below = union([...placed.values()].map(boxOf));
  const left = below?.left ?? 0;
  const right = below === undefined ? viewportWidth : below.right;
  const lowest = frameTop - space.channel - space.track * trackCount(scene);
  const pitch = rowHeight(scene) + space.betweenRows;
  let y = below === undefined ? lowest : below.top - space.betweenRows;
  let x = left;
  // What belongs together is not torn apart; single ones fill the lines one by one.
  const groups = floating.flatMap(({ cards, wraps }) => (wraps ? cards.map((card) => [card]) : [cards]));
  for (const group of groups) {
    const units = group.flatMap((id) => scene.units.get(id) ?? []);
    const width = units.reduce((sum, unit) => sum + unit.width + space.betweenColumns, -space.betweenColumns);
    if (x > left && x + width > right) {
      x = left;
      y -= pitch;
    }
    for (const unit of units) {
      placed.set(unit.id, { x: x + unit.width / 2, y: y - unit.height / 2, width: unit.width, height: unit.height });
      x += unit.width + space.betweenColumns;
    }
    x += space.betweenBlocks - space.betweenColumns;
  }
  return placed;
}

function rowHeight(scene: Scene): number {
  return Math.max(sizes.cardHeight, ...unitsOf(scene, 'card').map(({ height }) => height));
}

/** How many cables may have to run sideways between the cards and the bridges. */
function trackCount(scene: Scene): number {
  const neighbours = neighboursOf(scene);
  const sideways = unitsOf(scene, 'card').filter(({ id }) => {
    const others = [...(neighbours.get(id) ?? [])];
    return others.length > 1 || others.some((other) => scene.units.get(other)?.kind === 'card');
  });
  return Math.min(10, sideways.length);
}

/** Bridges and host ends of cables, each below what is plugged into it; those without cables at the right end. */
function placeHostRank(scene: Scene, options: RanksOptions, placed: Map<string, Placement>): void {
  const neighbours = neighboursOf(scene);
  const ports = placeCardSlots(scene, placed);
  const portOf = new Map(
    scene.cables.flatMap(({ from, to }) => [[from.id, to.id] as const, [to.id, from.id] as const]),
  );
  const wishes = [...unitsOf(scene, 'bar'), ...unitsOf(scene, 'hostPort')].map((unit) => {
    const plugged = [...(neighbours.get(unit.id) ?? [])].filter((id) => placed.has(id));
    const all = plugged.flatMap((id) => placed.get(id) ?? []);
    const alone = plugged.filter((id) => neighbours.get(id)?.size === 1).flatMap((id) => placed.get(id) ?? []);
    const extent = union((alone.length > 0 ? alone : all).map(boxOf));
    if (extent === undefined) return { unit, wanted: Infinity, width: unit.width };
    // The cables of upper rows come down at the right of their cards.
    const right = extent.right + laneRoom(rowCount(alone));
    const span = unit.kind === 'bar' && alone.length > 0 ? right - extent.left : 0;
    const wanted = ports.get(portOf.get(unit.id) ?? '')?.x ?? (extent.left + right) / 2;
    return { unit, wanted, width: Math.max(unit.width, span) };
  });
  const connected = wishes.filter(({ wanted }) => wanted < Infinity);
  let end = Math.max(0, ...connected.map(({ wanted, width }) => wanted + width / 2));
  const free: typeof wishes = [];
  for (const wish of wishes) {
    const { unit, width } = wish;
    const pin = options.pinned?.has(unit.id) === true ? options.kept?.get(unit.id) : undefined;
    if (pin !== undefined) placed.set(unit.id, { x: pin.x, y: pin.y, width, height: unit.height });
    else if (wish.wanted < Infinity) free.push(wish);
    else {
      free.push({ ...wish, wanted: end + space.betweenBars + width / 2 });
      end += space.betweenBars + width;
    }
  }
  free.sort((a, b) => a.wanted - b.wanted);
  const centers = spread(free, space.betweenBars);
  for (const [index, { unit, width }] of free.entries()) {
    const y = unit.kind === 'bar' ? barY : frameTop + unit.height / 2;
    placed.set(unit.id, { x: centers[index] ?? 0, y, width, height: unit.height });
  }
}

/** The room at the right of a column of cards for the cables of its upper rows. */
function laneRoom(rows: number): number {
  return rows < 2 ? 0 : (rows - 1) * space.lane + sizes.barPadding;
}

/** In how many rows cards stand above each other. */
function rowCount(cards: readonly Placement[]): number {
  return Math.max(1, new Set(cards.map(({ y }) => Math.round(y / 20))).size);
}

/** NAT between the bridges and the host's interfaces, those on the frame's lower edge, the outside below. */
function placeNatAndNics(scene: Scene, options: RanksOptions, placed: Map<string, Placement>): void {
  const rank = [...unitsOf(scene, 'bar'), ...unitsOf(scene, 'hostPort')].flatMap(({ id }) => placed.get(id) ?? []);
  const content = union(rank.map(boxOf)) ??
    union([...placed.values()].map(boxOf)) ?? { left: -80, right: 80, top: 0, bottom: 0 };
  const middle = (content.left + content.right) / 2;
  const uplinks = new Set(scene.cables.filter(({ cable }) => cable.kind === 'uplink').map(({ from }) => from.unit));
  const keep = (unit: Unit, y: number, wanted: number): void => {
    const pin = options.pinned?.has(unit.id) === true ? options.kept?.get(unit.id) : undefined;
    placed.set(unit.id, { x: pin?.x ?? wanted, y: pin?.y ?? y, width: unit.width, height: unit.height });
  };

  const nics = unitsOf(scene, 'nic').sort((a, b) => Number(uplinks.has(b.id)) - Number(uplinks.has(a.id)));
  const standing = keptX(options, nics[0]?.id, content);
  const uplinkX = standing ?? middle;
  const barBottom = barY + sizes.barHeight / 2;
  const columns = [...groupBy(unitsOf(scene, 'pill'), pillColumn).values()]
    .map((pills) => {
      const inside = pills[0]?.nat?.inside;
      const wanted = (inside === undefined ? undefined : placed.get(inside)?.x) ?? uplinkX;
      return { pills, wanted, width: Math.max(...pills.map(({ width }) => width)) };
    })
    .sort((a, b) => a.wanted - b.wanted);
  const centers = spread(columns, space.betweenPillColumns);
  const pitch = sizes.pillHeight + space.betweenPills;
  let natBottom = barBottom + space.barToNic - space.natToNic;
  for (const [index, { pills }] of columns.entries()) {
    for (const [row, pill] of pills.entries()) {
      const y = barBottom + space.barToNat + row * pitch + sizes.pillHeight / 2;
      keep(pill, y, centers[index] ?? 0);
      natBottom = Math.max(natBottom, y + sizes.pillHeight / 2);
    }
  }
  const nicY = natBottom + space.natToNic + columns.length * space.track + sizes.nicHeight / 2;
  // A fresh row is centred; one that stands already stays and grows at its end.
  const rowWidth = nics.reduce((sum, { width }) => sum + width, (nics.length - 1) * space.betweenPillColumns);
  let left = standing === undefined ? middle - rowWidth / 2 : standing - (nics[0]?.width ?? 0) / 2;
  for (const nic of nics) {
    keep(nic, nicY, left + nic.width / 2);
    left += nic.width + space.betweenPillColumns;
  }
  const [first] = nics;
  const outsideX = first === undefined ? middle : (placed.get(first.id)?.x ?? middle);
  for (const unit of unitsOf(scene, 'outside')) keep(unit, nicY + space.nicToOutside + sizes.nicHeight / 2, outsideX);
}

/** Pills with the same way through the host stand below each other. */
export function pillColumn({ nat }: Unit): string {
  const direction = nat?.kind === 'dnat' || nat?.kind === 'redirect' ? 'in' : 'out';
  return `${direction} ${nat?.inside ?? ''} ${nat?.outside ?? ''}`;
}

/** Where the uplink stood, as long as that is still below the bridges. */
function keptX(options: RanksOptions, id: string | undefined, { left, right }: Box): number | undefined {
  const x = id === undefined ? undefined : options.kept?.get(id)?.x;
  return x !== undefined && x >= left && x <= right ? x : undefined;
}
