import { isListOf, isObject, isOneOf, isString } from './shape';

/** What a measurement finds between two nodes of the graph. */
export interface MeasureMark {
  /** Tells it from others between the same two. */
  readonly id: string;
  /** Ids of nodes. */
  readonly from: string;
  readonly to: string;
  /** `0.045 ms`, `lost`. */
  readonly label: string;
  readonly state: 'answered' | 'lost' | 'waiting';
}

export const isMeasureMarks = isListOf(
  isObject<MeasureMark>({
    id: isString,
    from: isString,
    to: isString,
    label: isString,
    state: isOneOf('answered', 'lost', 'waiting'),
  }),
);
