import * as l10n from '@vscode/l10n';
import { parseTopology, type ParsedTopology } from '../../topology/parse';
import { isNewError } from '../symbols/rename';
import { editText, type TextEdit } from '../text-edit';
import { editTree, saysExactly } from './edit-tree';
import type { TreeChange } from './tree-change';

/** Text edits that do not overlap, and the file as it reads after them; or in a person's words why there are none. */
export type Editing = Edited | Refusal;

export interface Refusal {
  readonly refusal: string;
  /** The file says what is wanted; its host does not have it yet. */
  readonly saysSo?: true;
}

export interface Edited {
  readonly edits: readonly TextEdit[];
  readonly after: ParsedTopology;
}

const cannot = l10n.t`The file is written so that this can only be changed in the text: an anchor, an alias or a merge key is in the way.`;

/**
 * The edits that make a file say what the changes want. Refused is what would make it say anything else besides, or would
 * break a rule that the file keeps.
 */
export function editFile(parsed: ParsedTopology, changes: readonly TreeChange[]): Editing {
  const edits = editTree(parsed, changes);
  if (edits === undefined) return { refusal: cannot };
  const after = parseTopology(editText(parsed.text, edits), parsed);
  if (!saysExactly(parsed, changes, after)) return { refusal: cannot };
  const broken = after.problems.find(isNewError(parsed));
  return broken === undefined ? { edits, after } : { refusal: inWords(broken.message) };
}

/** The rules' messages are Markdown; notifications are not. */
export function inWords(message: string): string {
  return message.replaceAll('`', '"');
}
