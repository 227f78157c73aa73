import { parseAddress } from '../topology/addresses';
import type { Family } from '../plan/cidr';

/** The packet that is followed, as it is at one place: NAT changes it on the way. */
export interface Packet {
  readonly family: Family;
  readonly protocol: 'icmp' | 'tcp' | 'udp';
  readonly source: string;
  readonly destination: string;
  readonly sourcePort?: number;
  readonly destinationPort?: number;
  /** Whether it is the first of its connection or an answer, as conntrack sees it. */
  readonly state: 'new' | 'established';
  /** Conntrack has its destination translated (`ct status dnat`, `--ctstate DNAT`). */
  readonly isDnat?: true;
  readonly isSnat?: true;
}

/** The answer to a packet: ends changed over. */
export function answerTo(packet: Packet): Packet {
  const { family, protocol, source, destination, sourcePort, destinationPort } = packet;
  return {
    family,
    protocol,
    source: destination,
    destination: source,
    state: 'established',
    ...(destinationPort === undefined ? {} : { sourcePort: destinationPort }),
    ...(sourcePort === undefined ? {} : { destinationPort: sourcePort }),
  };
}

/** `10.10.0.10:40000 → 8.8.8.8:53 (udp)`, for people. */
export function describePacket({ protocol, source, destination, sourcePort, destinationPort }: Packet): string {
  return `${withPort(source, sourcePort)} → ${withPort(destination, destinationPort)} (${protocol})`;
}

export function withPort(address: string, port: number | undefined): string {
  if (port === undefined) return address;
  return address.includes(':') ? `[${address}]:${port}` : `${address}:${port}`;
}

/** Addresses that nobody on the internet knows a way back to (RFC 1918, RFC 6598, RFC 4193, link-local). */
export function isPrivate(address: string): boolean {
  const parsed = parseAddress(address);
  return parsed !== undefined && privateRanges.has(parsed.range());
}

const privateRanges: ReadonlySet<string> = new Set([
  'private',
  'carrierGradeNat',
  'uniqueLocal',
  'linkLocal',
  'loopback',
]);

export function isLoopback(address: string): boolean {
  return parseAddress(address)?.range() === 'loopback';
}

/** Whether two addresses are the same, however they are written. */
export function isSame(a: string, b: string): boolean {
  return a === b || (parseAddress(a)?.toString() ?? a) === (parseAddress(b)?.toString() ?? b);
}
