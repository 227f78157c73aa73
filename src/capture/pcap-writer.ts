import type { Packet } from './packet';
import { longestPacket, viewOf } from './pcap-reader';

/** Packets of one link type as a file in the format of pcap-savefile(5), little endian, with microseconds. */
export function writePcap(linkType: number, packets: readonly Pick<Packet, 'time' | 'length' | 'data'>[]): Uint8Array {
  const size = packets.reduce((sum, { data }) => sum + 16 + data.length, 24);
  const bytes = new Uint8Array(size);
  const view = viewOf(bytes);
  view.setUint32(0, 0xa1b2c3d4, true);
  view.setUint16(4, 2, true);
  view.setUint16(6, 4, true);
  view.setUint32(16, longestPacket, true);
  view.setUint32(20, linkType, true);
  let at = 24;
  for (const { time, length, data } of packets) {
    view.setUint32(at, Math.floor(time / 1_000_000), true);
    view.setUint32(at + 4, time % 1_000_000, true);
    view.setUint32(at + 8, data.length, true);
    view.setUint32(at + 12, length, true);
    bytes.set(data, at + 16);
    at += 16 + data.length;
  }
  return bytes;
}
