import { DisposableList, type Disposable } from '../../base/disposable';
import type { Subject } from '../../protocol/subject';
import type { HostTreeView } from '../tree/tree-view';
import type { GraphPanels } from './graph-panels';

/**
 * Keeps what is selected in the tree and in the graphs in step: what a person selects in one is selected and shown in the other,
 * which does not get the keyboard and is not opened for it.
 */
export function linkSelections(
  tree: Pick<HostTreeView, 'onDidSelect' | 'showSelected'>,
  graphs: Pick<GraphPanels, 'onDidSelect' | 'showSelected'>,
): Disposable {
  const list = new DisposableList();
  list.add(tree.onDidSelect((subjects: readonly Subject[]) => graphs.showSelected(subjects)));
  list.add(graphs.onDidSelect((subject: Subject) => tree.showSelected(subject)));
  return list;
}
