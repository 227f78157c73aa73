import { l10n, commands, window, type TreeView } from 'vscode';
import { DisposableList, type Disposable } from '../../base/disposable';
import { plainLine } from '../host-data';
import { CommandId, ContextKey } from '../ids';
import { filterWords } from './filter-nodes';
import type { HostTree, TreeElement } from './host-tree';

/** Filter and Clear Filter of the tree: what is typed is seen at once, Escape gives back what was before. */
export function registerTreeFilter(tree: HostTree, view: TreeView<TreeElement>): Disposable {
  const list = new DisposableList();
  let current = '';
  const apply = (text: string): void => {
    current = text.trim();
    tree.setFilter(filterWords(current));
    view.message = current === '' ? '' : messageOf(tree, current);
    commands.executeCommand('setContext', ContextKey.treeFiltered, current !== '').then(undefined, () => undefined);
  };
  list.add(commands.registerCommand(CommandId.filterTree, (text?: unknown) => ask(current, apply, text)));
  list.add(commands.registerCommand(CommandId.clearTreeFilter, () => apply('')));
  list.add(
    tree.onDidChangeTreeData(() => {
      if (current !== '') view.message = messageOf(tree, current);
    }),
  );
  return list;
}

function messageOf(tree: HostTree, text: string): string {
  // An empty tree has words of its own and the button that clears the filter; VS Code shows those only without a message.
  return tree.isEmpty ? '' : l10n.t('Only what holds {0} is shown.', `“${plainLine(text)}”`);
}

/** @param given the filter, from a caller that is no person */
async function ask(before: string, apply: (text: string) => void, given: unknown): Promise<void> {
  if (typeof given === 'string') {
    apply(given);
    return;
  }
  const box = window.createInputBox();
  box.title = l10n.t('Filter Netns Hosts');
  box.prompt = l10n.t(
    'Words, each of which must stand in a row or above it: a name, an address, a state. Empty shows everything.',
  );
  box.placeholder = l10n.t('earth 10.10. down');
  box.value = before;
  const subscriptions = new DisposableList();
  subscriptions.add(box);
  try {
    const taken = await new Promise<boolean>((resolve) => {
      subscriptions.add(box.onDidChangeValue(apply));
      subscriptions.add(box.onDidAccept(() => resolve(true)));
      subscriptions.add(box.onDidHide(() => resolve(false)));
      box.show();
    });
    if (!taken) apply(before);
  } finally {
    subscriptions.dispose();
  }
}
