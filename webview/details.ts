import * as l10n from '@vscode/l10n';
import type { FactGroup, GraphView } from '../src/protocol/graph';
import type { MenuItem } from '../src/protocol/menu';
import { iconButton, textButton } from './controls';
import { cableWords, conditionOf, describeCable, kindWords, nodeOf } from './words';

/** What the panel says of one selected thing. */
interface Sheet {
  readonly kind: string;
  readonly name: string;
  readonly groups: readonly FactGroup[];
  /** Where its cables lead. */
  readonly links: readonly { readonly id: string; readonly text: string }[];
}

/** A wall of buttons hides the facts: of more than so many actions the first few are shown, in the order of the menu. */
const mostButtons = 5;
const firstButtons = 4;

/** The panel beside the picture, or below it where there is little room: closed until something is opened, shows the facts of that. */
export class Details {
  private readonly panel = document.createElement('aside');
  private readonly body = document.createElement('div');
  private readonly heading = document.createElement('h2');
  private readonly kind = document.createElement('p');
  private readonly actions = document.createElement('div');
  private readonly traffic = document.createElement('div');
  private actionsKey = '';
  private showsAll = false;
  private shown: string | undefined;

  constructor(
    parent: HTMLElement,
    private readonly onFollow: (id: string) => void,
    private readonly onCommand: (command: string, id: string) => void,
    onClose: () => void,
  ) {
    this.panel.className = 'details';
    this.panel.hidden = true;
    this.panel.setAttribute('aria-label', l10n.t`Details`);
    this.kind.className = 'kind';
    const head = document.createElement('header');
    const title = document.createElement('div');
    title.append(this.kind, this.heading);
    head.append(title, iconButton('close', l10n.t`Close Details`, onClose));
    this.actions.className = 'actions';
    this.actions.setAttribute('role', 'group');
    this.actions.setAttribute('aria-label', l10n.t`Actions`);
    this.traffic.className = 'traffic';
    this.traffic.hidden = true;
    this.panel.append(head, this.actions, this.traffic, this.body);
    this.panel.addEventListener('keydown', (event) => {
      if (event.key === 'Escape') onClose();
    });
    parent.append(this.panel);
  }

  get isOpen(): boolean {
    return !this.panel.hidden;
  }

  get openedFor(): string | undefined {
    return this.isOpen ? this.shown : undefined;
  }

  /**
   * Opens the panel for a node, cable or rule; does nothing where the view has none of that id.
   *
   * @param items what its context menu offers, as buttons
   */
  open(id: string, view: GraphView, items: readonly MenuItem[]): void {
    const sheet = sheetFor(id, view);
    if (sheet === undefined) {
      this.close();
      return;
    }
    this.shown = id;
    this.panel.hidden = false;
    this.kind.textContent = sheet.kind;
    this.heading.textContent = sheet.name;
    this.heading.title = sheet.name;
    this.showActions(id, items);
    this.body.replaceChildren(...sheet.groups.flatMap(group), ...this.links(sheet));
  }

  /** What passes it now; changes without a word for screen readers, which would never come to an end. */
  setTraffic(lines: readonly string[]): void {
    this.traffic.hidden = lines.length === 0;
    if (lines.length > 0) this.traffic.replaceChildren(...group({ heading: l10n.t`Traffic`, lines }));
  }

  close(): void {
    this.panel.hidden = true;
    this.shown = undefined;
  }

  /** Only what has changed, so that a button keeps the keyboard while the facts below it change. */
  private showActions(id: string, items: readonly MenuItem[]): void {
    const key = JSON.stringify([id, items.map(({ command }) => command)]);
    if (key === this.actionsKey) return;
    this.actionsKey = key;
    this.actions.hidden = items.length === 0;
    const buttons = items.map(({ command, title }) => textButton(title, false, () => this.onCommand(command, id)));
    const rest = items.length <= mostButtons ? [] : buttons.slice(firstButtons);
    this.actions.replaceChildren(...buttons);
    if (rest.length === 0) return;
    const showAll = (all: boolean): void => {
      this.showsAll = all;
      for (const button of rest) button.hidden = !all;
      more.setAttribute('aria-expanded', String(all));
      more.textContent = all ? l10n.t`Fewer Actions` : l10n.t`More Actions (${rest.length})`;
    };
    const more = document.createElement('button');
    more.type = 'button';
    more.className = 'link more';
    more.addEventListener('click', () => showAll(!this.showsAll));
    this.actions.append(more);
    showAll(this.showsAll);
  }

  private links({ links }: Sheet): Node[] {
    if (links.length === 0) return [];
    const list = document.createElement('ul');
    for (const { id, text } of links) {
      const item = document.createElement('li');
      const button = document.createElement('button');
      button.type = 'button';
      button.className = 'link';
      button.textContent = text;
      button.addEventListener('click', () => this.onFollow(id));
      item.append(button);
      list.append(item);
    }
    return [headingOf(l10n.t`Connected to`), list];
  }
}

function group({ heading, lines }: FactGroup): Node[] {
  const list = document.createElement('ul');
  for (const line of lines) {
    const item = document.createElement('li');
    item.textContent = line;
    list.append(item);
  }
  return [headingOf(heading), list];
}

function headingOf(text: string): HTMLElement {
  const heading = document.createElement('h3');
  heading.textContent = text;
  return heading;
}

function sheetFor(id: string, view: GraphView): Sheet | undefined {
  const compared = view.compared === true;
  const node = nodeOf(view, id);
  if (node !== undefined) {
    const inside = new Set([id, ...view.nodes.filter(({ parent }) => parent === id).map((each) => each.id)]);
    const isLink = node.kind === 'interface' || node.kind === 'bridge';
    const condition = conditionOf({ ...node, ...(isLink ? {} : { state: 'unknown' as const }) }, compared);
    const state =
      isLink && node.details?.some(({ heading }) => heading === l10n.t`State`) === true
        ? condition.slice(1)
        : condition;
    return {
      kind:
        node.linkKind === 'openvswitch'
          ? l10n.t`Open vSwitch bridge`
          : node.linkKind === 'group'
            ? l10n.t`Group`
            : kindWords[node.kind],
      name: node.kind === 'host' ? view.hostName || node.name : node.name,
      groups: [
        ...named(l10n.t`Compared with the file`, compared ? state : []),
        ...named(l10n.t`Lab`, node.lab === undefined ? [] : [node.lab]),
        ...(node.details ?? named(l10n.t`Facts`, node.facts)),
      ],
      links: node.kind === 'host' ? [] : connections(inside, view),
    };
  }
  const nat = view.nat.find((each) => each.id === id);
  if (nat !== undefined) {
    const incoming = nat.kind === 'dnat' || nat.kind === 'redirect';
    return {
      kind: incoming ? l10n.t`Port forward` : l10n.t`Source NAT`,
      name: nat.label,
      groups: [
        ...named(l10n.t`State`, [
          nat.enabled ? l10n.t`on` : l10n.t`off`,
          ...conditionOf(nat.presence === undefined ? {} : { presence: nat.presence }, compared),
        ]),
        ...named(l10n.t`Lab`, nat.lab === undefined ? [] : [nat.lab]),
        ...named(l10n.t`Rule`, nat.text === undefined ? [] : [nat.text]),
      ],
      links: [nat.inside, nat.outside].flatMap((end) => linkTo(end, view)),
    };
  }
  const cable = view.cables.find((each) => each.id === id);
  if (cable === undefined) return undefined;
  return {
    kind: cable.kind === 'veth' ? l10n.t`Cable (veth)` : cableWords(cable),
    name: [cable.from, cable.to].map((end) => nodeOf(view, end)?.name ?? end).join(' ↔ '),
    groups: [
      ...named(l10n.t`State`, conditionOf(cable, compared)),
      ...named(l10n.t`Addresses`, [cable.fromLabel ?? '', cable.toLabel ?? '']),
    ],
    links: [cable.from, cable.to].flatMap((end) => linkTo(end, view)),
  };
}

function named(heading: string, lines: readonly string[]): FactGroup[] {
  const present = lines.filter((line) => line !== '');
  return present.length === 0 ? [] : [{ heading, lines: present }];
}

function connections(ends: ReadonlySet<string>, view: GraphView): Sheet['links'] {
  return view.cables.flatMap((cable) => {
    const own = ends.has(cable.from);
    if (own === ends.has(cable.to)) return [];
    const { id, text } = linkTo(own ? cable.to : cable.from, view)[0] ?? {
      id: cable.id,
      text: describeCable(cable, view),
    };
    return [{ id, text }];
  });
}

/** The end of a cable as a link: the interface, with the namespace or bridge it belongs to. */
function linkTo(id: string | undefined, view: GraphView): { id: string; text: string }[] {
  const node = nodeOf(view, id);
  if (node === undefined) return [];
  const home = nodeOf(view, node.parent);
  const place =
    home === undefined || node.kind !== 'interface' ? '' : home.kind === 'host' ? ' (host)' : ` (${home.name})`;
  return [{ id: node.id, text: `${node.name}${place}` }];
}
