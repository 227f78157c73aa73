/** Bytes that arrive in pieces and are taken out in pieces of other sizes. */
export class ByteQueue {
  private chunks: Uint8Array[] = [];
  /** Of the first chunk, what was taken already. */
  private taken = 0;
  private size = 0;

  /** Bytes that wait. */
  get length(): number {
    return this.size;
  }

  push(chunk: Uint8Array): void {
    if (chunk.length === 0) return;
    this.chunks.push(chunk);
    this.size += chunk.length;
  }

  /** The first `count` bytes without taking them; undefined while there are fewer. */
  peek(count: number): Uint8Array | undefined {
    if (this.size < count) return undefined;
    const first = this.chunks[0];
    if (first !== undefined && first.length - this.taken >= count) {
      return first.subarray(this.taken, this.taken + count);
    }
    return this.join(count);
  }

  /** Takes the first `count` bytes; undefined, and nothing taken, while there are fewer. Copies only across pieces. */
  take(count: number): Uint8Array | undefined {
    const bytes = this.peek(count);
    if (bytes === undefined) return undefined;
    this.size -= count;
    this.taken += count;
    let first = this.chunks[0];
    while (first !== undefined && this.taken >= first.length) {
      this.taken -= first.length;
      this.chunks.shift();
      first = this.chunks[0];
    }
    return bytes;
  }

  /** Makes the first `count` bytes lie in one chunk. */
  private join(count: number): Uint8Array {
    const joined = new Uint8Array(count);
    let filled = 0;
    let used = 0;
    for (const chunk of this.chunks) {
      const rest = used === 0 ? chunk.subarray(this.taken) : chunk;
      const part = rest.subarray(0, count - filled);
      joined.set(part, filled);
      filled += part.length;
      if (part.length < rest.length) {
        this.chunks = [joined, rest.subarray(part.length), ...this.chunks.slice(used + 1)];
        this.taken = 0;
        return joined;
      }
      used++;
      if (filled === count) break;
    }
    this.chunks = [joined, ...this.chunks.slice(used)];
    this.taken = 0;
    return joined;
  }
}
