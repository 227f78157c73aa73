import type { YamlPath } from '../topology/model';
import type { ParsedTopology } from '../topology/parse';
import type { TextRange } from '../topology/problem';
import { placeAt, type SourceList, type SourceMap } from '../topology/yaml/source-tree';
import { writeScalar } from './scalar-text';
import type { TextEdit } from './text-edit';

/**
 * The edit that adds an entry to the mapping at a path, in its own style, behind what it has. What is missing on the way
 * is made. undefined where the text is written so that nobody can say where it belongs, as behind an alias.
 *
 * @param value YAML in one line; empty for an entry without a value
 */
export function insertEntry(parsed: ParsedTopology, path: YamlPath, key: string, value: string): TextEdit | undefined {
  const entry = `${writeScalar(key)}:${value === '' ? '' : ` ${value}`}`;
  const place = placeAt(parsed.root, path);
  if (place === undefined) return insertWithParent(parsed, path, entry);
  const { node, key: keyRange } = place;
  if (node.isAlias) return undefined;
  if (node.type === 'map') {
    const isFlow = parsed.text[node.range.start] === '{';
    return isFlow ? intoBrackets(parsed.text, node, entry) : belowEntries(parsed.text, node, entry);
  }
  if (node.type !== 'scalar' || node.value !== null || keyRange === undefined) return undefined;
  return belowKey(parsed, path, keyRange, entry);
}

/** The edit that adds an item, written in one line, to the list at a path. As `insertEntry`. */
export function appendItem(parsed: ParsedTopology, path: YamlPath, item: string): TextEdit | undefined {
  const { text } = parsed;
  const node = placeAt(parsed.root, path)?.node;
  if (node === undefined) {
    const isBlock = path.length === 1 && isBlockMap(parsed);
    if (isBlock) return insertWithParent(parsed, path, `- ${item}`);
    return insertEntry(parsed, path.slice(0, -1), String(path.at(-1)), `[${item}]`);
  }
  if (node.type !== 'list' || node.isAlias) return undefined;
  if (text[node.range.start] === '[') return intoBrackets(text, node, item);
  const first = node.items[0]?.range.start ?? node.range.start;
  const lineStart = text.lastIndexOf('\n', first - 1) + 1;
  const dash = text.lastIndexOf('-', first - 1);
  if (dash < lineStart || text.slice(dash + 1, first).trim() !== '') return undefined;
  return newLineBehind(text, node.range, dash - lineStart, `- ${item}`);
}

/** Of a mapping that is missing itself: makes it, with its one entry. */
function insertWithParent(parsed: ParsedTopology, path: YamlPath, entry: string): TextEdit | undefined {
  const key = path.at(-1);
  if (typeof key !== 'string') return undefined;
  if (path.length > 1) return insertEntry(parsed, path.slice(0, -1), key, `{ ${entry} }`);
  const { root, text } = parsed;
  if (root?.type !== 'map' || !isBlockMap(parsed)) return insertEntry(parsed, [], key, `{ ${entry} }`);
  return belowEntries(text, root, `${key}:${newline(text)}  ${entry}`);
}

function isBlockMap({ root, text }: ParsedTopology): boolean {
  return root?.type === 'map' && text[root.range.start] !== '{';
}

function intoBrackets(text: string, node: SourceMap | SourceList, what: string): TextEdit | undefined {
  const closing = node.range.end - 1;
  const inside = text.slice(node.range.start + 1, closing);
  // Behind a comment, or without its closing bracket, nothing can be added on the line.
  if (!/[\]}]/.test(text[closing] ?? '') || inside.includes('#')) return undefined;
  const end = node.range.start + 1 + inside.trimEnd().length;
  const range = { start: end, end };
  if (inside.trim() !== '') return { range, newText: (inside.trimEnd().endsWith(',') ? ' ' : ', ') + what };
  return { range: { start: node.range.start + 1, end: closing }, newText: node.type === 'map' ? ` ${what} ` : what };
}

function belowEntries(text: string, node: SourceMap, entry: string): TextEdit | undefined {
  const own = [...node.entries.values()].filter(({ isMerged }) => !isMerged);
  const first = own[0];
  if (first === undefined) return undefined;
  const lineStart = text.lastIndexOf('\n', first.key.start - 1) + 1;
  const end = Math.max(...own.map(({ key, value }) => Math.max(key.end, value.range.end)));
  return newLineBehind(text, { start: first.key.start, end }, first.key.start - lineStart, entry);
}

function belowKey(parsed: ParsedTopology, path: YamlPath, key: TextRange, entry: string): TextEdit | undefined {
  const { text } = parsed;
  const parent = placeAt(parsed.root, path.slice(0, -1))?.node;
  if (parent === undefined || parent.isAlias) return undefined;
  if (text[parent.range.start] === '{') {
    const colon = /^\s*:/.exec(text.slice(key.end, key.end + 20))?.[0].length;
    const at = key.end + (colon ?? 0);
    return { range: { start: at, end: at }, newText: `${colon === undefined ? ':' : ''} { ${entry} }` };
  }
  const lineStart = text.lastIndexOf('\n', key.start - 1) + 1;
  return newLineBehind(text, key, key.start - lineStart + 2, entry);
}

/** A line of its own, behind the last that something stands on. */
function newLineBehind(text: string, { start, end }: TextRange, column: number, what: string): TextEdit {
  const last = start + text.slice(start, end).trimEnd().length;
  const found = text.slice(last).search(/\r?\n/);
  const at = found < 0 ? text.length : last + found;
  return { range: { start: at, end: at }, newText: newline(text) + ' '.repeat(column) + what };
}

function newline(text: string): string {
  return text.includes('\r\n') ? '\r\n' : '\n';
}
