import type { AskedTrace } from '../../lab/trace/question';

/** A trace to run. */
export interface TraceRequest {
  readonly hostId: string;
  readonly asked: AskedTrace;
  /** The URI of the topology file that it was asked from. */
  readonly file?: string;
}

/** How a trace ended, for whoever called for it. */
export interface TraceResult {
  readonly reached: 'yes' | 'no' | 'unknown';
  readonly verdict: string;
  /** The ids of the causes, in the order in which they bite. */
  readonly causes: readonly string[];
}
