import type { Packet } from './packet';

export interface RingLimits {
  /** Most packets kept. */
  readonly packets: number;
  /** Most bytes of packets kept. */
  readonly bytes: number;
}

/** Bytes that a kept packet costs besides its data; measured with Node.js 20 (test/bench/capture.ts). */
const packetOverhead = 200;

/** The newest packets of a capture, each with its number in it, from 1. The oldest make room for the newest. */
export class PacketRing {
  /** The first `gone` places are empty: removing from the front of a long list one by one would be slow. */
  private packets: (Packet | undefined)[] = [];
  private gone = 0;
  private bytes = 0;
  private seen = 0;

  constructor(private readonly limits: RingLimits) {}

  /** Packets that ever came. */
  get total(): number {
    return this.seen;
  }

  /** The number of the oldest packet that is kept; one more than `total` where none is. */
  get first(): number {
    return this.seen - this.size + 1;
  }

  get size(): number {
    return this.packets.length - this.gone;
  }

  /** Bytes of packets that are kept. */
  get kept(): number {
    return this.bytes;
  }

  add(packets: readonly Packet[]): void {
    for (const packet of packets) {
      this.packets.push(packet);
      this.bytes += packet.data.length;
      this.seen++;
    }
    const { limits } = this;
    while (this.size > limits.packets || (this.size > 0 && this.bytes + this.size * packetOverhead > limits.bytes)) {
      this.bytes -= this.packets[this.gone]?.data.length ?? 0;
      this.packets[this.gone] = undefined;
      this.gone++;
    }
    if (this.gone > 1000 && this.gone * 2 > this.packets.length) {
      this.packets = this.packets.slice(this.gone);
      this.gone = 0;
    }
  }

  /** The packet of that number; undefined where it never came or is not kept any more. */
  get(number: number): Packet | undefined {
    const index = number - this.first;
    return index < 0 ? undefined : this.packets[this.gone + index];
  }

  /** All that are kept, the oldest first. */
  all(): readonly Packet[] {
    return this.packets.slice(this.gone).filter((packet) => packet !== undefined);
  }

  /** Keeps none of those that came; the numbers go on. */
  clear(): void {
    this.packets = [];
    this.gone = 0;
    this.bytes = 0;
  }
}
