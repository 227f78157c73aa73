import type { Picture } from './picture';

/** A line of its own over the picture, from one node to another. */
export interface Arc {
  readonly id: string;
  /** Ids of nodes. */
  readonly from: string;
  readonly to: string;
  readonly label: string;
  /** Classes besides its kind, for its look. */
  readonly look: string;
}

/** Where an arc touches its nodes: the style of all edges asks each for it. */
const ends = { sourceEnd: 'outside-to-node', targetEnd: 'outside-to-node' };

/** Arcs over the picture: what running measurements find (`measure`), what checks and pings found wrong (`verdict`). */
export class Arcs {
  private arcs: readonly Arc[] = [];

  constructor(
    private readonly picture: Picture,
    private readonly kind: 'measure' | 'verdict',
  ) {}

  set(arcs: readonly Arc[]): void {
    this.arcs = arcs;
    this.apply();
  }

  /** To be called after each drawing too: that takes off whatever it does not know. */
  apply(): void {
    const { cy } = this.picture.drawing;
    cy.batch(() => {
      const wanted = new Map(this.arcs.map((arc) => [arc.id, arc]));
      cy.edges(`.${this.kind}`).forEach((edge) => {
        if (!wanted.has(edge.id())) edge.remove();
      });
      for (const { id, from, to, label, look } of this.arcs) {
        const [source, target] = [from, to].map((end) => this.picture.drawnFor(end));
        const known = cy.getElementById(id);
        const isThere = [source, target].every((end) => end !== undefined && cy.getElementById(end).nonempty());
        if (!isThere || source === target) {
          known.remove();
          continue;
        }
        const edge = known.empty() ? cy.add({ group: 'edges', data: { id, source, target, ...ends } }) : known;
        edge.data('label', label);
        edge.classes(`${this.kind} ${look}`);
      }
    });
  }
}
