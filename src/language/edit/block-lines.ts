import type { TextRange } from '../../topology/problem';

/** Lines of YAML's block style: which belong to an entry or item, and where a new one goes. */

/** Where the line that `offset` is on starts. */
export function lineStart(text: string, offset: number): number {
  return text.lastIndexOf('\n', offset - 1) + 1;
}

/** Where the line that `offset` is on ends, its line break not included. */
export function lineEnd(text: string, offset: number): number {
  const found = text.slice(offset).search(/\r?\n/);
  return found < 0 ? text.length : offset + found;
}

/** How far in a place is on its line. A byte order mark takes no column. */
export function columnOf(text: string, offset: number): number {
  return text.slice(lineStart(text, offset), offset).replace('\uFEFF', '').length;
}

/**
 * The end of the lines that something at `column` takes: to the end of the line where its text ends, and on over the comments
 * below that are indented further than it, which belong to it. The last line's break is not included.
 */
export function endOfBlock(text: string, { start, end }: TextRange, column: number): number {
  const last = start + text.slice(start, end).trimEnd().length;
  let result = lineEnd(text, last);
  for (let at = result; at < text.length;) {
    const next = text.indexOf('\n', at) + 1;
    if (next === 0) break;
    at = lineEnd(text, next);
    const [, indent = '', rest = ''] = /^( *)(.*)$/s.exec(text.slice(next, at)) ?? [];
    if (rest === '') continue;
    if (!rest.startsWith('#') || indent.length <= column) break;
    result = at;
  }
  return result;
}

/** Whether there is an empty line between two places. */
export function hasBlankLine(text: string, from: number, to: number): boolean {
  return /\n[ \t]*\r?\n/.test(text.slice(from, to));
}

export function newlineOf(text: string): string {
  return text.includes('\r\n') ? '\r\n' : '\n';
}
