import type { Cursor } from './cursor';

/** `10.0.0.1` */
export function ipv4Text(cursor: Cursor, offset: number): string {
  return [0, 1, 2, 3].map((index) => cursor.u8(offset + index)).join('.');
}

/** As RFC 5952 writes it: `fe80::1`. */
export function ipv6Text(cursor: Cursor, offset: number): string {
  const groups = Array.from({ length: 8 }, (_, index) => cursor.u16(offset + index * 2));
  let best = { at: 0, count: 0 };
  for (let at = 0; at < 8; at++) {
    let count = 0;
    while (at + count < 8 && groups[at + count] === 0) count++;
    if (count > best.count) best = { at, count };
  }
  const text = (list: readonly number[]): string => list.map((group) => group.toString(16)).join(':');
  if (best.count < 2) return text(groups);
  return `${text(groups.slice(0, best.at))}::${text(groups.slice(best.at + best.count))}`;
}

/** `52:54:00:12:34:56` */
export function macText(cursor: Cursor, offset: number): string {
  return Array.from({ length: 6 }, (_, index) =>
    cursor
      .u8(offset + index)
      .toString(16)
      .padStart(2, '0'),
  ).join(':');
}

/** `10.0.0.1:80`, `[fe80::1]:80` */
export function endpointText(address: string, port: number): string {
  return address.includes(':') ? `[${address}]:${port}` : `${address}:${port}`;
}
