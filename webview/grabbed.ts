import type { Core, NodeCollection, NodeSingular } from 'cytoscape';
import { partsOf } from './parts';

/** What a person's hand moves: a node, with all that lies in it. */
export class Grabbed {
  private readonly parts: NodeCollection;
  private at: { readonly x: number; readonly y: number };

  constructor(
    cy: Core,
    private readonly node: NodeSingular,
  ) {
    this.parts = partsOf(cy, [node.id()]);
    this.at = { ...node.position() };
  }

  /** Brings what lies in it to where the node has come. */
  bringParts(): void {
    const { x, y } = this.node.position();
    this.parts.shift({ x: x - this.at.x, y: y - this.at.y });
    this.look();
  }

  /** Looks where the node stands now, by whatever it came there. */
  look(): void {
    this.at = { ...this.node.position() };
  }

  /** Where each of the nodes stands: its middle, and its lower edge. */
  *units(): Generator<[id: string, at: { readonly x: number; readonly bottom: number }]> {
    for (const node of [this.node, ...this.parts.toArray()]) {
      const { x, y } = node.position();
      yield [node.id(), { x, bottom: y + node.height() / 2 }];
    }
  }
}
