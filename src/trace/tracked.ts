import * as l10n from '@vscode/l10n';
import { endsOf, translationOf, type TrackedConnection } from '../host/conntrack';
import type { Difference } from './differences';
import type { Hop } from './model';
import { isSame, withPort, type Packet } from './packet';

/** By namespace id: connections that the kernel follows since the probe was sent. */
export type TrackedConnections = ReadonlyMap<string, readonly TrackedConnection[]>;

/** The connections that were not there before. A ping is told from others by its number. */
export function newConnections(
  before: readonly TrackedConnection[],
  after: readonly TrackedConnection[],
): TrackedConnection[] {
  const known = new Set(before.map(keyOf));
  return after.filter((one) => !known.has(keyOf(one)));
}

function keyOf({ protocol, original }: TrackedConnection): string {
  const { source, destination } = endsOf(original);
  return [protocol, source, destination, original.icmp?.id ?? ''].join(' ');
}

/** What conntrack says that NAT did in a namespace: the ends of a packet before and after, and whether an answer came. */
export function trackedWords(connection: TrackedConnection): string {
  const { source, destination } = endsOf(connection.original);
  const after = translatedEnds(connection);
  const became = `${withPort(...after.source)} → ${withPort(...after.destination)}`;
  const answer = connection.isUnreplied ? l10n.t`, no answer came back to it` : '';
  return `conntrack: ${source} → ${destination} became ${became}${answer}`;
}

function translatedEnds(
  connection: TrackedConnection,
): Readonly<Record<'source' | 'destination', [string, number | undefined]>> {
  const { original } = connection;
  const { source, destination } = translationOf(connection) ?? {};
  return {
    source: [source?.address ?? original.source, source === undefined ? original.sourcePort : source.port],
    destination: [
      destination?.address ?? original.destination,
      destination === undefined ? original.destinationPort : destination.port,
    ],
  };
}

/** The probe's own connection in a namespace: the one that began as the packet came there. */
export function connectionOf(
  hops: readonly Hop[],
  namespaceId: string,
  tracked: TrackedConnections,
): TrackedConnection | undefined {
  const inside = hops.filter((hop) => hop.direction === 'out' && hop.namespaceId === namespaceId);
  const packets = inside.flatMap(({ before, packet }) => (before === undefined ? [packet] : [before, packet]));
  return tracked.get(namespaceId)?.find(({ original }) => packets.some((packet) => isPacket(original, packet)));
}

function isPacket({ source, destination, destinationPort }: TrackedConnection['original'], packet: Packet): boolean {
  return (
    isSame(source, packet.source) &&
    isSame(destination, packet.destination) &&
    (packet.destinationPort === undefined || destinationPort === packet.destinationPort)
  );
}

/** Where NAT made something else of the packet than it should have by its rules. */
export function natDifferences(hops: readonly Hop[], tracked: TrackedConnections): Difference[] {
  return [...tracked.keys()].flatMap((namespaceId) => {
    const connection = connectionOf(hops, namespaceId, tracked);
    const last = hops.findLastIndex(
      (hop) =>
        hop.direction === 'out' && hop.namespaceId === namespaceId && (hop.kind === 'leave' || hop.kind === 'local'),
    );
    const hop = hops[last];
    if (connection === undefined || hop === undefined) return [];
    const { source, destination } = translatedEnds(connection);
    const { packet, place } = hop;
    const isAsRead =
      isSame(source[0], packet.source) &&
      isSame(destination[0], packet.destination) &&
      (packet.destinationPort === undefined || destination[1] === packet.destinationPort);
    if (isAsRead) return [];
    const read = `${withPort(packet.source, packet.sourcePort)} → ${withPort(packet.destination, packet.destinationPort)}`;
    return [
      {
        text: l10n.t`By what was read, the packet is ${read} behind ${place}; ${trackedWords(connection)}.`,
        hop: last,
      },
    ];
  });
}
