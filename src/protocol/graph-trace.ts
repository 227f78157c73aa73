import { isBoolean, isCount, isListOf, isObject, isOneOf, isString, optional, type Shape } from './shape';

/** A trace as the graph draws it: the stops on the packet's way out and back, in their order. */
export interface DrawnTrace {
  /** `earth → 8.8.8.8`. */
  readonly title: string;
  /** The verdict, or what is under way: for the eye and for screen readers. */
  readonly said: string;
  readonly outcome: 'running' | 'reached' | 'ended' | 'unknown';
  readonly stops: readonly DrawnStop[];
  /** When it ended, in milliseconds since 1970: the host may have changed since. */
  readonly at?: number;
}

/** One place of the way. */
export interface DrawnStop {
  /** As in the report. */
  readonly number: number;
  readonly direction: 'out' | 'back';
  /** The thing of the graph that it is; absent where the graph has none for it. */
  readonly nodeId?: string;
  /** `seen`: the packet was there. `paper`: by what was read it comes there. `beyond`: it would, were it not stopped before. */
  readonly state: 'seen' | 'paper' | 'beyond';
  /** The packet ended here. */
  readonly isEnd?: boolean;
  /** What NAT makes of its addresses here: `10.10.0.10 → 198.51.100.2`. */
  readonly translated?: string;
  /** What happens here, for the tooltip and for screen readers. */
  readonly text: string;
}

export const isDrawnTrace: Shape<DrawnTrace> = isObject<DrawnTrace>({
  title: isString,
  said: isString,
  outcome: isOneOf('running', 'reached', 'ended', 'unknown'),
  at: optional(isCount),
  stops: isListOf(
    isObject<DrawnStop>({
      number: isCount,
      direction: isOneOf('out', 'back'),
      nodeId: optional(isString),
      state: isOneOf('seen', 'paper', 'beyond'),
      isEnd: optional(isBoolean),
      translated: optional(isString),
      text: isString,
    }),
  ),
});
