import type { YamlPath } from '../../topology/model';
import { readYaml } from '../../topology/yaml/read-yaml';
import { isWrittenHere, placeAt, toPlain, type PlainValue } from '../../topology/yaml/source-tree';
import { appendText, insertText, type NewText, type SourceText } from '../insert';
import { editText, type TextEdit } from '../text-edit';
import { composeEdits } from './compose-edits';
import { removeText } from './remove';
import { changeTree, sameTree, type TreeChange } from './tree-change';
import { writeEntry, writeInline, writeItem } from './write-value';

/** The order in which the language's reference names them: a new one goes behind those before it. */
const topLevel = ['name', 'description', 'target', 'bridges', 'namespaces', 'links', 'host', 'nat', 'port-forwards'];
const ofNamespace = ['interfaces', 'routes', 'rules', 'forwarding', 'sysctls'];

/**
 * The text edits that make a file say what the changes want, and nothing else. They do not overlap; comments, quotes,
 * anchors and layout outside them stay. undefined where that cannot be done by adding and removing text at one place: behind
 * an alias, or where an anchor is in the way.
 */
export function editTree(source: SourceText, changes: readonly TreeChange[]): TextEdit[] | undefined {
  let current = source;
  /** From the given text to the current one. */
  let done: readonly TextEdit[] = [];
  /** From the current text on, worked out without reading it again. */
  let pending: TextEdit[] = [];
  for (const change of changes) {
    let edits = textOf(current, change);
    if (edits?.some((edit) => pending.some((other) => touch(edit, other))) === true) {
      done = composeEdits(source.text, done, pending);
      const text = editText(source.text, done);
      current = { text, root: readYaml(text).root };
      pending = [];
      edits = textOf(current, change);
    }
    if (edits === undefined) return undefined;
    pending.push(...edits);
  }
  return composeEdits(source.text, done, pending);
}

/** Whether a text, edited, says exactly what the changes want. */
export function saysExactly(before: SourceText, changes: readonly TreeChange[], after: SourceText): boolean {
  try {
    return sameTree(changes.reduce(changeTree, plainOf(before)), plainOf(after));
  } catch (error) {
    if (error instanceof TypeError) return false;
    throw error;
  }
}

function plainOf({ root }: SourceText): PlainValue {
  return root === undefined ? null : toPlain(root);
}

function touch(a: TextEdit, b: TextEdit): boolean {
  return a.range.start <= b.range.end && b.range.start <= a.range.end;
}

function textOf(source: SourceText, change: TreeChange): TextEdit[] | undefined {
  switch (change.type) {
    case 'remove':
      return removeText(source, change.paths);
    case 'append':
      return asList(appendText(source, change.path, inStyle(source, change.path, change.item), orderOf));
    case 'replace':
      return asList(replaceText(source, change.path, writeInline(change.value)));
    case 'set':
      return asList(insertText(source, change.path, writeEntry(change.key, change.value), orderOf));
  }
}

/** What an anchor stands before may be meant elsewhere too. */
function replaceText(source: SourceText, path: YamlPath, newText: string): TextEdit | undefined {
  const node = placeAt(source.root, path)?.node;
  if (node?.type !== 'scalar' || !isWrittenHere(source.root, path)) return undefined;
  return { range: node.range, newText };
}

function asList(edit: TextEdit | undefined): TextEdit[] | undefined {
  return edit && [edit];
}

/** A new item of a block list has braces if the one before it has. */
function inStyle(source: SourceText, path: YamlPath, item: PlainValue): NewText {
  const written = writeItem(item);
  const list = placeAt(source.root, path)?.node;
  const last = list?.type === 'list' ? list.items.at(-1) : undefined;
  const hasBraces = last !== undefined && source.text[last.range.start] === '{';
  return hasBraces ? { flow: written.flow, block: [written.flow] } : written;
}

function orderOf(path: YamlPath, key: string): readonly string[] {
  const order = path.length === 0 ? topLevel : path.length === 2 && path[0] === 'namespaces' ? ofNamespace : [];
  return order.slice(0, Math.max(0, order.indexOf(key)));
}
