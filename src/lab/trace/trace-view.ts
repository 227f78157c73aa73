import * as l10n from '@vscode/l10n';
import { printCommand } from '../../base/command';
import { plainLine } from '../../base/plain-text';
import type { HostSnapshot } from '../../host/model';
import { ownerOf } from '../../plan/names';
import type {
  TraceCauseView,
  TraceDecisionView,
  TraceFixView,
  TraceReportView,
  TraceStopView,
} from '../../protocol/trace';
import { editOf } from '../../trace/mending';
import type { Cause } from '../../trace/model';
import { describePacket } from '../../trace/packet';
import type { TracedHop, TraceReport } from '../../trace/report';
import type { Sighting } from '../../trace/sightings';
import { deciderOf, subjectOfDecider, subjectOfStop } from './deciders';
import { stopOfCause, stopsOf, type TraceStop } from './stops';

/** What is known of the topology files around a trace. */
export interface FilesOfTrace {
  /** The name of the file that declares a lab, where there is one that can be shown. */
  fileOf(lab: string): string | undefined;
  /** The name of the file that declares what decided at a hop. */
  declaring(hop: TracedHop): string | undefined;
  /** The file in which a cause can be mended by a button, or that says already what mends it (`isSo`). */
  changeable(cause: Cause): { readonly name: string; readonly isSo: boolean } | undefined;
}

/** A report as its page shows it. Everything that a host said becomes plain lines. */
export function traceReportView(report: TraceReport, snapshot: HostSnapshot, files: FilesOfTrace): TraceReportView {
  const stops = stopsOf(report, snapshot);
  return {
    outcome: report.reached === 'yes' ? 'reached' : report.reached === 'no' ? 'ended' : 'unknown',
    verdict: plainLine(report.verdict),
    probe: probeWords(report),
    causes: mendable(report).map((cause, index) => ({
      ...causeView(cause, stops, report, files),
      ...(index < report.causes.length ? {} : { isRemark: true }),
    })),
    stops: stops.map((stop, index) => stopView(stop, stops[index - 1], report, snapshot, files)),
    packets: report.packets.map(({ after, way, place, dev, text }) => ({
      time: `${after < 0 ? '−' : '+'}${Math.abs(after).toFixed(3)} ms`,
      place: plainLine(`${way === 'in' ? '→' : '←'} ${place}:${dev}`),
      text: plainLine(text),
    })),
    lesson: report.lesson.map(plainLine),
    differences: report.differences.map(({ text, hop }) => {
      const about = hop === undefined ? undefined : report.hops[hop];
      const stop = about && stops.find(({ hops }) => hops.includes(about))?.number;
      return { text: plainLine(text), ...(stop === undefined ? {} : { stop }) };
    }),
    notes: report.notes.map(plainLine),
  };
}

function probeWords({ outcome }: TraceReport): string {
  const { result, milliseconds, said } = outcome;
  const words = said === undefined ? '' : ` ${plainLine(said)}`;
  switch (result) {
    case 'answered':
      return milliseconds === undefined
        ? l10n.t`The probe was answered.`
        : l10n.t`The probe was answered after ${milliseconds} ms.`;
    case 'refused':
      return l10n.t`The probe was refused.${words}`;
    case 'lost':
      return l10n.t`The probe was sent, and no answer came.${words}`;
    case 'unreachable':
      return l10n.t`The probe could not be sent, or was turned back.${words}`;
    case 'not-sent':
      return l10n.t`Nothing was sent.${words}`;
  }
}

/** What a report says can be mended, in the order of its page: the causes, then what will bite others. */
export function mendable({ causes, remarks }: TraceReport): readonly Cause[] {
  return [...causes, ...remarks];
}

function causeView(
  cause: Cause,
  stops: readonly TraceStop[],
  { hops }: TraceReport,
  files: FilesOfTrace,
): TraceCauseView {
  const { text, place, dev, isLikely, evidence } = cause;
  const stop = stopOfCause(stops, hops, cause)?.number;
  const fix = fixView(cause, files);
  return {
    text: plainLine(text),
    place: plainLine(dev === undefined ? place : `${place}:${dev}`),
    isLikely: isLikely === true,
    evidence: evidence.map(plainLine),
    ...(stop === undefined ? {} : { stop }),
    ...(fix === undefined ? {} : { fix }),
  };
}

function fixView(cause: Cause, files: FilesOfTrace): TraceFixView | undefined {
  const edit = editOf(cause);
  const title = cause.fix?.title ?? (edit && `${edit.text.charAt(0).toUpperCase()}${edit.text.slice(1)}`);
  if (title === undefined) return undefined;
  const { name, isSo } = (edit && files.changeable(cause)) ?? {};
  const file = edit && {
    text: plainLine(edit.text),
    yaml: edit.yaml,
    ...(name === undefined ? {} : { name }),
    ...(isSo === true ? { isSo } : {}),
  };
  return {
    title: plainLine(title),
    commands: (cause.fix?.run ?? []).map(printCommand),
    ...(file === undefined ? {} : { file }),
  };
}

function stopView(
  stop: TraceStop,
  before: TraceStop | undefined,
  { packets }: TraceReport,
  snapshot: HostSnapshot,
  files: FilesOfTrace,
): TraceStopView {
  const { number, direction, place, state, isEnd, nodeId, sightings, isWatched, hops, namespaceId, dev } = stop;
  const lab = labOfStop(stop, snapshot);
  let packet = before?.direction === direction ? before.hops.at(-1)?.packet : undefined;
  const decisions = hops.map((hop): TraceDecisionView => {
    const words = describePacket(hop.packet);
    const isNew = packet === undefined || describePacket(packet) !== words;
    packet = hop.packet;
    const decider = deciderOf(hop, snapshot);
    const isInTree = decider !== undefined && subjectOfDecider('', snapshot, decider) !== undefined;
    const leadsTo = isInTree ? 'tree' : decider?.type === 'rule' ? 'rule' : undefined;
    const file = files.declaring(hop);
    return {
      text: plainLine(hop.text),
      ...(hop.by === undefined ? {} : { by: plainLine(hop.by) }),
      ...(isNew && !hop.text.includes(words) && hop.packet.source !== '' ? { packet: words } : {}),
      ...(hop.fact === undefined ? {} : { fact: plainLine(hop.fact) }),
      ...(leadsTo === undefined ? {} : { leadsTo }),
      ...(file === undefined ? {} : { file }),
    };
  });
  return {
    number,
    direction,
    place: plainLine(place),
    state,
    isEnd,
    isInGraph: nodeId !== undefined,
    isInFile: lab !== undefined && files.fileOf(lab) !== undefined,
    decisions,
    sightings: sightingLines(sightings),
    isWatched,
    isInTree: subjectOfStop('', snapshot, stop) !== undefined,
    packets: packets.filter((one) => one.namespaceId === namespaceId && one.dev === dev).length,
  };
}

/** One line for packets that differ in their times alone. */
function sightingLines(sightings: readonly Sighting[]): string[] {
  const alike = new Map<string, { readonly first: Sighting; count: number }>();
  for (const one of sightings) {
    const key = [one.way, one.kind, one.source, one.destination].join(' ');
    const known = alike.get(key);
    if (known === undefined) alike.set(key, { first: one, count: 1 });
    else known.count++;
  }
  return [...alike.values()].map(({ first, count }) => {
    const { way, source, destination, after } = first;
    const ends = destination === '' ? source : `${source} → ${destination}`;
    const times = count === 1 ? '' : l10n.t`, ${count} times`;
    return plainLine(
      l10n.t`${sightingName(first)} ${way === 'in' ? l10n.t`came in` : l10n.t`went out`} after ${after} ms: ${ends}${times}`,
    );
  });
}

const sightingNames: Readonly<Record<Sighting['kind'], string>> = {
  request: l10n.t`packet`,
  reply: l10n.t`answer`,
  refusal: l10n.t`refusal`,
  error: l10n.t`ICMP error`,
  'who-has': l10n.t`ARP question`,
  'is-at': l10n.t`ARP answer`,
};

function sightingName({ kind, source }: Sighting): string {
  const isSix = source.includes(':');
  if (isSix && kind === 'who-has') return l10n.t`neighbour solicitation`;
  if (isSix && kind === 'is-at') return l10n.t`neighbour advertisement`;
  return sightingNames[kind];
}

/** The lab that made what a stop is. */
export function labOfStop(
  { namespaceId, dev }: Pick<TraceStop, 'namespaceId' | 'dev'>,
  snapshot: HostSnapshot,
): string | undefined {
  const namespace = snapshot.namespaces.find(({ id }) => id === namespaceId);
  const link = namespace?.links.find(({ name, kind }) => (dev === undefined ? kind === 'loopback' : name === dev));
  return ownerOf(link?.alias);
}
