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
 * is on, unless somebody has prevented its default; Cytoscape does that on its own element. So the event is sent again from the
 * stage around it, which has the context of what is meant for just that long. The menu key's event says no place: it
 * comes from where the selected thing is drawn.
 */
export function openContextMenus(
  stage: HTMLElement,
  canvas: HTMLElement,
  list: HTMLElement,
  actions: ContextMenuActions,
): void {
  const send = (id: string | undefined, at: { readonly x: number; readonly y: number } | undefined): void => {
    const box = canvas.getBoundingClientRect();
    const { x, y } = at ?? { x: box.left + 24, y: box.top + 24 };
    stage.dataset['vscodeContext'] = actions.context(id);
    stage.dispatchEvent(
      new MouseEvent('contextmenu', {
        bubbles: true,
        cancelable: true,
        button: 2,
        clientX: Math.min(Math.max(x, box.left), box.right - 1),
        clientY: Math.min(Math.max(y, box.top), box.bottom - 1),
      }),
    );
    delete stage.dataset['vscodeContext'];
  };
  const takeOver = (event: Event): void => {
    event.preventDefault();
    event.stopImmediatePropagation();
  };
  const sendFrom = (id: string | undefined): void => send(id, id === undefined ? undefined : actions.placeOf(id));
  canvas.addEventListener(
    'contextmenu',
    (event) => {
      takeOver(event);
      if (isByKey(event)) sendFrom(actions.selected());
      else send(actions.pointed(), { x: event.clientX, y: event.clientY });
    },
    { capture: true },
  );
  list.addEventListener('contextmenu', (event) => {
    const button = event.target instanceof Element ? event.target.closest('button') : null;
    takeOver(event);
    sendFrom(button?.dataset['node']);
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
