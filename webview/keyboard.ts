/** What the keys do in the picture. */
export interface KeyboardActions {
  /** Everything that can be reached, in reading order. */
  ids(): readonly string[];
  /** The middle of a node as drawn; undefined for what is not on the canvas. */
  position(id: string): { x: number; y: number } | undefined;
  /** The node that the keys are at. */
  current(): string | undefined;
  moveTo(id: string): void;
  open(id: string): void;
  clear(): void;
  zoomBy(factor: number): void;
  fit(): void;
  search(): void;
  /** Shows only the current and its neighbours, or everything again. */
  focus(): void;
  /** Collapses or opens the group of the current, or all. */
  toggleGroups(): void;
}

const directions: Readonly<Record<string, { readonly x: number; readonly y: number }>> = {
  ArrowLeft: { x: -1, y: 0 },
  ArrowRight: { x: 1, y: 0 },
  ArrowUp: { x: 0, y: -1 },
  ArrowDown: { x: 0, y: 1 },
};

/**
 * Arrows go to the next node in that direction, Tab through all of them and out at the end, Enter opens the details,
 * Escape clears (the next Tab then leaves), `+` `-` `0` zoom, `/` searches, F shows only the neighbours, G collapses.
 */
export function listenToKeys(container: HTMLElement, actions: KeyboardActions): void {
  let leaving = false;
  container.addEventListener('focus', () => {
    leaving = false;
  });
  container.addEventListener('keydown', (event) => {
    if (event.altKey || event.ctrlKey || event.metaKey) return;
    if (handle(event)) {
      event.preventDefault();
      event.stopPropagation();
    }
  });

  const handle = (event: KeyboardEvent): boolean => {
    const current = actions.current();
    const direction = directions[event.key];
    if (direction !== undefined) return moveBy(direction, current);
    switch (event.key) {
      case 'Tab':
        return !leaving && step(event.shiftKey ? -1 : 1, current);
      case 'Enter':
      case ' ':
        if (current !== undefined) actions.open(current);
        return current !== undefined;
      case 'Escape':
        leaving = true;
        actions.clear();
        return true;
      case 'Home':
      case 'End':
        return goTo(actions.ids().at(event.key === 'Home' ? 0 : -1));
      case '+':
      case '=':
        actions.zoomBy(1.25);
        return true;
      case '-':
        actions.zoomBy(0.8);
        return true;
      case '0':
        actions.fit();
        return true;
      case '/':
        actions.search();
        return true;
      case 'f':
        actions.focus();
        return true;
      case 'g':
        actions.toggleGroups();
        return true;
      default:
        return false;
    }
  };

  const goTo = (id: string | undefined): boolean => {
    if (id === undefined) return false;
    leaving = false;
    actions.moveTo(id);
    return true;
  };

  const step = (by: 1 | -1, current: string | undefined): boolean => {
    const ids = actions.ids();
    const index = current === undefined ? -1 : ids.indexOf(current);
    if (index === -1) return goTo(by === 1 ? ids[0] : undefined);
    return goTo(ids[index + by]);
  };

  const moveBy = (direction: { x: number; y: number }, current: string | undefined): boolean => {
    const from = current === undefined ? undefined : actions.position(current);
    if (from === undefined) return goTo(actions.ids()[0]);
    const candidates = actions.ids().flatMap((id) => {
      const at = id === current ? undefined : actions.position(id);
      return at === undefined ? [] : [{ id, at }];
    });
    return goTo(nearest(from, direction, candidates)) || true;
  };
}

/** The nearest in a direction: what lies straight ahead counts as nearer than what lies aside. */
export function nearest(
  from: { readonly x: number; readonly y: number },
  direction: { readonly x: number; readonly y: number },
  candidates: readonly { readonly id: string; readonly at: { readonly x: number; readonly y: number } }[],
): string | undefined {
  let best: string | undefined;
  let bestScore = Infinity;
  for (const { id, at } of candidates) {
    const dx = at.x - from.x;
    const dy = at.y - from.y;
    const ahead = dx * direction.x + dy * direction.y;
    const aside = Math.abs(dx * direction.y + dy * direction.x);
    if (ahead <= 1 || aside > ahead * 2.5) continue;
    const score = ahead + 2 * aside;
    if (score < bestScore) {
      best = id;
      bestScore = score;
    }
  }
  return best;
}
