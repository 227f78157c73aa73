import * as l10n from '@vscode/l10n';
import type { GraphNode, GraphView } from '../src/protocol/graph';
import { smallestAt, type RenderedBox } from './boxes';
import type { Point } from './wiring';
import { nameOf, nodeOf } from './words';

export interface TraceModeActions {
  renderedBox(id: string): RenderedBox | undefined;
  /** Marks what the pointer or the keys are about. */
  mark(id: string | undefined): void;
  /** What is selected, by the keys or a click before. */
  selected(): string | undefined;
  /** Says what to do next, to the eye and to screen readers. */
  hint(words: string): void;
  /** Both ends are chosen. */
  ask(purpose: Purpose, from: string, to: string): void;
  /** It was begun, for that, or is over. */
  changed(purpose: Purpose | undefined): void;
}

/** What is asked for between two things. */
export type Purpose = 'trace' | 'measure';

function beginning(purpose: Purpose): string {
  return purpose === 'trace'
    ? l10n.t`Trace a packet: drag from where it starts to where it goes, or click one after the other.`
    : l10n.t`Ping, trace route, throughput or HTTP: drag from one thing to another, or click one after the other.`;
}

function goingOn(purpose: Purpose, from: string): string {
  return purpose === 'trace'
    ? l10n.t`${from}: now click, or choose with Enter, where the packet goes.`
    : l10n.t`${from}: now click, or choose with Enter, where to measure to.`;
}

/** The pointer may be this far away, in pixels, before a press is a drag. */
const dragBegins = 5;
/** What a packet can come from or go to. */
const kinds: ReadonlySet<GraphNode['kind']> = new Set(['namespace', 'interface', 'bridge', 'host', 'outside']);

/**
 * Asking for a trace, or for a measurement, in the picture: a line is dragged from one thing to another, or one is clicked after the other; with the
 * keys Enter chooses what is selected. Escape ends it. While it is on, nothing in the picture moves.
 */
export class TraceMode {
  private readonly catcher = document.createElement('div');
  private readonly line = document.createElementNS('http://www.w3.org/2000/svg', 'svg');
  private readonly path = document.createElementNS('http://www.w3.org/2000/svg', 'path');
  private view: GraphView | undefined;
  private from: string | undefined;
  private purpose: Purpose = 'trace';
  private press: { readonly at: Point; readonly id: string | undefined; moved: boolean } | undefined;

  constructor(
    stage: HTMLElement,
    private readonly canvas: HTMLElement,
    private readonly actions: TraceModeActions,
  ) {
    this.catcher.className = 'trace-catcher';
    this.catcher.hidden = true;
    this.line.classList.add('trace-line');
    this.line.setAttribute('aria-hidden', 'true');
    this.line.append(this.path);
    this.line.toggleAttribute('hidden', true);
    stage.append(this.line, this.catcher);
    this.listen();
  }

  /** What is being asked for; undefined: nothing. */
  get asking(): Purpose | undefined {
    return this.catcher.hidden ? undefined : this.purpose;
  }

  /** The picture that is traced in; undefined where there is no live host to send a packet on. */
  setView(view: GraphView | undefined): void {
    this.view = view;
    if (view === undefined) this.end();
  }

  /** @param from what the packet comes from, where that is known */
  begin(purpose: Purpose, from: string | undefined): void {
    if (this.view === undefined) return;
    this.purpose = purpose;
    this.catcher.hidden = false;
    this.catcher.style.width = `${this.canvas.clientWidth}px`;
    this.from = this.canBeStart(from) ? from : undefined;
    this.actions.changed(purpose);
    this.sayNext();
    this.canvas.focus();
  }

  end(): void {
    if (this.asking === undefined) return;
    this.catcher.hidden = true;
    this.stopDrag();
    this.from = undefined;
    this.actions.mark(undefined);
    this.actions.changed(undefined);
  }

  /** Enter: takes what is selected as the next end. */
  choose(id: string | undefined): void {
    if (id === undefined || !this.canBeEnd(id)) return;
    const { from } = this;
    if (from === undefined) {
      if (!this.canBeStart(id)) return;
      this.from = id;
      this.sayNext();
    } else if (from !== id) {
      this.end();
      this.actions.ask(this.purpose, from, id);
    }
  }

  private sayNext(): void {
    const { from, view } = this;
    const node = view && nodeOf(view, from);
    this.actions.mark(from);
    this.actions.hint(
      node === undefined || view === undefined ? beginning(this.purpose) : goingOn(this.purpose, nameOf(node, view)),
    );
  }

  private listen(): void {
    const { catcher } = this;
    catcher.addEventListener('pointerdown', (event) => {
      if (event.button !== 0) return;
      event.preventDefault();
      catcher.setPointerCapture(event.pointerId);
      const at = this.pointOf(event);
      this.press = { at, id: this.endAt(at), moved: false };
    });
    catcher.addEventListener('pointermove', (event) => this.move(this.pointOf(event)));
    catcher.addEventListener('pointerup', (event) => this.release(this.pointOf(event)));
    catcher.addEventListener('pointercancel', () => this.stopDrag());
    catcher.addEventListener('wheel', (event) => {
      // Zooming goes on as ever.
      event.preventDefault();
      const target = this.canvas.querySelector('canvas:last-of-type') ?? this.canvas;
      target.dispatchEvent(new WheelEvent('wheel', event));
    });
  }

  private move(at: Point): void {
    const { press } = this;
    const over = this.endAt(at);
    if (press === undefined) {
      this.actions.mark(over ?? this.from);
      return;
    }
    if (!press.moved && Math.hypot(at.x - press.at.x, at.y - press.at.y) < dragBegins) return;
    press.moved = true;
    if (!this.canBeStart(press.id)) return;
    this.actions.mark(over);
    this.path.setAttribute('d', `M ${press.at.x} ${press.at.y} L ${at.x} ${at.y}`);
    this.line.toggleAttribute('hidden', false);
    this.line.classList.toggle('on-target', over !== undefined && over !== press.id);
  }

  private release(at: Point): void {
    const { press } = this;
    this.stopDrag();
    if (press === undefined) return;
    const over = this.endAt(at);
    if (!press.moved) this.choose(press.id);
    else if (this.canBeStart(press.id) && over !== undefined && over !== press.id) {
      this.end();
      this.actions.ask(this.purpose, press.id, over);
    } else this.sayNext();
  }

  private stopDrag(): void {
    this.press = undefined;
    this.line.toggleAttribute('hidden', true);
  }

  private pointOf(event: PointerEvent): Point {
    const { left, top } = this.canvas.getBoundingClientRect();
    return { x: event.clientX - left, y: event.clientY - top };
  }

  private endAt(point: Point): string | undefined {
    const ids = (this.view?.nodes ?? []).map(({ id }) => id).filter((id) => this.canBeEnd(id));
    return smallestAt(point, ids, (id) => this.actions.renderedBox(id));
  }

  /** Nothing runs outside of the host. */
  private canBeStart(id: string | undefined): id is string {
    return this.canBeEnd(id) && !(this.purpose === 'measure' && id === 'outside');
  }

  private canBeEnd(id: string | undefined): boolean {
    const node = this.view && nodeOf(this.view, id);
    return node !== undefined && kinds.has(node.kind) && node.presence !== 'declared' && node.linkKind !== 'group';
  }
}
