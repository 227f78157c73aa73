import * as l10n from '@vscode/l10n';
import type { TraceFacts } from './facts';
import type { Cause, Hop } from './model';
import { isSame, withPort } from './packet';
import type { Sighting } from './sightings';
import type { PaperWay } from './walk';

/** Where what was read and what was seen of a packet do not agree. */
export interface Difference {
  /** One sentence (or two) that says both. */
  readonly text: string;
  /** The index of the hop that it is about. */
  readonly hop?: number;
}

/** Compares the way on paper with the way in fact. */
export function differencesOf(
  paper: PaperWay,
  sightings: readonly Sighting[],
  { snapshot }: TraceFacts,
  wasReached: boolean,
): Difference[] {
  const found: Difference[] = paper.otherwise.map((text) => ({ text }));
  if (wasReached) {
    for (const cause of paper.causes.filter((one) => !mayBite(one))) {
      const text = l10n.t`By what was read it should not have arrived, but it did: ${cause.text}`;
      found.push({ text, ...(cause.hop === undefined ? {} : { hop: cause.hop }) });
    }
  }
  const addresses = (['out', 'back'] as const).flatMap((direction) => otherAddresses(paper.hops, sightings, direction));
  const ways = otherWays(paper.hops, sightings, (id, dev) => {
    const namespace = snapshot.namespaces.find((one) => one.id === id);
    return namespace?.links.find(({ name }) => name === dev)?.master !== undefined;
  });
  return [...found, ...addresses, ...ways, ...(wasReached ? [] : beyondItsEnd(paper, sightings))];
}

/** It stops some packets and lets others through. */
export function mayBite({ id }: Cause): boolean {
  return id === 'duplicate-address';
}

const kindsOf = { out: ['request'], back: ['reply', 'refusal'] } as const;

function isOf(direction: Hop['direction'], { kind }: Sighting): boolean {
  return (kindsOf[direction] as readonly string[]).includes(kind);
}

/** Where it was first seen with other addresses than it should have there: what follows is the same packet still. */
function otherAddresses(
  hops: readonly Hop[],
  sightings: readonly Sighting[],
  direction: Hop['direction'],
): Difference[] {
  for (const [index, hop] of hops.entries()) {
    const { dev, namespaceId, packet, place } = hop;
    if (hop.direction !== direction || dev === undefined || packet.source === '') continue;
    if (hop.kind !== 'leave' && hop.kind !== 'arrive') continue;
    const way = hop.kind === 'leave' ? 'out' : 'in';
    const there = sightings.filter(
      (one) => isOf(direction, one) && one.namespaceId === namespaceId && one.dev === dev && one.way === way,
    );
    const [first] = there;
    if (first === undefined || there.some((one) => hasEnds(one, packet))) continue;
    const ends = `${withPort(packet.source, packet.sourcePort)} → ${withPort(packet.destination, packet.destinationPort)}`;
    const what = direction === 'out' ? l10n.t`the packet` : l10n.t`the answer`;
    return [
      {
        text: l10n.t`By what was read, ${what} is ${ends} at ${place}:${dev}; it was seen as ${first.source} → ${first.destination}.`,
        hop: index,
      },
    ];
  }
  return [];
}

/** A refusal comes from whoever refuses; what a tool does not say of a port is not compared. */
function hasEnds({ source, destination }: Sighting, packet: Hop['packet']): boolean {
  const seen = [splitPort(source), splitPort(destination)] as const;
  const wanted = [
    [packet.source, packet.sourcePort],
    [packet.destination, packet.destinationPort],
  ] as const;
  return wanted.every(([address, port], index) => {
    const [seenAddress, seenPort] = seen[index] ?? ['', undefined];
    return isSame(address, seenAddress) && (port === undefined || seenPort === undefined || port === seenPort);
  });
}

function splitPort(end: string): readonly [string, number | undefined] {
  const match = /^\[(.*)\]:(\d+)$/.exec(end) ?? /^([^:]*):(\d+)$/.exec(end);
  return match === null ? [end, undefined] : [match[1] ?? '', Number(match[2])];
}

/** Where it was seen though its way does not lead there. A bridge floods what it does not know: of its ports nothing is said. */
function otherWays(
  hops: readonly Hop[],
  sightings: readonly Sighting[],
  isPort: (namespaceId: string, dev: string) => boolean,
): Difference[] {
  const seen = new Set<string>();
  return sightings.flatMap((one) => {
    const { namespaceId, dev, place, way, source, destination, isForOthers } = one;
    const direction = one.kind === 'request' ? 'out' : one.kind === 'reply' ? 'back' : undefined;
    const key = `${direction ?? ''} ${namespaceId} ${dev}`;
    if (direction === undefined || isForOthers === true || seen.has(key) || isPort(namespaceId, dev)) return [];
    seen.add(key);
    if (hops.some((hop) => hop.direction === direction && hop.namespaceId === namespaceId && hop.dev === dev))
      return [];
    if (dev === 'lo' && hops.some((hop) => hop.kind === 'local' && hop.namespaceId === namespaceId)) return [];
    const what = direction === 'out' ? l10n.t`the packet` : l10n.t`the answer`;
    const verb = way === 'in' ? l10n.t`came in by` : l10n.t`left by`;
    return [
      {
        text: l10n.t`By what was read, ${what} does not pass ${place}:${dev}; in fact it ${verb} it (${source} → ${destination}).`,
      },
    ];
  });
}

/** It is said to have ended at one place and was seen further on. */
function beyondItsEnd({ causes, hops }: PaperWay, sightings: readonly Sighting[]): Difference[] {
  const [cause] = causes;
  if (cause?.hop === undefined || cause.isLikely === true || cause.direction !== 'out') return [];
  const isThere = ({ namespaceId, dev }: Hop): boolean => namespaceId === cause.namespaceId && dev === cause.dev;
  const end = Math.max(
    cause.hop,
    hops.findLastIndex((hop) => hop.direction === 'out' && isThere(hop)),
  );
  const before = new Set(hops.slice(0, end + 1).map(({ namespaceId, dev }) => `${namespaceId ?? ''} ${dev ?? ''}`));
  for (const [index, { direction, namespaceId, dev, place, kind }] of hops.entries()) {
    if (index <= end || direction !== 'out' || kind !== 'arrive' || dev === undefined) continue;
    if (before.has(`${namespaceId ?? ''} ${dev}`)) continue;
    const isSeen = sightings.some(
      (one) => one.kind === 'request' && one.isForOthers !== true && one.namespaceId === namespaceId && one.dev === dev,
    );
    if (!isSeen) continue;
    return [
      {
        text: l10n.t`By what was read it ends before ${place}:${dev} (${cause.text}); in fact it was seen there.`,
        hop: index,
      },
    ];
  }
  return [];
}
