import * as l10n from '@vscode/l10n';
import type { HostChoice, Side } from '../src/protocol/messages';
import { addButton, choiceControl, iconButton, searchField, toggleButton } from './controls';
import type { LayoutName } from '../src/protocol/places';
import type { Purpose } from './trace-mode';

export interface ToolbarActions {
  add(kind: 'namespace' | 'bridge'): void;
  chooseHost(id: string): void;
  chooseSide(side: Side): void;
  chooseLayout(layout: LayoutName): void;
  toggleLabels(on: boolean): void;
  toggleRates(on: boolean): void;
  toggleHistory(open: boolean): void;
  toggleTracing(): void;
  toggleMeasuring(): void;
  search(text: string): void;
  toggleFilter(): void;
  toggleFocus(): void;
  toggleGroups(): void;
  /** Enter in the search field: on to the next that was found. */
  nextMatch(): void;
  /** Escape in the search field. */
  leaveSearch(): void;
  arrange(): void;
  zoomBy(factor: number): void;
  fit(): void;
  export(): void;
}

const layouts: readonly { readonly id: LayoutName; readonly label: string }[] = [
  { id: 'ranks', label: l10n.t`Ranks` },
  { id: 'bridges', label: l10n.t`By Bridge` },
  { id: 'force', label: l10n.t`Force` },
];

const sides: readonly { readonly id: Side; readonly label: string }[] = [
  { id: 'both', label: l10n.t`File and host` },
  { id: 'declared', label: l10n.t`File` },
  { id: 'live', label: l10n.t`Host` },
];

const ratesTitle = l10n.t`Show Rates (Bits a Second)`;

/** The row of controls above the picture. */
export class Toolbar {
  private readonly hosts;
  private readonly side;
  private readonly layout;
  private readonly labels;
  private readonly rates;
  private readonly history;
  private readonly trace;
  private readonly measure;
  private readonly filter;
  private readonly focus;
  private readonly search;
  private readonly editing = document.createElement('div');
  private readonly count = document.createElement('span');
  private readonly bar = document.createElement('div');
  /** What is of no use where nothing is drawn. */
  private readonly ofPicture: readonly HTMLElement[];
  private hasPicture = false;

  constructor(parent: HTMLElement, actions: ToolbarActions) {
    this.hosts = choiceControl(l10n.t`Host`, (id) => actions.chooseHost(id));
    this.side = choiceControl(l10n.t`What to Draw`, (id) =>
      actions.chooseSide(sides.find((side) => side.id === id)?.id ?? 'both'),
    );
    this.side.element.hidden = true;
    this.layout = choiceControl(l10n.t`Layout`, (id) =>
      actions.chooseLayout(layouts.find((layout) => layout.id === id)?.id ?? 'ranks'),
    );
    this.labels = toggleButton('tag', l10n.t`Show Addresses`, (on) => actions.toggleLabels(on));
    this.rates = toggleButton('pulse', ratesTitle, (on) => actions.toggleRates(on));
    this.history = toggleButton('history', l10n.t`Show History`, (open) => actions.toggleHistory(open));
    this.trace = toggleButton('telescope', l10n.t`Trace a Packet (T)`, () => actions.toggleTracing());
    this.measure = toggleButton('graph-line', l10n.t`Measure from One Thing to Another (M)`, () =>
      actions.toggleMeasuring(),
    );
    this.filter = toggleButton('filter', l10n.t`Show Only What Was Found`, () => actions.toggleFilter());
    this.focus = toggleButton('eye', l10n.t`Show Only the Selected and Its Neighbours (F)`, () =>
      actions.toggleFocus(),
    );
    this.search = searchField(l10n.t`Find name or address`, (text) => actions.search(text));
    this.search.element.addEventListener('keydown', (event) => {
      if (event.key === 'Enter') actions.nextMatch();
      if (event.key === 'Escape') {
        this.search.clear();
        actions.leaveSearch();
      }
    });
    this.count.className = 'matches';
    this.count.setAttribute('role', 'status');

    const { bar } = this;
    bar.className = 'toolbar';
    bar.setAttribute('role', 'toolbar');
    bar.setAttribute('aria-label', l10n.t`Graph`);
    const gap = document.createElement('span');
    gap.className = 'gap';
    this.editing.className = 'group';
    this.editing.hidden = true;
    this.editing.append(
      addButton(l10n.t`Namespace`, l10n.t`Add Namespace (N)`, () => actions.add('namespace')),
      addButton(l10n.t`Bridge`, l10n.t`Add Bridge (B)`, () => actions.add('bridge')),
    );
    this.ofPicture = [
      this.layout.element,
      iconButton('wand', l10n.t`Arrange Anew`, () => actions.arrange()),
      this.labels.element,
      this.rates.element,
      group('find', this.search.element, this.filter.element, this.count),
      group(
        'view',
        this.trace.element,
        this.measure.element,
        this.history.element,
        this.focus.element,
        iconButton('group-by-ref-type', l10n.t`Collapse or Expand Groups (G)`, () => actions.toggleGroups()),
        iconButton('zoom-out', l10n.t`Zoom Out`, () => actions.zoomBy(0.8)),
        iconButton('zoom-in', l10n.t`Zoom In`, () => actions.zoomBy(1.25)),
        iconButton('screen-full', l10n.t`Fit Everything`, () => actions.fit()),
        iconButton('desktop-download', l10n.t`Export…`, () => actions.export()),
      ),
    ];
    bar.append(this.editing, this.hosts.element, this.side.element, ...this.ofPicture.slice(0, -1), gap);
    bar.append(...this.ofPicture.slice(-1));
    parent.append(bar);
    this.showUseful();
  }

  /** Whether there is a picture that the tools can do something with. */
  setPicture(there: boolean): void {
    this.hasPicture = there;
    this.showUseful();
  }

  private showUseful(): void {
    for (const element of this.ofPicture) element.hidden = !this.hasPicture;
    const others = [this.editing, this.hosts.element, this.side.element];
    this.bar.hidden = !this.hasPicture && others.every(({ hidden }) => hidden);
  }

  setHosts(hosts: readonly HostChoice[], selected: string | undefined): void {
    this.hosts.element.hidden = hosts.length === 0;
    this.showUseful();
    // Without a selection the control would show its first option as if it were chosen.
    const choices = selected === undefined ? [{ id: '', label: l10n.t`Choose a host…` }, ...hosts] : hosts;
    this.hosts.set(choices, selected ?? '');
  }

  /** Whether there is a file to add to. */
  setEditable(editable: boolean): void {
    this.editing.hidden = !editable;
    this.showUseful();
  }

  /** What of a file and its host is drawn; undefined where there is only one of them. */
  setSide(side: Side | undefined): void {
    this.side.element.hidden = side === undefined;
    this.showUseful();
    if (side !== undefined) this.side.set(sides, side);
  }

  setLayout(layout: LayoutName): void {
    this.layout.set(layouts, layout);
  }

  setFilter(on: boolean): void {
    this.filter.set(on);
  }

  setFocus(on: boolean): void {
    this.focus.set(on);
  }

  /** What is being asked for between two things, or nothing. */
  setAsking(purpose: Purpose | undefined): void {
    this.trace.set(purpose === 'trace');
    this.measure.set(purpose === 'measure');
  }

  /** Whether there is a host on which a packet can be sent. */
  setTraceable(can: boolean): void {
    this.trace.element.hidden = !can;
    this.measure.element.hidden = !can;
  }

  setHistory(open: boolean): void {
    this.history.set(open);
  }

  setLabels(on: boolean): void {
    this.labels.set(on);
  }

  setRates(on: boolean): void {
    this.rates.set(on);
  }

  /** Why there are no rates, where there are none. */
  setRatesNote(note: string | undefined): void {
    this.rates.element.title = note ?? ratesTitle;
  }

  /** How many were found; undefined while nothing is searched. */
  setMatches(count: number | undefined): void {
    this.count.textContent = count === undefined ? '' : count === 0 ? l10n.t`Nothing found` : l10n.t`${count} found`;
  }

  focusSearch(): void {
    this.search.focus();
  }

  get searchText(): string {
    return this.search.value();
  }
}

/** Controls that stay side by side where the toolbar has more than one row. */
function group(name: string, ...controls: readonly HTMLElement[]): HTMLElement {
  const element = document.createElement('div');
  element.className = name;
  element.append(...controls);
  return element;
}
