import type { TextRange } from '../problem';
import type { SourceEntry, SourceNode } from './source-tree';

/** The node as it stands further on in the text, or further back. */
export function shiftNode(node: SourceNode, by: number): SourceNode {
  const range = shiftRange(node.range, by);
  switch (node.type) {
    case 'scalar':
      return { type: 'scalar', value: node.value, range, isAlias: node.isAlias, size: 1 };
    case 'list': {
      const items = node.items.map((item) => shiftNode(item, by));
      return { type: 'list', items, range, isAlias: node.isAlias, size: node.size };
    }
    case 'map': {
      const entries = new Map<string, SourceEntry>();
      for (const [key, entry] of node.entries) entries.set(key, shiftEntry(entry, by));
      return { type: 'map', entries, range, isAlias: node.isAlias, size: node.size };
    }
  }
}

export function shiftEntry({ key, value, isMerged }: SourceEntry, by: number): SourceEntry {
  return { key: shiftRange(key, by), value: shiftNode(value, by), isMerged };
}

function shiftRange({ start, end }: TextRange, by: number): TextRange {
  return { start: start + by, end: end + by };
}
