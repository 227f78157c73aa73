import { cookedPlace } from './decode/link';
import type { Packet } from './packet';
import { longestPacket } from './pcap-reader';
import { blockOf, optionList, type Option } from './pcapng-blocks';
import type { WhereOf } from './row';

export interface CaptureFacts {
  /** What the capture is of, for people. */
  readonly comment: string;
  /** The host's `uname -sr`. */
  readonly system: string;
  /** What tcpdump was told to take; empty: everything. */
  readonly filter: string;
  whereOf: WhereOf;
  /** In words: `interface eth0 in namespace earth on lab1`. */
  describe(where: string): string;
}

/**
 * Writes packets as pcapng (draft-ietf-opsawg-pcapng): one Interface Description Block for each namespace and interface, just
 * ahead of its first packet.
 */
export class PcapngWriter {
  private readonly interfaces = new Map<string, number>();

  constructor(private readonly facts: CaptureFacts) {}

  /** What a file begins with. */
  begin(): Uint8Array {
    const { comment, system } = this.facts;
    const options: Option[] = [
      { code: 1, text: comment },
      { code: 3, text: system },
      { code: 4, text: 'Netns Topology' },
    ];
    // The byte-order magic, version 1.0, a section of unknown length.
    const head = [0x4d, 0x3c, 0x2b, 0x1a, 1, 0, 0, 0, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff];
    return blockOf(0x0a0d0d0a, Uint8Array.from(head), optionList(options));
  }

  /** The blocks of a packet. */
  packet(packet: Packet): Uint8Array[] {
    const where = this.facts.whereOf(packet);
    const key = `${packet.linkType} ${where}`;
    const known = this.interfaces.get(key);
    const id = known ?? this.interfaces.size;
    if (known !== undefined) return [packetBlock(packet, id)];
    this.interfaces.set(key, id);
    return [this.interfaceBlock(where, packet.linkType), packetBlock(packet, id)];
  }

  private interfaceBlock(where: string, linkType: number): Uint8Array {
    const { filter } = this.facts;
    const head = new Uint8Array(8);
    const view = new DataView(head.buffer);
    view.setUint16(0, linkType, true);
    view.setUint32(4, longestPacket, true);
    const options: Option[] = [
      { code: 2, text: where },
      { code: 3, text: this.facts.describe(where) },
      // Times count microseconds (10^-6).
      { code: 9, bytes: Uint8Array.of(6) },
      ...(filter === '' ? [] : [{ code: 11, text: `\0${filter}` }]),
    ];
    return blockOf(1, head, optionList(options));
  }
}

/** A whole file. */
export function writePcapng(packets: readonly Packet[], facts: CaptureFacts): Uint8Array[] {
  const writer = new PcapngWriter(facts);
  return [writer.begin(), ...packets.flatMap((packet) => writer.packet(packet))];
}

function packetBlock(packet: Packet, interfaceId: number): Uint8Array {
  const { time, length, data } = packet;
  const padded = Math.ceil(data.length / 4) * 4;
  const body = new Uint8Array(20 + padded);
  const view = new DataView(body.buffer);
  view.setUint32(0, interfaceId, true);
  view.setUint32(4, Math.floor(time / 2 ** 32), true);
  view.setUint32(8, time % 2 ** 32, true);
  view.setUint32(12, data.length, true);
  view.setUint32(16, length, true);
  body.set(data, 20);
  const { direction } = cookedPlace(packet);
  // epb_flags: 1 inbound, 2 outbound.
  const options: Option[] =
    direction === undefined ? [] : [{ code: 2, bytes: Uint8Array.of(direction === 'in' ? 1 : 2, 0, 0, 0) }];
  return blockOf(6, body, optionList(options));
}
