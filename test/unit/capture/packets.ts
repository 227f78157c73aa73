import type { Packet } from '../../../src/capture/packet';
import { LinkType } from '../../../src/capture/packet';

/** Bytes of hexadecimal text; blanks and line breaks do not count. */
export function hex(text: string): Uint8Array {
  return Uint8Array.from(Buffer.from(text.replace(/\s/g, ''), 'hex'));
}

export function packet(changes: Partial<Packet> = {}): Packet {
  const data = changes.data ?? hex('ffffffffffff 020000000001 0800');
  return { time: 1_700_000_000_000_000, point: 0, linkType: LinkType.ethernet, length: data.length, data, ...changes };
}

/** Ethernet around IPv4 around a protocol's bytes. */
export function ipv4(protocol: number, payload: string, from = '0a0a000a', to = '08080808'): Uint8Array {
  const body = hex(payload);
  const total = (20 + body.length).toString(16).padStart(4, '0');
  const header = `4500 ${total} 0001 0000 40 ${protocol.toString(16).padStart(2, '0')} 0000 ${from} ${to}`;
  return Uint8Array.from([...hex(`020000000002 020000000001 0800 ${header}`), ...body]);
}
