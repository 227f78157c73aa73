import * as l10n from '@vscode/l10n';
import type { HostSnapshot } from '../host/model';
import { differencesOf, mayBite, type Difference } from './differences';
import { causesOfFact, droppedInFact } from './fact-causes';
import { labelOf, type Neighbour, type TraceFacts } from './facts';
import type { Cause, Hop, TraceQuestion } from './model';
import { withPort } from './packet';
import { lessonOf } from './lesson';
import type { ProbeOutcome, Sighting, WatchedPacket, WatchReading } from './sightings';
import { connectionOf, natDifferences, trackedWords, type TrackedConnections } from './tracked';
import type { PaperWay } from './walk';

/** All that a trace found, as plain data: for the report, the graph, a file. */
export interface TraceReport {
  /** As it was asked, with the destination looked up: the same trace again. */
  readonly question: TraceQuestion;
  /** `earth`, `host`, `outside`. */
  readonly from: string;
  readonly to: string;
  readonly protocol: 'icmp' | 'tcp' | 'udp';
  readonly outcome: ProbeOutcome;
  readonly reached: 'yes' | 'no' | 'unknown';
  /** One sentence: reached, or where it ended and why. */
  readonly verdict: string;
  /** All reasons, in the order in which they bite; none where it was reached. */
  readonly causes: readonly Cause[];
  readonly hops: readonly TracedHop[];
  /** The index of the hop where the packet or its answer ended, as far as that is known; absent where it was reached. */
  readonly stoppedAt?: number;
  /** What does not stop this packet and will bite others: a cable that carries less than its ends believe … */
  readonly remarks: readonly Cause[];
  readonly sightings: readonly Sighting[];
  /** The merged capture of all that was watched. */
  readonly packets: readonly WatchedPacket[];
  /** Where paper and fact differ, also of a packet that arrived. */
  readonly differences: readonly Difference[];
  /** What is ruled out, what could not be read. */
  readonly notes: readonly string[];
  /** Of a trace that succeeded, or that nothing stops by what was read, in the tutorials' words. */
  readonly lesson: readonly string[];
}

/** A hop as worked out, and what was seen there. */
export interface TracedHop extends Hop {
  /** Milliseconds after the first sighting, where the packet (or the answer) was seen there. */
  readonly seenAfter?: number;
  /** The addresses with which it was seen: `10.10.0.10 → 8.8.8.8`. */
  readonly seenAs?: string;
  /** Whether the interface was watched at all. */
  readonly isWatched: boolean;
}

export interface TraceReadings {
  readonly paper: PaperWay;
  /** undefined: nothing was sent. */
  readonly watch?: WatchReading;
  readonly watchedIds: ReadonlySet<string>;
  /** Rules that took packets while the probe was on its way, with how many, by namespace id. */
  readonly counted: ReadonlyMap<string, ReadonlyMap<string, number>>;
  /** By namespace id, as the neighbours were after the probe. */
  readonly neighboursAfter?: ReadonlyMap<string, readonly Neighbour[]>;
  readonly facts: TraceFacts;
  /** What NAT did in fact. */
  readonly tracked?: TrackedConnections;
}

/** Puts the way on paper and the way in fact together. */
export function reportOf(question: TraceQuestion, readings: TraceReadings): TraceReport {
  const { paper, watch, facts } = readings;
  const outcome: ProbeOutcome = watch?.outcome ?? {
    result: 'not-sent',
    said: l10n.t`Nothing can be sent from outside.`,
  };
  const sightings = watch?.sightings ?? [];
  const wasReached = outcome.result === 'answered';
  const probe = { outcome, sightings, neighboursAfter: readings.neighboursAfter ?? new Map() };
  const from = sourceLabel(question, facts.snapshot);
  const inFact = droppedInFact(paper, facts);
  const read = [...inFact, ...paper.causes];
  const found = read.length > 0 ? read : causesOfFact(paper, facts, question, probe, from);
  const causes = wasReached ? [] : withFacts(found, readings);
  const tracked = readings.tracked ?? new Map();
  const hops = withTracked(paper.hops, tracked).map((hop) => traced(hop, sightings, readings.watchedIds));
  const reached = wasReached
    ? 'yes'
    : outcome.result === 'not-sent' || isUnsure(question, outcome)
      ? paper.causes.length > 0
        ? 'no'
        : 'unknown'
      : 'no';
  const stoppedAt = reached === 'yes' ? undefined : stopOf(causes, hops);
  const report = {
    question,
    from,
    to: withPort(question.destination, question.port),
    protocol: question.protocol,
    outcome,
    reached,
    causes,
    hops,
    ...(stoppedAt === undefined ? {} : { stoppedAt }),
    remarks: wasReached ? [...paper.remarks, ...paper.causes.filter(mayBite)] : paper.remarks,
    sightings,
    packets: watch?.packets ?? [],
  } as const;
  return {
    ...report,
    verdict: verdictOf(report, paper),
    differences: [...differencesOf(paper, sightings, facts, wasReached), ...natDifferences(paper.hops, tracked)],
    notes: notesOf(readings, wasReached, causes),
    // Of one from outside nothing can be sent; that nothing stops it is a lesson as well.
    lesson: wasReached || (reached === 'unknown' && outcome.result === 'not-sent') ? lessonOf(paper) : [],
  };
}

/** Where the first cause bites; without one, where the packet was last seen. */
function stopOf([first]: readonly Cause[], hops: readonly TracedHop[]): number | undefined {
  if (first?.hop !== undefined) return first.hop;
  const last = hops.findLastIndex(({ seenAfter }) => seenAfter !== undefined);
  return last === -1 ? undefined : last;
}

/** UDP needs no answer: that none came says nothing yet. */
function isUnsure({ protocol }: TraceQuestion, { result }: ProbeOutcome): boolean {
  return protocol === 'udp' && result === 'lost';
}

function sourceLabel({ from }: TraceQuestion, { namespaces }: HostSnapshot): string {
  if (from.type === 'outside') return l10n.t`outside (${from.address})`;
  const namespace = namespaces.find(({ id }) => id === from.namespaceId);
  return namespace === undefined ? '?' : labelOf(namespace);
}

/** The causes with what the probe showed of them. */
function withFacts(causes: readonly Cause[], { watch, counted }: TraceReadings): Cause[] {
  return causes.map((cause) => {
    const rules = counted.get(cause.namespaceId ?? '');
    const grown = cause.evidence.flatMap((line) => {
      const count = rules?.get(line);
      return count === undefined
        ? []
        : [
            count === 1
              ? l10n.t`the rule took 1 packet of the probe`
              : l10n.t`the rule took ${count} packets of the probe`,
          ];
    });
    const seen = watch === undefined ? [] : seenAround(cause, watch.sightings);
    const evidence = [...cause.evidence, ...grown, ...seen];
    return grown.length > 0 && cause.isLikely === true ? { ...certain(cause), evidence } : { ...cause, evidence };
  });
}

function certain(cause: Cause): Cause {
  const { isLikely, ...rest } = cause;
  return isLikely === undefined ? cause : rest;
}

/** Where the packet was last seen before what is said to have stopped it. */
function seenAround(cause: Cause, sightings: readonly Sighting[]): string[] {
  const of = sightings.filter(({ kind }) => (cause.direction === 'out' ? kind === 'request' : kind === 'reply'));
  const last = of.at(-1);
  if (last === undefined) {
    return cause.direction === 'out' || cause.id !== 'missing-nat' ? [] : lastRequest(cause, sightings);
  }
  const name = cause.direction === 'out' ? 'packet' : 'answer';
  return [
    l10n.t`the ${name} was last seen ${last.way === 'in' ? l10n.t`coming in by` : l10n.t`leaving`} ${last.place}:${last.dev} (${last.source} → ${last.destination})`,
  ];
}

function lastRequest({ dev, namespaceId }: Cause, sightings: readonly Sighting[]): string[] {
  const left = sightings.findLast(
    (one) => one.kind === 'request' && one.way === 'out' && one.dev === dev && one.namespaceId === namespaceId,
  );
  return left === undefined
    ? []
    : [l10n.t`seen leaving ${left.place}:${left.dev} as ${left.source} → ${left.destination}; no answer was seen`];
}

/** What conntrack says stands at the rule that changed the packet, and where its answer is changed back. */
function withTracked(hops: readonly Hop[], tracked: TrackedConnections): Hop[] {
  return hops.map((hop) => {
    const { kind, namespaceId, fact } = hop;
    if (kind !== 'nat' || namespaceId === undefined) return hop;
    const connection = connectionOf(hops, namespaceId, tracked);
    if (connection === undefined) return hop;
    return { ...hop, fact: [...(fact === undefined ? [] : [fact]), trackedWords(connection)].join('; ') };
  });
}

function traced(hop: Hop, sightings: readonly Sighting[], watched: ReadonlySet<string>): TracedHop {
  // What a bridge passes on is not seen at the bridge itself, only at its ports; a patch port is inside of Open vSwitch.
  const isInside = hop.kind === 'bridge' || hop.kind === 'patch';
  const isWatched = hop.namespaceId !== undefined && hop.dev !== undefined && !isInside && watched.has(hop.namespaceId);
  const wanted = hop.direction === 'out' ? ['request'] : ['reply', 'refusal'];
  const seen = sightings.find(
    ({ namespaceId, dev, kind }) => namespaceId === hop.namespaceId && dev === hop.dev && wanted.includes(kind),
  );
  if (seen === undefined) return { ...hop, isWatched };
  return { ...hop, isWatched, seenAfter: seen.after, seenAs: `${seen.source} → ${seen.destination}` };
}

function verdictOf(
  {
    outcome,
    reached,
    causes,
    from,
    to,
    sightings,
  }: Pick<TraceReport, 'outcome' | 'reached' | 'causes' | 'from' | 'to' | 'sightings'>,
  paper: PaperWay,
): string {
  if (reached === 'yes') {
    const time = outcome.milliseconds === undefined ? '' : l10n.t` after ${outcome.milliseconds} ms`;
    return l10n.t`${from} reaches ${to}: the answer came${time}.`;
  }
  const [first, ...others] = causes;
  const behind =
    others.length === 1 ? l10n.t` Another one is behind it.` : l10n.t` ${others.length} others are behind it.`;
  const more = others.length === 0 ? '' : behind;
  if (first !== undefined) return l10n.t`${from} does not reach ${to}: ${first.text}${more}`;
  if (reached === 'unknown') {
    return outcome.result === 'not-sent'
      ? l10n.t`By what was read, nothing stops the packet from ${from} to ${to}. It was not tried: ${outcome.said ?? ''}`
      : l10n.t`The packet from ${from} to ${to} was sent and nothing on this host stops it; no answer came, which UDP does not promise.`;
  }
  const last = sightings.findLast(({ kind }) => kind === 'request' || kind === 'reply');
  const seen =
    last === undefined ? l10n.t`It was seen nowhere.` : l10n.t`It was last seen at ${last.place}:${last.dev}.`;
  return l10n.t`${from} does not reach ${to}, and the cause was not found. ${seen}${paper.end === 'arrives' ? l10n.t` By what was read it should arrive.` : ''}`;
}

function notesOf({ paper, watch, facts }: TraceReadings, wasReached: boolean, causes: readonly Cause[]): string[] {
  const notes: string[] = [];
  if (!wasReached && (causes.length === 0 || causes.some(({ isLikely }) => isLikely === true))) {
    notes.push(l10n.t`Ruled out: ${ruledOut(paper, facts).join('; ')}.`);
  }
  for (const rule of wasReached ? [] : paper.uncertain)
    notes.push(l10n.t`Not understood, so it may decide otherwise: ${rule}`);
  for (const id of paper.passed) {
    const namespace = facts.snapshot.namespaces.find((one) => one.id === id);
    const details = facts.details.get(id);
    const label = namespace === undefined ? id : labelOf(namespace);
    if (details === undefined) notes.push(l10n.t`${label} could not be looked into.`);
    for (const what of wasReached ? [] : (details?.unread ?? [])) notes.push(l10n.t`Not read in ${label}: ${what}`);
  }
  return [...notes, ...(watch?.notWatched ?? [])];
}

function ruledOut({ hops, passed }: PaperWay, facts: TraceFacts): string[] {
  const places = [...new Set(hops.filter(({ kind }) => kind === 'forward').map(({ place }) => place))];
  const routes = hops.filter(({ kind }) => kind === 'route').length;
  const chains = passed.flatMap((id) => facts.details.get(id)?.filter.chains ?? []).length;
  return [
    l10n.t`interfaces and cables on the way (all up)`,
    l10n.t`${routes} route look-ups`,
    ...(places.length === 0 ? [] : [l10n.t`forwarding in ${places.join(', ')}`]),
    ...(chains === 0 ? [] : [l10n.t`${chains} chains of the packet filter`]),
  ];
}
