import type { Point } from './wiring';

/** Ends relative to their nodes, corners relative to the line between the ends, as Cytoscape wants them. */
export function wayData(points: readonly Point[], source: Point, target: Point): Record<string, unknown> {
  const first = points[0] ?? source;
  const last = points.at(-1) ?? target;
  const dx = last.x - first.x;
  const dy = last.y - first.y;
  const length = Math.hypot(dx, dy) || 1;
  const corners = points.slice(1, -1).map(({ x, y }) => ({
    weight: ((x - first.x) * dx + (y - first.y) * dy) / length ** 2,
    distance: (-(x - first.x) * dy + (y - first.y) * dx) / length,
  }));
  const relative = (point: Point, center: Point) => `${point.x - center.x}px ${point.y - center.y}px`;
  return {
    sourceEnd: relative(first, source),
    targetEnd: relative(last, target),
    weights: corners.map(({ weight }) => weight),
    distances: corners.map(({ distance }) => distance),
  };
}

/** The point at a part (0 to 1) of the way along a line with corners. */
export function pointAlong(points: readonly Point[], part: number): Point {
  const pieces = points.slice(1).map((to, index) => {
    const from = points[index] ?? to;
    return { from, to, length: Math.hypot(to.x - from.x, to.y - from.y) };
  });
  let rest = part * pieces.reduce((sum, { length }) => sum + length, 0);
  for (const { from, to, length } of pieces) {
    if (rest <= length && length > 0) {
      return { x: from.x + ((to.x - from.x) * rest) / length, y: from.y + ((to.y - from.y) * rest) / length };
    }
    rest -= length;
  }
  return points.at(-1) ?? { x: 0, y: 0 };
}
