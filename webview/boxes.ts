import type { Point } from './wiring';

/** A node's box as drawn, in the stage's pixels. */
export interface RenderedBox {
  readonly x1: number;
  readonly y1: number;
  readonly x2: number;
  readonly y2: number;
}

/** The thing with the smallest box around a point: what lies inside another comes before that. */
export function smallestAt(
  { x, y }: Point,
  ids: readonly string[],
  renderedBox: (id: string) => RenderedBox | undefined,
): string | undefined {
  let best: string | undefined;
  let smallest = Infinity;
  for (const id of ids) {
    const box = renderedBox(id);
    if (box === undefined || x < box.x1 || x > box.x2 || y < box.y1 || y > box.y2) continue;
    const size = (box.x2 - box.x1) * (box.y2 - box.y1);
    if (size < smallest) [best, smallest] = [id, size];
  }
  return best;
}
