import type { Box } from './place';
import type { Point } from './wiring';

/** Between a text and what it stands beside. */
const gap = 12;

/**
 * The place of what NAT makes of the addresses: beside the rule that does it, where it covers least of what else is drawn, the
 * lines of the way before all.
 *
 * @param rule the rule's box
 * @param direction out prefers the place above it, back that below
 * @param taken boxes of what else is drawn
 * @param lines the legs of the way
 * @param within the host's frame: outside of it is no good place
 */
export function placeTag(
  size: { readonly width: number; readonly height: number },
  rule: Box,
  direction: 'out' | 'back',
  taken: readonly Box[],
  lines: readonly (readonly Point[])[],
  within?: Box,
): Box {
  const { width, height } = size;
  const middle = (rule.left + rule.right) / 2;
  const above = rule.top - gap - height;
  const below = rule.bottom + gap;
  const beside = (rule.top + rule.bottom - height) / 2;
  const [near, far] = direction === 'out' ? [above, below] : [below, above];
  const passing = lines.flat().filter(({ x }) => x > rule.left - gap && x < rule.right + gap);
  const sides = [
    ...[middle - width - gap, middle + gap, rule.left - width, rule.right, middle - width / 2],
    ...passing.flatMap(({ x }) => [x + 8, x - 8 - width]),
  ];
  const places: Point[] = [
    ...sides.map((x) => ({ x, y: near })),
    { x: rule.left - width - 2 * gap, y: beside },
    { x: rule.right + 2 * gap, y: beside },
    ...sides.map((x) => ({ x, y: far })),
  ];
  const boxes = places.map(({ x, y }) => ({ left: x, top: y, right: x + width, bottom: y + height }));
  const costs = boxes.map((box) => {
    const covered = taken.reduce((sum, other) => sum + overlap(box, other), 0);
    const crossed = lines.filter((points) => crosses(points, box)).length;
    const outside = within === undefined ? 0 : width * height - overlap(box, within);
    return covered + outside + crossed * 10_000;
  });
  const best = costs.indexOf(Math.min(...costs));
  return boxes[best] ?? rule;
}

function overlap(a: Box, b: Box): number {
  const across = Math.min(a.right, b.right) - Math.max(a.left, b.left);
  const down = Math.min(a.bottom, b.bottom) - Math.max(a.top, b.top);
  return across > 0 && down > 0 ? across * down : 0;
}

/** Whether a line passes through a box, or very near; its pieces are level or upright, others are taken for their hull. */
function crosses(points: readonly Point[], box: Box): boolean {
  return points.some((to, index) => {
    const from = points[index - 1];
    if (from === undefined) return false;
    const hull = {
      left: Math.min(from.x, to.x) - 4,
      right: Math.max(from.x, to.x) + 4,
      top: Math.min(from.y, to.y) - 4,
      bottom: Math.max(from.y, to.y) + 4,
    };
    return overlap(hull, box) > 0;
  });
}
