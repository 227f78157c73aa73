/** Small checks for messages that come in from the other side of a webview: data of unknown shape becomes typed or nothing. */

/** Tells whether a value has the shape `T`. */
export type Shape<T> = (value: unknown) => value is T;

export const isString: Shape<string> = (value) => typeof value === 'string';
export const isBoolean: Shape<boolean> = (value) => typeof value === 'boolean';

/** A whole number from 0 on. */
export const isCount: Shape<number> = (value): value is number => Number.isSafeInteger(value) && (value as number) >= 0;

export const isNumber: Shape<number> = (value): value is number => Number.isFinite(value);

/** One of the given words. */
export function isOneOf<const T extends string>(...words: readonly T[]): Shape<T> {
  const set = new Set<unknown>(words);
  return (value): value is T => set.has(value);
}

/** A list whose every item has the shape. */
export function isListOf<T>(item: Shape<T>): Shape<readonly T[]> {
  return (value): value is readonly T[] => Array.isArray(value) && value.every((each) => item(each));
}

/** The shape, or undefined (also: not there at all). */
export function optional<T>(shape: Shape<T>): Shape<T | undefined> {
  return (value): value is T | undefined => value === undefined || shape(value);
}

/**
 * An object whose named properties have their shapes. Further properties are let through: an older side ignores what a
 * newer one adds.
 */
export function isObject<T extends object>(shapes: { readonly [K in keyof Required<T>]: Shape<T[K]> }): Shape<T> {
  const entries = Object.entries<Shape<unknown>>(shapes);
  return (value): value is T =>
    typeof value === 'object' &&
    value !== null &&
    !Array.isArray(value) &&
    entries.every(([key, shape]) => shape((value as Record<string, unknown>)[key]));
}
