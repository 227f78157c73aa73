import { iconOf } from './controls';

/** What is said above the picture as long as it holds, with a button that helps. */
export class Banner {
  private readonly box = document.createElement('div');
  private readonly text = document.createElement('span');

  constructor(parent: HTMLElement, label: string, onClick: () => void) {
    this.box.className = 'banner';
    this.box.hidden = true;
    this.box.setAttribute('role', 'status');
    const button = document.createElement('button');
    button.type = 'button';
    button.className = 'link';
    button.textContent = label;
    button.addEventListener('click', onClick);
    this.box.append(iconOf('warning'), this.text, button);
    parent.append(this.box);
  }

  /** Shows a note, or none. */
  set(note: string | undefined): void {
    this.box.hidden = note === undefined;
    if (note !== undefined && this.text.textContent !== note) this.text.textContent = note;
  }
}
