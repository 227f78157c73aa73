import type { Collection, Core } from 'cytoscape';
import { part } from './elements';
import { homesOf, partsOf } from './parts';

/** What is selected, pointed at and found in the picture; the rest steps back. */
export class Highlight {
  private selected: string | undefined;
  private matches: readonly string[] = [];
  private only: readonly string[] | undefined;
  private way: readonly string[] | undefined;

  constructor(private readonly cy: Core) {}

  /** Selects one node, cable or rule: it and its neighbours are kept, the rest is dimmed. */
  select(id: string | undefined): void {
    this.selected = id;
    this.apply();
  }

  /**
   * Marks what a search has found, and hides everything but some with their neighbours, or nothing. Tells whether what is hidden
   * is news.
   */
  find(matches: readonly string[], only: readonly string[] | undefined): boolean {
    const changed = JSON.stringify(only) !== JSON.stringify(this.only);
    this.matches = matches;
    this.only = only;
    this.apply();
    return changed;
  }

  /** Keeps what a packet passes; the rest steps back. */
  showWay(ids: readonly string[] | undefined): void {
    this.way = ids;
    this.apply();
  }

  /** Whether something is drawn, and not hidden. */
  isVisible(id: string): boolean {
    return !this.cy.getElementById(id).hasClass('hidden');
  }

  hover(id: string | undefined): void {
    this.cy.elements('.hovered').removeClass('hovered');
    if (id !== undefined) this.cy.getElementById(id).addClass('hovered');
  }

  /** Takes every mark away, until `apply` puts them back: for a picture that is to last. */
  clear(): void {
    this.cy.batch(() => void this.cy.elements().removeClass('selected dimmed match hovered target'));
  }

  /** Marks what a cable would be plugged into. */
  target(id: string | undefined): void {
    this.cy.elements('.target').removeClass('target');
    if (id !== undefined) this.cy.getElementById(id).addClass('target');
  }

  /** To be called after each drawing: new elements know nothing of the selection yet. */
  apply(): void {
    const found = this.collect(this.matches);
    const chosen = this.collect(this.selected === undefined ? [] : [this.selected]);
    this.cy.batch(() => {
      this.mark('hidden', this.hidden());
      this.mark('match', found);
      this.mark('selected', chosen);
      this.mark('dimmed', this.dimmed(chosen, found));
    });
  }

  /** Gives the class to these alone. Cytoscape works out the style anew of whatever is told its class, also if it has it already. */
  private mark(name: string, wanted: Collection): void {
    const marked = this.cy.elements(`.${name}`);
    marked.difference(wanted).removeClass(name);
    wanted.difference(marked).addClass(name);
  }

  private hidden(): Collection {
    const { cy, only } = this;
    if (only === undefined) return cy.collection();
    return cy.elements().difference(this.around(this.collect(only)));
  }

  private dimmed(chosen: Collection, found: Collection): Collection {
    const { cy } = this;
    const isSearch = found.nonempty() && this.only === undefined;
    const passed = this.collect(this.way ?? []);
    const way = this.withTexts(passed.union(passed.nodes().edgesWith(passed.nodes())));
    const lit = chosen.nonempty()
      ? this.around(chosen).union(way)
      : isSearch
        ? this.withTexts(found)
        : passed.nonempty()
          ? way
          : undefined;
    if (lit === undefined) return cy.collection();
    return cy.elements().difference(lit);
  }

  private collect(ids: readonly string[]): Collection {
    const all = this.cy.collection();
    for (const id of ids) all.merge(this.cy.getElementById(id));
    return all;
  }

  /** The chosen thing with what is inside it, its cables, and what they lead to. */
  private around(chosen: Collection): Collection {
    const nodes = chosen.nodes();
    const ids = nodes.map((node) => node.id());
    const own = nodes.union(partsOf(this.cy, ids)).union(chosen.edges().connectedNodes());
    const cables = own.connectedEdges().union(chosen.edges());
    return this.withTexts(own.union(cables).union(cables.connectedNodes()));
  }

  /** With the boxes that they lie in, and those boxes' texts. */
  private withTexts(elements: Collection): Collection {
    const boxes = elements.nodes().union(homesOf(this.cy, elements.nodes()));
    const texts = boxes.map((box) => box.id() + part.subtitle);
    return elements.union(boxes).union(this.collect(texts));
  }
}
