import * as l10n from '@vscode/l10n';
import type { HostSnapshot } from '../../host/model';
import type { DrawnStop, DrawnTrace } from '../../protocol/graph-trace';
import type { Hop } from '../../trace/model';
import type { TraceReport } from '../../trace/report';
import { paperOf, stopsOf, translationAt, type TraceStop } from './stops';

/**
 * A finished trace for the graph.
 *
 * @param at when it ended, in milliseconds since 1970
 */
export function drawnTrace(title: string, report: TraceReport, snapshot: HostSnapshot, at: number): DrawnTrace {
  const outcome = report.reached === 'yes' ? 'reached' : report.reached === 'no' ? 'ended' : 'unknown';
  return { title, said: report.verdict, outcome, at, stops: drawnStops(stopsOf(report, snapshot)) };
}

/** A trace whose probe is under way: where the packet should go by what was read. */
export function drawnPaper(title: string, hops: readonly Hop[], snapshot: HostSnapshot): DrawnTrace {
  return {
    title,
    said: l10n.t`Tracing ${title}…`,
    outcome: 'running',
    stops: drawnStops(stopsOf(paperOf(hops), snapshot)),
  };
}

function drawnStops(stops: readonly TraceStop[]): DrawnStop[] {
  return stops.map((stop) => {
    const { number, direction, nodeId, state, isEnd, place, hops } = stop;
    const translated = translationAt(stop);
    return {
      number,
      direction,
      ...(nodeId === undefined ? {} : { nodeId }),
      state,
      ...(isEnd ? { isEnd } : {}),
      ...(translated === undefined ? {} : { translated }),
      text: `${place}: ${hops.map(({ text }) => text).join('; ')}`,
    };
  });
}
