import { l10n, commands, TreeItemCheckboxState, window } from 'vscode';
import { DisposableList, type Disposable } from '../../base/disposable';
import { Emitter, type Event } from '../../base/events';
import type { HostRegistry } from '../hosts/host-registry';
import type { Subject } from '../../protocol/subject';
import { CommandId, ViewId } from '../ids';
import { hostTreeDragAndDrop } from './drag-and-drop';
import { HostTree, type ChosenHost, type TreeElement } from './host-tree';
import type { LabFaces } from './lab-nodes';
import { countLabs } from './lab-words';
import { registerTreeFilter } from './tree-filter';

export interface HostTreeView extends Disposable {
  /** The things that are selected, in no order. */
  selected(): readonly Subject[];
  /** Shows the row of something, whatever filter there is, and selects it. @returns false: the tree has no row for it */
  reveal(subject: Subject): Promise<boolean>;
  /** A person selected a row: what it is about, then what the rows that it lies in are about. */
  readonly onDidSelect: Event<readonly Subject[]>;
  /** Selects the row of a thing where the tree is on the screen; the keyboard stays where it is. */
  showSelected(subject: Subject): void;
}

/** Shows the tree, keeps its hosts current only while it is visible, and opens a host's row when it becomes live. */
export function createHostTreeView(registry: HostRegistry, faces?: LabFaces, chosen?: ChosenHost): HostTreeView {
  const list = new DisposableList();
  const tree = list.add(new HostTree(registry, faces, chosen));
  const view = list.add(
    window.createTreeView(ViewId.hosts, {
      treeDataProvider: tree,
      showCollapseAll: true,
      canSelectMany: true,
      dragAndDropController: hostTreeDragAndDrop,
      manageCheckboxStateManually: true,
    }),
  );
  list.add(registerTreeFilter(tree, view));
  list.add(view.onDidExpandElement(({ element }) => tree.noteOpened(element, true)));
  list.add(view.onDidCollapseElement(({ element }) => tree.noteOpened(element, false)));
  list.add(view.onDidChangeCheckboxState(({ items }) => switchAll(tree, items)));
  const watched = list.add(new WatchedHosts(registry));
  watched.setActive(view.visible);
  list.add(view.onDidChangeVisibility(({ visible }) => watched.setActive(visible)));
  const count = (): void => {
    const drifted = registry.hosts.flatMap((host) => countLabs(host, faces).drifted);
    const words = l10n.t(
      'Drifted from {0}: {1}',
      drifted.length === 1 ? l10n.t('its file') : l10n.t('their files'),
      drifted.join(', '),
    );
    // VS Code draws a badge anew even where it is the same.
    if (drifted.length === 0 ? view.badge === undefined : view.badge?.tooltip === words) return;
    view.badge = drifted.length === 0 ? undefined : { value: drifted.length, tooltip: words };
  };
  if (faces !== undefined) list.add(faces.onDidChange(count));
  list.add(registry.onDidChange(({ type }) => (type === 'snapshot' ? undefined : count())));
  const selections = list.add(new Emitter<readonly Subject[]>());
  /** The rows that we selected ourselves, the newest last: VS Code tells of them as of a person's, a moment later. */
  const shown = new Set<TreeElement>();
  /** VS Code tells of a selection again when it draws rows anew, of none in between. */
  let last: TreeElement | undefined;
  list.add(
    view.onDidChangeSelection(({ selection: [first] }) => {
      if (first === undefined || first === last) return;
      last = first;
      const isOurs = shown.has(first);
      // VS Code may have left out those before it, or a person was faster than all of them.
      for (const row of isOurs ? shown : []) {
        shown.delete(row);
        if (row === first) break;
      }
      if (!isOurs) selections.fire(subjectsOf(first));
    }),
  );
  const live = new Set<string>();
  list.add(
    registry.onDidChange((change) => {
      if (change.type === 'list') watched.update();
      if (change.type !== 'state') return;
      const { id, state } = change.host;
      const becameLive = state.status === 'live' && !live.has(id);
      if (state.status === 'live') live.add(id);
      else live.delete(id);
      const element = tree.hostElement(id);
      if (!becameLive || !view.visible || element === undefined) return;
      // A row that went away meanwhile cannot be revealed, and need not be.
      view.reveal(element, { select: false, focus: false, expand: true }).then(undefined, () => undefined);
    }),
  );
  return {
    dispose: () => list.dispose(),
    reveal: async (subject) => {
      if (tree.elementFor(subject) === undefined) await commands.executeCommand(CommandId.clearTreeFilter);
      const element = tree.elementFor(subject);
      if (element === undefined) return false;
      await view.reveal(element, { select: true, focus: true, expand: true });
      return true;
    },
    selected: () => view.selection.map(({ node }) => node.subject).filter((subject) => subject !== undefined),
    onDidSelect: selections.event,
    showSelected: (subject) => {
      const row = view.visible ? tree.elementFor(subject) : undefined;
      if (row === undefined || view.selection.includes(row)) return;
      shown.delete(row);
      shown.add(row);
      view.reveal(row, { select: true, focus: false }).then(undefined, () => shown.delete(row));
    },
  };
}

function subjectsOf(row: TreeElement): Subject[] {
  const own = row.node.subject;
  return [...(own === undefined ? [] : [own]), ...(row.parent === undefined ? [] : subjectsOf(row.parent))];
}

/** Switches what was checked or unchecked; a row shows what came of it, not what was wished. */
async function switchAll(
  tree: HostTree,
  items: readonly (readonly [TreeElement, TreeItemCheckboxState])[],
): Promise<void> {
  for (const state of [TreeItemCheckboxState.Checked, TreeItemCheckboxState.Unchecked]) {
    const rows = items.filter(([, wished]) => wished === state).map(([row]) => row);
    const subjects = rows.map(({ node }) => node.subject).filter((subject) => subject !== undefined);
    if (subjects.length === 0) continue;
    const input = state === TreeItemCheckboxState.Checked ? 'on' : 'off';
    await commands.executeCommand(CommandId.toggleNat, subjects, { input });
    tree.showAgain(rows);
  }
}

/** Watches every host of the registry while active. */
class WatchedHosts implements Disposable {
  private active = false;
  private watches = new Map<string, Disposable>();

  constructor(private readonly registry: HostRegistry) {}

  setActive(active: boolean): void {
    if (active === this.active) return;
    this.active = active;
    this.update();
  }

  /** Starts over with the hosts that there are now. */
  update(): void {
    const before = [...this.watches.values()];
    this.watches = new Map(this.active ? this.registry.hosts.map((host) => [host.id, host.watch()]) : []);
    for (const watch of before) watch.dispose();
  }

  dispose(): void {
    this.setActive(false);
  }
}
