import type { ElementDefinition } from 'cytoscape';
import type { GraphNat } from '../src/protocol/graph';
import { boxOf, type Placement, type Placements } from './place';
import { groupBy, type Scene, type Unit } from './scene';
import { wayData } from './way';
import type { Point } from './wiring';

/** Distance between arrows that run sideways. */
const track = 8;

/** Rules that stand below each other and have the same way through the host. */
interface Column {
  readonly nat: GraphNat;
  readonly pills: readonly Unit[];
  readonly x: number;
  readonly incoming: boolean;
}

/** NAT as what it does: arrows from the bridge through the rule to the host's interface, or the other way. */
export function natArrows(scene: Scene, placements: Placements): ElementDefinition[] {
  const columns = columnsOf(scene, placements);
  return columns.flatMap((column) => {
    const [top] = column.pills;
    const bottom = column.pills.at(-1);
    if (top === undefined || bottom === undefined) return [];
    const { inside, outside } = column.nat;
    const ends = { inside: at(inside), outside: at(outside) };
    const straight = commonX(
      [top, bottom].flatMap(({ id }) => placements.get(id) ?? []),
      ends,
    );
    const arrows: ElementDefinition[] = [];
    const draw = (upper: string, lower: string, points: Point[] | undefined): void => {
      if (points !== undefined) arrows.push(arrow(column, upper, lower, points, placements));
    };
    const topAt = placements.get(top.id);
    const bottomAt = placements.get(bottom.id);
    if (inside !== undefined)
      draw(inside, top.id, way(ends.inside, topAt, straight, share(column, columns, 'inside'), column));
    if (outside !== undefined) {
      draw(bottom.id, outside, way(bottomAt, ends.outside, straight, share(column, columns, 'outside'), column));
    }
    return arrows;
  });

  function at(id: string | undefined): Placement | undefined {
    return id === undefined ? undefined : placements.get(id);
  }
}

function columnsOf(scene: Scene, placements: Placements): Column[] {
  const pills = [...scene.units.values()].filter(({ nat }) => nat !== undefined);
  const key = ({ id, nat }: Unit): string => {
    const x = Math.round(placements.get(id)?.x ?? 0);
    return [isIncoming(nat), nat?.inside, nat?.outside, x].join(' ');
  };
  const columns = [...groupBy(pills, key).values()].flatMap((group): Column[] => {
    const [first] = group;
    if (first?.nat === undefined) return [];
    const sorted = [...group].sort((a, b) => (placements.get(a.id)?.y ?? 0) - (placements.get(b.id)?.y ?? 0));
    return [{ nat: first.nat, pills: sorted, x: placements.get(first.id)?.x ?? 0, incoming: isIncoming(first.nat) }];
  });
  return columns.sort((a, b) => a.x - b.x);
}

function isIncoming(nat: GraphNat | undefined): boolean {
  return nat?.kind === 'dnat' || nat?.kind === 'redirect';
}

/** Which of the columns at the same end this is, so that their arrows end beside each other and not on one point. */
function share(
  column: Column,
  columns: readonly Column[],
  end: 'inside' | 'outside',
): { index: number; count: number } {
  const same = columns.filter(({ nat }) => nat[end] === column.nat[end]);
  return { index: same.indexOf(column), count: same.length };
}

function arrow(
  column: Column,
  upper: string,
  lower: string,
  points: readonly Point[],
  placements: Placements,
): ElementDefinition {
  const [source, target] = column.incoming ? [lower, upper] : [upper, lower];
  const directed = column.incoming ? [...points].reverse() : points;
  const center = (id: string): Point => placements.get(id) ?? { x: 0, y: 0 };
  const isOff = column.pills.every(({ nat }) => nat?.enabled === false);
  return {
    data: { id: `${upper}>${lower}`, source, target, ...wayData(directed, center(source), center(target)) },
    classes: ['nat', ...(points.length > 2 ? ['bent'] : []), ...(isOff ? ['off'] : [])].join(' '),
  };
}

/** An x that runs through all of them, so that an arrow through the whole column is one line. */
function commonX(
  pills: readonly Placement[],
  ends: { readonly inside: Placement | undefined; readonly outside: Placement | undefined },
): number | undefined {
  const column = [...pills, ...[ends.inside, ends.outside].filter((each) => each !== undefined)];
  const low = Math.max(...column.map((each) => boxOf(each).left + 10));
  const high = Math.min(...column.map((each) => boxOf(each).right - 10));
  return low > high ? undefined : Math.min(high, Math.max(low, pills[0]?.x ?? low));
}

/** From the lower edge of one to the upper edge of the other: straight down where possible, else with two corners. */
function way(
  upper: Placement | undefined,
  lower: Placement | undefined,
  straight: number | undefined,
  { index, count }: { index: number; count: number },
  column: Column,
): Point[] | undefined {
  if (upper === undefined || lower === undefined) return undefined;
  const above = boxOf(upper);
  const below = boxOf(lower);
  const part = (index + 1) / (count + 1);
  const pillIsAbove = column.pills.some(({ nat }) => nat !== undefined) && upper.width === column.pills.at(-1)?.width;
  const end = pillIsAbove ? below : above;
  const shared = end.left + part * (end.right - end.left);
  const fromX = straight ?? (pillIsAbove ? upper.x : clampTo(above, lower.x, shared));
  const toX = straight ?? (pillIsAbove ? clampTo(below, upper.x, shared) : lower.x);
  const from = { x: fromX, y: above.bottom };
  const to = { x: toX, y: below.top };
  if (Math.abs(from.x - to.x) < 1) return [from, to];
  const y = (from.y + to.y) / 2 + (index - (count - 1) / 2) * track * (fromX < toX ? -1 : 1);
  return [from, { x: from.x, y }, { x: to.x, y }, to];
}

/** Straight below where that is within the box, else the place that is its share. */
function clampTo(box: { left: number; right: number }, wanted: number, shared: number): number {
  return wanted >= box.left + 8 && wanted <= box.right - 8 ? wanted : shared;
}
