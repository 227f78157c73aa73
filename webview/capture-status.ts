import * as l10n from '@vscode/l10n';
import type { CaptureStatus } from '../src/protocol/capture';
import { iconOf } from './controls';

const phases = { starting: l10n.t`Starting`, running: l10n.t`Capturing`, ended: l10n.t`Ended` } as const;
const icons = { starting: 'loading', running: 'record', ended: 'debug-stop' } as const;
const many = new Intl.NumberFormat('en-US');

/** The line below the packets with its numbers, and the sentences above them. */
export class CaptureStatusLine {
  readonly element = document.createElement('div');
  readonly notes = document.createElement('div');
  /** Spoken when the phase changes; the numbers change too often for that. */
  private readonly spoken = document.createElement('span');
  private status: CaptureStatus | undefined;
  private total = 0;
  private said = '';

  constructor() {
    this.element.className = 'status';
    this.notes.className = 'notes';
    this.notes.hidden = true;
    this.spoken.className = 'visually-hidden';
    this.spoken.setAttribute('role', 'status');
  }

  show(status: CaptureStatus): void {
    this.status = status;
    const said = JSON.stringify([status.phase, status.notes]);
    if (said !== this.said) {
      this.said = said;
      this.spoken.textContent = [`${phases[status.phase]}: ${status.title}`, ...status.notes].join('. ');
      this.showNotes(status);
    }
    this.draw();
  }

  /** How many rows the table has. */
  showTotal(total: number): void {
    this.total = total;
    this.draw();
  }

  private showNotes({ notes, failed }: CaptureStatus): void {
    this.notes.hidden = notes.length === 0;
    this.notes.classList.toggle('failed', failed);
    this.notes.replaceChildren(...notes.map((note) => withText('p', '', note)));
  }

  private draw(): void {
    const { status } = this;
    if (status === undefined) return;
    const { phase, seen, kept, bytes, dropped, filter, limits, paused, streaming } = status;
    const state = withText('span', `phase ${phase}`, paused && phase !== 'ended' ? l10n.t`View paused` : phases[phase]);
    state.prepend(iconOf(phase === 'starting' ? `${icons.starting} codicon-modifier-spin` : icons[phase]));
    const shown = this.total === kept ? '' : l10n.t`, ${many.format(this.total)} shown`;
    const gone = kept === seen ? '' : l10n.t`, ${many.format(kept)} kept`;
    this.element.replaceChildren(
      state,
      withText('span', 'count', l10n.t`${many.format(seen)} packets${gone}${shown} (${sizeText(bytes)})`),
      withText('span', dropped === 0 ? 'dropped' : 'dropped lost', l10n.t`${many.format(dropped)} lost by the host`),
      withText('span', 'filter', filter === '' ? l10n.t`no capture filter` : l10n.t`capture filter: ${filter}`, filter),
      ...(streaming ? [withText('span', 'streaming', l10n.t`to Wireshark`)] : []),
      withText('span', 'limits', limits),
      this.spoken,
    );
  }
}

/** `1.2 MB` */
function sizeText(bytes: number): string {
  if (bytes < 1000) return `${bytes} B`;
  if (bytes < 1_000_000) return `${(bytes / 1000).toFixed(1)} kB`;
  return `${(bytes / 1_000_000).toFixed(1)} MB`;
}

function withText(tag: 'p' | 'span', className: string, text: string, title = ''): HTMLElement {
  const element = document.createElement(tag);
  element.className = className;
  element.textContent = text;
  if (title !== '') element.title = title;
  return element;
}
