import { isListOf, isObject, isString, type Shape } from './shape';

/** What passes an interface of the graph, by its node's id. */
export interface GraphRate {
  readonly id: string;
  readonly received: Flow;
  readonly sent: Flow;
}

/** What passes in one direction, a second. */
export interface Flow {
  readonly bits: number;
  readonly packets: number;
  /** Packets that were dropped or broken. */
  readonly lost: number;
}

const isAmount: Shape<number> = (value): value is number => Number.isFinite(value) && (value as number) >= 0;
const isFlow = isObject<Flow>({ bits: isAmount, packets: isAmount, lost: isAmount });

export const isGraphRates = isListOf(isObject<GraphRate>({ id: isString, received: isFlow, sent: isFlow }));
