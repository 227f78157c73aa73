import { commands, DataTransferItem, type DataTransfer, type TreeDragAndDropController } from 'vscode';
import { parseSubject, type Subject } from '../../protocol/subject';
import { canDrag, dropsOf } from './dropping';
import type { TreeElement } from './host-tree';

/** Rows of this tree on their way to another row; VS Code wants the view's id in it. */
const mimeType = 'application/vnd.code.tree.netns.hosts';

/** Rows of the tree can be dropped onto each other. What that does is a command of the menus, with its questions, Undo and errors. */
export const hostTreeDragAndDrop: TreeDragAndDropController<TreeElement> = {
  dragMimeTypes: [mimeType],
  dropMimeTypes: [mimeType],
  handleDrag(rows, transfer) {
    const subjects = rows
      .map(({ node }) => node.subject)
      .filter((subject) => subject !== undefined && canDrag(subject));
    if (subjects.length > 0) transfer.set(mimeType, new DataTransferItem(subjects));
  },
  async handleDrop(row, transfer) {
    const onto = row?.node.subject;
    if (onto === undefined) return;
    // One after the other: each may ask something.
    for (const { commandId, subjects, input } of dropsOf(draggedSubjects(transfer), onto)) {
      await commands.executeCommand(commandId, subjects, input === undefined ? {} : { input });
    }
  },
};

function draggedSubjects(transfer: DataTransfer): Subject[] {
  const value: unknown = transfer.get(mimeType)?.value;
  return Array.isArray(value) ? value.map(parseSubject).filter((subject) => subject !== undefined) : [];
}
