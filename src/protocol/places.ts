import { isListOf, isObject, isOneOf, isString, type Shape } from './shape';

/** `ranks`: rows, as many as fit; `bridges`: the namespaces of each bridge as a block of their own; `force`: springs. */
export type LayoutName = 'ranks' | 'bridges' | 'force';

export const isLayoutName: Shape<LayoutName> = isOneOf('ranks', 'bridges', 'force');

/** Where the things of one picture stand, as kept for the next time. */
export interface KeptPlaces {
  readonly positions: Readonly<Record<string, Point>>;
  /** What a person has moved. */
  readonly pinned: readonly string[];
}

/** By the page's key: the layout and the host that was drawn. */
export type PlacesByKey = Readonly<Record<string, KeptPlaces>>;

interface Point {
  readonly x: number;
  readonly y: number;
}

/** A larger picture is not kept: nobody has placed that many things by hand. */
const mostPlaces = 5000;

const isNumber: Shape<number> = (value): value is number => Number.isFinite(value);
const isPoint = isObject<Point>({ x: isNumber, y: isNumber });

export const isKeptPlaces: Shape<KeptPlaces> = isObject<KeptPlaces>({
  positions: isRecordOf(isPoint),
  pinned: isListOf(isString),
});

/**
 * What can be read of places that an older page kept: a place that makes no sense is left out, the others stay.
 *
 * @returns undefined where there are no places at all
 */
export function readKeptPlaces(raw: unknown): KeptPlaces | undefined {
  if (typeof raw !== 'object' || raw === null) return undefined;
  const { positions, pinned } = raw as Readonly<Record<string, unknown>>;
  if (typeof positions !== 'object' || positions === null) return undefined;
  const sound = Object.entries(positions).filter((entry): entry is [string, Point] => isPoint(entry[1]));
  return {
    positions: Object.fromEntries(sound.slice(0, mostPlaces)),
    pinned: Array.isArray(pinned) ? pinned.filter((id) => typeof id === 'string') : [],
  };
}

export const isPlacesByKey: Shape<PlacesByKey> = isRecordOf(isKeptPlaces);

/** An object whose every property has the shape. */
function isRecordOf<T>(shape: Shape<T>): Shape<Readonly<Record<string, T>>> {
  return (value): value is Readonly<Record<string, T>> => {
    if (typeof value !== 'object' || value === null || Array.isArray(value)) return false;
    const values = Object.values(value);
    return values.length <= mostPlaces && values.every((each) => shape(each));
  };
}
