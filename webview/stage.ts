import * as l10n from '@vscode/l10n';
/** Where the picture is drawn, with room for what lies over it. The canvas takes the keyboard for all that is drawn on it. */
export class Stage {
  readonly element = document.createElement('div');
  readonly canvas = document.createElement('div');

  constructor() {
    const { canvas, element } = this;
    element.className = 'stage';
    canvas.className = 'canvas';
    canvas.tabIndex = 0;
    canvas.setAttribute('role', 'application');
    canvas.setAttribute('aria-roledescription', 'network graph');
    canvas.setAttribute(
      'aria-label',
      l10n.t`Network graph. Arrow keys move, Enter shows details, Escape clears, F shows only the neighbours, the menu key what can be done.`,
    );
    element.append(canvas);
    // VS Code gives the keyboard to the page's body: after a dialog, and when the tab comes to the front.
    window.addEventListener('focus', () => {
      if (document.activeElement === document.body) canvas.focus({ preventScroll: true });
    });
  }

  /** Marks a picture that is not of now. */
  setPast(past: boolean): void {
    this.element.classList.toggle('past', past);
  }

  onResize(listener: () => void): void {
    new ResizeObserver(listener).observe(this.canvas);
  }
}
