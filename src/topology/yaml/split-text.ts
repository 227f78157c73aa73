/** A part of a text that YAML can be read from by itself: whole entries or items of one block. */
export interface Piece {
  readonly start: number;
  readonly end: number;
  /** What it is in: the file itself, or the mapping or list under a top-level key. */
  readonly within: 'file' | 'map' | 'list';
  /** How far in its entries or dashes stand; 0 in the file itself. */
  readonly indent: number;
  /** What follows it: a sibling, the file's next entry, or nothing. */
  readonly followedBy: 'sibling' | 'entry' | 'end';
}

/** A top-level entry: one piece, or a key whose value's pieces were told apart. */
export interface TopLevelPieces {
  readonly start: number;
  /** Where the key stands; absent where the entry is one piece. */
  readonly key?: { readonly start: number; readonly end: number };
  readonly pieces: readonly Piece[];
}

/** Entries shorter than this are read as one piece, in lines. */
const longEntry = 24;
/** No piece is longer than this if it can be cut, in lines. */
const longestPiece = 64;
/** A key that cannot be anything but a key, with its colon. */
const plainKey = /^([A-Za-z_][A-Za-z0-9_-]*)[ \t]*:(?=[ \t\r]|$)/;
/** The same for names below the top. */
const plainName = /^[A-Za-z0-9_][A-Za-z0-9_.-]*[ \t]*:(?=[ \t\r]|$)/;

/**
 * Cuts a text at the lines where, by their column and first letters, an entry of the file or of a long top-level block
 * begins. Whether each piece can be read by itself is for its reader to find out. undefined for a text that is not written
 * as a block.
 */
export function splitText(text: string): TopLevelPieces[] | undefined {
  const starts: number[] = [];
  for (let start = text.startsWith('\ufeff') ? 1 : 0; start < text.length; start = nextLine(text, start)) {
    const first = text[start] ?? '';
    if (' \r\n#'.includes(first) || (first === '-' && isDash(text, start) && starts.length > 0)) continue;
    if (!plainKey.test(lineAt(text, start))) return undefined;
    starts.push(start);
  }
  const first = starts[0];
  // Only comments may stand before the first.
  if (first === undefined || !/^\ufeff?(?:(?:#[^\r\n]*)?\r?\n)*$/.test(text.slice(0, first))) return undefined;
  return starts.map((start, index) => splitEntry(text, start, starts[index + 1] ?? text.length));
}

function splitEntry(text: string, start: number, end: number): TopLevelPieces {
  const followedBy = end < text.length ? 'entry' : 'end';
  const whole: TopLevelPieces = { start, pieces: [{ start, end, within: 'file', indent: 0, followedBy }] };
  const line = lineAt(text, start);
  const head = plainKey.exec(line);
  if (head === null || !/^[ \t]*(#.*)?\r?$/.test(line.slice(head[0].length))) return whole;
  const lines: number[] = [];
  for (let at = nextLine(text, start); at < end; at = nextLine(text, at)) lines.push(at);
  const body = lines.find((at) => !/^[ \t\r]*(#|$)/.test(lineAt(text, at)));
  if (lines.length < longEntry || body === undefined) return whole;
  const indent = indentAt(text, body);
  const isList = isDash(text, body + indent);
  const isStart = (at: number): boolean =>
    indentAt(text, at) === indent && (isList ? isDash(text, at + indent) : plainName.test(lineAt(text, at + indent)));
  if (!isStart(body) || (!isList && indent === 0)) return whole;
  const pieces: Piece[] = [];
  let from = body;
  let length = 0;
  for (const at of lines) {
    if (at <= from) continue;
    length++;
    if (!isStart(at) || !(length >= longestPiece || isBoundary(text, at))) continue;
    pieces.push({ start: from, end: at, within: isList ? 'list' : 'map', indent, followedBy: 'sibling' });
    [from, length] = [at, 0];
  }
  pieces.push({ start: from, end, within: isList ? 'list' : 'map', indent, followedBy });
  return { start, key: { start, end: start + (head[1] ?? '').length }, pieces };
}

/**
 * Whether to cut before a line, by what the line says: so that a text with a line more is cut at the same lines as before.
 * About one in eight.
 */
function isBoundary(text: string, start: number): boolean {
  let hash = 0;
  for (let at = start; at < text.length && at < start + 80 && text[at] !== '\n'; at++) {
    hash = (Math.imul(hash, 31) + text.charCodeAt(at)) | 0;
  }
  return ((hash ^ (hash >>> 15)) & 7) === 0;
}

function nextLine(text: string, from: number): number {
  const found = text.indexOf('\n', from);
  return found < 0 ? text.length : found + 1;
}

function lineAt(text: string, start: number): string {
  const found = text.indexOf('\n', start);
  return text.slice(start, Math.min(found < 0 ? text.length : found, start + 300));
}

function indentAt(text: string, start: number): number {
  let at = start;
  while (text[at] === ' ') at++;
  return at - start;
}

function isDash(text: string, at: number): boolean {
  return text[at] === '-' && (at + 1 >= text.length || ' \t\r\n'.includes(text[at + 1] ?? ''));
}
