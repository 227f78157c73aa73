import type { YamlPath } from '../topology/model';
import type { ParsedTopology } from '../topology/parse';
import type { TextRange } from '../topology/problem';
import {
  placeAt,
  type SourceEntry,
  type SourceList,
  type SourceMap,
  type SourceNode,
} from '../topology/yaml/source-tree';
import { schemaAt, typesOf } from './schema';
import type { TextEdit } from './text-edit';

/**
 * The edit that takes the entry or item at a path away, with its lines and what stands behind it on them. A collection
 * that would be left with nothing goes too, where the language has no use for an empty one. Comments on lines of their
 * own stay. undefined where the text is written so that nobody can say what belongs to it: behind an alias, or with an
 * anchor that something else may repeat.
 */
export function removeAt(parsed: ParsedTopology, path: YamlPath): TextEdit | undefined {
  const parent = path.slice(0, -1);
  const step = path.at(-1);
  const collection = placeAt(parsed.root, parent)?.node;
  if (step === undefined || collection === undefined || !isWrittenHere(parsed.root, path)) return undefined;
  const places = extentsIn(parsed.text, collection);
  const index = collection.type === 'map' ? ownKeys(collection).indexOf(String(step)) : Number(step);
  const extent = places[index];
  if (extent === undefined || /(^|[\s[{,:])&/.test(parsed.text.slice(extent.start, extent.end))) return undefined;
  const isFlow = '[{'.includes(parsed.text[collection.range.start] ?? '');
  if (places.length === 1 && !mayBeEmpty(parent, isFlow)) return removeAt(parsed, parent);
  return isFlow ? removeInside(parsed.text, collection, places, index) : removeLines(parsed.text, places, index);
}

/** Whether each step of a path leads to text of its own: not through an alias, and not to what a merge key brings in. */
export function isWrittenHere(root: SourceNode | undefined, path: YamlPath): boolean {
  let node = root;
  for (const step of path) {
    if (node === undefined || node.isAlias || node.type === 'scalar') return false;
    if (node.type === 'map') {
      const entry = node.entries.get(String(step));
      if (entry === undefined || entry.isMerged) return false;
      node = entry.value;
    } else {
      node = node.items[Number(step)];
    }
  }
  return node !== undefined;
}

/** `[]` and `{}` are good wherever a collection is; a key without a value only where the language says so. */
function mayBeEmpty(path: YamlPath, isFlow: boolean): boolean {
  const schema = schemaAt(path);
  return path.length === 0 || (schema !== undefined && (isFlow || typesOf(schema).includes('null')));
}

function ownKeys(map: SourceMap): string[] {
  return [...map.entries].filter(([, { isMerged }]) => !isMerged).map(([key]) => key);
}

/** From each entry's or item's first letter to its last. */
function extentsIn(text: string, collection: SourceNode): TextRange[] {
  if (collection.type === 'map') {
    return ownKeys(collection).map((key) => extentOf(text, collection.entries.get(key) as SourceEntry));
  }
  return collection.type === 'list' ? collection.items.map(({ range }) => trimmed(text, range)) : [];
}

function extentOf(text: string, { key, value }: SourceEntry): TextRange {
  const colon = /^[ \t]*:/.exec(text.slice(key.end, key.end + 100))?.[0].length ?? 0;
  return trimmed(text, { start: key.start, end: Math.max(key.end + colon, value.range.end) });
}

/** A block's range may end with the line break behind it. */
function trimmed(text: string, { start, end }: TextRange): TextRange {
  return { start, end: start + text.slice(start, end).trimEnd().length };
}

/** Inside brackets: with the comma before it, or, of the first, the one behind it. */
function removeInside(
  text: string,
  { range }: SourceMap | SourceList | SourceNode,
  places: readonly TextRange[],
  index: number,
): TextEdit | undefined {
  const [before, here, after] = [places[index - 1], places[index], places[index + 1]];
  if (here === undefined) return undefined;
  const start = before?.end ?? (after === undefined ? range.start + 1 : here.start);
  const end = before !== undefined ? here.end : (after?.start ?? range.end - 1);
  // A comment in between belongs to one of them, and only its writer knows to which.
  return text.slice(start, end).includes('#') ? undefined : { range: { start, end }, newText: '' };
}

/** On lines of its own, or as the first entry behind a list's dash. */
function removeLines(text: string, places: readonly TextRange[], index: number): TextEdit | undefined {
  const here = places[index];
  if (here === undefined) return undefined;
  const lineStart = text.lastIndexOf('\n', here.start - 1) + 1;
  const head = text.slice(lineStart, here.start);
  const after = places[index + 1];
  const found = text.indexOf('\n', here.end);
  const lineEnd = found < 0 ? text.length : found + 1;
  if (/^[ \t\ufeff]*$/.test(head) || /^[ \t]*-[ \t]*$/.test(head)) {
    const isItsDash = !head.includes('-') || places.every(({ start }) => isBehindDash(text, start));
    if (isItsDash) return { range: { start: lineStart, end: lineEnd }, newText: '' };
    // The dash stays for what comes next.
    return after && { range: { start: here.start, end: after.start }, newText: '' };
  }
  return undefined;
}

function isBehindDash(text: string, start: number): boolean {
  const lineStart = text.lastIndexOf('\n', start - 1) + 1;
  return /^[ \t]*-[ \t]*$/.test(text.slice(lineStart, start));
}
