import type { ElementDefinition } from 'cytoscape';
import type { GraphCable, GraphNat, GraphNode, LinkState, Presence } from '../src/protocol/graph';
import { cutMiddle, type Measure } from './measure';
import { boxOf, type Box, type Placement, type Placements } from './place';
import { endLabel, sizes, type Scene, type Slot, type Unit } from './scene';
import { natArrows } from './nat-arrows';
import { pointAlong, wayData } from './way';
import type { Point, Wiring } from './wiring';
import { presenceSign } from './words';

/** Suffixes of the nodes that belong to another element: a box' second line of text, a cable's mark. */
export const part = { subtitle: '~s', mark: '~m' } as const;

/** The node of the view that an element draws or belongs to. */
export function nodeIdOf(elementId: string): string {
  return elementId.replace(/~[sm]$/, '');
}

/**
 * The scene as Cytoscape's elements, with positions. What lies in a namespace, a bridge or the host's frame names it as its `home`
 * (parts.ts). They are no compounds of Cytoscape's: those work out the styles of all that is in them, and of its cables, anew for each
 * property of each of them, which was most of the time that a large picture took.
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
    if (route === undefined) continue;
    elements.push(cableElement(cable, route.points, wiring, placements, options));
    elements.push(...cableMark(cable, route.points, options));
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
    const home = unit.kind === 'bar' ? hostId : undefined;
    const outline = wiring.boxes.get(unit.id) ?? boxOf(at);
    const topStrip = boxOf(at).top - outline.top;
    return [
      ...box(node, outline, unit.kind, home, options, texts, topStrip),
      ...unit.slots.flatMap((slot) => slotElements(slot, node.id, unit.kind === 'bar', wiring, options)),
    ];
  }
  const home = unit.kind === 'outside' ? undefined : hostId;
  return [single(node, at, unit.kind === 'outside' ? 'outside' : 'nic', home, unit.title, options)];
}

function slotElements(
  slot: Slot,
  home: string,
  isSocket: boolean,
  wiring: Wiring,
  options: DrawOptions,
): ElementDefinition[] {
  const at = wiring.slots.get(slot.id);
  if (at === undefined) return [];
  if (slot.node.kind === 'bridge') {
    return [
      ...box(slot.node, boxOf(at), 'inner', home, options, { title: slot.title, subtitle: '' }),
      ...slot.sockets.flatMap((socket) => slotElements(socket, slot.id, true, wiring, options)),
    ];
  }
  return [single(slot.node, at, isSocket ? 'socket' : 'port', home, isSocket ? '' : slot.title, options)];
}

type Look = 'card' | 'bar' | 'inner' | 'host' | 'port' | 'socket' | 'nic' | 'outside' | 'pill';

function common(
  node: GraphNode,
  look: Look,
  { compared }: DrawOptions,
): { data: Record<string, unknown>; classes: string } {
  const classes = [look, `state-${node.state}`, ...presenceClasses(node.presence, compared)];
  if (node.linkKind === 'openvswitch' || node.linkKind === 'group') classes.push(node.linkKind);
  return { data: { id: node.id, kind: node.kind, name: node.name }, classes: classes.join(' ') };
}

/** Declared things that are not there always look unreal; the other marks mean something only in a comparison. */
function presenceClasses(presence: Presence | undefined, compared: boolean): string[] {
  if (presence === 'declared') return compared ? ['declared', 'marked'] : ['declared'];
  return compared && (presence === 'live' || presence === 'different') ? [presence, 'marked'] : [];
}

function box(
  node: GraphNode,
  outline: Box,
  look: Look,
  home: string | undefined,
  options: DrawOptions,
  texts: { title: string; subtitle: string },
  topStrip = 0,
): ElementDefinition[] {
  const { data, classes } = common(node, look, options);
  const width = outline.right - outline.left;
  const height = outline.bottom - outline.top;
  const inset = look === 'card' ? sizes.cardPadding : sizes.barPadding;
  const offsets = textOffsets(look, { inset, topStrip, width, height });
  const middle = { x: (outline.left + outline.right) / 2, y: (outline.top + outline.bottom) / 2 };
  const elements: ElementDefinition[] = [
    {
      data: { ...data, ...inHome(home), width, height, text: texts.title, ...offsets.title },
      classes: `${classes} box`,
      position: middle,
    },
  ];
  if (texts.subtitle !== '') {
    elements.push({
      data: { id: node.id + part.subtitle, home: node.id, text: texts.subtitle },
      classes: `subtitle in-${look} ${classes}`,
      position: { x: middle.x + offsets.subtitle.x, y: middle.y + offsets.subtitle.y },
      grabbable: false,
    });
  }
  return elements;
}

/** What an element lies in. */
function inHome(home: string | undefined): { readonly home?: string } {
  return home === undefined ? {} : { home };
}

interface TextRoom {
  readonly inset: number;
  readonly topStrip: number;
  readonly width: number;
  readonly height: number;
}

/**
 * Where the texts of a box stand: the title's left edge and middle seen from the right edge and middle of the box, as Cytoscape puts a text;
 * the second line's left edge (in a bar its right) and first line's middle seen from the middle of the box.
 */
function textOffsets(look: Look, { inset, topStrip, width, height }: TextRoom) {
  const title = (left: number, top: number) => ({ dx: left - width + 1, dy: top - height / 2 });
  const subtitle = (left: number, top: number) => ({ x: left - width / 2, y: top - height / 2 });
  switch (look) {
    case 'card':
      return { title: title(inset, 19.5 + topStrip), subtitle: subtitle(inset + 0.5, 37.5 + topStrip) };
    case 'host':
      return { title: title(inset, 24.5), subtitle: subtitle(inset + 0.5, 35.5) };
    case 'inner':
      return { title: title(10, 12.5), subtitle: subtitle(0, 0) };
    default:
      return { title: title(inset, height / 2 + 3.5), subtitle: subtitle(width - inset - 0.5, height / 2 + 2.5) };
  }
}

function single(
  node: GraphNode,
  at: Placement,
  look: Look,
  home: string | undefined,
  text: string,
  options: DrawOptions,
): ElementDefinition {
  const { data, classes } = common(node, look, options);
  return {
    data: {
      ...data,
      ...inHome(home),
      text,
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
  return {
    data: {
      id: nat.id,
      kind: 'nat',
      name: nat.label,
      ...inHome(hostId),
      text: unit.title,
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
  const label = (text: string | undefined) => cutMiddle(endLabel(text), 190, 'mono', options.measure);
  const fromLabel = wiring.slots.has(cable.from) ? label(cable.fromLabel) : '';
  const toLabel = wiring.slots.get(cable.to)?.height === sizes.portHeight ? label(cable.toLabel) : '';
  return {
    data: {
      id: cable.id,
      name: cable.kind === 'tunnel' ? (cable.name ?? '') : '',
      source: cable.from,
      target: cable.to,
      fromLabel,
      toLabel,
      fromOffset: labelOffset(points, options.measure(fromLabel, 'mono')),
      toOffset: labelOffset(points, options.measure(toLabel, 'mono')),
      ...wayData(points, centerOf(cable.from, wiring, placements), centerOf(cable.to, wiring, placements)),
    },
    classes: points.length > 2 ? [...classes, 'bent'].join(' ') : classes.join(' '),
  };
}

/** How far along the cable its address stands, so that it clears the port: further the flatter the cable leaves. */
function labelOffset([first, second, ...more]: readonly Point[], width: number): number {
  const upright = 15;
  if (first === undefined || second === undefined || more.length > 0) return upright;
  const length = Math.hypot(second.x - first.x, second.y - first.y) || 1;
  const steep = Math.abs(second.y - first.y) / length;
  const flat = Math.abs(second.x - first.x) / length;
  const wanted = Math.min(upright / Math.max(steep, 0.01), (width / 2 + 18) / Math.max(flat, 0.01));
  return Math.round(Math.min(wanted, Math.max(upright, length / 2 - 10)));
}

/** A small sign on the cable that says its state or presence by its shape. */
function cableMark(cable: GraphCable, points: readonly Point[], { compared }: DrawOptions): ElementDefinition[] {
  const state = cable.presence === 'declared' ? '' : stateMarks[cable.state];
  const text = [presenceSign(cable.presence, compared), state].join('');
  if (text === '') return [];
  const { x, y } = pointAlong(points, 0.62);
  const classes = ['mark', `state-${cable.state}`, ...presenceClasses(cable.presence, compared)];
  return [
    {
      data: { id: cable.id + part.mark, text, width: text.length > 1 ? 26 : 17 },
      classes: classes.join(' '),
      position: { x, y },
    },
  ];
}

function centerOf(id: string, wiring: Wiring, placements: Placements): Point {
  const outline = wiring.boxes.get(id);
  // A card that has grown upwards has another middle than where it was put.
  if (outline !== undefined) return { x: (outline.left + outline.right) / 2, y: (outline.top + outline.bottom) / 2 };
  return wiring.slots.get(id) ?? placements.get(id) ?? { x: 0, y: 0 };
}
