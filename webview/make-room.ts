import { boxOf, overlaps, spread, type Placement } from './place';

/** Cards that come nearer to each other than this, in pixels, are moved apart; then there is more between them. */
const nearest = 8;
const wanted = 14;
/** Cards whose middles differ by less, in pixels, stand in one row. */
const sameRow = 20;

/**
 * Cards keep their places while what they say grows: those that would come to lie on their neighbours in their row are moved aside, and the
 * neighbours with them, as little as possible. What a person has moved (`pinned`) stays.
 *
 * @param placed is changed
 * @returns whether anything was moved
 */
export function makeRoom(
  cards: readonly string[],
  placed: Map<string, Placement>,
  pinned: ReadonlySet<string> = new Set(),
): boolean {
  const free = cards.flatMap((id) => {
    const at = placed.get(id);
    return at === undefined || pinned.has(id) ? [] : [{ id, at }];
  });
  let moved = false;
  for (const row of rowsOf(free)) {
    row.sort((a, b) => a.at.x - b.at.x);
    const isTight = row.some(({ at }, index) => {
      const next = row[index + 1];
      return next !== undefined && overlaps(boxOf(at), boxOf(next.at), nearest);
    });
    if (!isTight) continue;
    const centers = spread(
      row.map(({ at: { x, width } }) => ({ wanted: x, width })),
      wanted,
    );
    for (const [index, { id, at }] of row.entries()) placed.set(id, { ...at, x: centers[index] ?? at.x });
    moved = true;
  }
  return moved;
}

interface Standing {
  readonly id: string;
  readonly at: Placement;
}

function rowsOf(cards: readonly Standing[]): Standing[][] {
  const rows: Standing[][] = [];
  for (const card of cards.toSorted((a, b) => a.at.y - b.at.y)) {
    const row = rows.at(-1);
    const first = row?.[0];
    if (row !== undefined && first !== undefined && card.at.y - first.at.y < sameRow) row.push(card);
    else rows.push([card]);
  }
  return rows;
}
