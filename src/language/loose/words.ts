import type { TextRange } from '../../topology/problem';

export type Quote = '' | '"' | "'";

export interface Word {
  /** Without its quotes. */
  readonly range: TextRange;
  readonly quote: Quote;
  readonly value: string;
  /** Behind its closing quote. */
  readonly end: number;
}

export interface Key {
  /** Without its quotes. */
  readonly range: TextRange;
  readonly name: string;
  /** The offset of its `:`. */
  readonly colon: number;
}

/**
 * The words of one line of YAML, as they stand. Every walk is a loop over characters: a line may be a megabyte long, and
 * patterns that look back and forth would take time in its square.
 */
export class LineWords {
  constructor(
    private readonly text: string,
    readonly start: number,
    /** Without the line break. */
    readonly end: number,
  ) {}

  /** The character at an offset; '' behind the line's end. */
  at(offset: number): string {
    return offset < this.end ? (this.text[offset] ?? '') : '';
  }

  isSpaceAt(offset: number): boolean {
    return offset < this.end && isSpaceCode(this.text.charCodeAt(offset));
  }

  skipSpace(from: number): number {
    let offset = from;
    while (offset < this.end && this.isSpaceAt(offset)) offset++;
    return offset;
  }

  /** Skips white space, and anchors and tags, which say nothing about what stands there. */
  skipProperties(from: number): number {
    let offset = this.skipSpace(from);
    while (this.at(offset) === '&' || this.at(offset) === '!') {
      while (offset < this.end && !this.isSpaceAt(offset)) offset++;
      offset = this.skipSpace(offset);
    }
    return offset;
  }

  /** Only a comment is left of the line, or nothing. */
  isOver(offset: number): boolean {
    return offset >= this.end || this.isCommentAt(offset);
  }

  /** The key that begins at an offset; undefined where a word without a `:` does. */
  keyAt(start: number, isFlow: boolean): Key | undefined {
    const closing = this.closingQuote(start);
    if (closing !== undefined) {
      const colon = this.skipSpace(closing + 1);
      if (this.at(colon) !== ':') return undefined;
      return { name: unquote(this.text.slice(start, closing + 1)), range: { start: start + 1, end: closing }, colon };
    }
    if (`[]{},"'`.includes(this.at(start))) return undefined;
    for (let colon = start; colon < this.end; colon++) {
      const code = this.text.charCodeAt(colon);
      if (isPartOfWord[code] === 1) continue;
      if (this.endsWord(colon, isFlow)) return undefined;
      if (!this.isKeyColon(colon, isFlow)) continue;
      const name = this.text.slice(start, colon).trimEnd();
      return { name, range: { start, end: start + name.length }, colon };
    }
    return undefined;
  }

  /** A `:` that makes a key of what stands before it. */
  isKeyColon(offset: number, isFlow: boolean): boolean {
    if (this.at(offset) !== ':') return false;
    const next = this.at(offset + 1);
    return next === '' || next === ' ' || next === '\t' || (isFlow && flowIndicators.includes(next));
  }

  /** The plain or quoted word that begins at an offset. A quote that is still open ends where a plain word would. */
  wordAt(start: number, isFlow: boolean): Word {
    const closing = this.closingQuote(start);
    const first = this.at(start);
    const quote: Quote = first === '"' || first === "'" ? first : '';
    if (closing !== undefined) {
      const value = unquote(this.text.slice(start, closing + 1));
      return { range: { start: start + 1, end: closing }, quote, value, end: closing + 1 };
    }
    let end = start;
    for (let offset = start; offset < this.end; offset++) {
      if (isPartOfWord[this.text.charCodeAt(offset)] !== 1) {
        if (this.endsWord(offset, isFlow)) break;
        if (this.isSpaceAt(offset)) continue;
      }
      end = offset + 1;
    }
    const raw = this.text.slice(start, end);
    return {
      range: { start: start + quote.length, end: Math.max(end, start + quote.length) },
      quote,
      value: unquote(raw),
      end,
    };
  }

  /** The offset of the quote that ends what one before `from` began; undefined where it is not in this line. */
  quoteEnd(from: number, quote: string): number | undefined {
    for (let offset = from; offset < this.end; offset++) {
      const here = this.at(offset);
      if (here === '\\' && quote === '"') offset++;
      else if (here === quote && quote === "'" && this.at(offset + 1) === quote) offset++;
      else if (here === quote) return offset;
    }
    return undefined;
  }

  private closingQuote(start: number): number | undefined {
    const quote = this.at(start);
    return quote === '"' || quote === "'" ? this.quoteEnd(start + 1, quote) : undefined;
  }

  private endsWord(offset: number, isFlow: boolean): boolean {
    return (isFlow && flowIndicators.includes(this.at(offset))) || this.isCommentAt(offset);
  }

  private isCommentAt(offset: number): boolean {
    return this.at(offset) === '#' && (offset === this.start || isSpaceCode(this.text.charCodeAt(offset - 1)));
  }
}

const flowIndicators = ',[]{}';

/** 1 for the codes of characters that are part of a word wherever they stand: most of every file, to be told at a glance. */
const isPartOfWord = Uint8Array.from({ length: 128 }, (_, code) =>
  code > 0x20 && !`:#${flowIndicators}`.includes(String.fromCharCode(code)) ? 1 : 0,
);

function isSpaceCode(code: number): boolean {
  return code === 0x20 || code === 0x09;
}

/** What a word means: its text without quotes. Escapes that nobody writes in names are left as they are. */
export function unquote(raw: string): string {
  const quote = raw[0];
  if (quote !== '"' && quote !== "'") return raw;
  const inner = raw.length > 1 && raw.endsWith(quote) ? raw.slice(1, -1) : raw.slice(1);
  return quote === "'" ? inner.replaceAll("''", "'") : inner.replaceAll(/\\(["\\/])/g, '$1');
}
