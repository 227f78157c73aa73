import { parseTopology, type ParsedTopology } from '../topology/parse';
import { LineWords } from './loose/words';
import { editText, type TextEdit } from './text-edit';

/** How many spaces one level is indented by. */
const step = 2;

/**
 * Makes the indentation even and takes away white space at the ends of lines. Comments, line breaks and everything within
 * a line stay. A file that is no good YAML is left alone, and so is one that would come to mean anything else.
 */
export function formatEdits(parsed: ParsedTopology): TextEdit[] {
  if (parsed.root === undefined || parsed.problems.some(({ code }) => code.startsWith('yaml') || unsure.has(code)))
    return [];
  const edits = [...new Formatter(parsed.text).edits()];
  if (edits.length === 0) return [];
  return meaning(parseTopology(editText(parsed.text, edits), parsed)) === meaning(parsed) ? edits : [];
}

const unsure = new Set(['several-documents', 'bad-key', 'nested-too-deep', 'file-too-large', 'not-utf8']);

/** What a file says, wherever it says it. */
function meaning({ topology, problems }: ParsedTopology): string {
  return JSON.stringify([topology, problems.map(({ code, message }) => [code, message])]);
}

interface Level {
  readonly before: number;
  readonly after: number;
}

class Formatter {
  private readonly levels: [Level, ...Level[]] = [{ before: 0, after: 0 }];
  /** How many brackets are open. */
  private depth = 0;
  private quote = '';
  /** Lines that are indented deeper belong to a `|` or `>`. */
  private textBelow: number | undefined;
  /** How far the lines that go on a value move with its first. */
  private shift = 0;
  /** Comments above a line that has not been read yet. */
  private comments: { readonly line: LineWords; readonly indent: number; readonly after: number }[] = [];

  constructor(private readonly text: string) {}

  *edits(): Iterable<TextEdit> {
    const { text } = this;
    for (let start = text.startsWith('\ufeff') ? 1 : 0; start < text.length;) {
      const found = text.indexOf('\n', start);
      const next = found < 0 ? text.length : found;
      const end = next > start && text[next - 1] === '\r' ? next - 1 : next;
      yield* this.formatLine(new LineWords(text, start, end));
      start = next + 1;
    }
    yield* this.placeComments(-1, 0);
  }

  /** Comments go with the line below them, if they stand as far in. */
  private *placeComments(indent: number, after: number): Iterable<TextEdit> {
    for (const comment of this.comments) {
      yield* this.indent(comment.line, comment.indent, comment.indent === indent ? after : comment.after);
    }
    this.comments = [];
  }

  private *formatLine(line: LineWords): Iterable<TextEdit> {
    const content = line.skipSpace(line.start);
    const indent = content - line.start;
    if (content >= line.end) {
      if (this.textBelow === undefined && this.quote === '' && indent > 0) yield this.replace(line.start, line.end, 0);
      return;
    }
    if (this.textBelow !== undefined && indent > this.textBelow) {
      yield* this.indent(line, indent, indent + this.shift);
      return;
    }
    this.textBelow = undefined;
    if (this.quote !== '') {
      // How far in a quoted text goes on means nothing; we leave it to its writer.
      this.readQuoted(line, content);
    } else if (this.depth > 0) {
      yield* this.indent(line, indent, Math.max(indent + this.shift, 0));
      this.readFlow(line, content);
    } else if (line.at(content) === '#') {
      this.comments.push({ line, indent, after: this.move(indent) });
    } else {
      const after = this.enter(indent);
      yield* this.placeComments(indent, after);
      this.shift = after - indent;
      yield* this.indent(line, indent, after);
      this.readBlock(line, content, after);
    }
    if (this.quote === '') yield* this.trimEnd(line);
  }

  /** The column that a line at `indent` gets. */
  private enter(indent: number): number {
    while (this.levels.length > 1 && this.top.before > indent) this.levels.pop();
    const { before, after } = this.top;
    if (before === indent) return after;
    this.levels.push({ before: indent, after: this.levels.length === 1 && before > indent ? 0 : after + step });
    return this.top.after;
  }

  /** Reads dashes, a key and the beginning of its value. What stands behind a dash is a level of its own. */
  private readBlock(line: LineWords, content: number, after: number): void {
    let at = content;
    let owner = content;
    let column = after;
    while (line.at(at) === '-' && line.isSpaceAt(at + 1)) {
      const next = line.skipSpace(at + 1);
      column += next - at;
      this.levels.push({ before: next - line.start, after: column });
      owner = at;
      at = next;
    }
    let value = line.skipProperties(at);
    const key = line.keyAt(value, false);
    if (key !== undefined) {
      owner = at;
      value = line.skipProperties(key.colon + 1);
    }
    const first = line.at(value);
    if (first === '|' || first === '>') this.textBelow = owner - line.start;
    else if (first !== '' && `[{"'`.includes(first)) this.readFlow(line, value);
  }

  /** Reads a quoted word or brackets, up to their end or the line's. */
  private readFlow(line: LineWords, from: number): void {
    let at = line.skipProperties(from);
    while (!line.isOver(at)) {
      const first = line.at(at);
      if (first === '"' || first === "'") {
        const end = line.quoteEnd(at + 1, first);
        if (end === undefined) {
          this.quote = first;
          return;
        }
        at = end + 1;
      } else if (first === '[' || first === '{') {
        this.depth++;
        at++;
      } else if (first === ']' || first === '}') {
        this.depth--;
        at++;
      } else {
        at = first === ',' ? at + 1 : Math.max(line.wordAt(at, true).end, at + 1);
      }
      if (this.depth === 0) return;
      at = line.skipProperties(at);
    }
  }

  private readQuoted(line: LineWords, from: number): void {
    const end = line.quoteEnd(from, this.quote);
    if (end === undefined) return;
    this.quote = '';
    if (this.depth > 0) this.readFlow(line, end + 1);
  }

  private move(indent: number): number {
    const level = this.levels.findLast(({ before }) => before <= indent) ?? this.levels[0];
    return level.after + indent - level.before;
  }

  private get top(): Level {
    return this.levels[this.levels.length - 1] ?? this.levels[0];
  }

  private *indent(line: LineWords, before: number, after: number): Iterable<TextEdit> {
    const white = this.text.slice(line.start, line.start + before);
    if (before !== after || white.includes('\t')) yield this.replace(line.start, line.start + before, after);
  }

  private *trimEnd(line: LineWords): Iterable<TextEdit> {
    let end = line.end;
    while (end > line.start && line.isSpaceAt(end - 1)) end--;
    if (end < line.end) yield { range: { start: end, end: line.end }, newText: '' };
  }

  private replace(start: number, end: number, spaces: number): TextEdit {
    return { range: { start, end }, newText: ' '.repeat(spaces) };
  }
}
