import type { Problem, TextRange } from '../problem';
import { sizeOf, TreeBuilder } from './build-source-tree';
import { compilePiece, type CompiledPiece } from './compile-piece';
import { shiftEntry, shiftNode } from './shift';
import type { SourceEntry, SourceMap, SourceNode } from './source-tree';
import { splitText, type Piece } from './split-text';
import { describeYamlError } from './yaml-problems';

/** What was read of a text's pieces, by their text: the next version has most of them too. */
export type PieceMemory = ReadonlyMap<string, KnownPiece>;

interface KnownPiece {
  readonly compiled: CompiledPiece;
  /** What it says, for the place that it stood at; absent where that rests on other pieces, or is wrong. */
  readonly built?: BuiltPiece;
}

interface BuiltPiece {
  readonly start: number;
  readonly entries: readonly (readonly [key: string, entry: SourceEntry])[];
  readonly items: readonly SourceNode[];
}

interface PlacedPiece extends Piece {
  readonly id: string;
  readonly compiled: CompiledPiece;
}

export interface ReadPieces {
  readonly root: SourceMap;
  readonly problems: readonly Problem[];
  readonly memory: PieceMemory;
}

/** A quote or bracket that is open at a piece's end is closed within so many pieces, or never. */
const mostJoined = 4;

/**
 * Reads a text piece by piece, and of those that an earlier version had as well only where they stand now. It says exactly
 * what reading the whole text at once says; undefined for a text that must be read so.
 */
export function readInPieces(text: string, before: PieceMemory = new Map()): ReadPieces | undefined {
  return new PieceReader(text, before).read();
}

class PieceReader {
  private readonly problems: Problem[] = [];
  private readonly builder: TreeBuilder;
  private readonly memory = new Map<string, KnownPiece>();

  constructor(
    private readonly text: string,
    private readonly before: PieceMemory,
  ) {
    this.builder = new TreeBuilder(text, (problem) => this.problems.push(problem));
  }

  read(): ReadPieces | undefined {
    const entries = new Map<string, SourceEntry>();
    const blocks = splitText(this.text) ?? [];
    let end = 0;
    for (const { key, pieces } of blocks) {
      const placed = this.compileAll(pieces);
      const last = placed?.at(-1);
      if (placed === undefined || last === undefined) return undefined;
      for (const { start, compiled } of placed) {
        const base = start - compiled.offset;
        for (const error of compiled.errors) this.problems.push(describeYamlError(error, this.text, base));
      }
      if (key === undefined) {
        for (const piece of placed) this.addEntries(entries, piece, piece);
      } else {
        const value = this.buildBlock(placed, last);
        this.builder.addEntry(entries, this.text.slice(key.start, key.end), { key, value, isMerged: false });
      }
      end = last.start - last.compiled.offset + last.compiled.fileEnd;
    }
    const start = blocks[0]?.start;
    if (start === undefined) return undefined;
    const root = this.map(entries, this.trimmed(start, end));
    return { root, problems: this.problems, memory: this.memory };
  }

  /** What the pieces of one entry hold; one that says nothing by itself is joined with the next. */
  private compileAll(pieces: readonly Piece[]): PlacedPiece[] | undefined {
    const placed: PlacedPiece[] = [];
    let open: Piece | undefined;
    let joined = 0;
    for (const piece of pieces) {
      const whole: Piece = open === undefined ? piece : { ...piece, start: open.start };
      const compiled = this.compile(whole);
      if (compiled !== undefined) placed.push(compiled);
      else if (++joined >= mostJoined) return undefined;
      open = compiled === undefined ? whole : undefined;
    }
    return open === undefined ? placed : undefined;
  }

  private compile(piece: Piece): PlacedPiece | undefined {
    const text = this.text.slice(piece.start, piece.end);
    const id = `${piece.within} ${piece.indent} ${piece.followedBy}\n${text}`;
    const known = this.memory.get(id) ?? this.before.get(id);
    const compiled = known?.compiled ?? compilePiece(text, piece);
    if (compiled === undefined) return undefined;
    if (!this.memory.has(id)) this.memory.set(id, known ?? { compiled });
    return { ...piece, id, compiled };
  }

  /** The mapping or list that pieces make up. */
  private buildBlock(pieces: readonly PlacedPiece[], last: PlacedPiece): SourceNode {
    const [{ start, indent, within } = last] = pieces;
    const range = this.trimmed(start + indent, last.start - last.compiled.offset + last.compiled.blockEnd);
    if (within === 'list') {
      const items = pieces.flatMap((piece) => this.build(piece, range).items);
      return { type: 'list', items, range, isAlias: false, size: 1 + sizeOf(items) };
    }
    const entries = new Map<string, SourceEntry>();
    for (const piece of pieces) this.addEntries(entries, piece, range);
    return this.map(entries, range);
  }

  private map(entries: ReadonlyMap<string, SourceEntry>, range: TextRange): SourceMap {
    let size = 1;
    for (const { value } of entries.values()) size += value.size;
    return { type: 'map', entries, range, isAlias: false, size };
  }

  private addEntries(entries: Map<string, SourceEntry>, piece: PlacedPiece, range: TextRange): void {
    for (const [key, entry] of this.build(piece, range).entries) this.builder.addEntry(entries, key, entry);
  }

  /** `range`: the place of the block that the piece is of. */
  private build({ id, start, compiled }: PlacedPiece, range: TextRange): BuiltPiece {
    const built = this.memory.get(id)?.built;
    if (built !== undefined) {
      const here = shiftPiece(built, start - built.start);
      this.memory.set(id, { compiled, built: here });
      return here;
    }
    const problemsBefore = this.problems.length;
    this.builder.base = start - compiled.offset;
    const fresh: BuiltPiece = {
      start,
      entries: [...this.builder.entries(compiled.pairs, range)],
      items: this.builder.items(compiled.items, range),
    };
    this.builder.base = 0;
    if (!compiled.hasReferences && this.problems.length === problemsBefore) {
      // What was built is all that is needed of it.
      this.memory.set(id, { compiled: { ...compiled, pairs: [], items: [] }, built: fresh });
    }
    return fresh;
  }

  /** A block's end may lie on the next line; nothing is to be underlined there. */
  private trimmed(start: number, end: number): TextRange {
    return { start, end: start + this.text.slice(start, end).trimEnd().length };
  }
}

function shiftPiece(piece: BuiltPiece, by: number): BuiltPiece {
  if (by === 0) return piece;
  return {
    start: piece.start + by,
    entries: piece.entries.map(([key, entry]) => [key, shiftEntry(entry, by)]),
    items: piece.items.map((item) => shiftNode(item, by)),
  };
}
