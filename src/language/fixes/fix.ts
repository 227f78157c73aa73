import type { YamlPath } from '../../topology/model';
import type { ParsedTopology } from '../../topology/parse';
import type { Problem } from '../../topology/problem';
import { isWrittenHere } from '../../topology/yaml/source-tree';
import { removeText } from '../edit/remove';
import { appendItem, insertEntry } from '../insert';
import type { TextEdit } from '../text-edit';

/** What mends a problem. */
export interface Fix {
  readonly title: string;
  /** They do not overlap. */
  readonly edits: readonly TextEdit[];
  /** It is the one answer, and not one of several. */
  readonly isPreferred: boolean;
}

/** A problem of a parsed file, for those who know an answer to it. */
export interface Question {
  readonly parsed: ParsedTopology;
  readonly problem: Problem;
  /** Where it is; empty where the text could not be read so far. */
  readonly path: YamlPath;
  /** What the rule says of it. */
  readonly data: Readonly<Record<string, string>>;
}

/** The answers to a problem, the likeliest first; `undefined` ones are none. */
export type Answer = (question: Question) => readonly (Fix | undefined)[];

/** A fix of these edits; undefined where one of them could not be made. */
export function fix(title: string, edits: readonly (TextEdit | undefined)[], isPreferred = true): Fix | undefined {
  const made = edits.filter((edit) => edit !== undefined);
  if (made.length === 0 || made.length < edits.length) return undefined;
  const inOrder = [...made].sort((a, b) => a.range.start - b.range.start);
  // In a text that is hardly YAML two places can be one.
  const isApart = inOrder.every(({ range }, index) => range.start >= (inOrder[index - 1]?.range.end ?? 0));
  return isApart ? { title, edits: made, isPreferred } : undefined;
}

/** Takes what stands at a path away. */
export function removal({ parsed }: Question, path: YamlPath, title: string, isPreferred = true): Fix | undefined {
  return fix(title, removeText(parsed, [path]) ?? [], isPreferred);
}

/** The edit that adds an entry to the mapping at a path; undefined where it would be added to other places as well. */
export function entry({ parsed }: Question, path: YamlPath, key: string, value: string): TextEdit | undefined {
  return isWrittenHere(parsed.root, path) ? insertEntry(parsed, path, key, value) : undefined;
}

/** The edit that adds an item to the list at a path; undefined where it would be added to other places as well. */
export function item({ parsed }: Question, path: YamlPath, text: string): TextEdit | undefined {
  return isWrittenHere(parsed.root, path) ? appendItem(parsed, path, text) : undefined;
}

/** The edit that writes a key anew, in the quotes that it has. undefined behind an alias. */
export function renameKey({ parsed }: Question, path: YamlPath, newKey: string): TextEdit | undefined {
  const range = isWrittenHere(parsed.root, path) ? parsed.keyRangeOf(path) : undefined;
  return range && { range, newText: newKey };
}
