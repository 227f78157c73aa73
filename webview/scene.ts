import * as l10n from '@vscode/l10n';
import type { GraphCable, GraphNat, GraphNode, GraphView, Presence } from '../src/protocol/graph';
import { cutMiddle, type Measure } from './measure';
import { presenceSign } from './words';

/**
 * The view as boxes with sizes: what a layout places. A unit is placed as a whole (a card with its ports, a bar with its
 * sockets); slots lie inside their unit.
 */
export interface Scene {
  readonly units: ReadonlyMap<string, Unit>;
  /** Every interface's slot, by node id. */
  readonly slots: ReadonlyMap<string, Slot>;
  readonly cables: readonly SceneCable[];
  readonly host: HostHeader | undefined;
}

export type UnitKind = 'card' | 'bar' | 'hostPort' | 'nic' | 'pill' | 'outside';

export interface Unit {
  readonly id: string;
  readonly kind: UnitKind;
  readonly title: string;
  /** The line below or beside the title. */
  readonly subtitle: string;
  /** The smallest width that holds everything; a bar is drawn wider. */
  readonly width: number;
  readonly height: number;
  readonly slots: readonly Slot[];
  readonly node?: GraphNode;
  readonly nat?: GraphNat;
}

/** An interface inside a card, a socket of a bar, or a bridge inside a card with its own sockets. */
export interface Slot {
  readonly id: string;
  readonly unit: string;
  readonly title: string;
  readonly width: number;
  readonly height: number;
  /** The room it takes along the edge, which may be more than its width where an address stands below it. */
  readonly footprint: number;
  readonly sockets: readonly Slot[];
  readonly node: GraphNode;
}

export interface SceneCable {
  readonly cable: GraphCable;
  readonly from: End;
  readonly to: End;
}

/** Where a cable ends: the unit, and the slot of it unless the unit is itself the end. */
export interface End {
  readonly id: string;
  readonly unit: string;
}

/** The host's name and facts, which stand in a column at the left of its frame. */
export interface HostHeader {
  readonly node: GraphNode;
  readonly title: string;
  readonly facts: readonly string[];
  readonly width: number;
}

export const sizes = {
  cardMinWidth: 124,
  cardMaxText: 240,
  cardHeight: 84,
  cardPadding: 12,
  portHeight: 22,
  portPadding: 16,
  slotGap: 10,
  socketWidth: 11,
  socketHeight: 9,
  socketFootprint: 18,
  barHeight: 42,
  barPadding: 14,
  innerBarHeight: 34,
  pillHeight: 24,
  pillPadding: 22,
  nicHeight: 26,
  outsideHeight: 34,
} as const;

/** Turns the view into boxes. `measure` gives the width of texts in the editor's fonts. */
export function buildScene(view: GraphView, measure: Measure): Scene {
  const compared = view.compared === true;
  const signed = (text: string, presence: Presence | undefined): string =>
    [presenceSign(presence, compared), text].filter((part) => part !== '').join(' ');
  const nodes = new Map(view.nodes.map((node) => [node.id, node]));
  const children = groupBy(view.nodes, ({ parent }) => parent ?? '');
  const labels = endLabels(view.cables);
  const cableEnds = new Set(view.cables.filter(({ kind }) => kind !== 'uplink').flatMap(({ from, to }) => [from, to]));
  const uplinks = new Set(view.cables.filter(({ kind }) => kind === 'uplink').map(({ from }) => from));
  const units = new Map<string, Unit>();
  const slots = new Map<string, Slot>();

  const addSlot = (slot: Slot): Slot => {
    slots.set(slot.id, slot);
    return slot;
  };
  const port = (node: GraphNode, unit: string): Slot => {
    const title = signed(fullName(node), node.presence);
    const width = Math.round(measure(title, 'mono')) + sizes.portPadding;
    const label = labels.get(node.id);
    const labelWidth = label === undefined ? 0 : measure(label, 'mono') + 6;
    return addSlot({
      id: node.id,
      unit,
      title,
      width,
      height: sizes.portHeight,
      footprint: Math.ceil(Math.max(width, labelWidth)),
      sockets: [],
      node,
    });
  };
  const socket = (node: GraphNode, unit: string): Slot =>
    addSlot({
      id: node.id,
      unit,
      title: node.name,
      width: sizes.socketWidth,
      height: sizes.socketHeight,
      footprint: sizes.socketFootprint,
      sockets: [],
      node,
    });
  const innerBar = (node: GraphNode, unit: string): Slot => {
    const sockets = (children.get(node.id) ?? []).map((each) => socket(each, unit));
    const title = signed([node.name, ...node.facts].join('  '), node.presence);
    const width = Math.max(measure(title, 'mono') + 24, sockets.length * sizes.socketFootprint + 12);
    const height = sizes.innerBarHeight;
    return addSlot({ id: node.id, unit, title, width, height, footprint: width, sockets, node });
  };

  for (const node of view.nodes) {
    const inside = children.get(node.id) ?? [];
    if (node.kind === 'namespace') {
      const own = inside.map((each) => (each.kind === 'bridge' ? innerBar(each, node.id) : port(each, node.id)));
      units.set(node.id, card(node, signed(named(node), node.presence), own, measure));
    } else if (node.kind === 'bridge' && !isNamespace(nodes, node.parent)) {
      const sockets = inside.map((each) => socket(each, node.id));
      units.set(node.id, bar(node, signed(node.name, node.presence), sockets, measure));
    } else if (node.kind === 'outside') {
      const width = Math.ceil(measure(node.name, 'small')) + 56;
      units.set(node.id, plain(node.id, 'outside', node.name, '', width, sizes.outsideHeight, { node }));
    } else if (node.kind === 'interface' && isHost(nodes, node.parent)) {
      const title = signed([fullName(node), ...shortList(node.facts)].join('  '), node.presence);
      const width = Math.ceil(measure(title, 'mono')) + sizes.pillPadding;
      const kind = cableEnds.has(node.id) && !uplinks.has(node.id) ? 'hostPort' : 'nic';
      units.set(node.id, plain(node.id, kind, title, '', width, sizes.nicHeight, { node }));
    }
  }
  for (const nat of view.nat) {
    const title = signed(nat.enabled ? nat.label : l10n.t`${nat.label} (off)`, nat.presence);
    const width = Math.ceil(measure(title, 'mono')) + sizes.pillPadding + 4;
    units.set(nat.id, plain(nat.id, 'pill', title, '', width, sizes.pillHeight, { nat }));
  }
  return { units, slots, cables: sceneCables(view.cables, units, slots), host: header(view, measure) };
}

/** As iproute2 writes an interface that stands on another of its namespace: `vlan10@eth0`. */
function fullName({ name, on }: GraphNode): string {
  return on === undefined ? name : `${name}@${on}`;
}

function plain(
  id: string,
  kind: UnitKind,
  title: string,
  subtitle: string,
  width: number,
  height: number,
  source: { node?: GraphNode; nat?: GraphNat },
): Unit {
  return { id, kind, title, subtitle, width, height, slots: [], ...source };
}

/**
 * What it reaches, or how many of its checks hold, stands behind its name: there it needs no room of its own. One of the two, that which
 * is wrong first, or a card grows over its neighbour; the other stands in its details.
 */
function named({ name, reach, checked }: GraphNode): string {
  const marks = [reach, checked].filter((mark) => mark !== undefined);
  const [mark] = [...marks.filter((one) => one.startsWith('✗')), ...marks];
  return mark === undefined ? name : `${name}  ${mark}`;
}

function card(node: GraphNode, name: string, slots: readonly Slot[], measure: Measure): Unit {
  const row = slots.reduce<number>((sum, { footprint }) => sum + footprint + sizes.slotGap, sizes.slotGap);
  const room = Math.max(sizes.cardMaxText, row - 2 * sizes.cardPadding);
  const title = cutMiddle(name, room, 'title', measure);
  const text = Math.max(measure(title, 'title'), measure(node.facts.join(' · '), 'small'));
  const width = Math.ceil(Math.max(sizes.cardMinWidth, Math.min(text, room) + 2 * sizes.cardPadding, row));
  const subtitle = cutMiddle(node.facts.join(' · '), width - 2 * sizes.cardPadding, 'small', measure);
  const tallest = Math.max(sizes.portHeight, ...slots.map(({ height }) => height));
  const height = sizes.cardHeight + tallest - sizes.portHeight;
  return { id: node.id, kind: 'card', title, subtitle, width, height, slots, node };
}

function bar(node: GraphNode, name: string, slots: readonly Slot[], measure: Measure): Unit {
  const tag = node.linkKind === 'openvswitch' ? 'OVS ' : '';
  const title = cutMiddle(tag + name, sizes.cardMaxText, 'title', measure);
  const subtitle = shortList(node.facts).join('  ');
  const text = measure(title, 'title') + measure(subtitle, 'mono') + 2 * sizes.barPadding + 28;
  const sockets = slots.length * sizes.socketFootprint + 2 * sizes.barPadding;
  const width = Math.ceil(Math.max(text, sockets));
  return { id: node.id, kind: 'bar', title, subtitle, width, height: sizes.barHeight, slots, node };
}

/** The first of several, and how many more there are. */
export function shortList(texts: readonly string[]): string[] {
  const [first, ...more] = texts;
  if (first === undefined) return [];
  return [more.length === 0 ? first : `${first} +${more.length}`];
}

/** What stands beside a cable's ends: the first address of several. */
export function endLabel(label: string | undefined): string {
  return shortList(label?.split(', ') ?? []).join('');
}

function endLabels(cables: readonly GraphCable[]): Map<string, string> {
  const labels = new Map<string, string>();
  for (const { from, to, fromLabel, toLabel } of cables) {
    if (fromLabel !== undefined) labels.set(from, endLabel(fromLabel));
    if (toLabel !== undefined) labels.set(to, endLabel(toLabel));
  }
  return labels;
}

function sceneCables(
  cables: readonly GraphCable[],
  units: ReadonlyMap<string, Unit>,
  slots: ReadonlyMap<string, Slot>,
): SceneCable[] {
  const end = (id: string): End | undefined => {
    const unit = units.has(id) ? id : slots.get(id)?.unit;
    return unit === undefined ? undefined : { id, unit };
  };
  return cables.flatMap((cable) => {
    const from = end(cable.from);
    const to = end(cable.to);
    return from === undefined || to === undefined ? [] : [{ cable, from, to }];
  });
}

function header(view: GraphView, measure: Measure): HostHeader | undefined {
  const node = view.nodes.find(({ kind }) => kind === 'host');
  if (node === undefined) return undefined;
  const title = cutMiddle(named({ ...node, name: view.hostName || node.name }), 180, 'title', measure);
  const facts = node.facts;
  const text = Math.max(measure(title, 'title'), ...facts.map((fact) => measure(fact, 'small')));
  return { node, title, facts, width: Math.ceil(text) };
}

function isNamespace(nodes: ReadonlyMap<string, GraphNode>, id: string | undefined): boolean {
  return id !== undefined && nodes.get(id)?.kind === 'namespace';
}

function isHost(nodes: ReadonlyMap<string, GraphNode>, id: string | undefined): boolean {
  return id !== undefined && nodes.get(id)?.kind === 'host';
}

export function groupBy<T, K>(items: readonly T[], key: (item: T) => K): Map<K, T[]> {
  const groups = new Map<K, T[]>();
  for (const item of items) {
    const list = groups.get(key(item));
    if (list === undefined) groups.set(key(item), [item]);
    else list.push(item);
  }
  return groups;
}
