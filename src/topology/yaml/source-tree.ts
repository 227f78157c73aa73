import type { YamlPath } from '../model';
import type { TextRange } from '../problem';

/**
 * What a YAML text says, with the place of everything. Aliases are already followed and merge keys already merged, so
 * that one node can stand at several paths; its range is then where the text stands, once.
 */
export type SourceNode = SourceScalar | SourceMap | SourceList;

interface SourceBase {
  readonly range: TextRange;
  /** The node is `*alias`: its range is the alias, its children stand at the anchor. */
  readonly isAlias: boolean;
  /** How many nodes it holds, itself included and aliases followed. */
  readonly size: number;
}

export interface SourceScalar extends SourceBase {
  readonly type: 'scalar';
  readonly value: string | number | boolean | null;
}

export interface SourceMap extends SourceBase {
  readonly type: 'map';
  readonly entries: ReadonlyMap<string, SourceEntry>;
}

export interface SourceList extends SourceBase {
  readonly type: 'list';
  readonly items: readonly SourceNode[];
}

export interface SourceEntry {
  readonly key: TextRange;
  readonly value: SourceNode;
  /** It came by a merge key (`<<`) and stands elsewhere. */
  readonly isMerged: boolean;
}

/** The node at a path, and the entry that holds it where that is a map's. */
export interface Place {
  readonly node: SourceNode;
  readonly key?: TextRange;
}

/** Follows a path from `root`; undefined where it leads nowhere. */
export function placeAt(root: SourceNode | undefined, path: YamlPath): Place | undefined {
  if (root === undefined) return undefined;
  let place: Place = { node: root };
  for (const step of path) {
    const next = stepInto(place.node, step);
    if (next === undefined) return undefined;
    place = next;
  }
  return place;
}

/**
 * Whether what stands at a path, or would stand there, is this place's own: on the way there is no alias, and nothing that a
 * merge key brings in. Else a change of it would change other places as well.
 */
export function isWrittenHere(root: SourceNode | undefined, path: YamlPath): boolean {
  let node = root;
  for (const step of path) {
    if (node === undefined) return true;
    if (node.isAlias) return false;
    if (node.type === 'map' && node.entries.get(String(step))?.isMerged === true) return false;
    node = stepInto(node, step)?.node;
  }
  return true;
}

function stepInto(node: SourceNode, step: string | number): Place | undefined {
  if (node.type === 'map') {
    const entry = node.entries.get(String(step));
    return entry && { node: entry.value, key: entry.key };
  }
  const item = node.type === 'list' ? node.items[Number(step)] : undefined;
  return item && { node: item };
}

/**
 * The part of a place to underline: a map's key where its value is a whole block (or nothing), else the value; of a
 * list's item that spans lines, its first line.
 */
export function namingRange(place: Place, text: string): TextRange {
  const { node, key } = place;
  if (key !== undefined && (node.type !== 'scalar' || node.range.start === node.range.end)) return key;
  if (node.range.start < node.range.end) return firstLine(node.range, text);
  // Nothing is written here: point at what it should follow, such as a list's `-`.
  const end = text.slice(0, node.range.start).trimEnd().length;
  return { start: Math.max(end - 1, 0), end };
}

/** A range cut off at the end of its first line. */
export function firstLine(range: TextRange, text: string): TextRange {
  const lineEnd = text.slice(range.start, range.end).search(/[\r\n]/);
  return lineEnd < 0 ? range : { start: range.start, end: range.start + lineEnd };
}

/** The path of the innermost thing that `offset` lies in: on a key, the path of its entry. */
export function pathAtOffset(root: SourceNode | undefined, offset: number): YamlPath {
  const path: (string | number)[] = [];
  let node = root;
  while (node !== undefined && !node.isAlias) {
    const child = childAtOffset(node, offset);
    if (child === undefined) break;
    path.push(child.step);
    node = child.node;
  }
  return path;
}

function childAtOffset(node: SourceNode, offset: number): { step: string | number; node: SourceNode } | undefined {
  if (node.type === 'map') {
    for (const [step, { key, value, isMerged }] of node.entries) {
      const end = Math.max(key.end, value.range.end);
      if (!isMerged && key.start <= offset && offset <= end) return { step, node: value };
    }
  } else if (node.type === 'list') {
    const step = node.items.findIndex(({ range }) => range.start <= offset && offset <= range.end);
    const item = node.items[step];
    if (item !== undefined) return { step, node: item };
  }
  return undefined;
}

export type PlainValue =
  string | number | boolean | null | readonly PlainValue[] | { readonly [key: string]: PlainValue };

/**
 * The tree as plain values, for a validator. Objects have no prototype, so that `__proto__` and `constructor` are keys
 * like any other. Nodes that stand at several paths become one value, so that aliases cannot make it explode.
 */
export function toPlain(node: SourceNode, known = new Map<object, PlainValue>()): PlainValue {
  if (node.type === 'scalar') return node.value;
  const content = node.type === 'map' ? node.entries : node.items;
  const already = known.get(content);
  if (already !== undefined) return already;
  let plain: PlainValue;
  if (node.type === 'list') {
    plain = node.items.map((item) => toPlain(item, known));
  } else {
    const object = Object.create(null) as Record<string, PlainValue>;
    for (const [key, { value }] of node.entries) object[key] = toPlain(value, known);
    plain = object;
  }
  known.set(content, plain);
  return plain;
}
