import { isBoolean, isCount, isListOf, isNumber, isObject, isOneOf, isString, optional, type Shape } from './shape';

/** One line of the chart: what is measured from one place to another. */
export interface MeasureSeries {
  /** `earth → neptune` */
  readonly name: string;
  /** `10.10.0.20` */
  readonly target: string;
  /** Facts in a person's words: `newest` → `0.045 ms`. */
  readonly figures: readonly (readonly [label: string, figure: string])[];
  /** Why there are no more: the program's own words. */
  readonly problem?: string;
  /** The hops so far, where the way is what is measured. */
  readonly hops?: readonly MeasureHop[];
  /** It has come to its end by itself. */
  readonly isOver: boolean;
}

export interface MeasureHop {
  readonly number: number;
  readonly addresses: readonly string[];
  /** What the address belongs to, where this host knows it: `earth`, `planet-br`. */
  readonly owner?: string;
  /** Milliseconds. */
  readonly times: readonly number[];
  readonly note?: string;
}

/** A point of the chart. */
export interface MeasurePoint {
  /** Which series, from 0. */
  readonly series: number;
  /** Milliseconds since the measurement began. */
  readonly at: number;
  /** In the measurement's unit; absent: nothing came. */
  readonly value?: number;
  readonly note?: string;
}

export interface MeasureStatus {
  readonly phase: 'starting' | 'running' | 'ended';
  /** `Ping earth → neptune @ lab1` */
  readonly title: string;
  /** `ms` or `Mbit/s`; empty where there is no chart. */
  readonly unit: string;
  /** `round-trip time` */
  readonly quantity: string;
  readonly series: readonly MeasureSeries[];
  /** What deserves to be known, one sentence each. */
  readonly notes: readonly string[];
  readonly failed: boolean;
  readonly canRestart: boolean;
  /** It can be measured from the other end. */
  readonly canSwap: boolean;
}

/** What the extension says to a measurement's page. */
export type ToMeasure =
  | { readonly type: 'status'; readonly status: MeasureStatus }
  /** New points. With `anew` they take the place of all before. */
  | { readonly type: 'points'; readonly anew: boolean; readonly points: readonly MeasurePoint[] }
  /** What the page keeps for the time after a reload of the window. */
  | { readonly type: 'keep'; readonly state: MeasureKept };

/** What is known of a measurement after a reload of the window: enough to begin it anew. */
export interface MeasureKept {
  readonly version: 1;
  readonly title: string;
  readonly hostId: string;
  /** As `MeasureRequest` has it; validated when it is used. */
  readonly request: unknown;
}

export const measureCommandNames = ['stop', 'restart', 'swap', 'copy', 'save'] as const;
export type MeasureCommand = (typeof measureCommandNames)[number];

/** What a measurement's page says to the extension. */
export type FromMeasure = { readonly type: 'ready' } | { readonly type: 'command'; readonly command: MeasureCommand };

type To<T extends ToMeasure['type']> = Extract<ToMeasure, { type: T }>;
type From<T extends FromMeasure['type']> = Extract<FromMeasure, { type: T }>;

const isHop = isObject<MeasureHop>({
  number: isCount,
  addresses: isListOf(isString),
  owner: optional(isString),
  times: isListOf(isNumber),
  note: optional(isString),
});

const isPair: Shape<readonly [string, string]> = (value): value is readonly [string, string] =>
  Array.isArray(value) && value.length === 2 && value.every(isString);

const isSeries = isObject<MeasureSeries>({
  name: isString,
  target: isString,
  figures: isListOf(isPair),
  problem: optional(isString),
  hops: optional(isListOf(isHop)),
  isOver: isBoolean,
});

const isStatus = isObject<MeasureStatus>({
  phase: isOneOf('starting', 'running', 'ended'),
  title: isString,
  unit: isString,
  quantity: isString,
  series: isListOf(isSeries),
  notes: isListOf(isString),
  failed: isBoolean,
  canRestart: isBoolean,
  canSwap: isBoolean,
});

const isPoint = isObject<MeasurePoint>({
  series: isCount,
  at: isCount,
  value: optional(isNumber),
  note: optional(isString),
});

const isKept = isObject<MeasureKept>({
  version: (value): value is 1 => value === 1,
  title: isString,
  hostId: isString,
  request: (value): value is unknown => value !== undefined,
});

const toShapes: { readonly [T in ToMeasure['type']]: Shape<To<T>> } = {
  status: isObject<To<'status'>>({ type: isOneOf('status'), status: isStatus }),
  points: isObject<To<'points'>>({ type: isOneOf('points'), anew: isBoolean, points: isListOf(isPoint) }),
  keep: isObject<To<'keep'>>({ type: isOneOf('keep'), state: isKept }),
};

const fromShapes: { readonly [T in FromMeasure['type']]: Shape<From<T>> } = {
  ready: isObject<From<'ready'>>({ type: isOneOf('ready') }),
  command: isObject<From<'command'>>({ type: isOneOf('command'), command: isOneOf(...measureCommandNames) }),
};

/** The message if it is one that the extension may send to a measurement's page, else undefined. */
export function parseToMeasure(message: unknown): ToMeasure | undefined {
  return Object.values<Shape<unknown>>(toShapes).some((shape) => shape(message)) ? (message as ToMeasure) : undefined;
}

/** The message if it is one that a measurement's page may send, else undefined. */
export function parseFromMeasure(message: unknown): FromMeasure | undefined {
  return Object.values<Shape<unknown>>(fromShapes).some((shape) => shape(message))
    ? (message as FromMeasure)
    : undefined;
}

/** What a page kept over a reload of the window, if it can be used. */
export function parseMeasureKept(value: unknown): MeasureKept | undefined {
  return isKept(value) ? value : undefined;
}
