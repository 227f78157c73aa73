import type { Core } from 'cytoscape';
import type { Box } from './place';

const none = {
  includeNodes: false,
  includeEdges: false,
  includeMainLabels: false,
  includeSourceLabels: false,
  includeTargetLabels: false,
  includeOverlays: false,
  includeUnderlays: false,
};

/** Where the texts on a cable stand in the picture: the addresses at its ends, its rates. */
export function labelBoxes(cy: Core, cableId: string): Box[] {
  const edge = cy.getElementById(cableId);
  if (edge.empty() || edge.hasClass('hidden') || Number(edge.numericStyle('text-opacity')) === 0) return [];
  return ['includeMainLabels', 'includeSourceLabels', 'includeTargetLabels'].flatMap((which): Box[] => {
    const { x1, y1, x2, y2 } = edge.boundingBox({ ...none, [which]: true });
    return x2 - x1 > 1 && y2 - y1 > 1 && Number.isFinite(x2 - x1) ? [{ left: x1, top: y1, right: x2, bottom: y2 }] : [];
  });
}
