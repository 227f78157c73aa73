import type { ElementDefinition } from 'cytoscape';
import type { GraphCable, GraphNat, GraphNode, LinkState, Presence } from '../src/protocol/graph';
import { cutMiddle, type Measure } from './measure';
import { boxOf, type Box, type Placement, type Placements } from './place';
import { endLabel, sizes, type Scene, type Slot, type Unit } from './scene';
import type { Point, Wiring } from './wiring';

/** Suffixes of the invisible corner nodes that give a box its outline and carry its texts. */
export const corner = { first: '~a', second: '~b' } as const;

/** The node of the view that an element draws or belongs to. */
export function nodeIdOf(elementId: string): string {
  return elementId.replace(/~[ab]$/, '');
}

/**
 * The scene as Cytoscape's elements, with positions. Namespaces, bridges and the host's frame are compounds: dragging one
 * moves what is inside. A compound is as large as its children, so two invisible corners give it its size.
 */
export function buildElements(
  scene: Scene,
  wiring: Wiring,
  placements: Placements,
  options: DrawOptions,
): ElementDefinition[] {
  const elements: ElementDefinition[] = [];
  const hostId = scene.host?.node.id;
  if (scene.host !== undefined && wiring.frame !== undefined) {
    elements.push(
      ...box(scene.host.node, wiring.frame, 'host', undefined, options, {
        title: scene.host.title,
        subtitle: scene.host.facts.join('\n'),
      }),
    );
  }
  for (const unit of scene.units.values()) {
    const at = placements.get(unit.id);
    if (at === undefined) continue;
    elements.push(...unitElements(unit, at, wiring, hostId, options));
  }
  for (const { cable } of scene.cables) {
    const route = wiring.routes.get(cable.id);
    if (route !== undefined) elements.push(cableElement(cable, route.points, wiring, placements, options));
  }
  elements.push(...natArrows(scene, placements));
  return elements;
}

export interface DrawOptions {
  /** A file and a host were laid over each other, so presence is worth a mark. */
  readonly compared: boolean;
  readonly measure: Measure;
}

function unitElements(
  unit: Unit,
  at: Placement,
  wiring: Wiring,
  hostId: string | undefined,
  options: DrawOptions,
): ElementDefinition[] {
  const { node, nat } = unit;
  if (nat !== undefined) return [pill(unit, nat, at, hostId, options)];
  if (node === undefined) return [];
  const texts = { title: unit.title, subtitle: unit.subtitle };
  if (unit.kind === 'card' || unit.kind === 'bar') {
    const parent = unit.kind === 'bar' ? hostId : undefined;
    const outline = wiring.boxes.get(unit.id) ?? boxOf(at);
    const topStrip = boxOf(at).top - outline.top;
    return [
      ...box(node, outline, unit.kind, parent, options, texts, topStrip),
      ...unit.slots.flatMap((slot) => slotElements(slot, node.id, unit.kind === 'bar', wiring, options)),
    ];
  }
  const parent = unit.kind === 'outside' ? undefined : hostId;
  return [single(node, at, unit.kind === 'outside' ? 'outside' : 'nic', parent, unit.title, options)];
}

function slotElements(
  slot: Slot,
  parent: string,
  isSocket: boolean,
  wiring: Wiring,
  options: DrawOptions,
): ElementDefinition[] {
  const at = wiring.slots.get(slot.id);
  if (at === undefined) return [];
  if (slot.node.kind === 'bridge') {
    return [
      ...box(slot.node, boxOf(at), 'inner', parent, options, { title: slot.title, subtitle: '' }),
      ...slot.sockets.flatMap((socket) => slotElements(socket, slot.id, true, wiring, options)),
    ];
  }
  return [single(slot.node, at, isSocket ? 'socket' : 'port', parent, isSocket ? '' : slot.title, options)];
}

type Look = 'card' | 'bar' | 'inner' | 'host' | 'port' | 'socket' | 'nic' | 'outside' | 'pill';

function common(
  node: GraphNode,
  look: Look,
  { compared }: DrawOptions,
): { data: Record<string, unknown>; classes: string } {
  const classes = [look, `state-${node.state}`, ...presenceClasses(node.presence, compared)];
  if (node.linkKind === 'openvswitch') classes.push('openvswitch');
  return { data: { id: node.id, kind: node.kind, name: node.name }, classes: classes.join(' ') };
}

/** Declared things that are not there always look unreal; the other marks mean something only in a comparison. */
function presenceClasses(presence: Presence | undefined, compared: boolean): string[] {
  if (presence === 'declared') return compared ? ['declared', 'marked'] : ['declared'];
  return compared && (presence === 'live' || presence === 'different') ? [presence, 'marked'] : [];
}

/** The sign that says the same as outline and colour. */
function presenceSign(presence: Presence | undefined, compared: boolean): string {
  if (!compared || presence === undefined) return '';
  return { both: '', declared: '+', live: '−', different: 'Δ' }[presence];
}

function box(
  node: GraphNode,
  outline: Box,
  look: Look,
  parent: string | undefined,
  options: DrawOptions,
  texts: { title: string; subtitle: string },
  topStrip = 0,
): ElementDefinition[] {
  const { data, classes } = common(node, look, options);
  const width = outline.right - outline.left;
  const sign = presenceSign(node.presence, options.compared);
  const inset = look === 'card' ? sizes.cardPadding : sizes.barPadding;
  const text = { inset, topStrip, width, height: outline.bottom - outline.top };
  return [
    { data: { ...data, ...(parent === undefined ? {} : { parent }) }, classes: `${classes} box` },
    {
      data: {
        id: node.id + corner.first,
        parent: node.id,
        text: sign === '' ? texts.title : `${sign} ${texts.title}`,
        ...textOffsets(look, text).title,
      },
      classes: `corner title in-${look} ${classes}`,
      position: { x: outline.left + 0.5, y: outline.top + 0.5 },
    },
    {
      data: { id: node.id + corner.second, parent: node.id, text: texts.subtitle, ...textOffsets(look, text).subtitle },
      classes: `corner subtitle in-${look} ${classes}`,
      position: { x: outline.right - 0.5, y: outline.bottom - 0.5 },
    },
  ];
}

interface TextRoom {
  readonly inset: number;
  readonly topStrip: number;
  readonly width: number;
  readonly height: number;
}

/** Where the middle of the first line stands, seen from the corner that carries the text. */
function textOffsets(look: Look, { inset, topStrip, width, height }: TextRoom) {
  switch (look) {
    case 'card':
      return {
        title: { dx: inset, dy: 19 + topStrip },
        subtitle: { dx: inset - width + 1, dy: 38 + topStrip - height },
      };
    case 'host':
      return { title: { dx: inset, dy: 24 }, subtitle: { dx: inset - width + 1, dy: 36 - height } };
    case 'inner':
      return { title: { dx: 10, dy: 12 }, subtitle: { dx: 0, dy: 0 } };
    default:
      return { title: { dx: inset, dy: height / 2 + 3 }, subtitle: { dx: -inset, dy: 3 - height / 2 } };
  }
}

function single(
  node: GraphNode,
  at: Placement,
  look: Look,
  parent: string | undefined,
  text: string,
  options: DrawOptions,
): ElementDefinition {
  const { data, classes } = common(node, look, options);
  const sign = look === 'socket' ? '' : presenceSign(node.presence, options.compared);
  return {
    data: {
      ...data,
      ...(parent === undefined ? {} : { parent }),
      text: sign === '' ? text : `${sign} ${text}`,
      width: at.width,
      height: at.height,
    },
    classes,
    position: { x: at.x, y: at.y },
    grabbable: look === 'nic' || look === 'outside',
  };
}

function pill(
  unit: Unit,
  nat: GraphNat,
  at: Placement,
  hostId: string | undefined,
  { compared }: DrawOptions,
): ElementDefinition {
  const classes = ['pill', ...presenceClasses(nat.presence, compared), ...(nat.enabled ? [] : ['off'])];
  const sign = presenceSign(nat.presence, compared);
  return {
    data: {
      id: nat.id,
      kind: 'nat',
      name: nat.label,
      ...(hostId === undefined ? {} : { parent: hostId }),
      text: sign === '' ? unit.title : `${sign} ${unit.title}`,
      width: at.width,
      height: at.height,
    },
    classes: classes.join(' '),
    position: { x: at.x, y: at.y },
  };
}

const stateMarks: Readonly<Record<LinkState, string>> = {
  up: '',
  down: '✕',
  'lower-layer-down': '▽',
  'no-carrier': '○',
  unknown: '',
};

function cableElement(
  cable: GraphCable,
  points: readonly Point[],
  wiring: Wiring,
  placements: Placements,
  options: DrawOptions,
): ElementDefinition {
  const classes = [
    'cable',
    `kind-${cable.kind}`,
    `state-${cable.state}`,
    ...presenceClasses(cable.presence, options.compared),
  ];
  const mark = [presenceSign(cable.presence, options.compared), stateMarks[cable.state]].join('');
  const label = (text: string | undefined) => cutMiddle(endLabel(text), 190, 'mono', options.measure);
  return {
    data: {
      id: cable.id,
      source: cable.from,
      target: cable.to,
      mark,
      fromLabel: wiring.slots.has(cable.from) ? label(cable.fromLabel) : '',
      toLabel: wiring.slots.get(cable.to)?.height === sizes.portHeight ? label(cable.toLabel) : '',
      ...wayData(points, centerOf(cable.from, wiring, placements), centerOf(cable.to, wiring, placements)),
    },
    classes: `${classes.join(' ')}${points.length > 2 ? ' bent' : ''}`,
  };
}

function centerOf(id: string, wiring: Wiring, placements: Placements): Point {
  return wiring.slots.get(id) ?? placements.get(id) ?? { x: 0, y: 0 };
}

/** Ends relative to their nodes, corners relative to the line between the ends, as Cytoscape wants them. */
function wayData(points: readonly Point[], source: Point, target: Point): Record<string, unknown> {
  const first = points[0] ?? source;
  const last = points.at(-1) ?? target;
  const dx = last.x - first.x;
  const dy = last.y - first.y;
  const length = Math.hypot(dx, dy) || 1;
  const corners = points.slice(1, -1).map(({ x, y }) => ({
    weight: ((x - first.x) * dx + (y - first.y) * dy) / length ** 2,
    distance: (-(x - first.x) * dy + (y - first.y) * dx) / length,
  }));
  const relative = (point: Point, center: Point) => `${point.x - center.x}px ${point.y - center.y}px`;
  return {
    sourceEnd: relative(first, source),
    targetEnd: relative(last, target),
    weights: corners.map(({ weight }) => weight),
    distances: corners.map(({ distance }) => distance),
  };
}

/** NAT as what it does: arrows from the bridge through the rule to the host's interface, or the other way. */
function natArrows(scene: Scene, placements: Placements): ElementDefinition[] {
  const arrows: ElementDefinition[] = [];
  const columns = new Map<string, Unit[]>();
  for (const unit of scene.units.values()) {
    if (unit.nat === undefined) continue;
    const incoming = unit.nat.kind === 'dnat' || unit.nat.kind === 'redirect';
    const x = placements.get(unit.id)?.x ?? 0;
    const key = `${incoming ? 'in' : 'out'} ${unit.nat.inside ?? ''} ${unit.nat.outside ?? ''} ${Math.round(x)}`;
    columns.set(key, [...(columns.get(key) ?? []), unit]);
  }
  for (const pills of columns.values()) {
    const ordered = [...pills].sort((a, b) => (placements.get(a.id)?.y ?? 0) - (placements.get(b.id)?.y ?? 0));
    const nat = ordered[0]?.nat;
    const top = ordered[0];
    const bottom = ordered.at(-1);
    if (nat === undefined || top === undefined || bottom === undefined) continue;
    const incoming = nat.kind === 'dnat' || nat.kind === 'redirect';
    const classes = `nat${ordered.every(({ nat: each }) => each?.enabled === false) ? ' off' : ''}`;
    const straight = commonX(
      [nat.inside, top.id, bottom.id, nat.outside].flatMap((id) => placements.get(id ?? '') ?? []),
    );
    const arrow = (upper: string, lower: string): void => {
      const from = placements.get(upper);
      const to = placements.get(lower);
      if (from === undefined || to === undefined) return;
      const [source, target] = incoming ? [lower, upper] : [upper, lower];
      const ends = verticalEnds(from, to, straight);
      const points = incoming ? [...ends].reverse() : ends;
      const center = (id: string): Point => placements.get(id) ?? { x: 0, y: 0 };
      arrows.push({
        data: { id: `${upper}>${lower}`, source, target, ...wayData(points, center(source), center(target)) },
        classes: points.length > 2 ? `${classes} bent` : classes,
      });
    };
    if (nat.inside !== undefined) arrow(nat.inside, top.id);
    if (nat.outside !== undefined) arrow(bottom.id, nat.outside);
  }
  return arrows;
}

/** An x that runs through all of them, so that an arrow through the whole column is one line. */
function commonX(column: readonly Placement[]): number | undefined {
  const low = Math.max(...column.map((at) => boxOf(at).left + 10));
  const high = Math.min(...column.map((at) => boxOf(at).right - 10));
  const [narrowest] = [...column].sort((a, b) => a.width - b.width);
  return narrowest === undefined || low > high ? undefined : Math.min(high, Math.max(low, narrowest.x));
}

/** From the lower edge of one to the upper edge of the other, straight down where they lie over each other. */
function verticalEnds(upper: Placement, lower: Placement, straight: number | undefined): Point[] {
  const above = boxOf(upper);
  const below = boxOf(lower);
  if (straight !== undefined) {
    return [
      { x: straight, y: above.bottom },
      { x: straight, y: below.top },
    ];
  }
  const low = Math.max(above.left, below.left) + 8;
  const high = Math.min(above.right, below.right) - 8;
  if (low <= high) {
    const narrow = upper.width < lower.width ? upper : lower;
    const x = Math.min(high, Math.max(low, narrow.x));
    return [
      { x, y: above.bottom },
      { x, y: below.top },
    ];
  }
  const fromX = Math.min(above.right - 10, Math.max(above.left + 10, lower.x));
  const toX = Math.min(below.right - 10, Math.max(below.left + 10, upper.x));
  const y = (above.bottom + below.top) / 2;
  return [
    { x: fromX, y: above.bottom },
    { x: fromX, y },
    { x: toX, y },
    { x: toX, y: below.top },
  ];
}
