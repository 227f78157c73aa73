import {
  l10n,
  EventEmitter,
  ThemeColor,
  ThemeIcon,
  TreeItem,
  TreeItemCheckboxState,
  TreeItemCollapsibleState,
  type ProviderResult,
  type TreeDataProvider,
} from 'vscode';
import { DisposableList, type Disposable } from '../../base/disposable';
import type { Event } from '../../base/events';
import type { Subject } from '../../protocol/subject';
import { tooltip } from '../host-data';
import type { Host } from '../hosts/host';
import type { HostRegistry } from '../hosts/host-registry';
import { filterNode } from './filter-nodes';
import { pathToRow } from './find-row';
import { hostNode } from './host-nodes';
import type { LabFaces } from './lab-nodes';
import { changedNodes, type TreeNode } from './node';

/**
 * One row as VS Code knows it. VS Code finds rows again by object identity, so a row keeps its element for as long as it
 * exists while the data in it is exchanged.
 */
export interface TreeElement {
  node: TreeNode;
  readonly parent: TreeElement | undefined;
  /** For commands, which get the row as their argument. */
  readonly hostId: string;
}

/** Which host the workspace's topologies are for that name none. */
export interface ChosenHost {
  knownTarget(topology: undefined): Host | undefined;
  readonly onDidChange: Event<void>;
}

/** The tree of hosts. Builds the rows of a host anew when it changes and shows only those again that differ. */
export class HostTree implements TreeDataProvider<TreeElement>, Disposable {
  private readonly disposables = new DisposableList();
  private readonly changes = this.disposables.add(new EventEmitter<TreeElement[] | undefined>());
  private readonly elements = new Map<string, TreeElement>();
  /** The ids of the rows below which VS Code has looked: only there rows are made and compared. */
  private readonly asked = new Set<string>();
  /** The hosts' rows as last shown. */
  private roots = new Map<string, TreeNode>();
  /** What the rows must hold to be shown, as `filterWords` gives it. */
  private filter: readonly string[] = [];
  /** By their ids, the rows that a person opened or closed while there was no filter. */
  private readonly opened = new Map<string, boolean>();

  readonly onDidChangeTreeData = this.changes.event;

  constructor(
    private readonly registry: HostRegistry,
    private readonly faces?: LabFaces,
    private readonly chosen?: ChosenHost,
  ) {
    this.buildRoots();
    this.disposables.add(
      registry.onDidChange((change) => {
        if (change.type === 'list') this.updateList();
        else this.updateHost(change.host.id);
      }),
    );
    if (faces !== undefined) this.disposables.add(faces.onDidChange((hostId) => this.updateHost(hostId)));
    if (chosen !== undefined) this.disposables.add(chosen.onDidChange(() => this.updateList()));
  }

  getChildren(element?: TreeElement): TreeElement[] {
    const nodes = element === undefined ? [...this.roots.values()] : element.node.children;
    if (element !== undefined) this.asked.add(element.node.id);
    return nodes.map((node) => this.elementOf(node, element));
  }

  getParent(element: TreeElement): ProviderResult<TreeElement> {
    return element.parent;
  }

  getTreeItem({ node }: TreeElement): TreeItem {
    const { label, description } = node;
    const item = new TreeItem(label, collapsibleState(node, this.filter.length > 0 ? undefined : this.opened));
    // VS Code keeps rows open or closed by their ids: a filter opens rows without touching how they were before.
    item.id = this.filter.length === 0 ? node.id : `${node.id}\u0000${this.filter.join(' ')}`;
    item.contextValue = node.context;
    item.iconPath = new ThemeIcon(
      node.icon.name,
      node.icon.color === undefined ? undefined : new ThemeColor(node.icon.color),
    );
    item.tooltip = tooltip(label, node.tooltip);
    if (description !== undefined) item.description = description;
    item.accessibilityInformation = {
      label: node.accessibleLabel ?? [label, description].filter((part) => part !== undefined).join(', '),
    };
    if (node.checked !== undefined) {
      item.checkboxState = {
        state: node.checked ? TreeItemCheckboxState.Checked : TreeItemCheckboxState.Unchecked,
        tooltip: node.checked ? l10n.t('On: switch it off') : l10n.t('Off: switch it on again'),
      };
    }
    if (node.command !== undefined) {
      item.command = { command: node.command.id, title: node.command.title, arguments: [{ hostId: node.hostId }] };
    }
    return item;
  }

  /** The row of a host, to reveal it. */
  hostElement(hostId: string): TreeElement | undefined {
    const node = this.roots.get(hostId);
    return node === undefined ? undefined : this.elementOf(node, undefined);
  }

  /** The row that is about something, to reveal it; undefined where there is none, or where the filter hides it. */
  elementFor(subject: Subject): TreeElement | undefined {
    const root = subject.hostId === undefined ? undefined : this.roots.get(subject.hostId);
    let element: TreeElement | undefined;
    for (const node of (root && pathToRow(root, subject)) ?? []) {
      if (element !== undefined) this.asked.add(element.node.id);
      element = this.elementOf(node, element);
    }
    return element;
  }

  /** Shows only what holds each of these words; none shows everything. */
  setFilter(words: readonly string[]): void {
    this.filter = words;
    this.updateList();
  }

  /** A person opened or closed a row. */
  noteOpened({ node }: TreeElement, isOpen: boolean): void {
    if (this.filter.length === 0) this.opened.set(node.id, isOpen);
  }

  /** Nothing is shown: there are no hosts, or the filter finds nothing. */
  get isEmpty(): boolean {
    return this.roots.size === 0;
  }

  /** Shows rows again as they are: what a person checked may not have come about. */
  showAgain(elements: readonly TreeElement[]): void {
    this.changes.fire(elements.filter(({ node }) => this.elements.has(node.id)));
  }

  dispose(): void {
    this.disposables.dispose();
  }

  private nodeOf(host: Host): TreeNode {
    const isChosen = this.registry.hosts.length > 1 && this.chosen?.knownTarget(undefined) === host;
    return hostNode(host, this.faces, isChosen);
  }

  private buildRoots(): void {
    this.roots = new Map(
      this.registry.hosts.flatMap((host) => {
        const node = filterNode(this.nodeOf(host), this.filter);
        return node === undefined ? [] : [[host.id, node]];
      }),
    );
  }

  private updateList(): void {
    this.buildRoots();
    for (const node of this.roots.values()) this.takeOver(node);
    this.forgetGone();
    this.changes.fire(undefined);
  }

  private updateHost(hostId: string): void {
    const host = this.registry.find(hostId);
    if (host === undefined) return;
    const before = this.roots.get(hostId);
    const after = filterNode(this.nodeOf(host), this.filter);
    // A whole host came into the filter or left it: the list of hosts is another.
    if (before === undefined || after === undefined) {
      if (before !== after) this.updateList();
      return;
    }
    this.roots.set(hostId, after);
    this.takeOver(after);
    const changed = changedNodes(before, after, (id) => this.asked.has(id))
      .map((id) => this.elements.get(id))
      .filter((element) => element !== undefined);
    this.forgetGone();
    // Rows that VS Code has never asked for have no element, and nothing of them is on the screen.
    if (changed.length > 0) this.changes.fire(changed);
  }

  private elementOf(node: TreeNode, parent: TreeElement | undefined): TreeElement {
    const known = this.elements.get(node.id);
    if (known !== undefined) {
      known.node = node;
      return known;
    }
    const element: TreeElement = { node, parent, hostId: node.hostId };
    this.elements.set(node.id, element);
    return element;
  }

  /** Exchanges the data in the elements that exist. */
  private takeOver(node: TreeNode): void {
    const element = this.elements.get(node.id);
    if (element !== undefined) element.node = node;
    if (this.asked.has(node.id)) for (const child of node.children) this.takeOver(child);
  }

  private forgetGone(): void {
    const present = new Set<string>();
    const visit = (node: TreeNode): void => {
      present.add(node.id);
      if (this.asked.has(node.id)) node.children.forEach(visit);
    };
    for (const root of this.roots.values()) visit(root);
    for (const id of this.elements.keys()) if (!present.has(id)) this.elements.delete(id);
    for (const id of this.asked) if (!present.has(id)) this.asked.delete(id);
    if (this.filter.length > 0) return;
    for (const id of this.opened.keys()) if (!present.has(id)) this.opened.delete(id);
  }
}

function collapsibleState(node: TreeNode, opened?: ReadonlyMap<string, boolean>): TreeItemCollapsibleState {
  if (node.hasChildren !== true && node.children.length === 0) return TreeItemCollapsibleState.None;
  return (opened?.get(node.id) ?? node.expanded === true)
    ? TreeItemCollapsibleState.Expanded
    : TreeItemCollapsibleState.Collapsed;
}
