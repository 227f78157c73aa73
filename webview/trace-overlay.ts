import type { DrawnTrace } from '../src/protocol/graph-trace';
import { mayMove } from './motion';
import type { Box } from './place';
import type { PictureOver } from './svg-export';
import { traceGeometry, type TraceBadge, type TraceGround, type TraceLeg } from './trace-geometry';
import { wayImage } from './trace-image';
import { placeTag } from './trace-tags';
import type { Point } from './wiring';

/** What of the picture the way is laid over. */
export interface OverlayView {
  /** Undefined while nothing is drawn. */
  ground(): TraceGround | undefined;
  /** Where the texts on a cable stand. */
  labelsOf(cableId: string): readonly Box[];
  viewport(): { readonly zoom: number; readonly x: number; readonly y: number };
}

/** Numbers are never smaller on the screen than at 100 %, or nobody could read them. */
const badgeRadius = 9;

/**
 * The way of a trace over the picture: lines from stop to stop, numbers, what NAT makes of the addresses, and a mark where it
 * ended. It is for the eye alone; the report and the live region say the same.
 */
export class TraceOverlay {
  private readonly svg = svgElement('svg', 'trace-way');
  private readonly ground = svgElement('g', '');
  /** The lines, which pass below the texts on their cables as the cables do. */
  private readonly lines = svgElement('g', '');
  private readonly texts = svgElement('g', '');
  private badges: readonly { readonly node: SVGElement; readonly at: Point }[] = [];
  /** Where each stands beside its number; it grows about itself, and so stays where there is room for it. */
  private tags: { readonly node: SVGElement; readonly beside: Point }[] = [];
  private cables: readonly string[] = [];
  private trace: DrawnTrace | undefined;

  constructor(
    private readonly canvas: HTMLElement,
    private readonly view: OverlayView,
  ) {
    this.svg.setAttribute('aria-hidden', 'true');
    this.lines.setAttribute('mask', `url(#${maskId})`);
    this.svg.append(this.ground);
    this.svg.toggleAttribute('hidden', true);
    canvas.after(this.svg);
  }

  set(trace: DrawnTrace | undefined): void {
    const isNew = trace !== undefined && trace !== this.trace;
    this.trace = trace;
    this.draw(isNew);
  }

  /** To be called when things stand elsewhere in the picture, or others are there. */
  redraw(): void {
    if (this.trace !== undefined) this.draw(false);
  }

  /** To be called when the picture moves on the screen. */
  place(): void {
    if (this.trace === undefined) return;
    const { zoom, x, y } = this.view.viewport();
    const { clientWidth, clientHeight } = this.canvas;
    this.svg.style.width = `${clientWidth}px`;
    this.svg.style.height = `${clientHeight}px`;
    this.ground.setAttribute('transform', `translate(${x} ${y}) scale(${zoom})`);
    this.scaleBadges(Math.max(1, 1 / zoom));
    this.texts.replaceChildren(...this.cables.flatMap((id) => this.view.labelsOf(id)).map((box) => rectangle(box, 2)));
  }

  /** The way for an image of the picture, where no number needs to be larger than the rest; undefined while none is drawn. */
  image(where: 'screen' | 'print'): PictureOver | undefined {
    if (this.trace === undefined || this.svg.hasAttribute('hidden')) return undefined;
    this.svg.classList.toggle('print-colours', where === 'print');
    this.scaleBadges(1);
    const image = wayImage(this.ground);
    this.svg.classList.remove('print-colours');
    this.place();
    return image;
  }

  /** Writes beside the rules of NAT what they make of the addresses, where it covers least. */
  private placeTags(badges: readonly TraceBadge[], legs: readonly TraceLeg[], { wiring }: TraceGround): void {
    this.tags = [];
    const taken = [...wiring.boxes.values(), ...badges.map(({ at }) => around(at))];
    for (const [index, { stop, box, at }] of badges.entries()) {
      const node = this.badges[index]?.node;
      if (stop.translated === undefined || node === undefined) continue;
      const text = textElement('translated', stop.translated, 0);
      const tag = svgElement('g', '');
      tag.append(text);
      node.append(tag);
      const { width, height } = text.getBBox();
      const lines = legs.map(({ points }) => points);
      const place = placeTag({ width: width + 8, height: height + 4 }, box, stop.direction, taken, lines, wiring.frame);
      taken.push(place);
      const { x, y } = middleOf(place);
      const { left, top, right, bottom } = place;
      const ground = rectangle({ left: left - x, top: top - y, right: right - x, bottom: bottom - y }, 0);
      ground.setAttribute('class', 'tag');
      ground.setAttribute('rx', '2');
      text.before(ground);
      this.tags.push({ node: tag, beside: { x: x - at.x, y: y - at.y } });
    }
  }

  private scaleBadges(scale: number): void {
    for (const { node, at } of this.badges)
      node.setAttribute('transform', `translate(${at.x} ${at.y}) scale(${scale})`);
    for (const { node, beside } of this.tags)
      node.setAttribute('transform', `translate(${beside.x / scale} ${beside.y / scale})`);
  }

  private draw(isNew: boolean): void {
    const ground = this.view.ground();
    const { trace } = this;
    this.svg.toggleAttribute('hidden', trace === undefined || ground === undefined || this.canvas.hidden === true);
    if (trace === undefined || ground === undefined) {
      this.ground.replaceChildren();
      this.badges = [];
      this.tags = [];
      this.cables = [];
      return;
    }
    const { legs, badges } = traceGeometry(trace.stops, ground);
    const lines = legs.flatMap((leg, index) => legElements(leg, isNew && mayMove() ? index : undefined));
    this.badges = badges.map((badge) => ({ node: badgeElement(badge, trace), at: badge.at }));
    this.cables = [...new Set(legs.flatMap(({ cableId }) => cableId ?? []))];
    this.lines.replaceChildren(...lines);
    this.ground.replaceChildren(maskOf(this.texts), this.lines, ...this.badges.map(({ node }) => node));
    this.placeTags(badges, legs, ground);
    this.place();
  }
}

const maskId = 'trace-way-texts';
/** Larger than any picture. */
const everywhere = { left: -1e5, top: -1e5, right: 1e5, bottom: 1e5 };

/** Hides what lies below the texts. */
function maskOf(texts: SVGElement): SVGElement {
  const mask = svgElement('mask', '');
  mask.id = maskId;
  const all = rectangle(everywhere, 0);
  all.setAttribute('fill', 'white');
  texts.setAttribute('fill', 'black');
  for (const each of [mask, all]) setAll(each, { x: -1e5, y: -1e5, width: 2e5, height: 2e5 });
  mask.setAttribute('maskUnits', 'userSpaceOnUse');
  mask.append(all, texts);
  return mask;
}

function middleOf({ left, right, top, bottom }: Box): Point {
  return { x: (left + right) / 2, y: (top + bottom) / 2 };
}

/** The room that a number takes. */
function around({ x, y }: Point): Box {
  const room = badgeRadius + 2;
  return { left: x - room, right: x + room, top: y - room, bottom: y + room };
}

function rectangle({ left, top, right, bottom }: Box, spare: number): SVGElement {
  const made = svgElement('rect', '');
  const [width, height] = [right - left + 2 * spare, bottom - top + 2 * spare];
  setAll(made, { x: left - spare, y: top - spare, width, height });
  return made;
}

function setAll(on: SVGElement, attributes: Readonly<Record<string, number>>): void {
  for (const [name, value] of Object.entries(attributes)) on.setAttribute(name, String(value));
}

/** A line with an arrow in its longest piece. `order`: it appears after those before it. */
function legElements({ direction, state, points }: TraceLeg, order: number | undefined): SVGElement[] {
  const className = `leg ${direction} ${state}`;
  const halo = svgElement('path', 'halo');
  const line = svgElement('path', className);
  const d = points.map(({ x, y }, index) => `${index === 0 ? 'M' : 'L'} ${x} ${y}`).join(' ');
  for (const each of [halo, line]) each.setAttribute('d', d);
  const arrow = arrowOn(points, className);
  const all = arrow === undefined ? [halo, line] : [halo, line, arrow];
  if (order === undefined) return all;
  for (const each of all) {
    each.classList.add('appearing');
    each.style.animationDelay = `${order * 60}ms`;
  }
  return all;
}

function arrowOn(points: readonly Point[], className: string): SVGElement | undefined {
  let best: { readonly from: Point; readonly to: Point; readonly length: number } | undefined;
  for (const [index, to] of points.entries()) {
    const from = points[index - 1];
    const length = from === undefined ? 0 : Math.hypot(to.x - from.x, to.y - from.y);
    if (from !== undefined && length > (best?.length ?? 0)) best = { from, to, length };
  }
  if (best === undefined || best.length < 16) return undefined;
  const { from, to, length } = best;
  const angle = (Math.atan2(to.y - from.y, to.x - from.x) * 180) / Math.PI;
  // A little past the middle, so that it does not lie on that of the way back, which is beside it.
  const share = 0.5 + Math.min(8 / length, 0.25);
  const at = { x: from.x + (to.x - from.x) * share, y: from.y + (to.y - from.y) * share };
  const arrow = svgElement('path', `arrow ${className}`);
  arrow.setAttribute('d', 'M 6 0 L -4 -5 L -4 5 Z');
  arrow.setAttribute('transform', `translate(${at.x} ${at.y}) rotate(${angle})`);
  return arrow;
}

/** The number; where it ended a square one with a cross beside it. */
function badgeElement({ stop, side }: TraceBadge, { outcome }: DrawnTrace): SVGElement {
  const { number, direction, state, isEnd } = stop;
  const group = svgElement('g', `badge ${direction} ${state}${isEnd === true ? ' end' : ''} ${outcome}`);
  const outward = side === 'left' ? -1 : 1;
  if (isEnd === true) {
    const square = svgElement('rect', 'shape');
    setAll(square, { x: -badgeRadius, y: -badgeRadius, width: 18, height: 18, rx: 3 });
    const cross = svgElement('path', 'cross');
    const x = outward * 20;
    cross.setAttribute('d', `M ${x - 6} -6 L ${x + 6} 6 M ${x + 6} -6 L ${x - 6} 6`);
    const under = svgElement('path', 'cross-halo');
    under.setAttribute('d', cross.getAttribute('d') ?? '');
    group.append(square, under, cross);
  } else {
    const circle = svgElement('circle', 'shape');
    circle.setAttribute('r', String(badgeRadius));
    group.append(circle);
  }
  group.append(textElement('number', String(number), 0));
  return group;
}

function textElement(className: string, text: string, x: number): SVGTextElement {
  const made = svgElement('text', className);
  made.textContent = text;
  made.setAttribute('x', String(x));
  made.setAttribute('dy', '0.35em');
  return made;
}

function svgElement<K extends keyof SVGElementTagNameMap>(name: K, className: string): SVGElementTagNameMap[K] {
  const made = document.createElementNS('http://www.w3.org/2000/svg', name);
  if (className !== '') made.setAttribute('class', className);
  return made;
}
