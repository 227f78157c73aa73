import type { Core, EdgeSingular, NodeSingular } from 'cytoscape';
import { pointAlong } from './way';
import type { Point } from './wiring';

/** What the picture's surroundings are. */
export interface SvgOptions {
  readonly background: string;
  /** The width of a text in a font, as CSS writes both. */
  measure(text: string, font: string): number;
  /** What is drawn over the picture. */
  readonly over?: PictureOver | undefined;
}

/** A part of an SVG that lies over the picture, in its coordinates, and the room that it takes. */
export interface PictureOver {
  readonly svg: string;
  readonly box: Box;
}

const margin = 24;
/** Cytoscape's own triangle: a share of this, which grows with the line only where that is very wide. */
const arrowSize = 29;

/** The picture as an SVG document: what is visible, in the look it has on the canvas, without the page's own fonts. */
export function toSvg(cy: Core, options: SvgOptions): string {
  const visible = cy.elements().not('.hidden');
  const own = visible.boundingBox({ includeOverlays: false, includeLabels: true });
  const box = options.over === undefined ? own : around(own, options.over.box);
  const width = Math.ceil(box.w + 2 * margin);
  const height = Math.ceil(box.h + 2 * margin);
  const drawing = new SvgDrawing(options);
  const ordered = visible.toArray().sort((a, b) => numberOf(a, 'z-index') - numberOf(b, 'z-index'));
  const body = ordered.flatMap((element) => (element.isNode() ? drawing.node(element) : drawing.edge(element)));
  const x = Math.floor(box.x1 - margin);
  const y = Math.floor(box.y1 - margin);
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}" viewBox="${x} ${y} ${width} ${height}">`,
    ...drawing.patterns,
    `<rect x="${x}" y="${y}" width="${width}" height="${height}" fill="${escape(options.background)}"/>`,
    ...body,
    ...(options.over === undefined ? [] : [options.over.svg]),
    '</svg>',
    '',
  ].join('\n');
}

class SvgDrawing {
  readonly patterns: string[] = [];
  private readonly known = new Map<string, string>();

  constructor(private readonly options: SvgOptions) {}

  node(node: NodeSingular): string[] {
    const { x, y } = node.position();
    const w = node.width();
    const h = node.height();
    const shapes: string[] = [];
    const box = { x: x - w / 2, y: y - h / 2, w, h };
    if (textOf(node, 'ghost') === 'yes') {
      const behind = {
        ...box,
        x: box.x + numberOf(node, 'ghost-offset-x'),
        y: box.y + numberOf(node, 'ghost-offset-y'),
      };
      shapes.push(...faded(this.box(node, behind), numberOf(node, 'ghost-opacity')));
    }
    if (w > 1 || h > 1) shapes.push(...this.box(node, box));
    const text = textOf(node, 'label');
    if (text !== '') shapes.push(...this.label(node, text, x, y, w, h));
    return faded(shapes, node.effectiveOpacity());
  }

  edge(edge: EdgeSingular): string[] {
    const points: Point[] = [
      edge.sourceEndpoint(),
      ...((edge.segmentPoints() as Point[] | undefined) ?? []),
      edge.targetEndpoint(),
    ];
    const width = numberOf(edge, 'width');
    const shapes: string[] = [];
    const hasArrow = textOf(edge, 'target-arrow-shape') === 'triangle';
    const line = hasArrow ? shortened(points, 4) : points;
    const dashes = dashesOf(edge, 'line-style', 'line-dash-pattern');
    const outline = numberOf(edge, 'line-outline-width');
    if (outline > 0) {
      shapes.push(
        `<path d="${roundedPath(line, 8)}" fill="none" stroke="${colour(edge, 'line-outline-color')}" stroke-width="${width + outline}"${dashes}/>`,
      );
    }
    shapes.push(
      `<path d="${roundedPath(line, 8)}" fill="none" stroke="${colour(edge, 'line-color')}" stroke-width="${width}"${dashes}/>`,
    );
    if (hasArrow) shapes.push(this.arrow(edge, points));
    if (textOf(edge, 'target-arrow-shape') === 'tee') shapes.push(tee(edge, points));
    shapes.push(...this.endLabel(edge, 'source', points), ...this.endLabel(edge, 'target', [...points].reverse()));
    shapes.push(...this.lineLabel(edge, textOf(edge, 'label'), pointAlong(points, 0.5)));
    return faded(shapes, edge.effectiveOpacity());
  }

  private box(node: NodeSingular, { x, y, w, h }: Box): string[] {
    const border = numberOf(node, 'border-width');
    const inset = border / 2;
    const at = { x: x + inset, y: y + inset, w: w - border, h: h - border };
    const radius = Math.max(0, Math.min(numberOf(node, 'corner-radius') || 0, h / 2) - inset);
    const outline = (box: Box): string =>
      textOf(node, 'shape') === 'cut-rectangle' ? cutRectangle(box, radius) : roundRectangle(box, radius);
    const fill = colour(node, 'background-color');
    const shapes = [`<path d="${outline(at)}" fill="${fill}" fill-opacity="${numberOf(node, 'background-opacity')}"/>`];
    const pattern = this.pattern(node);
    if (pattern !== undefined)
      shapes.push(
        `<path d="${outline(at)}" fill="url(#${pattern})" opacity="${numberOf(node, 'background-image-opacity')}"/>`,
      );
    if (border === 0) return shapes;
    const stroke = `fill="none" stroke="${colour(node, 'border-color')}"`;
    if (textOf(node, 'border-style') === 'double') {
      const third = border / 3;
      const inner = {
        x: x + border - third / 2,
        y: y + border - third / 2,
        w: w - 2 * border + third,
        h: h - 2 * border + third,
      };
      const outer = { x: x + third / 2, y: y + third / 2, w: w - third, h: h - third };
      shapes.push(`<path d="${outline(outer)} ${outline(inner)}" ${stroke} stroke-width="${third}"/>`);
    } else {
      shapes.push(
        `<path d="${outline(at)}" ${stroke} stroke-width="${border}"${dashesOf(node, 'border-style', 'border-dash-pattern')}/>`,
      );
    }
    return shapes;
  }

  /** The hatching of what the file does not name: Cytoscape has it as a tile, so has SVG. */
  private pattern(node: NodeSingular): string | undefined {
    const image = tileOf(textOf(node, 'background-image'));
    if (image === undefined) return undefined;
    const known = this.known.get(image);
    if (known !== undefined) return known;
    const id = `tile-${this.known.size + 1}`;
    this.known.set(image, id);
    this.patterns.push(
      `<defs><pattern id="${id}" width="8" height="8" patternUnits="userSpaceOnUse">${image}</pattern></defs>`,
    );
    return id;
  }

  private label(node: NodeSingular, text: string, x: number, y: number, w: number, h: number): string[] {
    const horizontal = textOf(node, 'text-halign');
    const anchor = horizontal === 'right' ? 'start' : horizontal === 'left' ? 'end' : 'middle';
    const left =
      x + (horizontal === 'right' ? w / 2 : horizontal === 'left' ? -w / 2 : 0) + numberOf(node, 'text-margin-x');
    const lines = text.split('\n');
    const size = numberOf(node, 'font-size');
    const pitch = size * (Number(textOf(node, 'line-height')) || 1);
    const isBelow = textOf(node, 'text-valign') === 'bottom';
    const top = y + numberOf(node, 'text-margin-y') + (isBelow ? h / 2 : (-lines.length * pitch) / 2);
    return lines.map((line, index) => this.text(node, line, left, top + (index + 0.5) * pitch, anchor));
  }

  private endLabel(edge: EdgeSingular, end: 'source' | 'target', points: readonly Point[]): string[] {
    const text = textOf(edge, `${end}-label`);
    if (text === '' || numberOf(edge, 'text-opacity') === 0) return [];
    const length = points.slice(1).reduce((sum, to, index) => sum + distance(points[index] ?? to, to), 0);
    return this.lineLabel(
      edge,
      text,
      pointAlong(points, Math.min(1, numberOf(edge, `${end}-text-offset`) / (length || 1))),
    );
  }

  /** A text on a line, with the ground behind it. */
  private lineLabel(edge: EdgeSingular, text: string, { x, y }: Point): string[] {
    if (text === '') return [];
    const size = numberOf(edge, 'font-size');
    const width = this.options.measure(text, `${size}px ${textOf(edge, 'font-family')}`) + 4;
    const behind = `<rect x="${x - width / 2}" y="${y - size / 2 - 2}" width="${width}" height="${size + 4}" fill="${colour(edge, 'text-background-color')}"/>`;
    return [behind, this.text(edge, text, x, y, 'middle')];
  }

  private text(element: Element, text: string, x: number, y: number, anchor: string): string {
    const font = `font-family="${escape(textOf(element, 'font-family'))}" font-size="${numberOf(element, 'font-size')}"`;
    const weight = textOf(element, 'font-weight');
    const bold = weight === 'normal' || weight === '400' ? '' : ` font-weight="${escape(weight)}"`;
    return `<text x="${x}" y="${y}" ${font}${bold} fill="${colour(element, 'color')}" text-anchor="${anchor}" dominant-baseline="central" xml:space="preserve">${escape(text)}</text>`;
  }

  private arrow(edge: EdgeSingular, points: readonly Point[]): string {
    const [tip = { x: 0, y: 0 }, from = tip] = [...points].reverse();
    const size = arrowSize * numberOf(edge, 'arrow-scale');
    const angle = (Math.atan2(tip.y - from.y, tip.x - from.x) * 180) / Math.PI;
    const [long, half] = [0.3 * size, 0.15 * size];
    return `<path d="M 0 0 L ${-long} ${half} L ${-long} ${-half} Z" transform="translate(${tip.x} ${tip.y}) rotate(${angle})" fill="${colour(edge, 'target-arrow-color')}"/>`;
  }
}

/** The bar at the end of a line that stands on something. */
function tee(edge: EdgeSingular, points: readonly Point[]): string {
  const [tip = { x: 0, y: 0 }, from = tip] = [...points].reverse();
  const angle = (Math.atan2(tip.y - from.y, tip.x - from.x) * 180) / Math.PI;
  return `<path d="M -1 -5 V 5" stroke="${colour(edge, 'target-arrow-color')}" stroke-width="2" transform="translate(${tip.x} ${tip.y}) rotate(${angle})"/>`;
}

/** What the style's own tile draws: the content of the SVG in its `data:` address. */
function tileOf(address: string): string | undefined {
  const [, encoded] = /data:image\/svg\+xml;utf8,(.*)$/s.exec(address) ?? [];
  return encoded === undefined ? undefined : /<svg[^>]*>(.*)<\/svg>/s.exec(decodeURIComponent(encoded))?.[1];
}

/** The smallest box that holds both. */
export function around(
  own: { readonly x1: number; readonly y1: number; readonly x2: number; readonly y2: number },
  { x, y, w, h }: Box,
) {
  const [x1, y1] = [Math.min(own.x1, x), Math.min(own.y1, y)];
  return { x1, y1, w: Math.max(own.x2, x + w) - x1, h: Math.max(own.y2, y + h) - y1 };
}

interface Box {
  readonly x: number;
  readonly y: number;
  readonly w: number;
  readonly h: number;
}

function roundRectangle({ x, y, w, h }: Box, radius: number): string {
  const r = Math.min(radius, w / 2, h / 2);
  const arc = (dx: number, dy: number): string => `a ${r} ${r} 0 0 1 ${dx} ${dy}`;
  return `M ${x + r} ${y} h ${w - 2 * r} ${arc(r, r)} v ${h - 2 * r} ${arc(-r, r)} h ${2 * r - w} ${arc(-r, -r)} v ${2 * r - h} ${arc(r, -r)} Z`;
}

function cutRectangle({ x, y, w, h }: Box, cut: number): string {
  return `M ${x + cut} ${y} L ${x + w - cut} ${y} L ${x + w} ${y + cut} L ${x + w} ${y + h - cut} L ${x + w - cut} ${y + h} L ${x + cut} ${y + h} L ${x} ${y + h - cut} L ${x} ${y + cut} Z`;
}

/** A line through the points, with its corners rounded as far as there is room. */
export function roundedPath(points: readonly Point[], radius: number): string {
  const [first, ...rest] = points;
  if (first === undefined) return '';
  const parts = [`M ${first.x} ${first.y}`];
  for (const [index, corner] of rest.entries()) {
    const before = points[index] ?? corner;
    const next = rest[index + 1];
    if (next === undefined) {
      parts.push(`L ${corner.x} ${corner.y}`);
      continue;
    }
    const r = Math.min(radius, distance(before, corner) / 2, distance(corner, next) / 2);
    const [begin, end] = [towards(corner, before, r), towards(corner, next, r)];
    parts.push(`L ${begin.x} ${begin.y} Q ${corner.x} ${corner.y} ${end.x} ${end.y}`);
  }
  return parts.join(' ');
}

function shortened(points: readonly Point[], by: number): Point[] {
  const last = points.at(-1);
  const before = points.at(-2);
  return last === undefined || before === undefined ? [...points] : [...points.slice(0, -1), towards(last, before, by)];
}

function towards(from: Point, to: Point, by: number): Point {
  const length = distance(from, to) || 1;
  return { x: from.x + ((to.x - from.x) * by) / length, y: from.y + ((to.y - from.y) * by) / length };
}

function distance(a: Point, b: Point): number {
  return Math.hypot(b.x - a.x, b.y - a.y);
}

function dashesOf(element: Element, style: string, pattern: string): string {
  const kind = textOf(element, style);
  if (kind !== 'dashed' && kind !== 'dotted') return '';
  const given = textOf(element, pattern).match(/[\d.]+/g) ?? [];
  return ` stroke-dasharray="${given.length > 0 && kind === 'dashed' ? given.join(' ') : kind === 'dotted' ? '1 2' : '4 2'}"`;
}

type Element = NodeSingular | EdgeSingular;

/** A style's value as it is computed; the package's types know it only as anything. */
function textOf(element: Element, name: string): string {
  return String(element.style(name));
}

function numberOf(element: Element, name: string): number {
  return Number(element.numericStyle(name));
}

function colour(element: Element, name: string): string {
  return escape(textOf(element, name));
}

function faded(shapes: readonly string[], opacity: number): string[] {
  return opacity >= 1 ? [...shapes] : [`<g opacity="${opacity}">`, ...shapes, '</g>'];
}

function escape(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;').replaceAll('"', '&quot;');
}
