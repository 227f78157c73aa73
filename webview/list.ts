import * as l10n from '@vscode/l10n';
import type { GraphView } from '../src/protocol/graph';
import { groupBy } from './scene';
import { describeAll, nameOf, nodeOf } from './words';

const mostAnnounced = 4;

/**
 * The picture as a list, for those who do not see a canvas: every node, rule and cable as a button that selects it, kept
 * in step with the picture; what appears, goes or changes is announced politely.
 */
export class AccessibleList {
  readonly element = document.createElement('section');
  private readonly list = document.createElement('ul');
  private readonly status = document.createElement('div');
  private readonly items = new Map<string, { item: HTMLLIElement; button: HTMLButtonElement }>();
  private descriptions = new Map<string, string>();

  constructor(parent: HTMLElement, onSelect: (id: string) => void) {
    const region = this.element;
    region.className = 'visually-hidden';
    region.setAttribute('aria-label', l10n.t`Network as a list`);
    this.list.id = 'graph-list';
    this.status.setAttribute('role', 'status');
    this.status.setAttribute('aria-live', 'polite');
    region.append(this.list, this.status);
    parent.append(region);
    this.list.addEventListener('click', (event) => {
      const button = event.target instanceof Element ? event.target.closest('button') : null;
      if (button?.dataset['node'] !== undefined) onSelect(button.dataset['node']);
    });
  }

  /** The ids in the order of the list: everything that can be selected and is in sight. */
  get ids(): string[] {
    return [...this.items].flatMap(([id, { item }]) => (item.hidden ? [] : [id]));
  }

  /** How much there is, in sight or not. */
  get count(): number {
    return this.items.size;
  }

  /** Leaves out what the picture hides. */
  showOnly(isVisible: (id: string) => boolean): void {
    for (const [id, { item }] of this.items) item.hidden = !isVisible(id);
  }

  descriptionOf(id: string): string | undefined {
    return this.descriptions.get(id);
  }

  /** Brings the list in step. `announce` is off for the first picture of a host, which would be read out as a whole. */
  update(view: GraphView, { announce }: { announce: boolean }): void {
    const before = this.descriptions;
    const after = inReadingOrder(view);
    this.descriptions = after;
    if (announce) this.say(changes(before, after, view));
    for (const [id, { item }] of this.items) {
      if (after.has(id)) continue;
      item.remove();
      this.items.delete(id);
    }
    let previous: HTMLLIElement | undefined;
    const ordered = new Map<string, { item: HTMLLIElement; button: HTMLButtonElement }>();
    for (const [id, description] of after) {
      const entry = this.items.get(id) ?? makeItem(id);
      if (entry.button.textContent !== description) entry.button.textContent = description;
      const place = previous === undefined ? this.list.firstElementChild : previous.nextElementSibling;
      if (place !== entry.item) this.list.insertBefore(entry.item, place);
      previous = entry.item;
      ordered.set(id, entry);
    }
    this.items.clear();
    for (const [id, entry] of ordered) this.items.set(id, entry);
  }

  clear(): void {
    this.items.clear();
    this.descriptions = new Map();
    this.list.replaceChildren();
  }

  /** Marks what is selected, for screen readers. */
  select(id: string | undefined): void {
    for (const [own, { button }] of this.items) button.setAttribute('aria-pressed', String(own === id));
  }

  say(text: string): void {
    if (text !== '') this.status.textContent = text;
  }
}

function makeItem(id: string): { item: HTMLLIElement; button: HTMLButtonElement } {
  const item = document.createElement('li');
  const button = document.createElement('button');
  button.type = 'button';
  // Tab leads through the picture itself; the list is for a screen reader's own cursor.
  button.tabIndex = -1;
  button.dataset['node'] = id;
  button.setAttribute('aria-pressed', 'false');
  item.append(button);
  return { item, button };
}

/** Each namespace and bridge followed by what is inside it; then rules, then cables. */
function inReadingOrder(view: GraphView): Map<string, string> {
  const all = describeAll(view);
  const rank = { host: 0, namespace: 1, bridge: 2, interface: 3, outside: 4 };
  const ids: string[] = [];
  const children = groupBy(view.nodes, ({ parent }) => parent ?? '');
  const add = (id: string): void => {
    ids.push(id);
    for (const node of children.get(id) ?? []) if (node.kind !== 'bridge') add(node.id);
  };
  const tops = view.nodes.filter((node) => node.kind !== 'interface').sort((a, b) => rank[a.kind] - rank[b.kind]);
  for (const node of tops) {
    if (node.kind === 'host') ids.push(node.id);
    else add(node.id);
  }
  const listed = new Set(ids);
  const rest = [...all.keys()].filter((id) => !listed.has(id));
  return new Map([...ids, ...rest].map((id) => [id, all.get(id) ?? id]));
}

/** What is new, gone or otherwise than before, in a few words. */
function changes(before: ReadonlyMap<string, string>, after: ReadonlyMap<string, string>, view: GraphView): string {
  const said: string[] = [];
  const isNode = (id: string): boolean => !id.startsWith('cable:');
  const short = (id: string): string => {
    const node = nodeOf(view, id);
    return node === undefined ? ((before.get(id) ?? after.get(id) ?? id).split(',')[0] ?? id) : nameOf(node, view);
  };
  for (const id of after.keys()) if (!before.has(id) && isNode(id)) said.push(l10n.t`${short(id)} appeared`);
  for (const id of before.keys()) if (!after.has(id) && isNode(id)) said.push(l10n.t`${short(id)} is gone`);
  for (const [id, text] of after) if (before.has(id) && before.get(id) !== text) said.push(l10n.t`Changed: ${text}`);
  const more = said.length - mostAnnounced;
  return [...said.slice(0, mostAnnounced), ...(more > 0 ? [l10n.t`and ${more} more changes`] : [])].join('. ');
}
