/** Reads numbers of a packet in network byte order. Beyond its end everything is 0 and `isShort` says so: nothing throws. */
export class Cursor {
  isShort = false;

  /**
   * @param at where the next layer begins
   * @param end where the captured bytes, or the layer itself, end
   */
  constructor(
    private readonly data: Uint8Array,
    readonly at = 0,
    readonly end = data.length,
  ) {}

  /** Bytes from here to the end. */
  get length(): number {
    return Math.max(0, this.end - this.at);
  }

  u8(offset: number): number {
    const index = this.at + offset;
    if (index >= this.end) this.isShort = true;
    return index < this.end ? (this.data[index] ?? 0) : 0;
  }

  u16(offset: number): number {
    return this.u8(offset) * 256 + this.u8(offset + 1);
  }

  u32(offset: number): number {
    return this.u16(offset) * 65_536 + this.u16(offset + 2);
  }

  bytes(offset: number, count: number): Uint8Array {
    const begin = Math.min(this.at + offset, this.end);
    const bytes = this.data.subarray(begin, Math.min(begin + count, this.end));
    if (bytes.length < count) this.isShort = true;
    return bytes;
  }

  /** What follows `offset` bytes after here, and ends after `length` more, or with this. */
  rest(offset: number, length = Infinity): Cursor {
    const at = Math.min(this.at + offset, this.end);
    return new Cursor(this.data, at, Math.min(this.end, at + length));
  }

  /** Up to `count` bytes as ASCII; what cannot be seen ends it. */
  ascii(offset: number, count: number): string {
    let text = '';
    for (const byte of this.data.subarray(this.at + offset, Math.min(this.at + offset + count, this.end))) {
      if (byte < 0x20 || byte > 0x7e) break;
      text += String.fromCharCode(byte);
    }
    return text;
  }
}
