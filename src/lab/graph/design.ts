import type { Topology } from '../../topology/model';
import type { ParsedTopology } from '../../topology/parse';
import type { TextRange } from '../../topology/problem';
import { nodeAtPath, placeOfNode } from './places';

/** What a graph needs to know of a file's text, as plain data. */
export interface Design {
  /** As far as it can be read; undefined where nothing can. */
  readonly topology?: Topology;
  /** The first of what keeps the file from being applied. */
  readonly error?: { readonly message: string; readonly range: TextRange };
}

export function designOf({ topology, problems }: ParsedTopology): Design {
  const error = problems.find(({ severity }) => severity === 'error');
  return {
    ...(topology !== undefined && { topology }),
    ...(error !== undefined && { error: { message: error.message.replaceAll('`', '"'), range: error.range } }),
  };
}

/** The graph's id of what is declared around a place in the text; in a comment behind something, of that. */
export function nodeAtOffset({ topology, pathAt, text }: ParsedTopology, offset: number): string | undefined {
  if (topology === undefined) return undefined;
  const lineStart = text.lastIndexOf('\n', offset - 1) + 1;
  const first = lineStart + (/^[ \t]*/.exec(text.slice(lineStart, offset))?.[0].length ?? 0);
  return (
    nodeAtPath(topology, pathAt(offset)) ?? (text[first] === '#' ? undefined : nodeAtPath(topology, pathAt(first)))
  );
}

/** Where the text declares what the graph draws under an id: its name. */
export function rangeOfNode(parsed: ParsedTopology, nodeId: string): TextRange | undefined {
  const path = parsed.topology && placeOfNode(parsed.topology, nodeId);
  return path && (parsed.keyRangeOf(path) ?? parsed.rangeOf(path));
}
