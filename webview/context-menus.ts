/** What a right click in the picture, or the menu key, is about. */
export interface ContextMenuActions {
  /** What the pointer is on. */
  pointed(): string | undefined;
  /** What is selected, for the menu key. */
  selected(): string | undefined;
  /** Where something is drawn, in the page's pixels. */
  placeOf(id: string): { readonly x: number; readonly y: number } | undefined;
  /** `data-vscode-context` of something, or of the ground. */
  context(id: string | undefined): string;
}

/**
 * VS Code opens its own menu where the page's `contextmenu` event arrives, by the `data-vscode-context` of the element that it
 * is on. The canvas is one element for all that is drawn on it, so it gets the context just before. The menu key's event
 * says no place: it is sent again from where the selected thing is drawn.
 */
export function openContextMenus(canvas: HTMLElement, list: HTMLElement, actions: ContextMenuActions): void {
  const ours = new WeakSet<Event>();
  const send = (id: string | undefined): void => {
    const box = canvas.getBoundingClientRect();
    const at = id === undefined ? undefined : actions.placeOf(id);
    const { x, y } = at ?? { x: box.left + 24, y: box.top + 24 };
    const event = new MouseEvent('contextmenu', {
      bubbles: true,
      cancelable: true,
      button: 2,
      clientX: Math.min(Math.max(x, box.left), box.right - 1),
      clientY: Math.min(Math.max(y, box.top), box.bottom - 1),
    });
    ours.add(event);
    canvas.dataset['vscodeContext'] = actions.context(id);
    canvas.dispatchEvent(event);
  };
  const takeOver = (event: Event, id: string | undefined): void => {
    event.preventDefault();
    event.stopPropagation();
    send(id);
  };
  canvas.addEventListener(
    'contextmenu',
    (event) => {
      if (ours.has(event)) return;
      if (isByKey(event)) takeOver(event, actions.selected());
      else canvas.dataset['vscodeContext'] = actions.context(actions.pointed());
    },
    { capture: true },
  );
  list.addEventListener('contextmenu', (event) => {
    const button = event.target instanceof Element ? event.target.closest('button') : null;
    takeOver(event, button?.dataset['node']);
  });
}

/**
 * Whether the menu key or Shift+F10 made the event: a mouse says its right button (or on a Mac Control), a finger that it is
 * one; Chromium says of a key that a mouse with no button made it.
 */
function isByKey(event: MouseEvent): boolean {
  const isFinger = event instanceof PointerEvent && event.pointerType === 'touch';
  return event.button !== 2 && !event.ctrlKey && !isFinger;
}
