import { NetnsError } from '../base/errors';
import type { Packet } from './packet';
import { longestPacket, viewOf } from './pcap-reader';

export interface PcapngFile {
  /** The section's own comment. */
  readonly comment: string;
  /** The interfaces' names, by the packets' `point`. */
  readonly interfaces: readonly string[];
  readonly packets: readonly Packet[];
}

/**
 * Reads what PcapngWriter writes: one little-endian section with times in microseconds. What ends in the middle of a block is
 * read up to there.
 *
 * @param decode UTF-8 to text (the pure rooms have no TextDecoder)
 * @throws NetnsError `unexpectedOutput` for anything else.
 */
export function readPcapng(bytes: Uint8Array, decode: (text: Uint8Array) => string): PcapngFile {
  const view = viewOf(bytes);
  const interfaces: { readonly name: string; readonly linkType: number }[] = [];
  const packets: Packet[] = [];
  let comment = '';
  if (bytes.length < 28 || view.getUint32(0, true) !== 0x0a0d0d0a || view.getUint32(8, true) !== 0x1a2b3c4d) {
    throw notOurs();
  }
  let at = 0;
  while (at + 12 <= bytes.length) {
    const length = view.getUint32(at + 4, true);
    if (length < 12 || length % 4 !== 0) throw notOurs();
    if (at + length > bytes.length) break;
    const body = bytes.subarray(at + 8, at + length - 4);
    switch (view.getUint32(at, true)) {
      case 0x0a0d0d0a:
        comment = textOption(body, 16, 1, decode) ?? '';
        break;
      case 1:
        if (body.length < 8) throw notOurs();
        interfaces.push({ linkType: viewOf(body).getUint16(0, true), name: textOption(body, 8, 2, decode) ?? '?' });
        break;
      case 6: {
        const packet = readPacket(body, interfaces);
        packets.push(packet);
        break;
      }
      default:
        break;
    }
    at += length;
  }
  return { comment, interfaces: interfaces.map(({ name }) => name), packets };
}

function readPacket(body: Uint8Array, interfaces: readonly { readonly linkType: number }[]): Packet {
  if (body.length < 20) throw notOurs();
  const view = viewOf(body);
  const point = view.getUint32(0, true);
  const from = interfaces[point];
  const kept = view.getUint32(12, true);
  if (from === undefined || kept > longestPacket || 20 + kept > body.length) throw notOurs();
  return {
    time: view.getUint32(4, true) * 2 ** 32 + view.getUint32(8, true),
    point,
    linkType: from.linkType,
    length: view.getUint32(16, true),
    data: body.subarray(20, 20 + kept),
  };
}

function textOption(
  body: Uint8Array,
  begin: number,
  wanted: number,
  decode: (text: Uint8Array) => string,
): string | undefined {
  const view = viewOf(body);
  let at = begin;
  while (at + 4 <= body.length) {
    const code = view.getUint16(at, true);
    const length = view.getUint16(at + 2, true);
    if (code === 0) return undefined;
    if (code === wanted) return decode(body.subarray(at + 4, Math.min(body.length, at + 4 + length)));
    at += 4 + Math.ceil(length / 4) * 4;
  }
  return undefined;
}

function notOurs(): NetnsError {
  return new NetnsError('unexpectedOutput', 'This is no capture that Netns Topology kept.');
}
