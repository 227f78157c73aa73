import type { Core, EdgeSingular, ElementDefinition, NodeSingular } from 'cytoscape';
import { mayMove } from './motion';

/** Classes that interaction sets, which a redrawing must not take away. */
const interactionClasses = [
  'selected',
  'current',
  'dimmed',
  'hovered',
  'match',
  'target',
  'hidden',
  'flowing',
  'losing',
];
/** What an element is; Cytoscape refuses to change it. */
const identity = new Set(['id', 'source', 'target']);
const animationMilliseconds = 260;

/**
 * Makes the canvas show exactly these elements, with as few changes as possible: what is there is updated in place, what
 * is new fades in, what is gone goes.
 */
export function syncElements(cy: Core, wanted: readonly ElementDefinition[], { animate }: { animate: boolean }): void {
  const moving = animate && mayMove();
  const ids = new Set(wanted.map(({ data }) => data.id));
  cy.batch(() => {
    // An edge cannot outlive its ends: one that leads elsewhere is made anew.
    cy.elements()
      .filter((element) => !ids.has(element.id()) || isElsewhere(element, wanted))
      .remove();
    const existing = new Set<string>();
    cy.elements().forEach((element) => void existing.add(element.id()));
    const fresh = wanted.filter(({ data }) => data.id !== undefined && !existing.has(data.id));
    const added = cy.add(fresh.map((definition) => ({ ...definition })));
    for (const { data, classes } of fresh)
      cy.getElementById(data.id ?? '').scratch(toldKey, JSON.stringify([data, classes]));
    if (moving) fadeIn(added);
    for (const definition of wanted) {
      const { id } = definition.data;
      if (id !== undefined && existing.has(id)) update(cy.getElementById(id), definition, moving);
    }
  });
}

function isElsewhere(element: NodeSingular | EdgeSingular, wanted: readonly ElementDefinition[]): boolean {
  const definition = definitionOf(wanted, element.id());
  if (definition === undefined) return true;
  return element.isEdge() && ['source', 'target'].some((key) => element.data(key) !== definition.data[key]);
}

const indexes = new WeakMap<readonly ElementDefinition[], Map<string, ElementDefinition>>();

function definitionOf(wanted: readonly ElementDefinition[], id: string): ElementDefinition | undefined {
  let index = indexes.get(wanted);
  if (index === undefined) {
    index = new Map(wanted.map((definition) => [definition.data.id ?? '', definition]));
    indexes.set(wanted, index);
  }
  return index.get(id);
}

/** Where an element keeps what it was last told to be: to tell Cytoscape the same again makes it work out all styles anew. */
const toldKey = '_told';

function update(element: NodeSingular & EdgeSingular, definition: ElementDefinition, moving: boolean): void {
  const told = JSON.stringify([definition.data, definition.classes]);
  // A box that grows while it moves would move the wrong way for some frames.
  const grows = element.isNode() && ['width', 'height'].some((key) => element.data(key) !== definition.data[key]);
  if (element.scratch(toldKey) !== told) {
    element.scratch(toldKey, told);
    const data: Readonly<Record<string, unknown>> = definition.data;
    element.data(Object.fromEntries(Object.entries(data).filter(([key]) => !identity.has(key))));
    const kept = interactionClasses.filter((name) => element.hasClass(name));
    element.classes([definition.classes ?? '', ...kept].join(' '));
  }
  const { position } = definition;
  if (!element.isNode() || position === undefined) return;
  move(element, position, moving && !grows);
}

function move(node: NodeSingular, position: { x: number; y: number }, moving: boolean): void {
  const now = node.position();
  if (Math.abs(now.x - position.x) < 0.01 && Math.abs(now.y - position.y) < 0.01) return;
  // Stopping also ends a fading in, which then has to be seen at once.
  node.stop(true, false).removeStyle('opacity');
  if (moving) node.animate({ position, duration: animationMilliseconds, easing: 'ease-in-out' });
  else node.position(position);
}

function fadeIn(added: ReturnType<Core['add']>): void {
  added.forEach((element) => {
    element.style('opacity', 0);
    element.animate({
      style: { opacity: 1 },
      duration: animationMilliseconds,
      complete: () => void element.removeStyle('opacity'),
    });
  });
}
