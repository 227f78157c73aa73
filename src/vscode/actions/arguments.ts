import { parseSubject, subjectKey, type Subject, type SubjectType } from '../../protocol/subject';
import type { ActionOptions } from './action';

/** What a command's arguments say: what it is about (undefined: nothing was handed over) and what need not be asked. */
export interface ActionArguments {
  readonly subjects: readonly Subject[] | undefined;
  readonly options: ActionOptions;
}

/**
 * Reads a command's arguments, whoever called it:
 *
 * - a tree view hands over the row that was clicked and all that are selected: `(row, rows)`, subjects in `row.node.subject`
 * - a webview hands over its merged `data-vscode-context`: `{ netnsSubject }`, or `{ netnsSubjects: [] }` for several
 * - code lenses and other code hand over a subject or a list of them, then options
 * - a key that is pressed in the tree hands over `{ from: 'tree' }` (package.json): what is selected there
 * - the palette hands over nothing
 */
export function readArguments(args: readonly unknown[], selectedInTree?: () => readonly Subject[]): ActionArguments {
  const [first, second] = args;
  if (isFromTree(first)) {
    const subjects = selectedInTree?.() ?? [];
    return { subjects: subjects.length === 0 ? undefined : unique(subjects), options: {} };
  }
  const selected = Array.isArray(second) ? second.map(subjectOf).filter((one) => one !== undefined) : [];
  const options = Array.isArray(second) ? {} : readOptions(second);
  if (Array.isArray(first)) {
    const subjects = first.map(subjectOf).filter((one) => one !== undefined);
    return { subjects: subjects.length === 0 ? undefined : unique(subjects), options };
  }
  const several = severalOf(first);
  const clicked = subjectOf(first);
  if (several.length > 0) return { subjects: withFirst(clicked, several), options };
  if (clicked === undefined) return { subjects: undefined, options };
  return { subjects: withFirst(clicked, selected), options };
}

/**
 * The subjects that an action is for: of the selected ones those of its types, if the clicked one (the first) is among
 * them; a click outside of the selection is about the clicked one alone.
 */
export function applicable(
  subjects: readonly Subject[],
  { appliesTo, many }: { readonly appliesTo: readonly SubjectType[]; readonly many: boolean },
): Subject[] {
  const fitting = subjects.filter(({ type }) => appliesTo.includes(type));
  return many ? fitting : fitting.slice(0, 1);
}

function withFirst(clicked: Subject | undefined, selected: readonly Subject[]): Subject[] {
  if (clicked === undefined) return unique(selected);
  const keys = selected.map(subjectKey);
  return keys.includes(subjectKey(clicked)) ? unique([clicked, ...selected]) : [clicked];
}

function unique(subjects: readonly Subject[]): Subject[] {
  return [...new Map(subjects.map((subject) => [subjectKey(subject), subject])).values()];
}

function isFromTree(value: unknown): boolean {
  return typeof value === 'object' && value !== null && (value as { readonly from?: unknown }).from === 'tree';
}

function subjectOf(value: unknown): Subject | undefined {
  if (typeof value !== 'object' || value === null) return undefined;
  const { node, netnsSubject } = value as {
    readonly node?: { readonly subject?: unknown };
    readonly netnsSubject?: unknown;
  };
  return parseSubject(value) ?? parseSubject(node?.subject) ?? parseSubject(netnsSubject);
}

function severalOf(value: unknown): Subject[] {
  if (typeof value !== 'object' || value === null) return [];
  const { netnsSubjects } = value as { readonly netnsSubjects?: unknown };
  if (!Array.isArray(netnsSubjects)) return [];
  return netnsSubjects.map(parseSubject).filter((one) => one !== undefined);
}

function readOptions(value: unknown): ActionOptions {
  if (typeof value !== 'object' || value === null) return {};
  const { confirmed, input } = value as { readonly confirmed?: unknown; readonly input?: unknown };
  return { ...(confirmed === true ? { confirmed } : {}), ...(input === undefined ? {} : { input }) };
}
