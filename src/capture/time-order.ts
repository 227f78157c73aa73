import type { Packet } from './packet';

/** How long a packet is held back for an earlier one of another point, in microseconds of the host's clock. */
const holdBack = 100_000;

/**
 * Brings the packets of several capture points into the order of their times. Each point's own packets come in order (nearly:
 * several processors stamp them), but the points' streams overtake each other on the way.
 */
export class TimeOrder {
  private waiting: Packet[] = [];
  private isSorted = true;
  private newest = 0;

  /** Packets that are held back. */
  get size(): number {
    return this.waiting.length;
  }

  add(packets: readonly Packet[]): void {
    for (const packet of packets) {
      const last = this.waiting.at(-1);
      if (last !== undefined && last.time > packet.time) this.isSorted = false;
      this.waiting.push(packet);
      if (packet.time > this.newest) this.newest = packet.time;
    }
  }

  /** The packets, in order, before which none is likely to come any more. */
  ripe(): readonly Packet[] {
    return this.before(this.newest - holdBack);
  }

  /** All of them, in order: when nothing has come for a while, or nothing more will. */
  all(): readonly Packet[] {
    return this.before(Infinity);
  }

  private before(time: number): readonly Packet[] {
    if (!this.isSorted) {
      // Stable, so that a point's packets of the same microsecond stay in their order.
      this.waiting.sort((a, b) => a.time - b.time);
      this.isSorted = true;
    }
    let end = this.waiting.length;
    if (time !== Infinity) end = firstAfter(this.waiting, time);
    const ready = this.waiting.slice(0, end);
    this.waiting = this.waiting.slice(end);
    return ready;
  }
}

function firstAfter(packets: readonly Packet[], time: number): number {
  let low = 0;
  let high = packets.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if ((packets[middle]?.time ?? 0) <= time) low = middle + 1;
    else high = middle;
  }
  return low;
}
