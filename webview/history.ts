import * as l10n from '@vscode/l10n';
import type { HistoryMoment } from '../src/protocol/messages';
import { iconButton, iconOf } from './controls';

const icons = { appeared: 'add', went: 'remove', changed: 'edit' } as const;
/** Of what happened in one moment so much is told in its row; the rest is in its tooltip. */
const mostTold = 3;

/**
 * The events of this session, the newest at the end, below the picture. Each is a button that shows the host as it was right
 * after it; the last leads back to now.
 */
export class History {
  private readonly panel = document.createElement('section');
  private readonly list = document.createElement('ol');
  private moments: readonly HistoryMoment[] = [];
  private chosen: number | undefined;

  constructor(
    parent: HTMLElement,
    private readonly choose: (moment: number | undefined) => void,
    onClose: () => void,
  ) {
    this.panel.className = 'history';
    this.panel.hidden = true;
    this.panel.setAttribute('aria-label', l10n.t`History`);
    const head = document.createElement('header');
    const title = document.createElement('h2');
    title.textContent = l10n.t`History`;
    head.append(title, iconButton('close', l10n.t`Close History`, onClose));
    this.panel.append(head, this.list);
    this.list.addEventListener('keydown', (event) => this.step(event));
    parent.append(this.panel);
  }

  get isOpen(): boolean {
    return !this.panel.hidden;
  }

  open(): void {
    this.panel.hidden = false;
    this.draw();
    this.scrollToChosen();
  }

  close(): void {
    this.panel.hidden = true;
  }

  set(moments: readonly HistoryMoment[]): void {
    const wasAtEnd = this.list.scrollHeight - this.list.scrollTop - this.list.clientHeight < 8;
    this.moments = moments;
    if (!this.isOpen) return;
    this.draw();
    if (wasAtEnd) this.list.scrollTop = this.list.scrollHeight;
  }

  /** Which moment the picture shows; undefined is now. */
  mark(moment: number | undefined): void {
    if (moment === this.chosen) return;
    this.chosen = moment;
    if (this.isOpen) this.draw();
  }

  private draw(): void {
    const focused = this.buttons().indexOf(document.activeElement as HTMLButtonElement);
    const rows = this.moments.map((moment) => this.row(moment.id, timeOf(moment.time), moment));
    const now = this.row(undefined, l10n.t`Now`, undefined);
    this.list.replaceChildren(...rows, now);
    if (focused >= 0) this.buttons()[Math.min(focused, rows.length)]?.focus();
  }

  private row(id: number | undefined, when: string, moment: HistoryMoment | undefined): HTMLElement {
    const item = document.createElement('li');
    const button = document.createElement('button');
    button.type = 'button';
    button.setAttribute('aria-current', String(id === this.chosen));
    button.tabIndex = id === this.chosen ? 0 : -1;
    const time = document.createElement('span');
    time.className = 'time';
    time.textContent = when;
    button.append(time);
    const events = moment?.events ?? [];
    for (const { what, words } of events.slice(0, mostTold)) {
      const told = document.createElement('span');
      told.className = `event ${what}`;
      told.append(iconOf(icons[what]), words);
      button.append(told);
    }
    if (moment?.events.length === 0) button.append(l10n.t`as it was first seen`);
    if (events.length > mostTold) button.append(l10n.t`and ${events.length - mostTold} more`);
    if (events.length > 0) button.title = events.map(({ words }) => words).join('\n');
    button.addEventListener('click', () => this.choose(id));
    item.append(button);
    return item;
  }

  private buttons(): HTMLButtonElement[] {
    return [...this.list.querySelectorAll('button')];
  }

  /** Up and down, Home and End go through time. */
  private step(event: KeyboardEvent): void {
    const buttons = this.buttons();
    const at = buttons.indexOf(document.activeElement as HTMLButtonElement);
    const to = { ArrowUp: at - 1, ArrowDown: at + 1, Home: 0, End: buttons.length - 1 }[event.key];
    const button = to === undefined ? undefined : buttons[to];
    if (button === undefined) return;
    event.preventDefault();
    button.focus();
    button.click();
  }

  private scrollToChosen(): void {
    this.list.querySelector('[aria-current=true]')?.scrollIntoView({ block: 'nearest' });
  }
}

function timeOf(time: number): string {
  return new Date(time).toLocaleTimeString(undefined, { hour12: false });
}
