import { iconOf } from './controls';

/** An element with a class and what is in it; texts become text, whatever they hold. */
export function element<K extends keyof HTMLElementTagNameMap>(
  name: K,
  className: string,
  ...children: readonly (Node | string)[]
): HTMLElementTagNameMap[K] {
  const made = document.createElement(name);
  if (className !== '') made.className = className;
  made.append(...children);
  return made;
}

/** A button that looks like a link, as VS Code has them in texts. `key` finds it again after the page was drawn anew. */
export function linkButton(key: string, text: string, onClick: () => void, icon?: string): HTMLButtonElement {
  const button = element('button', 'link', ...(icon === undefined ? [] : [iconOf(icon)]), text);
  button.type = 'button';
  button.dataset['key'] = key;
  button.addEventListener('click', onClick);
  return button;
}

/** Names an element for `drawAnew`. */
export function keyed<T extends HTMLElement>(key: string, named: T): T {
  named.dataset['key'] = key;
  return named;
}

/** Exchanges what is in an element; what has the keyboard keeps it, where there is something of the same key again. */
export function drawAnew(parent: HTMLElement, children: readonly Node[]): void {
  const { activeElement } = document;
  const key =
    activeElement instanceof HTMLElement && parent.contains(activeElement) ? activeElement.dataset['key'] : undefined;
  const open = new Set(
    [...parent.querySelectorAll('details[open]')].map((each) => (each as HTMLElement).dataset['key'] ?? ''),
  );
  parent.replaceChildren(...children);
  for (const each of parent.querySelectorAll('details')) {
    if (open.has(each.dataset['key'] ?? '-')) each.open = true;
  }
  if (key === undefined) return;
  const again = [...parent.querySelectorAll<HTMLElement>('[data-key]')].find((each) => each.dataset['key'] === key);
  again?.focus({ preventScroll: true });
}
