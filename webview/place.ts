/** Where a unit stands: its centre, and its size as drawn. */
export interface Placement {
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
}

export type Placements = ReadonlyMap<string, Placement>;

export interface Box {
  readonly left: number;
  readonly right: number;
  readonly top: number;
  readonly bottom: number;
}

export function boxOf({ x, y, width, height }: Placement): Box {
  return { left: x - width / 2, right: x + width / 2, top: y - height / 2, bottom: y + height / 2 };
}

/** The smallest box around all; undefined around nothing. */
export function union(boxes: readonly Box[]): Box | undefined {
  const [first, ...rest] = boxes;
  if (first === undefined) return undefined;
  return rest.reduce(
    (sum, box) => ({
      left: Math.min(sum.left, box.left),
      right: Math.max(sum.right, box.right),
      top: Math.min(sum.top, box.top),
      bottom: Math.max(sum.bottom, box.bottom),
    }),
    first,
  );
}

export function overlaps(a: Box, b: Box, gap: number): boolean {
  return a.left < b.right + gap && b.left < a.right + gap && a.top < b.bottom + gap && b.top < a.bottom + gap;
}

export interface Wish {
  /** The centre that would be best. */
  readonly wanted: number;
  readonly width: number;
}

/**
 * Centres for things in a row, in the given order and without overlap, as near as possible to where each wants to be: the
 * sum of squared distances is the smallest there is. (Isotonic regression by pooling neighbours that push each other.)
 */
export function spread(wishes: readonly Wish[], gap: number): number[] {
  const offsets: number[] = [];
  let reach = 0;
  for (const [index, { width }] of wishes.entries()) {
    if (index > 0) reach += gap + (wishes[index - 1]?.width ?? 0) / 2 + width / 2;
    offsets.push(reach);
  }
  const pools: { sum: number; count: number }[] = [];
  for (const [index, { wanted }] of wishes.entries()) {
    pools.push({ sum: wanted - (offsets[index] ?? 0), count: 1 });
    for (;;) {
      const last = pools.at(-1);
      const before = pools.at(-2);
      if (last === undefined || before === undefined) break;
      if (before.sum / before.count <= last.sum / last.count) break;
      pools.splice(-2, 2, { sum: before.sum + last.sum, count: before.count + last.count });
    }
  }
  const bases = pools.flatMap(({ sum, count }) => new Array<number>(count).fill(sum / count));
  return wishes.map((_, index) => (bases[index] ?? 0) + (offsets[index] ?? 0));
}

export function mean(numbers: readonly number[]): number {
  return numbers.length === 0 ? 0 : numbers.reduce((sum, each) => sum + each, 0) / numbers.length;
}
