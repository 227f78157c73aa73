import { LinkType, pointLabel, type Packet } from '../../capture/packet';
import type { PcapngFile } from '../../capture/pcapng-reader';
import type { HostSnapshot } from '../../host/model';
import type { TraceReport } from '../../trace/report';
import type { WatchedPacket } from '../../trace/sightings';
import type { TraceStop } from './stops';

/** The header of a cooked capture: https://www.tcpdump.org/linktypes/LINKTYPE_LINUX_SLL2.html. */
const cookedHeader = 20;

/**
 * What was seen during a trace, as the capture that it is: for the packets' view and for a file. Each place is an interface of
 * it, called as captures call it.
 */
export function capturedPackets({ packets }: TraceReport, snapshot: HostSnapshot): PcapngFile {
  const interfaces: string[] = [];
  const made = packets.flatMap((packet): Packet[] => {
    const data = bytesOf(packet.bytes);
    // A tcpdump that does not print what it saw leaves nothing to show.
    if (data.length < cookedHeader) return [];
    const where = whereWatched(packet, snapshot);
    if (!interfaces.includes(where)) interfaces.push(where);
    const point = interfaces.indexOf(where);
    return [{ time: packet.time, point, linkType: LinkType.cooked2, length: lengthOf(data), data }];
  });
  return { comment: '', interfaces, packets: made };
}

/** What finds a stop's packets in the packets' view; undefined where none were seen there. */
export function searchOfStop(
  { namespaceId, dev }: Pick<TraceStop, 'namespaceId' | 'dev'>,
  { packets }: TraceReport,
  snapshot: HostSnapshot,
): string | undefined {
  const here = packets.find((packet) => packet.namespaceId === namespaceId && packet.dev === dev);
  return here === undefined || dev === undefined ? undefined : `where:=${quoted(whereWatched(here, snapshot))}`;
}

/** `earth:earth-veth`; in the root namespace `eth0`. */
function whereWatched({ namespaceId, place, dev }: WatchedPacket, { namespaces }: HostSnapshot): string {
  const isRoot = namespaces.find(({ id }) => id === namespaceId)?.isRoot === true;
  return pointLabel({ namespace: isRoot ? '' : place }, dev);
}

function quoted(word: string): string {
  return /[\s"]/.test(word) ? `"${word.replaceAll('"', '')}"` : word;
}

function bytesOf(hex: string): Uint8Array {
  return Uint8Array.from({ length: Math.floor(hex.length / 2) }, (_, index) =>
    Number.parseInt(hex.slice(2 * index, 2 * index + 2), 16),
  );
}

/** On the wire: as the IP header says, for what was kept may be its beginning only. */
function lengthOf(data: Uint8Array): number {
  const at = (index: number): number => data[index] ?? 0;
  const [type, version] = [at(0) * 256 + at(1), at(cookedHeader) >> 4];
  const total =
    type === 0x0800 && version === 4
      ? at(cookedHeader + 2) * 256 + at(cookedHeader + 3)
      : type === 0x86dd && version === 6
        ? 40 + at(cookedHeader + 4) * 256 + at(cookedHeader + 5)
        : 0;
  return Math.max(data.length, cookedHeader + total);
}
