import type { Proposal } from './proposal';

/** An alias that is being written where a value begins: at the line's beginning, or behind what a value stands behind. */
const aliasBegun = /(?:^\s*|[:?-]\s+|[,[{]\s*)(\*[^\s,[\]{}]*)$/;
const anchor = /(?:^|[\s,[{])&([^\s,[\]{}]+)/g;

/**
 * The aliases that may be written at a cursor: behind a `*`, and behind `<<:`, where nothing else may stand. Read by its
 * words alone, as all of completion.
 *
 * @returns undefined where it is no alias that is being written
 */
export function aliasProposals(text: string, offset: number): Proposal[] | undefined {
  const line = text.lastIndexOf('\n', offset - 1) + 1;
  const before = text.slice(line, offset);
  const word = aliasBegun.exec(before)?.[1];
  const isMerge = /(?:^|[\s,{])<<:\s+$/.test(before);
  if ((word === undefined && !isMerge) || isInText(before)) return undefined;
  const start = offset - (word?.length ?? 0);
  const rest = /^[^\s,[\]{}]*/.exec(text.slice(offset))?.[0].length ?? 0;
  const known = new Map<string, string>();
  for (const match of text.slice(0, line).matchAll(anchor)) {
    const at = text.lastIndexOf('\n', match.index) + 1;
    const end = text.indexOf('\n', match.index + 1);
    const whole = text.slice(at, end < 0 ? undefined : end).trim();
    if (!whole.startsWith('#')) known.set(match[1] ?? '', whole);
  }
  return [...known].reverse().map(([name, where], rank) => ({
    label: `*${name}`,
    kind: 'alias',
    detail: where.slice(0, 80),
    text: `*${name}`,
    inserting: { start, end: offset },
    replacing: { start, end: offset + rest },
    rank,
    asksAgain: false,
  }));
}

/** Behind the `#` of a comment, or in quotes that are open. */
function isInText(before: string): boolean {
  const bare = before.replaceAll(/"(?:[^"\\]|\\.)*"|'[^']*'/g, '');
  return /(^|\s)#/.test(bare) || /["']/.test(bare);
}
