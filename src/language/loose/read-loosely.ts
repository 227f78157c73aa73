import type { YamlPath } from '../../topology/model';
import type { TextRange } from '../../topology/problem';
import { placeOnEmptyLine } from './empty-line';
import type { CursorPlace } from './place';
import { beginEntry, contentOf, fill, nothing, pathInto, type Frame, type LooseNode } from './tree';
import { LineWords } from './words';

export interface LooseReading {
  readonly root: LooseNode;
  /** undefined: no cursor was asked for, or it is in a comment, a block of text or behind a finished value. */
  readonly place?: CursorPlace;
}

/** The language nests seven levels. What goes deeper is not worth the walk, and must not cost time in its square. */
const deepest = 40;

/**
 * Reads a text by its indentation alone: what a person sees in it, not what a YAML parser must refuse. A bracket or quote
 * that is still open spoils nothing below it. Linear in the text; never throws.
 *
 * @param cursor an offset in UTF-16 code units
 */
export function readLoosely(text: string, cursor = -1): LooseReading {
  return new LooseReader(text, cursor).read();
}

class LooseReader {
  private readonly stack: [Frame, ...Frame[]] = [{ type: 'root', indent: -1, path: [], node: nothing }];
  /** The brackets that are open. */
  private flow: Frame[] = [];
  /** Lines that are indented deeper belong to a `|` or `>`. */
  private textBelow: number | undefined;
  private place: CursorPlace | undefined;
  private line = new LineWords('', 0, 0);

  constructor(
    private readonly text: string,
    private readonly cursor: number,
  ) {}

  read(): LooseReading {
    const { text } = this;
    for (let start = text.startsWith('\ufeff') ? 1 : 0; start <= text.length;) {
      const found = text.indexOf('\n', start);
      const next = found < 0 ? text.length : found;
      this.line = new LineWords(text, start, next > start && text[next - 1] === '\r' ? next - 1 : next);
      this.readLine();
      start = next + 1;
    }
    return { root: this.stack[0].node, ...(this.place !== undefined && { place: this.place }) };
  }

  private get top(): Frame {
    return this.stack[this.stack.length - 1] ?? this.stack[0];
  }

  private readLine(): void {
    const { line } = this;
    const start = line.skipSpace(line.start);
    const column = start - line.start;
    const isBlank = start >= line.end;
    if (isBlank || this.isAtCursor(line.start, start - 1)) {
      if (this.isAtCursor(line.start, line.end) && !this.isText(this.cursor - line.start)) this.placeBeforeLine();
      if (isBlank) return;
    }
    if (this.isText(column)) return;
    this.textBelow = undefined;
    if (line.isOver(start) || (column === 0 && this.isMarker(start))) return;
    // What a block is made of cannot stand so far left inside brackets: they were left open.
    if (column <= this.top.indent && !']}'.includes(line.at(start))) this.flow = [];
    if (this.flow.length > 0) this.readFlow(start);
    else this.readBlock(start);
  }

  private isText(column: number): boolean {
    return this.textBelow !== undefined && column > this.textBelow;
  }

  private isMarker(start: number): boolean {
    return /^(?:%|(?:---|\.\.\.)(?:\s|$))/.test(this.text.slice(start, Math.min(start + 4, this.line.end)));
  }

  private placeBeforeLine(): void {
    if (this.flow.length > 0) {
      this.placeInFlow({ start: this.cursor, end: this.cursor });
      return;
    }
    const { text, cursor, line, stack } = this;
    this.place = placeOnEmptyLine({ text, cursor, lineStart: line.start, lineEnd: line.end, stack });
  }

  /** Reads dashes, then a key with what follows it, or a word. */
  private readBlock(from: number): void {
    const { line } = this;
    let start = line.skipProperties(from);
    while (line.at(start) === '-' && (line.isSpaceAt(start + 1) || start + 1 >= line.end)) {
      if (!this.openItem(start)) return;
      const next = line.skipSpace(start + 1);
      if (line.isOver(next) && this.cursor > start + 1) this.placeEmpty('node', start + 2, next, pathInto(this.top));
      start = line.skipProperties(next);
    }
    if (line.isOver(start)) return;
    const key = line.keyAt(start, false);
    if (key === undefined) {
      this.readLonelyWord(start);
      return;
    }
    const map = this.openMap(start, key.range, key.name);
    if (map === undefined) return;
    if (this.isAtCursor(key.range.start, key.range.end)) this.placeAtKey(map, key.range, { hasColon: true });
    this.readValue(key.colon + 1, map);
  }

  /** A word alone: an item of a list, a value on a line of its own, or a key that is being written. */
  private readLonelyWord(start: number): void {
    const column = start - this.line.start;
    const frame = this.frameFor(column, false);
    if ('[{'.includes(this.line.at(start))) {
      this.readValue(start, frame);
      return;
    }
    const { range, quote, value } = this.line.wordAt(start, false);
    const isHere = this.isAtCursor(range.start, range.end);
    if (frame.type === 'root' || (frame.type === 'map' && frame.indent === column)) {
      if (isHere) this.placeAtKey(frame, range, { quote });
      return;
    }
    if (isHere) this.capture({ kind: 'node', path: pathInto(frame), word: range, quote });
    if (contentOf(frame).type === 'scalar') fill(frame, isHere ? nothing : { type: 'scalar', value });
  }

  /** Reads what stands behind a `:` or at the beginning of a value. */
  private readValue(after: number, owner: Frame): void {
    const { line } = this;
    const start = line.skipProperties(after);
    const path = pathInto(owner);
    const first = line.at(start);
    if (line.isOver(start)) {
      this.placeEmpty('value', after, start, path);
    } else if (first === '[' || first === '{') {
      this.openFlow(start, owner);
      this.readFlow(start + 1);
    } else if (first === '|' || first === '>') {
      this.textBelow = this.top.indent;
      fill(owner, { type: 'scalar', value: '' });
    } else {
      const { range, quote, value } = line.wordAt(start, false);
      const isHere = this.isAtCursor(range.start, range.end);
      if (isHere) this.capture({ kind: 'value', path, word: range, quote });
      fill(owner, isHere ? nothing : { type: 'scalar', value });
    }
  }

  /** Reads on inside brackets, up to the line's end or the last bracket's. */
  private readFlow(from: number): void {
    const { line } = this;
    let after = from;
    // A word or a bracket's end came last, so that only a comma may follow.
    let isFilled = false;
    for (let frame = this.flow.at(-1); frame !== undefined; frame = this.flow.at(-1)) {
      const start = line.skipProperties(after);
      const first = line.at(start);
      const endsHere = line.isOver(start) || ',]}'.includes(first);
      if (endsHere && !isFilled && this.isAtCursor(after, start))
        this.placeInFlow({ start: this.cursor, end: this.cursor });
      if (line.isOver(start)) return;
      after = start + 1;
      isFilled = first === ']' || first === '}';
      if (first === ',') nextInFlow(frame);
      else if (isFilled) this.flow.pop();
      else if (first === '[' || first === '{') this.openFlow(start, frame);
      else {
        const afterKey = this.readFlowKey(start, frame);
        after = afterKey ?? this.readFlowWord(start, frame);
        isFilled = afterKey === undefined;
      }
    }
  }

  /** The offset behind the `:`; undefined where no key begins. */
  private readFlowKey(start: number, frame: Frame): number | undefined {
    const key = frame.type === 'map' && frame.key === undefined ? this.line.keyAt(start, true) : undefined;
    if (key === undefined) return undefined;
    if (this.isAtCursor(key.range.start, key.range.end)) {
      this.placeAtKey(frame, key.range, { isFlow: true, hasColon: true });
    }
    beginEntry(frame, key.name, key.range);
    return key.colon + 1;
  }

  private readFlowWord(start: number, frame: Frame): number {
    const { range, quote, value, end } = this.line.wordAt(start, true);
    const isHere = this.isAtCursor(range.start, range.end);
    if (isHere) this.placeInFlow(range, { quote });
    if (frame.type === 'list' || frame.key !== undefined) fill(frame, isHere ? nothing : { type: 'scalar', value });
    return Math.max(end, start + 1);
  }

  private openFlow(at: number, owner: Frame): void {
    if (this.flow.length >= deepest) return;
    const path = pathInto(owner);
    const frame: Frame =
      this.line.at(at) === '{'
        ? { type: 'map', indent: 0, path, node: { type: 'map', entries: new Map() } }
        : { type: 'list', indent: 0, path, node: { type: 'list', items: [nothing] } };
    fill(owner, frame.node);
    this.flow.push(frame);
  }

  /** Begins the next item of the list at a column; false where the text nests too deep. */
  private openItem(at: number): boolean {
    const column = at - this.line.start;
    const owner = this.frameFor(column, true);
    if (owner.node.type === 'list' && owner.indent === column) {
      owner.node.items.push(nothing);
      return true;
    }
    if (this.stack.length >= deepest) return false;
    const known = contentOf(owner);
    const node = known.type === 'list' ? known : { type: 'list' as const, items: [] };
    node.items.push(nothing);
    fill(owner, node);
    this.stack.push({ type: 'list', indent: column, path: pathInto(owner), node });
    return true;
  }

  /** Begins an entry of the map at a column; undefined where the text nests too deep. */
  private openMap(at: number, range: TextRange, key: string): Frame | undefined {
    const column = at - this.line.start;
    let frame = this.frameFor(column, false);
    if (frame.type !== 'map' || frame.indent !== column) {
      if (this.stack.length >= deepest) return undefined;
      const known = contentOf(frame);
      // A map that went on at another column is one map: its writer is about to put it right.
      const node = known.type === 'map' ? known : { type: 'map' as const, entries: new Map() };
      fill(frame, node);
      frame = { type: 'map', indent: column, path: pathInto(frame), node };
      this.stack.push(frame);
    }
    beginEntry(frame, key, range);
    return frame;
  }

  /** Leaves the blocks that end before a thing at `column`; a list's dashes may stand at its key's own column. */
  private frameFor(column: number, isDash: boolean): Frame {
    const ends = ({ indent, type }: Frame): boolean =>
      indent > column || (indent === column && type === 'list' && !isDash);
    while (this.stack.length > 1 && ends(this.top)) this.stack.pop();
    return this.top;
  }

  private placeAtKey(frame: Frame, word: TextRange, more: Partial<CursorPlace>): void {
    const { node, path } = frame;
    this.capture({ kind: 'key', path, word, ...(node.type === 'map' && { siblings: node }), ...more });
  }

  private placeInFlow(word: TextRange, more: Partial<CursorPlace> = {}): void {
    const frame = this.flow.at(-1);
    if (frame === undefined) return;
    if (frame.type === 'map' && frame.key === undefined) {
      this.placeAtKey(frame, word, { isFlow: true, ...more });
      return;
    }
    const needsSpace = frame.type === 'map' && this.text[word.start - 1] === ':' && more.quote === undefined;
    this.capture({ kind: 'value', path: pathInto(frame), word, isFlow: true, needsSpace, ...more });
  }

  /** Captures a cursor in white space from `start` to `end`, where something is to be written. */
  private placeEmpty(kind: 'value' | 'node', start: number, end: number, path: YamlPath): void {
    if (!this.isAtCursor(start, end)) return;
    const word = { start: this.cursor, end: this.cursor };
    this.capture({ kind, path, word, needsSpace: kind === 'value' && this.text[this.cursor - 1] === ':' });
  }

  private capture(place: Pick<CursorPlace, 'kind' | 'path' | 'word'> & Partial<CursorPlace>): void {
    const { start } = place.word;
    this.place = {
      isFlow: false,
      quote: '',
      prefix: this.text.slice(start, Math.max(start, this.cursor)),
      column: start - this.line.start,
      hasColon: false,
      needsSpace: false,
      ...place,
    };
  }

  private isAtCursor(start: number, end: number): boolean {
    return start <= this.cursor && this.cursor <= end;
  }
}

function nextInFlow(frame: Frame): void {
  if (frame.node.type === 'list') frame.node.items.push(nothing);
  else delete frame.key;
}
