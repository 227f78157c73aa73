import { isBoolean, isCount, isListOf, isObject, isOneOf, isString, optional, type Shape } from './shape';
import {
  decisionCommands,
  fixCommands,
  stopCommands,
  traceCommands,
  type FromTrace,
  type ToTrace,
  type TraceCauseView,
  type TraceDecisionView,
  type TraceDifferenceView,
  type TraceFixView,
  type TraceKept,
  type TracePacketView,
  type TraceProblem,
  type TraceReportView,
  type TraceStopView,
  type TraceView,
} from './trace';

type To<T extends ToTrace['type']> = Extract<ToTrace, { type: T }>;
type From<T extends FromTrace['type']> = Extract<FromTrace, { type: T }>;

const isAnything: Shape<unknown> = (value): value is unknown => value !== undefined;
const isVersion: Shape<1> = (value): value is 1 => value === 1;

const isFix = isObject<TraceFixView>({
  title: isString,
  commands: isListOf(isString),
  file: optional(
    isObject<NonNullable<TraceFixView['file']>>({
      text: isString,
      yaml: isString,
      name: optional(isString),
      isSo: optional(isBoolean),
    }),
  ),
});

const isReport = isObject<TraceReportView>({
  outcome: isOneOf('reached', 'ended', 'unknown'),
  verdict: isString,
  probe: isString,
  causes: isListOf(
    isObject<TraceCauseView>({
      text: isString,
      place: isString,
      isLikely: isBoolean,
      evidence: isListOf(isString),
      stop: optional(isCount),
      fix: optional(isFix),
      isRemark: optional(isBoolean),
    }),
  ),
  stops: isListOf(
    isObject<TraceStopView>({
      number: isCount,
      direction: isOneOf('out', 'back'),
      place: isString,
      state: isOneOf('seen', 'paper', 'beyond'),
      isEnd: isBoolean,
      isInGraph: isBoolean,
      isInFile: isBoolean,
      decisions: isListOf(
        isObject<TraceDecisionView>({
          text: isString,
          by: optional(isString),
          packet: optional(isString),
          fact: optional(isString),
          leadsTo: optional(isOneOf('tree', 'rule')),
          file: optional(isString),
        }),
      ),
      sightings: isListOf(isString),
      isWatched: isBoolean,
      isInTree: isBoolean,
      packets: isCount,
    }),
  ),
  packets: isListOf(isObject<TracePacketView>({ time: isString, place: isString, text: isString })),
  lesson: isListOf(isString),
  differences: isListOf(isObject<TraceDifferenceView>({ text: isString, stop: optional(isCount) })),
  notes: isListOf(isString),
});

const isTraceView = isObject<TraceView>({
  question: isString,
  host: isString,
  phase: isOneOf('running', 'done', 'failed', 'kept'),
  at: isCount,
  error: optional(
    isObject<TraceProblem>({ message: isString, hostSaid: optional(isString), advice: optional(isString) }),
  ),
  report: optional(isReport),
  applied: optional(isString),
});

const isKept = isObject<TraceKept>({
  version: isVersion,
  hostId: isString,
  asked: isAnything,
  file: optional(isString),
});

const isToTrace: { readonly [T in ToTrace['type']]: Shape<To<T>> } = {
  view: isObject<To<'view'>>({ type: isOneOf('view'), view: isTraceView }),
  keep: isObject<To<'keep'>>({ type: isOneOf('keep'), state: isKept }),
};

const isFromTrace: { readonly [T in FromTrace['type']]: Shape<From<T>> } = {
  ready: isObject<From<'ready'>>({ type: isOneOf('ready') }),
  command: isObject<From<'command'>>({ type: isOneOf('command'), command: isOneOf(...traceCommands) }),
  fix: isObject<From<'fix'>>({ type: isOneOf('fix'), command: isOneOf(...fixCommands), cause: isCount }),
  stop: isObject<From<'stop'>>({ type: isOneOf('stop'), command: isOneOf(...stopCommands), stop: isCount }),
  decision: isObject<From<'decision'>>({
    type: isOneOf('decision'),
    command: isOneOf(...decisionCommands),
    stop: isCount,
    decision: isCount,
  }),
};

/** The message if it is one that a trace's page may send, else undefined. */
export function parseFromTrace(message: unknown): FromTrace | undefined {
  return Object.values(isFromTrace).some((shape) => shape(message)) ? (message as FromTrace) : undefined;
}

/** The message if it is one that the extension may send to a trace's page, else undefined. */
export function parseToTrace(message: unknown): ToTrace | undefined {
  return Object.values(isToTrace).some((shape) => shape(message)) ? (message as ToTrace) : undefined;
}

/** What a page kept over a reload of the window, if it can be used. */
export function parseTraceKept(value: unknown): TraceKept | undefined {
  return isKept(value) ? value : undefined;
}

/** What a page showed last, if it can be shown again. */
export function parseTraceView(value: unknown): TraceView | undefined {
  return isTraceView(value) ? value : undefined;
}
