import type { CaptureRow } from '../protocol/capture';
import type { PacketRing } from './packet-ring';
import { rowOf, type WhereOf } from './row';
import { rowFilter, type RowFilter } from './row-filter';

export interface TablePart {
  /** Rows that were in the table and are not kept any more; places are counted with them. */
  readonly gone: number;
  readonly total: number;
  readonly begin: number;
  readonly rows: readonly CaptureRow[];
}

/**
 * The rows of a capture that are to be shown. Without a search nothing is decoded but what is on the screen; with one, each
 * packet once.
 */
export class PacketTable {
  private filter: RowFilter | undefined;
  /** Numbers of the packets that match, the oldest first, the first `dropped` of them gone. */
  private matches: number[] = [];
  private dropped = 0;
  private gone = 0;
  /** The number of the newest packet that was looked at. */
  private looked = 0;
  /** Packets after this number are not shown. */
  private frozen: number | undefined;

  constructor(
    private readonly ring: PacketRing,
    private readonly whereOf: WhereOf,
  ) {}

  /** Shows the rows that have these words; see `rowFilter`. */
  search(text: string): void {
    this.filter = rowFilter(text);
    this.restart();
  }

  /** What comes from now on is not shown, until `resume`. */
  pause(): void {
    this.frozen = this.ring.total;
  }

  resume(): void {
    this.frozen = undefined;
  }

  /** After the ring was cleared. */
  restart(): void {
    this.matches = [];
    this.dropped = 0;
    this.gone = 0;
    this.looked = 0;
  }

  /**
   * Looks at packets that have come since.
   *
   * @param most packets that are looked at in one go
   * @returns whether all were
   */
  update(most: number): boolean {
    if (this.filter === undefined) return true;
    const { first, total } = this.ring;
    let number = Math.max(this.looked + 1, first);
    const end = Math.min(total, number + most - 1);
    for (; number <= end; number++) {
      const packet = this.ring.get(number);
      if (packet !== undefined && this.filter(rowOf(packet, number, this.whereOf))) this.matches.push(number);
    }
    this.looked = Math.max(this.looked, end);
    this.forget(first);
    return this.looked >= total;
  }

  /** The rows of some places. @param begin counted from the first that ever matched; undefined: the last `count` */
  part(begin: number | undefined, count: number): TablePart {
    const [gone, end] = this.filter === undefined ? this.bounds() : this.matchBounds();
    const from = Math.max(gone, Math.min(begin ?? end, end - count));
    const rows: CaptureRow[] = [];
    for (let place = from; place < Math.min(end, from + count); place++) {
      const number = this.filter === undefined ? place + 1 : (this.matches[this.dropped + place - this.gone] ?? 0);
      const packet = this.ring.get(number);
      if (packet !== undefined) rows.push(rowOf(packet, number, this.whereOf));
    }
    return { gone, total: end - gone, begin: from, rows };
  }

  /** Without a search a packet's place is its number less one. */
  private bounds(): [number, number] {
    const { first, total } = this.ring;
    return [Math.min(first - 1, this.frozen ?? total), Math.min(total, this.frozen ?? total)];
  }

  private matchBounds(): [number, number] {
    const { frozen } = this;
    const all = this.matches.length - this.dropped;
    if (frozen === undefined) return [this.gone, this.gone + all];
    let shown = all;
    while (shown > 0 && (this.matches[this.dropped + shown - 1] ?? 0) > frozen) shown--;
    return [this.gone, this.gone + shown];
  }

  private forget(first: number): void {
    while (this.dropped < this.matches.length && (this.matches[this.dropped] ?? 0) < first) {
      this.dropped++;
      this.gone++;
    }
    if (this.dropped > 1000 && this.dropped * 2 > this.matches.length) {
      this.matches = this.matches.slice(this.dropped);
      this.dropped = 0;
    }
  }
}
