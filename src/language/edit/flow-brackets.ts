import type { SourceList, SourceMap, SourceNode } from '../../topology/yaml/source-tree';
import type { TextRange } from '../../topology/problem';
import type { TextEdit } from '../text-edit';
import { columnOf, lineEnd, lineStart, newlineOf } from './block-lines';

/** Collections inside brackets, YAML's flow style. */

/** The edit that adds an entry or item behind the last; undefined where the closing bracket is missing. */
export function intoBrackets(text: string, node: SourceMap | SourceList, what: string): TextEdit | undefined {
  const closing = node.range.end - 1;
  const first = node.range.start + 1;
  if (!/[\]}]/.test(text[closing] ?? '') || closing < first) return undefined;
  const last = partsOf(node).at(-1);
  if (last === undefined) return intoEmpty(text, first, closing, what, node.type);
  const end = Math.max(first, endOfPart(text, last));
  const comma = commaBehind(text, end, closing);
  const after = comma ?? end;
  // The bracket at the end is that of the last entry: the collection's own is missing.
  if (after > closing) return undefined;
  const separator = comma === undefined ? ',' : '';
  if (lineStart(text, last.start) > first) {
    // Each on a line of its own: so is this. What is said behind the last stays there.
    const column = columnOf(text, lineStartOfPart(text, last));
    const line = newlineOf(text) + ' '.repeat(column) + what + (comma === undefined ? '' : ',');
    const at = Math.min(lineEnd(text, after), closing);
    if (comma !== undefined || at === after) {
      return { range: { start: at, end: at }, newText: separator + line };
    }
    return { range: { start: after, end: at }, newText: separator + text.slice(after, at) + line };
  }
  return { range: { start: after, end: after }, newText: `${separator} ${what}` };
}

/** The offset behind the comma that follows a place, over white space and comments; undefined where none does. */
export function commaBehind(text: string, from: number, limit: number): number | undefined {
  const [gap = ''] = /^(?:\s+|#[^\n]*)*/.exec(text.slice(from, limit)) ?? [];
  const at = from + gap.length;
  return text[at] === ',' ? at + 1 : undefined;
}

/** The places of a collection's own entries and items, in the order of the text. */
export function partsOf(node: SourceMap | SourceList): TextRange[] {
  const parts =
    node.type === 'list'
      ? node.items.map(({ range }) => range)
      : [...node.entries.values()].filter(({ isMerged }) => !isMerged).map(rangeOfEntry);
  return parts.sort((a, b) => a.start - b.start);
}

function rangeOfEntry({ key, value }: { readonly key: TextRange; readonly value: SourceNode }): TextRange {
  return { start: key.start, end: Math.max(key.end, value.range.end) };
}

/** Where its text ends: an entry without a value behind its colon. */
export function endOfPart(text: string, { start, end }: TextRange): number {
  const last = start + text.slice(start, end).trimEnd().length;
  return last + (/^[ \t]*:(?=[\s,\]}])/.exec(text.slice(last, last + 20))?.[0].length ?? 0);
}

function lineStartOfPart(text: string, part: TextRange): number {
  const start = lineStart(text, part.start);
  return start + (/^[ \t]*/.exec(text.slice(start, part.start))?.[0].length ?? 0);
}

function intoEmpty(text: string, start: number, end: number, what: string, type: 'map' | 'list'): TextEdit | undefined {
  const inside = text.slice(start, end);
  if (inside.trim() === '') return { range: { start, end }, newText: type === 'map' ? ` ${what} ` : what };
  // Merge keys alone, which the tree does not hold.
  const at = start + inside.trimEnd().length;
  return inside.includes('#') ? undefined : { range: { start: at, end: at }, newText: `, ${what}` };
}
