import type { CursorPlace } from './place';
import { contentOf, pathInto, type Frame } from './tree';

interface EmptyLine {
  readonly text: string;
  readonly cursor: number;
  readonly lineStart: number;
  readonly lineEnd: number;
  readonly stack: readonly [Frame, ...Frame[]];
}

type Block = Pick<CursorPlace, 'kind' | 'path' | 'siblings'> & { readonly indent: number };

/** Where a cursor is on a line with nothing on it: its column, and the lines around it, say in which block. */
export function placeOnEmptyLine(line: EmptyLine): CursorPlace {
  const { text, cursor, lineStart } = line;
  const white = text.slice(lineStart, cursor);
  // YAML takes no tabs there: they become spaces. Their usual width says how far in was meant.
  const column = white.replaceAll('\t', '    ').length;
  const { indent, ...place } = findBlock(line, column);
  const range = { start: lineStart, end: cursor };
  const isWrong = indent !== column || white.includes('\t');
  return {
    ...place,
    isFlow: false,
    word: { start: cursor, end: cursor },
    prefix: '',
    quote: '',
    column: indent,
    hasColon: false,
    needsSpace: false,
    ...(isWrong && { indentation: { range, newText: ' '.repeat(indent) } }),
  };
}

function findBlock(line: EmptyLine, column: number): Block {
  const [root, ...open] = line.stack;
  let inner: Frame | undefined;
  let top = root;
  for (const frame of open) {
    if (frame.indent <= column) {
      top = frame;
    } else {
      inner = frame;
      break;
    }
  }
  if (top.type !== 'root' && top.indent === column) return within(top);
  // Between two levels: what stands deeper was meant, if something does.
  if (inner !== undefined) return within(inner);
  const below = indentBelow(line);
  const indent = below !== undefined && below > top.indent ? below : column;
  const content = contentOf(top);
  if (top.type === 'root')
    return { kind: 'key', path: [], indent, ...(content.type === 'map' && { siblings: content }) };
  if (content.type === 'scalar' && content.value !== null) return within(top);
  return { kind: 'node', path: pathInto(top), indent };
}

function within({ node, path, indent }: Frame): Block {
  if (node.type === 'list') return { kind: 'item', path: [...path, node.items.length], indent };
  return { kind: 'key', path, indent, ...(node.type === 'map' && { siblings: node }) };
}

/** The column of the next line that has something on it. */
function indentBelow({ text, lineEnd }: EmptyLine): number | undefined {
  const next = /\n( *)[^\s#]/.exec(text.slice(lineEnd, lineEnd + 2000));
  return next?.[1]?.length;
}
