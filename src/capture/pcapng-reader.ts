import * as l10n from '@vscode/l10n';
import { NetnsError } from '../base/errors';
import type { Packet } from './packet';
import { longestPacket, viewOf } from './pcap-reader';

export interface PcapngFile {
  /** The first section's own comment. */
  readonly comment: string;
  /** The interfaces' names, by the packets' `point`. */
  readonly interfaces: readonly string[];
  readonly packets: readonly Packet[];
}

interface Interface {
  readonly name: string;
  readonly linkType: number;
  /** What a count of its clock is worth, in microseconds. */
  readonly microseconds: number;
}

/** Block types of the pcapng format (draft-ietf-opsawg-pcapng, section 4). */
const Block = { section: 0x0a0d0d0a, interface: 1, oldPacket: 2, simplePacket: 3, packet: 6 } as const;
const byteOrderMark = 0x1a2b3c4d;
/** Interfaces that a file can have: each costs a little, and no host has so many. */
const mostInterfaces = 100_000;

/**
 * Reads a file in the format pcapng: ours, Wireshark's, or any other's. What ends in the middle of a block is read up to there.
 *
 * @param decode UTF-8 to text (the pure rooms have no TextDecoder)
 * @throws NetnsError `unexpectedOutput` for anything else.
 */
export function readPcapng(bytes: Uint8Array, decode: (text: Uint8Array) => string): PcapngFile {
  const reader = new PcapngReader(bytes, decode);
  reader.read();
  return { comment: reader.comment, interfaces: reader.interfaces.map(({ name }) => name), packets: reader.packets };
}

class PcapngReader {
  comment = '';
  readonly interfaces: Interface[] = [];
  readonly packets: Packet[] = [];
  private isLittle = true;
  /** Where the interfaces of this section begin: it counts its own from 0. */
  private base = 0;
  private sections = 0;

  constructor(
    private readonly bytes: Uint8Array,
    private readonly decode: (text: Uint8Array) => string,
  ) {}

  read(): void {
    const { bytes } = this;
    const view = viewOf(bytes);
    if (bytes.length < 28) throw notPcapng();
    for (let at = 0; at + 12 <= bytes.length;) {
      // A section's type reads the same in both byte orders, and says in which one the rest is.
      if (view.getUint32(at, false) === Block.section) this.beginSection(view, at);
      else if (this.sections === 0) throw notPcapng();
      const length = view.getUint32(at + 4, this.isLittle);
      if (length < 12 || length % 4 !== 0) throw notPcapng();
      if (at + length > bytes.length) break;
      this.take(view.getUint32(at, this.isLittle), bytes.subarray(at + 8, at + length - 4));
      at += length;
    }
  }

  private beginSection(view: DataView, at: number): void {
    const isLittle = view.getUint32(at + 8, true) === byteOrderMark;
    if (!isLittle && view.getUint32(at + 8, false) !== byteOrderMark) throw notPcapng();
    this.isLittle = isLittle;
    this.base = this.interfaces.length;
    this.sections++;
  }

  private take(type: number, body: Uint8Array): void {
    switch (type) {
      case Block.section:
        if (this.sections === 1) this.comment = this.text(body, 16, 1) ?? '';
        break;
      case Block.interface:
        if (body.length < 8 || this.interfaces.length >= mostInterfaces) throw notPcapng();
        this.interfaces.push({
          linkType: viewOf(body).getUint16(0, this.isLittle),
          name: this.text(body, 8, 2) ?? '?',
          microseconds: resolution(this.option(body, 8, 9)?.[0]),
        });
        break;
      case Block.packet:
        this.packets.push(this.packet(body, 4));
        break;
      case Block.oldPacket:
        this.packets.push(this.packet(body, 2));
        break;
      case Block.simplePacket:
        this.packets.push(this.simplePacket(body));
        break;
      default:
        break;
    }
  }

  /** @param width bytes of the interface's number */
  private packet(body: Uint8Array, width: 2 | 4): Packet {
    if (body.length < 20) throw notPcapng();
    const view = viewOf(body);
    const own = width === 4 ? view.getUint32(0, this.isLittle) : view.getUint16(0, this.isLittle);
    const point = this.base + own;
    const from = this.interfaces[point];
    const kept = view.getUint32(12, this.isLittle);
    if (from === undefined || kept > longestPacket || 20 + kept > body.length) throw notPcapng();
    const count = view.getUint32(4, this.isLittle) * 2 ** 32 + view.getUint32(8, this.isLittle);
    return {
      time: Math.floor(count * from.microseconds),
      point,
      linkType: from.linkType,
      length: view.getUint32(16, this.isLittle),
      data: body.subarray(20, 20 + kept),
    };
  }

  /** It has no time, and is of the first interface. */
  private simplePacket(body: Uint8Array): Packet {
    const from = this.interfaces[this.base];
    if (from === undefined || body.length < 4) throw notPcapng();
    const length = viewOf(body).getUint32(0, this.isLittle);
    const data = body.subarray(4, 4 + Math.min(length, longestPacket));
    return { time: this.packets.at(-1)?.time ?? 0, point: this.base, linkType: from.linkType, length, data };
  }

  private text(body: Uint8Array, begin: number, wanted: number): string | undefined {
    const value = this.option(body, begin, wanted);
    return value && this.decode(value);
  }

  private option(body: Uint8Array, begin: number, wanted: number): Uint8Array | undefined {
    const view = viewOf(body);
    let at = begin;
    while (at + 4 <= body.length) {
      const code = view.getUint16(at, this.isLittle);
      const length = view.getUint16(at + 2, this.isLittle);
      if (code === 0) return undefined;
      if (code === wanted) return body.subarray(at + 4, Math.min(body.length, at + 4 + length));
      at += 4 + Math.ceil(length / 4) * 4;
    }
    return undefined;
  }
}

/** `if_tsresol`: a negative power of 10, or (with the top bit) of 2; without it microseconds. */
function resolution(value = 6): number {
  const power = value & 0x7f;
  return 1e6 * (value & 0x80 ? 2 ** -power : 10 ** -power);
}

function notPcapng(): NetnsError {
  return new NetnsError('unexpectedOutput', l10n.t`This is no capture in the format pcapng, or it is damaged.`);
}
