import type { Disposable } from '../../base/disposable';
import { Emitter } from '../../base/events';
import type { DrawnTrace } from '../../protocol/graph-trace';
import type { Subject } from '../../protocol/subject';

/** Where a trace begins or ends, as a person shows it in a graph. */
export type TraceEnd = Subject | 'outside';

/** What a graph asks for. */
export type TraceAsk =
  /** Without `to` the person is asked where to. */
  | {
      readonly type: 'trace';
      readonly hostId: string;
      readonly from: TraceEnd;
      readonly to?: TraceEnd;
      readonly file?: string;
    }
  /** The report of what is drawn is wanted. */
  | { readonly type: 'report'; readonly hostId: string };

/** Between the traces and the graphs: what each host's graphs draw, and what they ask for. */
export class TraceBoard implements Disposable {
  private readonly drawn = new Map<string, DrawnTrace>();
  private readonly changes = new Emitter<string>();
  private readonly asks = new Emitter<TraceAsk>();

  /** What is drawn over a host changed, by the host's id. */
  readonly onDidChange = this.changes.event;
  readonly onDidAsk = this.asks.event;

  get(hostId: string): DrawnTrace | undefined {
    return this.drawn.get(hostId);
  }

  /** Draws a trace over a host's graphs; undefined takes it away. */
  set(hostId: string, trace: DrawnTrace | undefined): void {
    if (trace === this.drawn.get(hostId)) return;
    if (trace === undefined) this.drawn.delete(hostId);
    else this.drawn.set(hostId, trace);
    this.changes.fire(hostId);
  }

  /** A graph wants something. */
  ask(ask: TraceAsk): void {
    this.asks.fire(ask);
  }

  dispose(): void {
    this.changes.dispose();
    this.asks.dispose();
  }
}
