import * as l10n from '@vscode/l10n';
import { readingWords, type Reading } from '../src/protocol/reading';
import { element } from './dom';

/** Says over a picture that more of it comes: that the host is still being read, and how far, or that much is being drawn. */
export class ReadingNote {
  private readonly box = element('div', 'reading-note');
  private readonly words = element('span', 'words');
  private readonly bar = element('progress', '');
  private reading: Reading | undefined;
  private work: string | undefined;

  constructor(parent: HTMLElement) {
    this.bar.setAttribute('aria-label', l10n.t`Reading the host`);
    this.box.append(this.words, this.bar);
    this.show();
    parent.append(this.box);
  }

  /** The host is still being read. */
  get isReading(): boolean {
    return this.reading !== undefined;
  }

  /** Shows how far the reading is; nothing once everything is read. */
  setReading(reading: Reading | undefined): void {
    this.reading = reading;
    this.show();
  }

  /** Shows what the page itself is busy with, which takes longer than a blink. */
  setWork(work: string | undefined): void {
    this.work = work;
    this.show();
  }

  private show(): void {
    const { reading, work } = this;
    this.box.hidden = reading === undefined && work === undefined;
    this.words.textContent = reading === undefined ? (work ?? '') : l10n.t`Reading… ${readingWords(reading)}`;
    this.bar.hidden = reading === undefined;
    this.bar.max = Math.max(1, reading?.of ?? 1);
    this.bar.value = reading?.read ?? 0;
  }
}
