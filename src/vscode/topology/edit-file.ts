import { l10n, window, workspace, WorkspaceEdit, type TextDocument } from 'vscode';
import { NetnsError } from '../../base/errors';
import type { TextEdit } from '../../language/text-edit';
import { toRange } from '../editor/topology-documents';
import { isReadOnly } from '../graph/read-only';

type Answer = { readonly edits: readonly TextEdit[] } | { readonly refusal: string };

/**
 * Edits a topology file in one step that one Undo takes back, and shows it, since it is not saved.
 *
 * @param ask each says what to edit, of the text as it is; undefined: the text changed while it was asked
 * @throws NetnsError where the file is read-only, refuses, or was changed meanwhile; nothing is edited then
 */
export async function editTopologyFile(
  document: TextDocument,
  ask: readonly (() => Promise<Answer | undefined>)[],
): Promise<void> {
  if (await isReadOnly(document)) {
    throw new NetnsError('unsupported', l10n.t('It is read-only.'), { advice: l10n.t('Nothing was changed in it.') });
  }
  const { version } = document;
  const change = new WorkspaceEdit();
  for (const each of ask) {
    const editing = await each();
    if (editing === undefined || document.version !== version) throw changedMeanwhile();
    if ('refusal' in editing) {
      throw new NetnsError('invalidTopology', editing.refusal, { advice: l10n.t('Nothing was changed in it.') });
    }
    for (const { range, newText } of editing.edits) change.replace(document.uri, toRange(document, range), newText);
  }
  if (!(await workspace.applyEdit(change))) throw changedMeanwhile();
  await window.showTextDocument(document, { preview: false });
}

function changedMeanwhile(): NetnsError {
  return new NetnsError('invalidTopology', l10n.t('It was changed meanwhile.'), {
    advice: l10n.t('Nothing was edited; try again.'),
  });
}
