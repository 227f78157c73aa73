import * as l10n from '@vscode/l10n';
import type { CaptureRow, CaptureStatus, ToCapture } from '../src/protocol/capture';
import { columns, rowElement } from './capture-row';

export interface GridActions {
  /** The part of the table that is on the screen has changed. */
  view(view: { readonly begin: number; readonly count: number; readonly follow: boolean }): void;
  select(number: number): void;
  /** Enter: to the details. */
  open(): void;
  following(follow: boolean): void;
  search(): void;
}

type Part = Extract<ToCapture, { type: 'rows' }>;

/** Pixels; as in capture.css. */
const rowHeight = 22;
/** Rows above and below those on the screen, so that a small scroll shows no gap. */
const spare = 10;

/** The table of packets. Only the rows on the screen exist; the extension is asked for them. */
export class PacketGrid {
  private readonly frame = div('packets');
  private readonly grid = div('grid');
  private readonly scroller = div('scroller');
  private readonly spacer = div('spacer');
  private readonly rows = div('rows');
  private readonly empty = div('empty');
  private part: Part = { type: 'rows', gone: 0, total: 0, begin: 0, rows: [] };
  private follow = true;
  private selectedNumber: number | undefined;
  /** Where we scrolled to by ourselves. */
  private expectedTop = 0;
  private asked = '';
  private frameRequest: number | undefined;
  private phase: CaptureStatus['phase'] = 'starting';
  private cleared = 0;
  /** A key has moved to the next or last row, which was not there yet. */
  private pendingPlace: number | undefined;

  constructor(
    parent: HTMLElement,
    private readonly actions: GridActions,
  ) {
    this.grid.tabIndex = 0;
    this.grid.setAttribute('role', 'grid');
    this.grid.setAttribute(
      'aria-label',
      l10n.t`Packets. Arrow keys move, Enter goes to the details, Ctrl+F to the search.`,
    );
    this.grid.setAttribute('aria-colcount', String(columns.length));
    const head = div('head');
    head.setAttribute('role', 'row');
    head.setAttribute('aria-rowindex', '1');
    for (const { name, heading } of columns) {
      const cell = div(name);
      cell.setAttribute('role', 'columnheader');
      cell.textContent = heading;
      head.append(cell);
    }
    this.rows.setAttribute('role', 'rowgroup');
    this.scroller.append(this.spacer, this.rows);
    this.grid.append(head, this.scroller);
    this.frame.append(this.grid, this.empty);
    parent.append(this.frame);
    this.scroller.addEventListener('scroll', () => this.onScroll());
    this.grid.addEventListener('keydown', (event) => this.onKey(event));
    this.rows.addEventListener('mousedown', ({ target }) => {
      const row = target instanceof Element ? target.closest<HTMLElement>('.row') : null;
      if (row !== null) this.select(Number(row.dataset['number']));
    });
    new ResizeObserver(() => {
      if (this.follow) this.toEnd();
      else this.reveal();
      this.ask();
    }).observe(this.scroller);
    this.draw();
  }

  /** The number of the selected packet. */
  get selected(): number | undefined {
    return this.selectedNumber;
  }

  focus(): void {
    this.grid.focus({ preventScroll: true });
  }

  hasFocus(): boolean {
    return document.activeElement === this.grid;
  }

  setFollow(follow: boolean): void {
    this.follow = follow;
    this.actions.following(follow);
    if (follow) this.toEnd();
    this.ask();
  }

  setPhase(phase: CaptureStatus['phase']): void {
    this.phase = phase;
    this.drawEmpty();
  }

  /** Another search: the places of the table are new. */
  startAnew(): void {
    this.part = { type: 'rows', gone: 0, total: 0, begin: 0, rows: [] };
    this.asked = '';
    this.setFollow(true);
  }

  clear(): void {
    this.selectedNumber = undefined;
    this.cleared++;
    this.startAnew();
  }

  show(part: Part): void {
    const before = this.part;
    this.part = part;
    this.spacer.style.height = `${part.total * rowHeight}px`;
    this.grid.setAttribute('aria-rowcount', String(part.total + 1));
    if (this.follow) this.toEnd();
    else if (part.gone > before.gone) {
      // What was above is gone: what is looked at stays where it is.
      this.scrollTo(this.scroller.scrollTop - (part.gone - before.gone) * rowHeight);
    }
    this.draw();
    const place = this.pendingPlace;
    if (place !== undefined) {
      this.pendingPlace = undefined;
      this.selectPlace(place);
    }
    this.ask();
  }

  private get firstVisible(): number {
    return this.part.gone + Math.floor(this.scroller.scrollTop / rowHeight);
  }

  private get visibleCount(): number {
    return Math.ceil(this.scroller.clientHeight / rowHeight) + 1;
  }

  private onScroll(): void {
    const { scrollTop, scrollHeight, clientHeight } = this.scroller;
    if (Math.abs(scrollTop - this.expectedTop) > 1) {
      const atEnd = scrollTop + clientHeight >= scrollHeight - rowHeight / 2;
      if (atEnd !== this.follow) {
        this.follow = atEnd;
        this.actions.following(atEnd);
      }
      this.expectedTop = scrollTop;
    }
    this.ask();
  }

  /** Asks the extension for what is on the screen, once a frame at most, and only where that is something else. */
  private ask(): void {
    this.frameRequest ??= requestAnimationFrame(() => {
      this.frameRequest = undefined;
      const begin = Math.max(0, this.firstVisible - spare);
      const count = this.visibleCount + 2 * spare;
      const view = { begin: this.follow ? 0 : begin, count, follow: this.follow };
      const key = JSON.stringify(view);
      if (key === this.asked) return;
      this.asked = key;
      this.actions.view(view);
    });
  }

  private toEnd(): void {
    this.scrollTo(this.scroller.scrollHeight);
  }

  private scrollTo(top: number): void {
    this.scroller.scrollTop = top;
    this.expectedTop = this.scroller.scrollTop;
  }

  private draw(): void {
    const { rows, begin, gone } = this.part;
    this.rows.style.transform = `translateY(${(begin - gone) * rowHeight}px)`;
    this.rows.replaceChildren(
      ...rows.map((row, index) => rowElement(row, begin - gone + index, row.number === this.selectedNumber)),
    );
    const isShown = rows.some(({ number }) => number === this.selectedNumber);
    if (isShown) this.grid.setAttribute('aria-activedescendant', `packet-${this.selectedNumber ?? 0}`);
    else this.grid.removeAttribute('aria-activedescendant');
    this.drawEmpty();
  }

  private drawEmpty(): void {
    this.empty.hidden = this.part.total > 0;
    const words = {
      starting: l10n.t`Starting…`,
      running:
        this.cleared > 0 ? l10n.t`Waiting for packets…` : l10n.t`Waiting for packets… They appear here as they pass.`,
      ended: l10n.t`No packets to show.`,
    };
    this.empty.textContent = words[this.phase];
  }

  private select(number: number): void {
    this.selectedNumber = number;
    this.draw();
    this.actions.select(number);
    if (this.follow && this.phase !== 'ended') this.setFollow(false);
  }

  private onKey(event: KeyboardEvent): void {
    const { key, ctrlKey, metaKey } = event;
    if ((ctrlKey || metaKey) && key.toLowerCase() === 'f') {
      this.actions.search();
    } else if (ctrlKey || metaKey || event.altKey) {
      return;
    } else if (key === 'Enter') {
      this.actions.open();
    } else {
      const page = Math.max(1, this.visibleCount - 2);
      const steps: Readonly<Record<string, number>> = {
        ArrowDown: 1,
        ArrowUp: -1,
        PageDown: page,
        PageUp: -page,
        Home: -Infinity,
        End: Infinity,
      };
      const step = steps[key];
      if (step === undefined) return;
      this.move(step);
    }
    event.preventDefault();
  }

  /** Where the table has become lower: what is selected must not lie behind the details. */
  private reveal(): void {
    const place = this.placeOf(this.selectedNumber);
    if (place !== undefined) this.scrollTo(this.topThatShows(place));
  }

  /** How far to scroll so that a place is seen: no further than it takes. */
  private topThatShows(place: number): number {
    const top = (place - this.part.gone) * rowHeight;
    const { scrollTop, clientHeight } = this.scroller;
    return Math.min(top, Math.max(scrollTop, top + rowHeight - clientHeight));
  }

  private move(step: number): void {
    const { gone, total } = this.part;
    if (total === 0) return;
    const current = this.placeOf(this.selectedNumber);
    const from = current ?? (this.follow ? gone + total - 1 : this.firstVisible - 1);
    const last = gone + total - 1;
    const place = current === undefined && this.follow ? from : Math.max(gone, Math.min(last, from + step));
    if (this.follow) this.setFollow(false);
    this.scrollTo(this.topThatShows(place));
    this.selectPlace(place);
  }

  /** Selects the row in a place; one that is not here yet as soon as it is. */
  private selectPlace(place: number): void {
    const row = this.rowAt(place);
    if (row === undefined) {
      this.pendingPlace = place;
      this.ask();
    } else if (row.number !== this.selectedNumber) {
      this.select(row.number);
    }
  }

  private rowAt(place: number): CaptureRow | undefined {
    return this.part.rows[place - this.part.begin];
  }

  private placeOf(number: number | undefined): number | undefined {
    const index = this.part.rows.findIndex((row) => row.number === number);
    return index < 0 ? undefined : this.part.begin + index;
  }
}

function div(className: string): HTMLDivElement {
  const element = document.createElement('div');
  element.className = className;
  return element;
}
