import type { MeasureMark } from '../src/protocol/measure-mark';
import type { Picture } from './picture';

/** Where an arc touches its nodes: the style of all edges asks each for it. */
const ends = { sourceEnd: 'outside-to-node', targetEnd: 'outside-to-node' };

/** What running measurements find, drawn as arcs from where they measure to what they measure. */
export class MeasureMarks {
  private marks: readonly MeasureMark[] = [];

  constructor(private readonly picture: Picture) {}

  set(marks: readonly MeasureMark[]): void {
    this.marks = marks;
    this.apply();
  }

  /** Takes them off the picture until `apply`: for a picture that is to last. */
  clear(): void {
    this.picture.drawing.cy.edges('.measure').remove();
  }

  /** To be called after each drawing too: that takes off whatever it does not know. */
  apply(): void {
    const { cy } = this.picture.drawing;
    cy.batch(() => {
      const wanted = new Map(this.marks.map((mark) => [mark.id, mark]));
      cy.edges('.measure').forEach((edge) => {
        if (!wanted.has(edge.id())) edge.remove();
      });
      for (const { id, from, to, label, state } of this.marks) {
        const [source, target] = [from, to].map((end) => this.picture.drawnFor(end));
        const known = cy.getElementById(id);
        const isThere = [source, target].every((end) => end !== undefined && cy.getElementById(end).nonempty());
        if (!isThere || source === target) {
          known.remove();
          continue;
        }
        const edge = known.empty() ? cy.add({ group: 'edges', data: { id, source, target, ...ends } }) : known;
        edge.data('label', label);
        edge.classes(`measure ${state}`);
      }
    });
  }
}
