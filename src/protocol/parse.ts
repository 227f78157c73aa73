import type { FactGroup, GraphCable, GraphNat, GraphNode, GraphView, LinkState, Presence } from './graph';
import type { GraphChange, ListChange } from './graph-change';
import { isGraphEdit } from './graph-edit';
import { isDrawnTrace } from './graph-trace';
import { isImageFormat, isRenderedImage } from './image';
import { isMeasureMarks } from './measure-mark';
import { isMenuItem } from './menu';
import { isKeptPlaces, isLayoutName, isPlacesByKey } from './places';
import { isGraphRates } from './rates';
import { isReading } from './reading';
import type { DrawnFile, FromGraph, HistoryMoment, HostChoice, NoticeAction, Side, ToGraph } from './messages';
import { isBoolean, isCount, isListOf, isObject, isOneOf, isString, optional, type Shape } from './shape';
import { isVerdicts } from './verdict';

type To<T extends ToGraph['type']> = Extract<ToGraph, { type: T }>;
type From<T extends FromGraph['type']> = Extract<FromGraph, { type: T }>;

const isPresence: Shape<Presence> = isOneOf('both', 'declared', 'live', 'different');
const isLinkState: Shape<LinkState> = isOneOf('up', 'down', 'lower-layer-down', 'no-carrier', 'unknown');
const isFactGroup = isObject<FactGroup>({ heading: isString, lines: isListOf(isString) });

const isGraphNode = isObject<GraphNode>({
  id: isString,
  kind: isOneOf('namespace', 'bridge', 'host', 'outside', 'interface'),
  name: isString,
  parent: optional(isString),
  facts: isListOf(isString),
  state: isLinkState,
  presence: isPresence,
  difference: optional(isString),
  lab: optional(isString),
  linkKind: optional(isString),
  impaired: optional(isBoolean),
  on: optional(isString),
  reach: optional(isString),
  checked: optional(isString),
  details: optional(isListOf(isFactGroup)),
  declared: optional(isBoolean),
});

const isGraphCable = isObject<GraphCable>({
  id: isString,
  from: isString,
  to: isString,
  kind: isString,
  name: optional(isString),
  label: isString,
  fromLabel: optional(isString),
  toLabel: optional(isString),
  state: isLinkState,
  presence: isPresence,
  difference: optional(isString),
  declared: optional(isBoolean),
});

const isGraphNat = isObject<GraphNat>({
  id: isString,
  kind: isOneOf('masquerade', 'snat', 'dnat', 'redirect'),
  label: isString,
  enabled: isBoolean,
  key: optional(isString),
  lab: optional(isString),
  presence: optional(isPresence),
  inside: optional(isString),
  outside: optional(isString),
  text: optional(isString),
  declared: optional(isBoolean),
});

const isGraphView = isObject<GraphView>({
  hostName: isString,
  nodes: isListOf(isGraphNode),
  cables: isListOf(isGraphCable),
  nat: isListOf(isGraphNat),
  forwarding: optional(isBoolean),
  compared: optional(isBoolean),
});

function isListChange<T>(item: Shape<T>): Shape<ListChange<T>> {
  return isObject<ListChange<T>>({ set: isListOf(item), ids: optional(isListOf(isString)) });
}

const isGraphChange = isObject<GraphChange>({
  nodes: isListChange(isGraphNode),
  cables: isListChange(isGraphCable),
  nat: isListChange(isGraphNat),
  forwarding: optional(isBoolean),
});

const isSide: Shape<Side> = isOneOf('both', 'declared', 'live');
const isMoment = isObject<HistoryMoment>({
  id: isCount,
  time: isCount,
  events: isListOf(
    isObject<HistoryMoment['events'][number]>({ what: isOneOf('appeared', 'went', 'changed'), words: isString }),
  ),
});
const isActionId: Shape<NoticeAction['id']> = isOneOf('connect', 'retry', 'newTopology', 'showLog', 'checkHost');
const isHostChoices = isListOf(isObject<HostChoice>({ id: isString, label: isString }));

const isToGraph: { readonly [T in ToGraph['type']]: Shape<To<T>> } = {
  view: isObject<To<'view'>>({
    type: isOneOf('view'),
    view: isGraphView,
    hosts: isHostChoices,
    selectedHost: optional(isString),
    file: optional(isObject<DrawnFile>({ uri: isString, name: isString, note: optional(isString) })),
    side: optional(isSide),
    readOnly: optional(isString),
    moment: optional(isCount),
  }),
  change: isObject<To<'change'>>({ type: isOneOf('change'), change: isGraphChange }),
  moments: isObject<To<'moments'>>({ type: isOneOf('moments'), moments: isListOf(isMoment) }),
  notice: isObject<To<'notice'>>({
    type: isOneOf('notice'),
    title: isString,
    text: isString,
    actions: isListOf(isObject<NoticeAction>({ id: isActionId, label: isString })),
    busy: optional(isBoolean),
    hosts: optional(isHostChoices),
    selectedHost: optional(isString),
  }),
  reading: isObject<To<'reading'>>({ type: isOneOf('reading'), reading: optional(isReading) }),
  select: isObject<To<'select'>>({
    type: isOneOf('select'),
    nodeId: optional(isString),
    asDrawn: optional(isBoolean),
  }),
  menu: isObject<To<'menu'>>({ type: isOneOf('menu'), items: isListOf(isMenuItem) }),
  places: isObject<To<'places'>>({ type: isOneOf('places'), layout: isLayoutName, kept: isPlacesByKey }),
  rates: isObject<To<'rates'>>({ type: isOneOf('rates'), rates: isGraphRates, unavailable: optional(isString) }),
  measures: isObject<To<'measures'>>({ type: isOneOf('measures'), marks: isMeasureMarks }),
  verdicts: isObject<To<'verdicts'>>({ type: isOneOf('verdicts'), verdicts: optional(isVerdicts) }),
  trace: isObject<To<'trace'>>({ type: isOneOf('trace'), trace: optional(isDrawnTrace) }),
  layout: isObject<To<'layout'>>({ type: isOneOf('layout'), layout: isLayoutName }),
  render: isObject<To<'render'>>({ type: isOneOf('render'), format: isImageFormat, forPrint: optional(isBoolean) }),
  edited: isObject<To<'edited'>>({ type: isOneOf('edited'), said: isString }),
};

const isFromGraph: { readonly [T in FromGraph['type']]: Shape<From<T>> } = {
  ready: isObject<From<'ready'>>({ type: isOneOf('ready') }),
  selected: isObject<From<'selected'>>({ type: isOneOf('selected'), nodeId: optional(isString) }),
  chooseHost: isObject<From<'chooseHost'>>({ type: isOneOf('chooseHost'), hostId: isString }),
  chooseSide: isObject<From<'chooseSide'>>({ type: isOneOf('chooseSide'), side: isSide }),
  chooseMoment: isObject<From<'chooseMoment'>>({ type: isOneOf('chooseMoment'), moment: optional(isCount) }),
  watchRates: isObject<From<'watchRates'>>({ type: isOneOf('watchRates'), on: isBoolean }),
  action: isObject<From<'action'>>({ type: isOneOf('action'), action: isActionId }),
  edit: isObject<From<'edit'>>({ type: isOneOf('edit'), edit: isGraphEdit }),
  history: isObject<From<'history'>>({ type: isOneOf('history'), step: isOneOf('undo', 'redo') }),
  open: isObject<From<'open'>>({ type: isOneOf('open'), nodeId: isString }),
  command: isObject<From<'command'>>({ type: isOneOf('command'), command: isString, nodeId: optional(isString) }),
  showProblem: isObject<From<'showProblem'>>({ type: isOneOf('showProblem') }),
  trace: isObject<From<'trace'>>({ type: isOneOf('trace'), from: isString, to: optional(isString) }),
  measure: isObject<From<'measure'>>({ type: isOneOf('measure'), from: isString, to: isString }),
  drawnTrace: isObject<From<'drawnTrace'>>({ type: isOneOf('drawnTrace'), wanted: isOneOf('dismiss', 'report') }),
  rendered: isObject<From<'rendered'>>({ type: isOneOf('rendered'), image: isRenderedImage }),
  places: isObject<From<'places'>>({ type: isOneOf('places'), key: isString, places: isKeptPlaces }),
  drawn: isObject<From<'drawn'>>({ type: isOneOf('drawn'), nodes: isCount, cables: isCount }),
};

/** The message if it is one that the graph's webview may send, else undefined. */
export function parseFromGraph(message: unknown): FromGraph | undefined {
  const type = typeOf(message);
  const shape = Object.hasOwn(isFromGraph, type) ? isFromGraph[type as FromGraph['type']] : undefined;
  return shape?.(message) === true ? message : undefined;
}

/** The message if it is one that the extension may send to the graph's webview, else undefined. */
export function parseToGraph(message: unknown): ToGraph | undefined {
  const type = typeOf(message);
  const shape = Object.hasOwn(isToGraph, type) ? isToGraph[type as ToGraph['type']] : undefined;
  return shape?.(message) === true ? message : undefined;
}

function typeOf(message: unknown): string {
  if (typeof message !== 'object' || message === null) return '';
  const { type } = message as { type?: unknown };
  return typeof type === 'string' ? type : '';
}
