import * as l10n from '@vscode/l10n';
import { namespaceTitle, type HostSnapshot, type ObservedLink, type ObservedNamespace } from '../../host/model';
import type { Cause, Direction, Hop } from '../../trace/model';
import { withPort, type Packet } from '../../trace/packet';
import type { TracedHop, TraceReport } from '../../trace/report';
import type { Sighting } from '../../trace/sightings';
import { linkNodeId, namespaceKey } from '../graph/live-ids';
import { drawNat } from '../graph/nat-from-snapshot';
import { hostId, namespaceNodeId, outsideId } from '../graph/picture';
import { natGroupFor } from './deciders';

/** A place of the packet's way, with everything that happens there: what a person counts as one stop. */
export interface TraceStop {
  /** From 1 on, out and back. */
  readonly number: number;
  readonly direction: Direction;
  /** The namespace; undefined outside of the host. */
  readonly namespaceId?: string;
  readonly dev?: string;
  /** The graph's node for it. */
  readonly nodeId?: string;
  /** `earth`, `earth-veth of earth`, `the outside`. */
  readonly place: string;
  readonly hops: readonly TracedHop[];
  /** The packet, its answer, or what refuses it, as they were seen here. */
  readonly sightings: readonly Sighting[];
  readonly isWatched: boolean;
  readonly state: 'seen' | 'paper' | 'beyond';
  readonly isEnd: boolean;
}

type Found = Pick<TraceReport, 'hops' | 'sightings' | 'reached' | 'stoppedAt'>;

/** What is known while the probe is still under way: the way on paper. */
export function paperOf(hops: readonly Hop[]): Found {
  return { hops: hops.map((hop) => ({ ...hop, isWatched: false })), sightings: [], reached: 'unknown' };
}

/** The stops of a trace, in the order of the way. What lies behind the place where the packet ended is `beyond`. */
export function stopsOf(report: Found, snapshot: HostSnapshot): TraceStop[] {
  const { hops, sightings: all, reached, stoppedAt } = report;
  const stops = groupHops(hops, snapshot).map((group, index): TraceStop => {
    const sightings = sightingsAt(group, all);
    const isSeen = sightings.length > 0 || group.hops.some(({ seenAfter }) => seenAfter !== undefined);
    return {
      ...group,
      number: index + 1,
      sightings,
      isWatched: group.hops.some(({ isWatched }) => isWatched),
      state: isSeen || reached === 'yes' ? 'seen' : 'paper',
      isEnd: false,
    };
  });
  // What was seen further on has passed all that lies before.
  const last = stops.findLastIndex(({ state }) => state === 'seen');
  const end = reached === 'no' ? endOf(stops, hops, stoppedAt) : -1;
  return stops.map((stop, index) => ({
    ...stop,
    isEnd: index === end,
    state: index <= last ? 'seen' : end >= 0 && index > end ? 'beyond' : 'paper',
  }));
}

/** The stop where a cause bites; undefined where it lies on none. */
export function stopOfCause(
  stops: readonly TraceStop[],
  hops: readonly TracedHop[],
  cause: Cause,
): TraceStop | undefined {
  const hop = cause.hop === undefined ? undefined : hops[cause.hop];
  const own = hop && stops.find((stop) => stop.hops.includes(hop));
  if (own !== undefined) return own;
  const { direction, namespaceId, dev } = cause;
  const there = stops.filter((stop) => stop.direction === direction && stop.namespaceId === namespaceId);
  return there.find((stop) => stop.dev === dev) ?? there[0];
}

function endOf(stops: readonly TraceStop[], hops: readonly TracedHop[], stoppedAt: number | undefined): number {
  const hop = stoppedAt === undefined ? undefined : hops[stoppedAt];
  const own = hop === undefined ? -1 : stops.findIndex((stop) => stop.hops.includes(hop));
  if (own >= 0) return own;
  // It was never seen: it ended where it was sent.
  return stops.length === 0 ? -1 : 0;
}

interface Group extends Pick<TraceStop, 'direction' | 'namespaceId' | 'dev' | 'nodeId' | 'place'> {
  readonly hops: TracedHop[];
}

function groupHops(hops: readonly TracedHop[], snapshot: HostSnapshot): Group[] {
  const groups: Group[] = [];
  const translations = new Map<string, string>();
  for (const hop of hops) {
    const current = groups.at(-1);
    const namespace = snapshot.namespaces.find(({ id }) => id === hop.namespaceId);
    const isHere = current?.direction === hop.direction && current.namespaceId === hop.namespaceId;
    if (hop.kind === 'nat' && namespace !== undefined) {
      const nodeId = natNodeOf(hop, namespace, snapshot) ?? translations.get(namespace.id);
      if (nodeId !== undefined) {
        translations.set(namespace.id, nodeId);
        groups.push({ ...placeOf(hop, namespace), nodeId, place: natPlace(nodeId), hops: [hop] });
        continue;
      }
    }
    const own = placeOf(hop, namespace);
    // Passing on names the interface that it will leave by; it is decided before.
    const isSamePlace =
      hop.dev === undefined || hop.kind === 'forward'
        ? hop.kind !== 'outside' || current?.nodeId === outsideId
        : own.nodeId === current?.nodeId;
    if (isHere && isSamePlace) current.hops.push(hop);
    else groups.push({ ...own, hops: [hop] });
  }
  return groups;
}

function placeOf(hop: TracedHop, namespace: ObservedNamespace | undefined): Omit<Group, 'hops'> {
  const { direction, dev } = hop;
  if (namespace === undefined) return { direction, nodeId: outsideId, place: l10n.t`the outside` };
  const link = dev === undefined ? undefined : linkOf(namespace, dev);
  const title = namespace.isRoot ? 'host' : namespaceTitle(namespace);
  const key = namespaceKey(namespace);
  return {
    direction,
    namespaceId: namespace.id,
    ...(dev === undefined ? {} : { dev }),
    nodeId: link !== undefined ? linkNodeId(namespace, link) : key === undefined ? hostId : namespaceNodeId(key),
    place: dev === undefined ? title : l10n.t`${dev} of ${title}`,
  };
}

/** The interface; of a port that is inside of Open vSwitch, its bridge. */
function linkOf({ links }: ObservedNamespace, dev: string): ObservedLink | undefined {
  const hasPort = ({ openvswitch }: ObservedLink): boolean =>
    openvswitch?.ports.some(({ name }) => name === dev) === true;
  return links.find(({ name }) => name === dev) ?? links.find(hasPort);
}

/** The drawing of the rule that translates: by its place in the packet filter, else by its words. */
function natNodeOf(hop: TracedHop, namespace: ObservedNamespace, snapshot: HostSnapshot): string | undefined {
  const { by, rule } = hop;
  // The graph draws the host's own rules.
  if (!namespace.isRoot || rule === undefined) return undefined;
  const group = natGroupFor(rule, by, namespace, snapshot);
  return group && [...drawNat(snapshot).values()].find(({ key }) => key === group.key)?.id;
}

function natPlace(nodeId: string): string {
  return nodeId.replace(/^nat:(NAT )?/, 'NAT ');
}

/** What was seen at an interface while the packet, or its answer, was on its way there. */
function sightingsAt({ direction, namespaceId, dev }: Group, all: readonly Sighting[]): Sighting[] {
  if (dev === undefined) return [];
  const wanted: readonly Sighting['kind'][] =
    direction === 'out' ? ['request', 'who-has', 'is-at'] : ['reply', 'refusal', 'error'];
  return all.filter((one) => one.namespaceId === namespaceId && one.dev === dev && wanted.includes(one.kind));
}

/** What NAT makes of the packet at a stop: `10.10.0.10 → 198.51.100.2`, for each side that changes. */
export function translationAt({ hops }: TraceStop): string | undefined {
  const changes = hops.flatMap(({ before, packet }) => {
    if (before === undefined) return [];
    const ends = (one: Packet) => [
      withPort(one.source, before.sourcePort === packet.sourcePort ? undefined : one.sourcePort),
      withPort(one.destination, before.destinationPort === packet.destinationPort ? undefined : one.destinationPort),
    ];
    const [was, is] = [ends(before), ends(packet)];
    return was.flatMap((end, index) => (end === is[index] ? [] : [`${end} → ${is[index] ?? ''}`]));
  });
  return changes.length === 0 ? undefined : changes.join(', ');
}
