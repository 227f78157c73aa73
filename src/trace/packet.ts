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
  /** It asks who has an address, or tells it (RFC 4861): the type of ICMPv6, and the address. */
  readonly discovery?: { readonly type: NeighbourDiscovery; readonly target: string };
}

/** ICMPv6's numbers of what is asked ahead of an IPv6 packet and answered (RFC 4861, 4.3 and 4.4). */
export const neighbourDiscovery = { solicitation: 135, advertisement: 136 } as const;
export type NeighbourDiscovery = keyof typeof neighbourDiscovery;

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

/** `10.10.0.10:40000 → 8.8.8.8:53 (udp)`, for people; of neighbour discovery with tcpdump's words. */
export function describePacket(packet: Packet): string {
  const { protocol, source, destination, sourcePort, destinationPort, discovery } = packet;
  const what = discovery === undefined ? protocol : describeDiscovery(discovery);
  return `${withPort(source, sourcePort)} → ${withPort(destination, destinationPort)} (${what})`;
}

function describeDiscovery({ type, target }: NonNullable<Packet['discovery']>): string {
  return type === 'solicitation'
    ? `icmp6, neighbor solicitation, who has ${target}`
    : `icmp6, neighbor advertisement, tgt is ${target}`;
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
