import { outline, type OutlineEntry, type OutlineKind } from '../../../language/outline';
import type { ParsedTopology } from '../../../topology/parse';

/** The places in this list are what the encoding holds. */
export const outlineKinds: readonly OutlineKind[] = [
  'group',
  'bridge',
  'namespace',
  'interface',
  'service',
  'link',
  'nat',
  'port-forward',
  'check',
];

/**
 * An outline in a form that crosses threads and becomes VS Code's symbols without a look-up in the document for each: in a large
 * file these look-ups held up the extension host for a fifth of a second.
 */
export interface EncodedOutline {
  readonly names: readonly string[];
  readonly details: readonly string[];
  /** Ten numbers for each entry, in the order of the text: depth, kind, then lines and characters of its range and of its selection. */
  readonly numbers: Uint32Array;
}

/** Numbers for each entry. */
export const outlineStride = 10;

/** Encodes the outline of a file. */
export function encodeOutline(parsed: ParsedTopology): EncodedOutline {
  const names: string[] = [];
  const details: string[] = [];
  const numbers: number[] = [];
  const { lineStarts } = parsed;
  const add = (offset: number): void => {
    const line = lineOf(lineStarts, offset);
    numbers.push(line, offset - (lineStarts[line] ?? 0));
  };
  const walk = (entries: readonly OutlineEntry[], depth: number): void => {
    for (const { name, detail, kind, range, selection, children } of entries) {
      names.push(name);
      details.push(detail);
      numbers.push(depth, outlineKinds.indexOf(kind));
      for (const offset of [range.start, range.end, selection.start, selection.end]) add(offset);
      walk(children, depth + 1);
    }
  };
  walk(outline(parsed), 0);
  return { names, details, numbers: Uint32Array.from(numbers) };
}

function lineOf(lineStarts: readonly number[], offset: number): number {
  let [low, high] = [0, lineStarts.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((lineStarts[middle] ?? Infinity) <= offset) low = middle + 1;
    else high = middle;
  }
  return Math.max(low - 1, 0);
}
