/** The whole name and the state of what the pointer is on. */
export class Tooltip {
  private readonly box = document.createElement('div');
  private timer: ReturnType<typeof setTimeout> | undefined;

  constructor(private readonly parent: HTMLElement) {
    this.box.className = 'tooltip';
    this.box.hidden = true;
    this.box.setAttribute('aria-hidden', 'true');
    parent.append(this.box);
  }

  /** Shows `text` beside a point of the parent, after the short wait that tooltips have in the editor. */
  show(text: string, at: { x: number; y: number }): void {
    clearTimeout(this.timer);
    this.timer = setTimeout(() => {
      this.box.textContent = text;
      this.box.hidden = false;
      const { clientWidth, clientHeight } = this.parent;
      const x = Math.max(4, Math.min(at.x + 12, clientWidth - this.box.offsetWidth - 8));
      const below = at.y + 18;
      const y = below + this.box.offsetHeight > clientHeight ? at.y - this.box.offsetHeight - 10 : below;
      this.box.style.transform = `translate(${Math.round(x)}px, ${Math.round(y)}px)`;
    }, 350);
  }

  hide(): void {
    clearTimeout(this.timer);
    this.box.hidden = true;
  }
}
