import * as l10n from '@vscode/l10n';
import type { HostSnapshot } from '../../host/model';
import type { MeasureMark } from '../../protocol/measure-mark';
import type { Subject } from '../../protocol/subject';
import { resolveTarget } from '../actions/target';
import { linkNodeId, namespaceKey } from '../graph/live-ids';
import { hostId, namespaceNodeId, outsideId } from '../graph/picture';
import type { Measurement } from './measurement';
import { measureWords, newestInWords } from './words';

/** What running measurements find, for the graph of their host; a path from or to something that is gone is left out. */
export function measureMarks(running: readonly Measurement[], snapshot: HostSnapshot): MeasureMark[] {
  return running.flatMap(({ request, series, points }, measurement) =>
    series.flatMap(({ planned, statistics, hops, isOver }, index): MeasureMark[] => {
      const from = nodeOf(request.from, snapshot);
      const to = planned.to === undefined ? outsideId : nodeOf(planned.to, snapshot);
      if (from === undefined || to === undefined || from === to || isOver) return [];
      const newest = points.findLast((point) => point.series === index);
      const found =
        request.kind === 'route' ? l10n.t`${hops.length} hops` : newestInWords(request.kind, statistics, newest);
      const state = newest === undefined ? 'waiting' : newest.value === undefined ? 'lost' : 'answered';
      return [
        {
          id: `measure:${measurement}/${index}`,
          from,
          to,
          label: `${measureWords[request.kind].title}: ${found}`,
          state,
        },
      ];
    }),
  );
}

function nodeOf(subject: Subject, snapshot: HostSnapshot): string | undefined {
  try {
    const { namespace, link } = resolveTarget(subject, snapshot);
    if (link !== undefined) return linkNodeId(namespace, link);
    const key = namespaceKey(namespace);
    return key === undefined ? hostId : namespaceNodeId(key);
  } catch {
    return undefined;
  }
}
