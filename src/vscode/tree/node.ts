import type { Subject } from '../../protocol/subject';
import { plainLine } from '../../base/plain-text';

/** A row of the tree as plain data: built from a snapshot, compared with the one before, then shown. */
export interface TreeNode {
  /** Stable for as long as the thing exists: VS Code keeps selection and expansion by it. */
  readonly id: string;
  readonly hostId: string;
  /** Decides the menus (`viewItem`). */
  readonly context: string;
  readonly label: string;
  /** What the row's actions are about, in the host's own words; the label is made for reading. */
  readonly subject?: Subject;
  readonly description?: string;
  readonly icon: TreeIcon;
  /** Lines below the label in the tooltip. */
  readonly tooltip: readonly string[];
  /** What a screen reader says; label and description where it is not given. */
  readonly accessibleLabel?: string;
  /** What can be on or off has a box that is checked while it is on. */
  readonly checked?: boolean;
  /** Of a row that was made by `lazyNode` they are made when they are first read. */
  readonly children: readonly TreeNode[];
  /** Said where the children are not made yet. */
  readonly hasChildren?: true;
  readonly expanded?: boolean;
  /** Run when the row is chosen, with the row as its argument. */
  readonly command?: { readonly id: string; readonly title: string };
}

export interface TreeIcon {
  /** A codicon; states differ in this too, not in colour alone. */
  readonly name: string;
  /** A theme colour's id. */
  readonly color?: string;
}

/** Joins the facts of a description; what is not known is left out. */
export function facts(...parts: readonly (string | undefined)[]): string {
  return parts
    .filter((part) => part !== undefined && part !== '')
    .map((part) => plainLine(part ?? ''))
    .join(' · ');
}

/** A row with rows below it, which are made only when somebody reads them: most rows of a large host are never opened. */
export function lazyNode(face: Omit<TreeNode, 'children' | 'hasChildren'>, make: () => readonly TreeNode[]): TreeNode {
  let children: readonly TreeNode[] | undefined;
  const node = { ...face, hasChildren: true } as const;
  // Not enumerable: copies and comparisons of the row's own face do not make them.
  return Object.defineProperty(node as unknown as TreeNode, 'children', {
    get: () => (children ??= make()),
  });
}

/**
 * The rows that must be shown again to get from `before` to `after`: where a row's own face or the list of its children
 * changed, that row (VS Code then asks for everything below it); else the changed rows below it.
 * Both are the same thing at two times: their ids are equal.
 *
 * @param isAsked whether the rows below a row (by its id) were ever asked for; of others nothing is shown, and nothing is made.
 */
export function changedNodes(
  before: TreeNode,
  after: TreeNode,
  isAsked: (id: string) => boolean = () => true,
): string[] {
  if (before === after) return [];
  if (faceOf(before) !== faceOf(after)) return [after.id];
  if (!isAsked(after.id)) return [];
  const [old, now] = [before.children, after.children];
  if (old.length !== now.length || old.some(({ id }, index) => id !== now[index]?.id)) return [after.id];
  return now.flatMap((child, index) => {
    const one = old[index];
    return one === undefined ? [] : changedNodes(one, child, isAsked);
  });
}

/** Everything that is seen of a row itself, as one comparable text. */
function faceOf(node: TreeNode): string {
  const face = Object.entries(node).filter(([key]) => key !== 'children');
  return JSON.stringify(face);
}
