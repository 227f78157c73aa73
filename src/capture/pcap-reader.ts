import * as l10n from '@vscode/l10n';
import { NetnsError } from '../base/errors';
import { ByteQueue } from './byte-queue';
import type { Packet } from './packet';

/** No packet of a Linux host is longer: MAXIMUM_SNAPLEN of libpcap. */
export const longestPacket = 262_144;

const fileHeaderLength = 24;
const recordHeaderLength = 16;

/**
 * Reads a stream in the format of pcap-savefile(5), however it was cut into pieces: both byte orders, micro- and nanoseconds.
 */
export class PcapReader {
  private readonly queue = new ByteQueue();
  private format: Format | undefined;

  /** @param point the number of the capture point that the packets are from */
  constructor(private readonly point: number) {}

  /**
   * Takes a piece of the stream; the packets that it completes.
   *
   * @throws NetnsError `unexpectedOutput` where it is no pcap stream; nothing can be read of it after that.
   */
  feed(chunk: Uint8Array): Packet[] {
    this.queue.push(chunk);
    const packets: Packet[] = [];
    for (;;) {
      const packet = this.next();
      if (packet === undefined) return packets;
      packets.push(packet);
    }
  }

  private next(): Packet | undefined {
    if (this.format === undefined) {
      const header = this.queue.take(fileHeaderLength);
      if (header === undefined) return undefined;
      this.format = readFileHeader(header);
    }
    const { littleEndian, nanoseconds, linkType } = this.format;
    const header = this.queue.peek(recordHeaderLength);
    if (header === undefined) return undefined;
    const view = viewOf(header);
    const seconds = view.getUint32(0, littleEndian);
    const fraction = view.getUint32(4, littleEndian);
    const kept = view.getUint32(8, littleEndian);
    const length = view.getUint32(12, littleEndian);
    if (kept > longestPacket) throw noPcap(l10n.t`a packet of ${kept} bytes`);
    const record = this.queue.take(recordHeaderLength + kept);
    if (record === undefined) return undefined;
    const micro = nanoseconds ? Math.floor(fraction / 1000) : fraction;
    return {
      time: seconds * 1_000_000 + micro,
      point: this.point,
      linkType,
      length,
      data: record.subarray(recordHeaderLength),
    };
  }
}

interface Format {
  readonly littleEndian: boolean;
  readonly nanoseconds: boolean;
  readonly linkType: number;
}

function readFileHeader(header: Uint8Array): Format {
  const view = viewOf(header);
  const magic = view.getUint32(0, false);
  const known: Readonly<Record<number, { readonly littleEndian: boolean; readonly nanoseconds: boolean }>> = {
    0xa1b2c3d4: { littleEndian: false, nanoseconds: false },
    0xd4c3b2a1: { littleEndian: true, nanoseconds: false },
    0xa1b23c4d: { littleEndian: false, nanoseconds: true },
    0x4d3cb2a1: { littleEndian: true, nanoseconds: true },
  };
  const format = known[magic];
  if (format === undefined) throw noPcap(l10n.t`a file of type ${magic.toString(16).padStart(8, '0')}`);
  // The upper bits say whether frames end in a checksum (FCS), which we do not show.
  return { ...format, linkType: view.getUint32(20, format.littleEndian) & 0xffff };
}

/** A view of exactly these bytes. */
export function viewOf(bytes: Uint8Array): DataView {
  return new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
}

function noPcap(what: string): NetnsError {
  return new NetnsError('unexpectedOutput', l10n.t`tcpdump sent something that is no capture: ${what}.`, {
    advice: l10n.t`Look whether something on the host writes into the outputs of other programs, and capture again.`,
  });
}
