import { isBoolean, isListOf, isObject, isString } from './shape';

/** Two places of which one does not reach the other as the file wants it: drawn as an arc between them. */
export interface VerdictArc {
  readonly id: string;
  /** Ids of nodes. */
  readonly from: string;
  readonly to: string;
  /** What was tried: `ping`, `tcp 8000, ping`. */
  readonly label: string;
  /** The other does not reach the one either. */
  readonly isMutual: boolean;
}

/** What checks and pings found wrong, for the picture. */
export interface Verdicts {
  readonly arcs: readonly VerdictArc[];
  /** All of it in a sentence, for the legend and for screen readers. */
  readonly said: string;
}

export const isVerdicts = isObject<Verdicts>({
  arcs: isListOf(
    isObject<VerdictArc>({ id: isString, from: isString, to: isString, label: isString, isMutual: isBoolean }),
  ),
  said: isString,
});
