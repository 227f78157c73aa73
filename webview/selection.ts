import type { Collection, Core, NodeSingular } from 'cytoscape';

/** What is selected, pointed at and found in the picture; the rest steps back. */
export class Highlight {
  private selected: string | undefined;
  private matches: readonly string[] = [];
  private only: readonly string[] | undefined;

  constructor(private readonly cy: Core) {}

  /** Selects one node, cable or rule: it and its neighbours are kept, the rest is dimmed. */
  select(id: string | undefined): void {
    this.selected = id;
    this.apply();
  }

  /** Marks what a search has found. */
  find(ids: readonly string[]): void {
    this.matches = ids;
    this.apply();
  }

  /** Hides everything but these with their neighbours, or nothing. Tells whether that is news. */
  showOnly(ids: readonly string[] | undefined): boolean {
    const changed = JSON.stringify(ids) !== JSON.stringify(this.only);
    this.only = ids;
    this.apply();
    return changed;
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
    const { cy } = this;
    cy.batch(() => {
      cy.elements().removeClass('selected dimmed match hidden');
      if (this.only !== undefined) {
        const kept = this.only.reduce<Collection>(
          (all, id) => all.union(this.around(cy.getElementById(id))),
          cy.collection(),
        );
        cy.elements().difference(kept).addClass('hidden');
      }
      const found = this.collect(this.matches);
      found.addClass('match');
      const chosen = this.selected === undefined ? cy.collection() : cy.getElementById(this.selected);
      chosen.addClass('selected');
      const isSearch = found.nonempty() && this.only === undefined;
      const lit = chosen.nonempty() ? this.around(chosen) : isSearch ? this.withTexts(found) : undefined;
      if (lit === undefined) return;
      const rest = cy.elements().difference(lit);
      // A box hands its opacity down to what is inside it, which must not be dimmed twice.
      const isOuter = (element: NodeSingular): boolean => element.isOrphan() || !rest.contains(element.parent());
      rest.edges().union(rest.nodes().filter(isOuter)).addClass('dimmed');
    });
  }

  private collect(ids: readonly string[]): Collection {
    return ids.reduce<Collection>((all, id) => all.union(this.cy.getElementById(id)), this.cy.collection());
  }

  /** The chosen thing with what is inside it, its cables, and what they lead to. */
  private around(chosen: Collection): Collection {
    const nodes = chosen.nodes();
    const own = nodes.union(nodes.descendants()).union(chosen.edges().connectedNodes());
    const cables = own.connectedEdges().union(chosen.edges());
    return this.withTexts(own.union(cables).union(cables.connectedNodes()));
  }

  /** Opacity is handed down to children: what is lit needs its outer boxes lit as well, with their texts. */
  private withTexts(elements: Collection): Collection {
    const boxes = elements.nodes().union(elements.nodes().ancestors());
    return elements.union(boxes).union(boxes.children('.corner'));
  }
}
