import {
  captureCommands,
  packetGroups,
  type CaptureKept,
  type CaptureRow,
  type CaptureStatus,
  type FromCapture,
  type PacketDetails,
  type ToCapture,
} from './capture';
import { isBoolean, isCount, isListOf, isObject, isOneOf, isString, optional, type Shape } from './shape';

type To<T extends ToCapture['type']> = Extract<ToCapture, { type: T }>;
type From<T extends FromCapture['type']> = Extract<FromCapture, { type: T }>;

/** No window shows more rows. */
const mostRows = 1000;
const longestSearch = 1000;

const isAnything: Shape<unknown> = (value): value is unknown => value !== undefined;
const isVersion: Shape<1> = (value): value is 1 => value === 1;
const isFew: Shape<number> = (value): value is number => isCount(value) && value <= mostRows;
const isSearch: Shape<string> = (value): value is string => isString(value) && value.length <= longestSearch;

const isRow = isObject<CaptureRow>({
  number: isCount,
  time: isCount,
  where: isString,
  direction: optional(isOneOf('in', 'out')),
  from: isString,
  to: isString,
  protocol: isString,
  text: isString,
  group: isOneOf(...packetGroups),
  length: isCount,
});

const isStatus = isObject<CaptureStatus>({
  phase: isOneOf('starting', 'running', 'ended'),
  title: isString,
  filter: isString,
  notes: isListOf(isString),
  failed: isBoolean,
  seen: isCount,
  kept: isCount,
  bytes: isCount,
  dropped: isCount,
  limits: isString,
  paused: isBoolean,
  streaming: isBoolean,
  canRestart: isBoolean,
});

const isDetails = isObject<PacketDetails>({
  number: isCount,
  hex: isListOf(isObject<PacketDetails['hex'][number]>({ offset: isString, bytes: isString, text: isString })),
  lines: optional(isListOf(isString)),
  decoder: optional(isString),
  error: optional(isString),
});

const isKept = isObject<CaptureKept>({
  version: isVersion,
  id: isString,
  title: isString,
  hostId: isString,
  subjects: isListOf(isAnything),
  filter: isString,
});

const isToCapture: { readonly [T in ToCapture['type']]: Shape<To<T>> } = {
  status: isObject<To<'status'>>({ type: isOneOf('status'), status: isStatus }),
  rows: isObject<To<'rows'>>({
    type: isOneOf('rows'),
    gone: isCount,
    total: isCount,
    begin: isCount,
    rows: isListOf(isRow),
  }),
  details: isObject<To<'details'>>({ type: isOneOf('details'), details: isDetails }),
  search: isObject<To<'search'>>({ type: isOneOf('search'), text: isString }),
  keep: isObject<To<'keep'>>({ type: isOneOf('keep'), state: isKept }),
};

const isFromCapture: { readonly [T in FromCapture['type']]: Shape<From<T>> } = {
  ready: isObject<From<'ready'>>({ type: isOneOf('ready') }),
  view: isObject<From<'view'>>({ type: isOneOf('view'), begin: isCount, count: isFew, follow: isBoolean }),
  search: isObject<From<'search'>>({ type: isOneOf('search'), text: isSearch }),
  select: isObject<From<'select'>>({ type: isOneOf('select'), number: isCount }),
  command: isObject<From<'command'>>({ type: isOneOf('command'), command: isOneOf(...captureCommands) }),
};

/** The message if it is one that a capture's page may send, else undefined. */
export function parseFromCapture(message: unknown): FromCapture | undefined {
  const shape = shapeFor<FromCapture['type']>(isFromCapture, message);
  return shape?.(message) === true ? (message as FromCapture) : undefined;
}

/** The message if it is one that the extension may send to a capture's page, else undefined. */
export function parseToCapture(message: unknown): ToCapture | undefined {
  const shape = shapeFor<ToCapture['type']>(isToCapture, message);
  return shape?.(message) === true ? (message as ToCapture) : undefined;
}

/** What a page kept over a reload of the window, if it can be used. */
export function parseCaptureKept(value: unknown): CaptureKept | undefined {
  return isKept(value) ? value : undefined;
}

function shapeFor<T extends string>(
  shapes: Readonly<Record<T, Shape<unknown>>>,
  message: unknown,
): Shape<unknown> | undefined {
  if (typeof message !== 'object' || message === null) return undefined;
  const { type } = message as { type?: unknown };
  return typeof type === 'string' && Object.hasOwn(shapes, type) ? shapes[type as T] : undefined;
}
