import { subjectKey, type Subject } from '../../protocol/subject';
import type { TreeNode } from './node';

/**
 * The rows that lead to the row of something, from the outermost on; undefined where there is none. Rows are made on the way to
 * it alone: a namespace's only where it lies in that. A cable is found as the interface at its first end.
 */
export function pathToRow(root: TreeNode, subject: Subject): readonly TreeNode[] | undefined {
  const { peer, ...end } = subject;
  const wanted: Subject = peer === undefined ? subject : { ...end, type: 'interface' };
  const key = subjectKey(wanted);
  const find = (node: TreeNode): TreeNode[] | undefined => {
    if (node.subject !== undefined && subjectKey(node.subject) === key) return [node];
    if (!mayHold(node, wanted)) return undefined;
    for (const child of node.children) {
      const found = find(child);
      if (found !== undefined) return [node, ...found];
    }
    return undefined;
  };
  return find(root);
}

/** Whether a row may have something below it: what is in one namespace stands below no other. */
function mayHold({ subject: row }: TreeNode, { namespace, namespaceId, type, name }: Subject): boolean {
  if (row?.type !== 'namespace') return true;
  if (row.namespaceId !== undefined || namespaceId !== undefined) return row.namespaceId === namespaceId;
  return row.name === (type === 'namespace' ? name : namespace);
}
