import type { GraphEdit } from '../src/protocol/graph-edit';

export interface EditKeyActions {
  /** What the keys are about. */
  selected(): string | undefined;
  edit(edit: GraphEdit): void;
  history(step: 'undo' | 'redo'): void;
  /** There is a file to edit. */
  canEdit(): boolean;
}

/**
 * In the picture N and B add a namespace and a bridge, C draws a cable, F2 renames, Delete deletes; anywhere on the page but in
 * a text field, Undo and Redo are the file's.
 */
export function listenToEditKeys(page: Document, picture: HTMLElement, actions: EditKeyActions): void {
  page.addEventListener('keydown', (event) => {
    if (event.altKey || !actions.canEdit()) return;
    const isCommand = event.ctrlKey || event.metaKey;
    const [target] = event.composedPath();
    if (isCommand ? target instanceof HTMLInputElement : target !== picture) return;
    if (!(isCommand ? undoKey(event, actions) : editKey(event, actions))) return;
    event.preventDefault();
    // VS Code would hear it as well, and undo in the page.
    event.stopPropagation();
  });
}

function undoKey(event: KeyboardEvent, actions: EditKeyActions): boolean {
  const key = event.key.toLowerCase();
  if (key === 'z') actions.history(event.shiftKey ? 'redo' : 'undo');
  else if (key === 'y' && !event.shiftKey) actions.history('redo');
  else return false;
  return true;
}

function editKey(event: KeyboardEvent, actions: EditKeyActions): boolean {
  const edit = editFor(event.key, actions.selected());
  if (edit !== undefined) actions.edit(edit);
  return edit !== undefined;
}

function editFor(key: string, nodeId: string | undefined): GraphEdit | undefined {
  if (key === 'n') return { type: 'add', kind: 'namespace' };
  if (key === 'b') return { type: 'add', kind: 'bridge' };
  if (nodeId === undefined) return undefined;
  switch (key) {
    case 'c':
      return { type: 'connect', from: nodeId };
    case 'F2':
      return { type: 'rename', nodeId };
    case 'Delete':
    case 'Backspace':
      return { type: 'delete', nodeId };
    default:
      return undefined;
  }
}
