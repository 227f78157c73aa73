import * as l10n from '@vscode/l10n';
import { readingWords, type Reading } from '../src/protocol/reading';
import { element } from './dom';

/** Says over a picture that more of it comes, and how much. */
export class ReadingNote {
  private readonly box = element('div', 'reading-note');
  private readonly words = element('span', 'words');
  private readonly bar = element('progress', '');

  constructor(parent: HTMLElement) {
    this.box.hidden = true;
    this.bar.setAttribute('aria-label', l10n.t`Reading the host`);
    this.box.append(this.words, this.bar);
    parent.append(this.box);
  }

  get isShown(): boolean {
    return !this.box.hidden;
  }

  /** Shows how far the reading is; nothing once everything is read. */
  set(reading: Reading | undefined): void {
    this.box.hidden = reading === undefined;
    if (reading === undefined) return;
    this.words.textContent = l10n.t`Reading… ${readingWords(reading)}`;
    this.bar.max = Math.max(1, reading.of);
    this.bar.value = reading.read;
  }
}
