import type { GraphView } from '../src/protocol/graph';

/** The ids of what a text is found in: names, addresses and other facts, in the view's order. */
export function findMatches(view: GraphView, text: string): string[] {
  const wanted = text.trim().toLowerCase();
  if (wanted === '') return [];
  const has = (...texts: readonly string[]): boolean => texts.some((each) => each.toLowerCase().includes(wanted));
  return [
    ...view.nodes.filter((node) => has(node.name, ...node.facts)).map(({ id }) => id),
    ...view.nat.filter((nat) => has(nat.label)).map(({ id }) => id),
  ];
}
