import { isAlias, isMap, isScalar, isSeq, visit, type Document, type YAMLError } from 'yaml';
import { isMergeKey, type YamlPair } from './build-source-tree';
import { composeDocuments } from './compose';
import type { Piece } from './split-text';

/** What a piece of a text holds. Offsets count from `offset` characters before its beginning. */
export interface CompiledPiece {
  readonly offset: number;
  /** Entries of a mapping. */
  readonly pairs: readonly YamlPair[];
  /** Items of a list. */
  readonly items: readonly unknown[];
  readonly errors: readonly YAMLError[];
  /** It has anchors, aliases or merge keys, and so means something only together with others. */
  readonly hasReferences: boolean;
  /** The ends of the block that it is the last piece of, and of the file's. */
  readonly blockEnd: number;
  readonly fileEnd: number;
}

/** No key of the language. What follows a piece in its file is another; the parser must come to it as to any. */
const sentinel = 'end-of-piece';

/**
 * Reads a piece in the place that it has in its file: below a key if it is below one, and with what follows it, so that the
 * parser goes into it and comes out of it in the states in which it does in the whole text. undefined where it does not come
 * out so, as from a quote that is still open: then the piece says nothing by itself.
 */
export function compilePiece(text: string, { within, indent, followedBy }: Piece): CompiledPiece | undefined {
  const head = within === 'file' ? '' : 'k:\n';
  const end = head.length + text.length;
  const [document, second] = composeDocuments(head + text + sentinelFor(within, indent, followedBy)) ?? [];
  if (document === undefined || second !== undefined || !isMap(document.contents)) return undefined;
  const errors = [...document.errors, ...document.warnings];
  if (followedBy !== 'end' && errors.some(({ pos }) => pos[1] > end)) return undefined;
  const root = document.contents;
  const pairs = [...(root.items as YamlPair[])];
  if (followedBy === 'entry' && !isSentinel(pairs.pop()?.key, end)) return undefined;
  const compiled = {
    offset: head.length,
    errors,
    hasReferences: hasReferences(document),
    fileEnd: root.range[1],
  };
  if (within === 'file' && pairs.some(({ key }) => isMergeKey(key))) return undefined;
  if (within === 'file') return { ...compiled, pairs, items: [], blockEnd: 0 };
  const block = pairs.length === 1 ? pairs[0]?.value : undefined;
  if (!(isMap(block) || isSeq(block)) || isMap(block) !== (within === 'map')) return undefined;
  const inside = [...block.items];
  // A merge key says something of the other pieces as well.
  if (within === 'map' && inside.some((pair) => isMergeKey((pair as YamlPair).key))) return undefined;
  if (followedBy === 'sibling') {
    const last = inside.pop();
    if (!isSentinel(within === 'map' ? (last as YamlPair).key : last, end)) return undefined;
  }
  const blockEnd = block.range?.[1] ?? end;
  return within === 'map'
    ? { ...compiled, pairs: inside as YamlPair[], items: [], blockEnd }
    : { ...compiled, pairs: [], items: inside, blockEnd };
}

function sentinelFor(within: Piece['within'], indent: number, followedBy: Piece['followedBy']): string {
  if (followedBy === 'end') return '';
  if (followedBy === 'entry') return `${sentinel}: 1\n`;
  return `${' '.repeat(indent)}${within === 'list' ? `- ${sentinel}` : `${sentinel}: 1`}\n`;
}

function isSentinel(node: unknown, end: number): boolean {
  return isScalar(node) && node.value === sentinel && (node.range?.[0] ?? 0) >= end;
}

function hasReferences(document: Document.Parsed): boolean {
  let found = false;
  visit(document, {
    Node: (_key, node) => {
      if (!isAlias(node) && node.anchor === undefined && !(isScalar(node) && node.source === '<<')) return undefined;
      found = true;
      return visit.BREAK;
    },
  });
  return found;
}
