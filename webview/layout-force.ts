import cytoscape from 'cytoscape';
import fcose from 'cytoscape-fcose';
import { layoutRanks } from './layout-ranks';
import { boxOf, overlaps, type Placement, type Placements } from './place';
import { sizes, type Scene, type Unit } from './scene';
import { frameAround } from './wiring';

let registered = false;

/** Between the host's frame and the cards above it: cables and their addresses. */
const aboveHost = 90;

/**
 * The layout of springs (fcose) for the namespaces; the host stays as the ranks have it, below them. It starts from `start`,
 * not from chance, so the same network gives the same picture; what is in `kept` does not move.
 */
export async function layoutForce(scene: Scene, start: Placements, kept: Placements): Promise<Map<string, Placement>> {
  if (!registered) cytoscape.use(fcose);
  registered = true;
  const placed = new Map([...compactHost(scene, start), ...kept]);
  const cards = [...scene.units.values()].filter(({ id, kind }) => kind === 'card' && start.has(id));
  if (cards.length === 0) return placed;
  const anchors = [...scene.units.values()].filter(({ kind }) => kind === 'bar' || kind === 'hostPort');
  const nodes = [...cards, ...anchors];
  const known = new Set(nodes.map(({ id }) => id));
  const cy = cytoscape({
    headless: true,
    styleEnabled: true,
    style: [{ selector: 'node', style: { width: 'data(width)' as never, height: 'data(height)' as never } }],
    elements: [
      ...nodes.map(({ id, kind, width, height }) => ({
        data: { id, width: width + 20, height: height + (kind === 'card' ? 2 * sizes.portHeight : 0) },
        position: positionOf(placed.get(id) ?? start.get(id)),
      })),
      ...scene.cables
        .filter(({ from, to }) => from.unit !== to.unit && known.has(from.unit) && known.has(to.unit))
        .map(({ from, to }, index) => ({ data: { id: `spring ${index}`, source: from.unit, target: to.unit } })),
    ],
  });
  try {
    const fixed = [...anchors, ...cards.filter(({ id }) => kept.has(id))];
    const [below] = anchors;
    const free = cards.filter(({ id }) => !kept.has(id));
    const options = {
      name: 'fcose',
      quality: cards.length > 400 ? 'draft' : 'default',
      randomize: false,
      animate: false,
      nodeSeparation: 80,
      idealEdgeLength: 130,
      nodeRepulsion: 12000,
      packComponents: false,
      fixedNodeConstraint: fixed.map(({ id }) => ({
        nodeId: id,
        position: positionOf(placed.get(id) ?? start.get(id)),
      })),
      relativePlacementConstraint:
        below === undefined
          ? []
          : free.map(({ id }) => ({ top: id, bottom: below.id, gap: aboveHost + sizes.cardHeight })),
    };
    const layout = cy.layout(options);
    const done = layout.promiseOn('layoutstop');
    layout.run();
    await done;
    for (const { id, width, height } of free) placed.set(id, { ...cy.getElementById(id).position(), width, height });
    return apart(scene, placed, kept);
  } finally {
    cy.destroy();
  }
}

function positionOf(at: Placement | undefined): { x: number; y: number } {
  return { x: at?.x ?? 0, y: at?.y ?? 0 };
}

/** The host as the ranks have it, with bridges no wider than they need to be. */
function compactHost(scene: Scene, start: Placements): Map<string, Placement> {
  const none: Scene = {
    ...scene,
    units: withoutCards(scene),
    cables: scene.cables.filter(({ cable }) => cable.kind === 'uplink'),
  };
  const compact = layoutRanks(none, { viewport: { width: 1200, height: 800 } });
  return new Map([...compact].filter(([id]) => start.has(id)));
}

function withoutCards({ units }: Scene): Map<string, Unit> {
  return new Map([...units].filter(([, { kind }]) => kind !== 'card'));
}

/** Springs let cards overlap where they are crowded: those are pushed apart upwards, nearest to the host first. */
function apart(scene: Scene, placed: Map<string, Placement>, kept: Placements): Map<string, Placement> {
  const cards = [...scene.units.values()].filter(({ id, kind }) => kind === 'card' && placed.has(id));
  const settled = cards.filter(({ id }) => kept.has(id)).flatMap(({ id }) => placed.get(id) ?? []);
  const frame = frameAround(scene, placed);
  const lowest = frame === undefined ? Infinity : frame.top - aboveHost / 2;
  const free = cards
    .filter(({ id }) => !kept.has(id))
    .flatMap(({ id }) => {
      const at = placed.get(id);
      return at === undefined ? [] : [{ id, at }];
    })
    .sort((a, b) => b.at.y - a.at.y);
  for (const { id, at } of free) {
    let now: Placement = { ...at, y: Math.min(at.y, lowest - at.height / 2) };
    for (;;) {
      const box = boxOf(now);
      const other = settled.find((each) => overlaps(box, boxOf(each), 30));
      if (other === undefined) break;
      now = { ...now, y: boxOf(other).top - 31 - now.height / 2 };
    }
    placed.set(id, now);
    settled.push(now);
  }
  return placed;
}
