import type { TreeNode } from './node';

/**
 * What is left of a row under a filter: the row itself where it or something above it was found, with all that is below it; else
 * its way down to what was found, opened. Undefined where nothing of it was found.
 *
 * @param words Each must stand somewhere in what the row says (label, description, tooltip) or in a row above it; small letters.
 */
export function filterNode(node: TreeNode, words: readonly string[]): TreeNode | undefined {
  if (words.length === 0) return node;
  const left = wordsNotIn(node, words);
  if (left.length === 0) return node;
  const children = node.children.map((child) => filterNode(child, left)).filter((child) => child !== undefined);
  return children.length === 0 ? undefined : { ...node, children, expanded: true };
}

/** The words of a filter as a person types it. */
export function filterWords(text: string): string[] {
  return text
    .toLowerCase()
    .split(/\s+/)
    .filter((word) => word !== '');
}

function wordsNotIn({ label, description = '', tooltip }: TreeNode, words: readonly string[]): string[] {
  const text = [label, description, ...tooltip].join('\n').toLowerCase();
  return words.filter((word) => !text.includes(word));
}
