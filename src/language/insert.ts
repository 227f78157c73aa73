import type { YamlPath } from '../topology/model';
import type { TextRange } from '../topology/problem';
import { placeAt, type SourceList, type SourceMap, type SourceNode } from '../topology/yaml/source-tree';
import { columnOf, endOfBlock, hasBlankLine, lineStart, newlineOf } from './edit/block-lines';
import { intoBrackets } from './edit/flow-brackets';
import { writeScalar } from '../topology/write/scalar-text';
import type { TextEdit } from './text-edit';

/** A text and what was read of it. */
export interface SourceText {
  readonly text: string;
  readonly root: SourceNode | undefined;
}

/** An entry or item to be written: on one line inside brackets, or as lines of a block, the further ones indented as they are. */
export interface NewText {
  readonly flow: string;
  readonly block: readonly string[];
}

export interface NewEntry extends NewText {
  readonly key: string;
}

/** The keys of the mapping at a path that a new one should stand behind; none: behind all. */
export type Order = (path: YamlPath, key: string) => readonly string[];

const behindAll: Order = () => [];

/**
 * The edit that adds an entry to the mapping at a path, in its own style, behind what it has. What is missing on the way
 * is made. undefined where the text is written so that nobody can say where it belongs, as behind an alias.
 *
 * @param value YAML in one line; empty for an entry without a value
 */
export function insertEntry(source: SourceText, path: YamlPath, key: string, value: string): TextEdit | undefined {
  const entry = `${writeScalar(key)}:${value === '' ? '' : ` ${value}`}`;
  return insertText(source, path, { key, flow: entry, block: [entry] });
}

/** The edit that adds an item, written in one line, to the list at a path. As `insertEntry`. */
export function appendItem(source: SourceText, path: YamlPath, item: string): TextEdit | undefined {
  return appendText(source, path, { flow: item, block: [item] });
}

/** As `insertEntry`, of an entry that is written as a block where its mapping is one. */
export function insertText(
  source: SourceText,
  path: YamlPath,
  entry: NewEntry,
  order: Order = behindAll,
): TextEdit | undefined {
  const { text, root } = source;
  const place = placeAt(root, path);
  if (place === undefined) return insertWithParent(source, path, entry, order);
  const { node, key: keyRange } = place;
  if (node.isAlias) return undefined;
  if (node.type === 'map') {
    if (isFlow(text, node)) return intoBrackets(text, node, entry.flow);
    return belowEntries(text, node, entry.block, order(path, entry.key));
  }
  if (node.type !== 'scalar' || node.value !== null || keyRange === undefined) return undefined;
  return belowKey(source, path, { key: keyRange, value: node.range }, entry);
}

/** As `appendItem`, of an item that is written over several lines where its list is a block. */
export function appendText(
  source: SourceText,
  path: YamlPath,
  item: NewText,
  order: Order = behindAll,
): TextEdit | undefined {
  const { text } = source;
  const node = placeAt(source.root, path)?.node;
  if (node === undefined) {
    const key = String(path.at(-1));
    const flow = `${writeScalar(key)}: [${item.flow}]`;
    const isBlock = path.length === 1 && isBlockMap(source);
    const block = isBlock ? [`${key}:`, ...indented(asItem(item.block), stepOf(source))] : [flow];
    return insertText(source, path.slice(0, -1), { key, flow, block }, order);
  }
  if (node.type !== 'list' || node.isAlias) return undefined;
  if (isFlow(text, node)) return intoBrackets(text, node, item.flow);
  const first = node.items[0]?.range.start ?? node.range.start;
  const dash = text.lastIndexOf('-', first - 1);
  if (dash < lineStart(text, first) || text.slice(dash + 1, first).trim() !== '') return undefined;
  return linesBehind(text, node.range, columnOf(text, dash), asItem(item.block), false);
}

/** Of a mapping that is missing itself: makes it, with its one entry. */
function insertWithParent(source: SourceText, path: YamlPath, entry: NewText, order: Order): TextEdit | undefined {
  const key = path.at(-1);
  if (typeof key !== 'string') return undefined;
  const name = writeScalar(key);
  const flow = `${name}: { ${entry.flow} }`;
  const isBlock = path.length === 1 ? isBlockMap(source) : entry.block.length > 1 || isDeep(entry);
  const block = isBlock ? [`${name}:`, ...indented(entry.block, stepOf(source))] : [flow];
  return insertText(source, path.slice(0, -1), { key, flow, block }, order);
}

/** Its value is a mapping with something in it: with its parent, that is too much for one line. */
function isDeep({ flow }: NewText): boolean {
  return /:\s*\{\s*[^}\s]/.test(flow);
}

function asItem([first = '', ...rest]: readonly string[]): string[] {
  return [`- ${first}`, ...indented(rest, 2)];
}

function indented(lines: readonly string[], by: number): string[] {
  return lines.map((line) => ' '.repeat(by) + line);
}

function isFlow(text: string, node: SourceMap | SourceList): boolean {
  return /[[{]/.test(text[node.range.start] ?? '');
}

function isBlockMap({ root, text }: SourceText): boolean {
  return root?.type === 'map' && !isFlow(text, root);
}

/** How far the file indents: as its first block does. */
function stepOf({ root, text }: SourceText): number {
  if (root?.type !== 'map') return 2;
  for (const { key, value, isMerged } of root.entries.values()) {
    if (isMerged || value.isAlias || value.type !== 'map' || isFlow(text, value)) continue;
    const step = columnOf(text, value.range.start) - columnOf(text, key.start);
    if (step > 0) return step;
  }
  return 2;
}

function belowEntries(
  text: string,
  node: SourceMap,
  lines: readonly string[],
  behind: readonly string[],
): TextEdit | undefined {
  const own = [...node.entries].filter(([, { isMerged }]) => !isMerged);
  const entries = own.map(([, entry]) => entry).sort((a, b) => a.key.start - b.key.start);
  const first = entries[0];
  if (first === undefined) {
    // Only merge keys, which the tree does not hold.
    return linesBehind(text, node.range, columnOf(text, node.range.start), lines, false);
  }
  const column = columnOf(text, first.key.start);
  const chosen = own.filter(([key]) => behind.includes(key)).map(([, entry]) => entry);
  const end = Math.max(...(chosen.length > 0 ? chosen : entries).map(endOf));
  const start = first.key.start;
  const gaps = entries.slice(1).map(({ key }, index) => [endOf(entries[index] ?? first), key.start] as const);
  const isAiry = gaps.length > 0 && gaps.every(([from, to]) => hasBlankLine(text, from, to));
  return linesBehind(text, { start, end }, column, lines, isAiry);
}

function endOf({ key, value }: { readonly key: TextRange; readonly value: SourceNode }): number {
  return Math.max(key.end, value.range.end);
}

/** Of an entry whose value is nothing, or a word for it. */
function belowKey(
  source: SourceText,
  path: YamlPath,
  { key, value }: { readonly key: TextRange; readonly value: TextRange },
  entry: NewText,
): TextEdit | undefined {
  const { text } = source;
  const parent = placeAt(source.root, path.slice(0, -1))?.node;
  if (parent === undefined || parent.isAlias || parent.type !== 'map') return undefined;
  const isWritten = value.start < value.end;
  if (isFlow(text, parent)) {
    const braces = `{ ${entry.flow} }`;
    if (isWritten) return { range: value, newText: braces };
    const colon = /^\s*:/.exec(text.slice(key.end, key.end + 20))?.[0].length;
    const at = key.end + (colon ?? 0);
    return { range: { start: at, end: at }, newText: `${colon === undefined ? ':' : ''} ${braces}` };
  }
  const column = columnOf(text, key.start) + stepOf(source);
  if (!isWritten) return linesBehind(text, key, column, entry.block, false);
  const start = text.slice(0, value.start).trimEnd().length;
  return { range: { start, end: value.end }, newText: asLines(text, column, entry.block) };
}

/** Lines of their own, behind the last that something stands on, and behind the comments that belong to that. */
function linesBehind(
  text: string,
  range: TextRange,
  column: number,
  lines: readonly string[],
  isAiry: boolean,
): TextEdit {
  const at = endOfBlock(text, range, column);
  return { range: { start: at, end: at }, newText: (isAiry ? newlineOf(text) : '') + asLines(text, column, lines) };
}

function asLines(text: string, column: number, lines: readonly string[]): string {
  return lines.map((line) => newlineOf(text) + ' '.repeat(column) + line).join('');
}
