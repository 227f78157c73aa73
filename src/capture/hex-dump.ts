/** One line of a hex dump: where it begins, sixteen bytes as hexadecimal numbers, and as text. */
export interface HexLine {
  readonly offset: string;
  readonly bytes: string;
  readonly text: string;
}

/** The bytes as lines of sixteen. */
export function hexDump(data: Uint8Array): HexLine[] {
  const lines: HexLine[] = [];
  for (let at = 0; at < data.length; at += 16) {
    const row = [...data.subarray(at, at + 16)];
    const hex = row.map((byte) => byte.toString(16).padStart(2, '0'));
    lines.push({
      offset: at.toString(16).padStart(4, '0'),
      bytes: `${hex.slice(0, 8).join(' ')}  ${hex.slice(8).join(' ')}`.trimEnd(),
      text: row.map((byte) => (byte < 0x20 || byte > 0x7e ? '·' : String.fromCharCode(byte))).join(''),
    });
  }
  return lines;
}
