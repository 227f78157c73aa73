import type { YamlPath } from '../../topology/model';
import type { TextRange } from '../../topology/problem';

/**
 * What a text that may be half-written most likely says, by its indentation. Of the parser's tree's shape, so that one
 * reader serves both; scalars are texts as they stand, aliases and merge keys are not followed.
 */
export type LooseNode = LooseScalar | LooseMap | LooseList;

export interface LooseScalar {
  readonly type: 'scalar';
  /** null: nothing is written, or the cursor is in it, so that nobody knows what it is going to be. */
  readonly value: string | null;
}

export interface LooseMap {
  readonly type: 'map';
  readonly entries: Map<string, { readonly key: TextRange; value: LooseNode }>;
}

export interface LooseList {
  readonly type: 'list';
  readonly items: LooseNode[];
}

export const nothing: LooseScalar = { type: 'scalar', value: null };

/** A collection that is being read: a block at its column, or the inside of brackets. */
export interface Frame {
  readonly type: 'root' | 'map' | 'list';
  /** The column that its keys or dashes stand at. */
  readonly indent: number;
  readonly path: YamlPath;
  /** Of the root: the file's content. */
  node: LooseNode;
  /** The last key of a map. */
  key?: string | undefined;
}

/** The path of what comes next in a collection. */
export function pathInto({ path, node, key, type }: Frame): YamlPath {
  if (type === 'root') return path;
  if (node.type === 'list') return [...path, Math.max(node.items.length - 1, 0)];
  return key === undefined ? path : [...path, key];
}

/** What stands at `pathInto`. */
export function contentOf({ type, node, key }: Frame): LooseNode {
  if (type === 'root') return node;
  if (node.type === 'list') return node.items[node.items.length - 1] ?? nothing;
  return (node.type === 'map' && key !== undefined ? node.entries.get(key)?.value : undefined) ?? nothing;
}

/** Puts a value at `pathInto`. */
export function fill(frame: Frame, value: LooseNode): void {
  const { type, node, key } = frame;
  if (type === 'root') {
    frame.node = value;
  } else if (node.type === 'list') {
    node.items[Math.max(node.items.length - 1, 0)] = value;
  } else if (node.type === 'map' && key !== undefined) {
    const entry = node.entries.get(key);
    if (entry !== undefined) entry.value = value;
  }
}

/** Begins an entry of a map, or goes back to the one of that name. */
export function beginEntry(frame: Frame, key: string, range: TextRange): void {
  frame.key = key;
  if (frame.node.type === 'map' && !frame.node.entries.has(key)) {
    frame.node.entries.set(key, { key: range, value: nothing });
  }
}
