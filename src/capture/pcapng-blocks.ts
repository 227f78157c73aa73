/** An option of a pcapng block: text (UTF-8), or bytes. */
export type Option =
  { readonly code: number; readonly text: string } | { readonly code: number; readonly bytes: Uint8Array };

/** Options as a block ends with them; none: nothing. Longer ones than fit are cut. */
export function optionList(options: readonly Option[]): Uint8Array {
  if (options.length === 0) return new Uint8Array(0);
  const parts = options.map((option) => optionBytes(option.code, 'text' in option ? utf8(option.text) : option.bytes));
  return join([...parts, new Uint8Array(4)]);
}

/** A block: its type, its length, what is in it, and its length again. Every part's length is a multiple of four. */
export function blockOf(type: number, ...parts: readonly Uint8Array[]): Uint8Array {
  const length = parts.reduce((sum, part) => sum + part.length, 12);
  const block = new Uint8Array(length);
  const view = new DataView(block.buffer);
  view.setUint32(0, type, true);
  view.setUint32(4, length, true);
  let at = 8;
  for (const part of parts) {
    block.set(part, at);
    at += part.length;
  }
  view.setUint32(at, length, true);
  return block;
}

function optionBytes(code: number, value: Uint8Array): Uint8Array {
  const cut = value.subarray(0, 0xfff0);
  const bytes = new Uint8Array(4 + Math.ceil(cut.length / 4) * 4);
  const view = new DataView(bytes.buffer);
  view.setUint16(0, code, true);
  view.setUint16(2, cut.length, true);
  bytes.set(cut, 4);
  return bytes;
}

function join(parts: readonly Uint8Array[]): Uint8Array {
  const joined = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0));
  let at = 0;
  for (const part of parts) {
    joined.set(part, at);
    at += part.length;
  }
  return joined;
}

/** RFC 3629. (The pure rooms have no TextEncoder.) */
export function utf8(text: string): Uint8Array {
  const bytes: number[] = [];
  for (const character of text) {
    const point = character.codePointAt(0) ?? 0xfffd;
    // Half of a surrogate pair is no character.
    const code = point >= 0xd800 && point <= 0xdfff ? 0xfffd : point;
    if (code < 0x80) bytes.push(code);
    else if (code < 0x800) bytes.push(0xc0 | (code >> 6), tail(code));
    else if (code < 0x10000) bytes.push(0xe0 | (code >> 12), tail(code >> 6), tail(code));
    else bytes.push(0xf0 | (code >> 18), tail(code >> 12), tail(code >> 6), tail(code));
  }
  return Uint8Array.from(bytes);
}

function tail(code: number): number {
  return 0x80 | (code & 0x3f);
}
