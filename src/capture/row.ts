import type { CaptureRow } from '../protocol/capture';
import { cookedPlace, summarize } from './decode/link';
import { pointLabel, type CapturePoint, type Packet } from './packet';

/** Says where a packet was captured: `earth:eth0`. */
export type WhereOf = (packet: Packet) => string;

/**
 * Where the packets of these points are from. A capture of all interfaces tells them apart by their numbers; one that is not
 * known (it came after the host was read) is called by its number.
 */
export function whereIn(points: readonly CapturePoint[]): WhereOf {
  return (packet) => {
    const point = points[packet.point];
    if (point === undefined) return '?';
    if (point.interface !== undefined) return pointLabel(point, point.interface);
    const { interfaceIndex } = cookedPlace(packet);
    if (interfaceIndex === undefined) return pointLabel(point, 'any');
    return pointLabel(point, point.interfaceNames?.[interfaceIndex] ?? `#${interfaceIndex}`);
  };
}

/** The row of a packet in the table. */
export function rowOf(packet: Packet, number: number, whereOf: WhereOf): CaptureRow {
  const { direction } = cookedPlace(packet);
  return {
    number,
    time: packet.time,
    where: whereOf(packet),
    ...(direction === undefined ? {} : { direction }),
    ...summarize(packet),
    length: packet.length,
  };
}
