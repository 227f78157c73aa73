import type { Subject } from '../../protocol/subject';
import { plainLine } from '../host-data';

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
  readonly children: readonly TreeNode[];
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

/**
 * The rows that must be shown again to get from `before` to `after`: where a row's own face or the list of its children
 * changed, that row (VS Code then asks for everything below it); else the changed rows below it.
 * Both are the same thing at two times: their ids are equal.
 */
export function changedNodes(before: TreeNode, after: TreeNode): string[] {
  if (before === after) return [];
  if (faceOf(before) !== faceOf(after)) return [after.id];
  return after.children.flatMap((child, index) => {
    const old = before.children[index];
    return old === undefined ? [] : changedNodes(old, child);
  });
}

/** Everything that is seen of a row, and which rows are below it, as one comparable text. */
function faceOf({ children, ...face }: TreeNode): string {
  return JSON.stringify([face, children.map((child) => child.id)]);
}
