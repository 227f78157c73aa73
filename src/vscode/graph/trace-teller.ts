import type { DrawnTrace } from '../../protocol/graph-trace';
import type { ToGraph } from '../../protocol/messages';
import type { Subject } from '../../protocol/subject';
import type { Host } from '../hosts/host';
import type { TraceBoard, TraceEnd } from './trace-board';

/** What of its graph a trace needs. */
export interface TracedGraph {
  host(): Host | undefined;
  /** What a node is, for actions. */
  subjectOf(nodeId: string): Subject | undefined;
  /** The URI of the file that is drawn. */
  file(): string | undefined;
}

/** Between a page and the traces: draws that of its host, and asks for what the page wants. */
export class TraceTeller {
  /** The trace that the page draws. */
  private told: DrawnTrace | undefined;

  constructor(
    private readonly board: TraceBoard,
    private readonly graph: TracedGraph,
    private readonly post: (message: Extract<ToGraph, { type: 'trace' }>) => void,
  ) {}

  /** The page is new: it draws none. */
  startAnew(): void {
    this.told = undefined;
  }

  tell(): void {
    const host = this.graph.host();
    const trace = host === undefined ? undefined : this.board.get(host.id);
    if (trace === this.told) return;
    this.told = trace;
    this.post({ type: 'trace', ...(trace === undefined ? {} : { trace }) });
  }

  /** The page wants a packet traced from one node to another; without the other the person is asked. */
  ask(from: string, to: string | undefined): void {
    const host = this.graph.host();
    const [start, goal] = [this.endOf(from), to === undefined ? undefined : this.endOf(to)];
    if (host === undefined || start === undefined) return;
    const file = this.graph.file();
    this.board.ask({
      type: 'trace',
      hostId: host.id,
      from: start,
      ...(goal === undefined ? {} : { to: goal }),
      ...(file === undefined ? {} : { file }),
    });
  }

  /** The page wants the drawn trace away, or its report. */
  act(wanted: 'dismiss' | 'report'): void {
    const host = this.graph.host();
    if (host === undefined) return;
    if (wanted === 'dismiss') this.board.set(host.id, undefined);
    else this.board.ask({ type: 'report', hostId: host.id });
  }

  private endOf(nodeId: string): TraceEnd | undefined {
    return nodeId === 'outside' ? 'outside' : this.graph.subjectOf(nodeId);
  }
}
