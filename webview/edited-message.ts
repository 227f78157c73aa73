import * as l10n from '@vscode/l10n';
/** How long what was done stays on the screen, in milliseconds: long enough to read it and to reach the button. */
const shownFor = 8000;

/** Says what an edit did, with the way back. Screen readers hear it from the list's live region. */
export class EditedMessage {
  private readonly box = document.createElement('div');
  private readonly text = document.createElement('span');
  private timer: ReturnType<typeof setTimeout> | undefined;

  constructor(parent: HTMLElement, onUndo: () => void) {
    this.box.className = 'edited';
    this.box.hidden = true;
    const button = document.createElement('button');
    button.type = 'button';
    button.className = 'link';
    button.textContent = l10n.t`Undo`;
    button.addEventListener('click', () => {
      this.hide();
      onUndo();
    });
    this.box.append(this.text, button);
    this.box.addEventListener('pointerenter', () => clearTimeout(this.timer));
    this.box.addEventListener('pointerleave', () => this.hideLater());
    parent.append(this.box);
  }

  show(said: string): void {
    this.text.textContent = said;
    this.box.hidden = false;
    this.hideLater();
  }

  hide(): void {
    clearTimeout(this.timer);
    this.box.hidden = true;
  }

  private hideLater(): void {
    clearTimeout(this.timer);
    this.timer = setTimeout(() => this.hide(), shownFor);
  }
}
