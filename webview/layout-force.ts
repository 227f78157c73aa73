import cytoscape from 'cytoscape';
import fcose from 'cytoscape-fcose';
import type { Placement, Placements } from './place';
import { sizes, type Scene } from './scene';
import { frameAround } from './wiring';

let registered = false;

/**
 * The layout of springs (fcose), on the units alone: ports follow their cards. It starts from `start`, not from chance, so
 * the same network gives the same picture; what is in `kept` does not move.
 */
export async function layoutForce(scene: Scene, start: Placements, kept: Placements): Promise<Map<string, Placement>> {
  if (!registered) cytoscape.use(fcose);
  registered = true;
  const hostId = scene.host?.node.id;
  const inHost = (kind: string): boolean => kind !== 'card' && kind !== 'outside';
  const units = [...scene.units.values()].filter(({ id }) => start.has(id));
  if (units.length === 0) return new Map();
  const known = new Set(units.map(({ id }) => id));
  const cy = cytoscape({
    headless: true,
    styleEnabled: true,
    style: [
      {
        selector: 'node[width]',
        style: { width: 'data(width)' as never, height: 'data(height)' as never, shape: 'rectangle' },
      },
      { selector: ':parent', style: { padding: '28px' } },
    ],
    elements: [
      ...(hostId === undefined || !units.some(({ kind }) => inHost(kind)) ? [] : [{ data: { id: hostId } }]),
      ...units.map(({ id, kind, width, height }) => ({
        data: {
          id,
          width: width + 16,
          height: height + (kind === 'card' ? sizes.portHeight + 24 : 16),
          ...(hostId !== undefined && inHost(kind) ? { parent: hostId } : {}),
        },
        position: { x: start.get(id)?.x ?? 0, y: start.get(id)?.y ?? 0 },
      })),
      ...springs(scene)
        .filter(([from, to]) => known.has(from) && known.has(to))
        .map(([source, target], index) => ({ data: { id: `spring ${index}`, source, target } })),
    ],
  });
  try {
    const options = {
      name: 'fcose',
      quality: units.length > 400 ? 'draft' : 'default',
      randomize: false,
      animate: false,
      nodeSeparation: 90,
      idealEdgeLength: 110,
      nodeRepulsion: 9000,
      packComponents: false,
      fixedNodeConstraint: [...kept]
        .filter(([id]) => known.has(id))
        .map(([nodeId, { x, y }]) => ({ nodeId, position: { x, y } })),
    };
    const layout = cy.layout(options);
    const done = layout.promiseOn('layoutstop');
    layout.run();
    await done;
    const placed = new Map<string, Placement>();
    for (const { id, width, height } of units) {
      const { x, y } = kept.get(id) ?? cy.getElementById(id).position();
      placed.set(id, { x, y, width, height });
    }
    return clearOfFrame(scene, placed, kept);
  } finally {
    cy.destroy();
  }
}

function springs(scene: Scene): (readonly [string, string])[] {
  const pairs = scene.cables.map(({ from, to }) => [from.unit, to.unit] as const);
  for (const { id, nat } of scene.units.values()) {
    if (nat?.inside !== undefined) pairs.push([id, nat.inside]);
    if (nat?.outside !== undefined) pairs.push([id, nat.outside]);
  }
  return pairs;
}

/** The frame's column for the host's name is no part of the springs: what stands there moves to the left. */
function clearOfFrame(scene: Scene, placed: Map<string, Placement>, kept: Placements): Map<string, Placement> {
  const frame = frameAround(scene, placed);
  if (frame === undefined) return placed;
  for (const { id, kind } of scene.units.values()) {
    const at = placed.get(id);
    if (at === undefined || kept.has(id) || (kind !== 'card' && kind !== 'outside')) continue;
    const inside =
      at.x + at.width / 2 > frame.left - 12 &&
      at.x - at.width / 2 < frame.right + 12 &&
      at.y + at.height / 2 > frame.top - 40 &&
      at.y - at.height / 2 < frame.bottom + 12;
    if (inside && at.x < (frame.left + frame.right) / 2) placed.set(id, { ...at, x: frame.left - at.width / 2 - 32 });
  }
  return placed;
}
