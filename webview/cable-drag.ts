import * as l10n from '@vscode/l10n';
import type { GraphView } from '../src/protocol/graph';
import { smallestAt, type RenderedBox } from './boxes';
import { iconOf } from './controls';
import type { Point } from './wiring';

export interface CableDragActions {
  renderedBox(id: string): RenderedBox | undefined;
  /** Marks where the cable would be plugged in. */
  mark(id: string | undefined): void;
  /** The cable was dropped on `to`; without it the handle was only clicked. */
  connect(from: string, to: string | undefined): void;
}

/** The pointer may be this far away, in pixels, before a press on the handle is a drag. */
const dragBegins = 4;
/** The way from a node to its handle leads over nothing for a moment, in milliseconds. */
const leaving = 150;

/**
 * The socket that appears at the edge of a namespace, a bridge or the host under the pointer or selected: dragged from there
 * to another, a cable is drawn. For the mouse and for touch; the keyboard has Draw Cable To….
 */
export class CableDrag {
  private readonly handle = document.createElement('div');
  private readonly line = document.createElementNS('http://www.w3.org/2000/svg', 'svg');
  private readonly path = document.createElementNS('http://www.w3.org/2000/svg', 'path');
  private view: GraphView | undefined;
  private selected: string | undefined;
  private hovered: string | undefined;
  private timer: ReturnType<typeof setTimeout> | undefined;
  private drag: { readonly from: string; readonly start: Point; to: string | undefined; moved: boolean } | undefined;

  constructor(
    private readonly stage: HTMLElement,
    private readonly actions: CableDragActions,
  ) {
    this.handle.className = 'cable-handle';
    this.handle.hidden = true;
    this.handle.title = l10n.t`Drag to draw a cable, click to choose where it leads`;
    this.handle.setAttribute('aria-hidden', 'true');
    this.handle.append(iconOf('plug'));
    this.line.classList.add('cable-line');
    this.line.setAttribute('aria-hidden', 'true');
    this.line.append(this.path);
    this.line.toggleAttribute('hidden', true);
    stage.append(this.line, this.handle);
    this.listen();
  }

  get isDragging(): boolean {
    return this.drag !== undefined;
  }

  /** The picture that cables can be drawn in; undefined where there is no file to write them to. */
  setView(view: GraphView | undefined): void {
    this.view = view;
    if (this.drag !== undefined && !this.canConnect(this.drag.from)) this.stop();
    this.place();
  }

  select(id: string | undefined): void {
    this.selected = this.plugOf(id);
    this.place();
  }

  hover(id: string | undefined): void {
    clearTimeout(this.timer);
    const next = this.plugOf(id);
    if (next !== undefined) {
      this.hovered = next;
      this.place();
    } else {
      this.timer = setTimeout(() => {
        this.hovered = undefined;
        this.place();
      }, leaving);
    }
  }

  /** To be called when the picture moves. */
  place(): void {
    const id = this.drag?.from ?? this.hovered ?? this.selected;
    const box = id === undefined || !this.canConnect(id) ? undefined : this.actions.renderedBox(id);
    this.handle.hidden = box === undefined;
    if (box === undefined) return;
    const at = handlePoint(box);
    this.handle.style.transform = `translate(${Math.round(at.x)}px, ${Math.round(at.y)}px)`;
  }

  private listen(): void {
    const { handle } = this;
    handle.addEventListener('pointerenter', () => clearTimeout(this.timer));
    handle.addEventListener('pointerleave', () => this.hover(undefined));
    handle.addEventListener('pointerdown', (event) => {
      const from = this.hovered ?? this.selected;
      if (event.button !== 0 || from === undefined) return;
      event.preventDefault();
      event.stopPropagation();
      handle.setPointerCapture(event.pointerId);
      this.drag = { from, start: this.pointOf(event), to: undefined, moved: false };
    });
    handle.addEventListener('pointermove', (event) => this.move(this.pointOf(event)));
    handle.addEventListener('pointerup', () => this.drop());
    handle.addEventListener('pointercancel', () => this.stop());
    window.addEventListener(
      'keydown',
      (event) => {
        if (event.key !== 'Escape' || this.drag === undefined) return;
        event.stopPropagation();
        this.stop();
      },
      { capture: true },
    );
  }

  private move(at: Point): void {
    const { drag } = this;
    if (drag === undefined) return;
    if (!drag.moved && Math.hypot(at.x - drag.start.x, at.y - drag.start.y) < dragBegins) return;
    drag.moved = true;
    const to = this.plugAt(at, drag.from);
    if (to !== drag.to) this.actions.mark(to);
    drag.to = to;
    const box = this.actions.renderedBox(drag.from);
    const start = box === undefined ? drag.start : handlePoint(box);
    this.path.setAttribute('d', `M ${start.x} ${start.y} L ${at.x} ${at.y}`);
    this.line.toggleAttribute('hidden', false);
    this.line.classList.toggle('on-target', to !== undefined);
  }

  private drop(): void {
    const { drag } = this;
    this.stop();
    if (drag === undefined) return;
    if (!drag.moved) this.actions.connect(drag.from, undefined);
    else if (drag.to !== undefined) this.actions.connect(drag.from, drag.to);
  }

  private stop(): void {
    if (this.drag?.to !== undefined) this.actions.mark(undefined);
    this.drag = undefined;
    this.line.toggleAttribute('hidden', true);
    this.place();
  }

  private pointOf(event: PointerEvent): Point {
    const { left, top } = this.stage.getBoundingClientRect();
    return { x: event.clientX - left, y: event.clientY - top };
  }

  /** The smallest box around a point that a cable can be plugged into. */
  private plugAt(point: Point, from: string): string | undefined {
    const ids = (this.view?.nodes ?? []).map(({ id }) => id).filter((id) => id !== from && this.canConnect(id));
    return smallestAt(point, ids, (id) => this.actions.renderedBox(id));
  }

  /** What a cable at a node is plugged into: an interface stands for what it belongs to. */
  private plugOf(id: string | undefined): string | undefined {
    const node = this.view?.nodes.find((each) => each.id === id);
    const plug = node?.kind === 'interface' ? node.parent : node?.id;
    return plug !== undefined && this.canConnect(plug) ? plug : undefined;
  }

  private canConnect(id: string): boolean {
    const node = this.view?.nodes.find((each) => each.id === id);
    return node?.declared === true && ['namespace', 'bridge', 'host'].includes(node.kind);
  }
}

/** At the right edge, halfway down, and never so far out that the host's frame hides it. */
function handlePoint({ x2, y1, y2 }: RenderedBox): Point {
  return { x: x2, y: (y1 + y2) / 2 };
}
