import type { Collection, Core, NodeCollection, NodeSingular } from 'cytoscape';

/** What lies in a box: its ports, its texts; in the host's frame also bridges with what lies in them. */
export function partsOf(cy: Core, boxes: readonly string[]): NodeCollection {
  const ids = new Set(boxes);
  return cy.nodes().filter((node) => homes(cy, node).some((home) => ids.has(home.id())));
}

/** The boxes that nodes lie in, from the innermost to the outermost. */
export function homesOf(cy: Core, nodes: NodeCollection): Collection {
  const all = cy.collection();
  nodes.forEach((node) => {
    for (const home of homes(cy, node)) all.merge(home);
  });
  return all;
}

function homes(cy: Core, node: NodeSingular): NodeSingular[] {
  const found: NodeSingular[] = [];
  let home: unknown = node.data('home');
  while (typeof home === 'string') {
    const box = cy.getElementById(home);
    if (box.empty()) break;
    found.push(box);
    home = box.data('home');
  }
  return found;
}
