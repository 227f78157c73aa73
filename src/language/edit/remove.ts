import type { YamlPath } from '../../topology/model';
import type { TextRange } from '../../topology/problem';
import {
  isWrittenHere,
  placeAt,
  type SourceEntry,
  type SourceList,
  type SourceMap,
} from '../../topology/yaml/source-tree';
import type { SourceText } from '../insert';
import type { TextEdit } from '../text-edit';
import { columnOf, endOfBlock, lineStart } from './block-lines';
import { commaBehind, endOfPart } from './flow-brackets';

/**
 * The edits that take entries and items out of a text, with the lines or commas that they need, and with the comments
 * inside them; what stands above and behind them stays. They do not overlap. undefined where the text is written so
 * that nobody can say what belongs to what, as behind an alias.
 *
 * @param paths none within another, each of something that is there
 */
export function removeText(source: SourceText, paths: readonly YamlPath[]): TextEdit[] | undefined {
  const edits: TextEdit[] = [];
  for (const [parentPath, steps] of byParent(paths)) {
    const parent = placeAt(source.root, parentPath);
    const { node } = parent ?? {};
    if (node === undefined || node.type === 'scalar' || node.isAlias) return undefined;
    if (!isWrittenHere(source.root, parentPath)) return undefined;
    const parts = partsWithSteps(node);
    if (steps.some((step) => !parts.some((part) => part.step === step))) return undefined;
    const isGone = (part: Part): boolean => steps.includes(part.step);
    const isFlow = /[[{]/.test(source.text[node.range.start] ?? '');
    if (isFlow) edits.push(...outOfBrackets(source.text, node, parts, isGone));
    else {
      const lines = parts.filter(isGone).map(({ range }, index, gone) => {
        return linesOf(source.text, node, range) ?? behindDash(source.text, node, parts, gone[index]);
      });
      if (lines.includes(undefined)) return undefined;
      edits.push(...apart(lines as TextRange[]).map((range) => ({ range, newText: '' })));
      if (parts.every(isGone)) edits.push(...nothing(source.text, node, parent?.key));
    }
  }
  return edits;
}

interface Part {
  readonly step: string | number;
  readonly range: TextRange;
}

function byParent(paths: readonly YamlPath[]): Map<YamlPath, (string | number)[]> {
  const keys = new Map<string, YamlPath>();
  const groups = new Map<YamlPath, (string | number)[]>();
  for (const path of paths) {
    const parent = path.slice(0, -1);
    const step = path.at(-1);
    if (step === undefined) continue;
    const known = keys.get(JSON.stringify(parent)) ?? parent;
    keys.set(JSON.stringify(parent), known);
    groups.set(known, [...(groups.get(known) ?? []), step]);
  }
  return groups;
}

function partsWithSteps(node: SourceMap | SourceList): Part[] {
  const parts =
    node.type === 'list'
      ? node.items.map(({ range }, step) => ({ step, range }))
      : [...node.entries].flatMap(([step, entry]) => (entry.isMerged ? [] : [{ step, range: rangeOf(entry) }]));
  return parts.sort((a, b) => a.range.start - b.range.start);
}

function rangeOf({ key, value }: SourceEntry): TextRange {
  return { start: key.start, end: Math.max(key.end, value.range.end) };
}

/** The lines of an entry or item of a block, with their last line break, or with the one before at the end of the text. */
function linesOf(text: string, parent: SourceMap | SourceList, part: TextRange): TextRange | undefined {
  const marker = parent.type === 'list' ? text.lastIndexOf('-', part.start - 1) : part.start;
  const start = lineStart(text, part.start);
  if (marker < start || text.slice(start, marker).trim() !== '') return undefined;
  if (parent.type === 'list' && text.slice(marker + 1, part.start).trim() !== '') return undefined;
  const end = endOfBlock(text, part, columnOf(text, marker));
  const lineBreak = /^\r?\n/.exec(text.slice(end, end + 2))?.[0].length ?? 0;
  if (lineBreak > 0 || start === 0)
    return { start, end: end + lineBreak + spareBlankLine(text, start, end + lineBreak) };
  return { start: start - (text[start - 2] === '\r' ? 2 : 1), end };
}

/** The first entry of a mapping that begins behind a list's dash: the next takes its place. */
function behindDash(
  text: string,
  parent: SourceMap | SourceList,
  [first, next]: readonly Part[],
  gone: Part | undefined,
): TextRange | undefined {
  if (parent.type !== 'map' || first === undefined || gone !== first || next === undefined) return undefined;
  const isAlone = columnOf(text, next.range.start) === columnOf(text, first.range.start);
  return isAlone ? { start: first.range.start, end: next.range.start } : undefined;
}

/** The length of an empty line behind what goes, where there is one before it as well. */
function spareBlankLine(text: string, start: number, end: number): number {
  if (!/(?:^|\n[ \t]*\r?\n)$/.test(text.slice(0, start))) return 0;
  return /^[ \t]*\r?\n/.exec(text.slice(end))?.[0].length ?? 0;
}

/** Ranges that may share a line break, as ranges that share nothing. */
function apart(ranges: readonly TextRange[]): TextRange[] {
  const result: TextRange[] = [];
  for (const range of ranges) {
    const before = result.at(-1);
    if (before !== undefined && range.start < before.end) result.splice(-1, 1, { start: before.start, end: range.end });
    else result.push(range);
  }
  return result;
}

/** Says that a list or mapping whose parts are all gone is empty, where its key stays. */
function nothing(text: string, node: SourceMap | SourceList, key: TextRange | undefined): TextEdit[] {
  if (key === undefined) return [];
  const colon = text.indexOf(':', key.end) + 1;
  return [{ range: { start: colon, end: colon }, newText: node.type === 'list' ? ' []' : ' {}' }];
}

function outOfBrackets(
  text: string,
  node: SourceMap | SourceList,
  parts: readonly Part[],
  isGone: (part: Part) => boolean,
): TextEdit[] {
  const opening = node.range.start + 1;
  const closing = node.range.end - 1;
  const inside = text.slice(opening, closing);
  if (parts.every(isGone) && !inside.includes('#') && !/<<\s*:/.test(inside)) {
    return [{ range: { start: opening, end: closing }, newText: '' }];
  }
  const edits: TextEdit[] = [];
  for (const part of parts.filter(isGone)) {
    const end = endOfPart(text, part.range);
    const comma = commaBehind(text, end, closing);
    const isNear = comma !== undefined && text.slice(end, comma).trim() === ',';
    edits.push({ range: withSpace(text, { start: part.range.start, end: isNear ? comma : end }), newText: '' });
    if (comma !== undefined && !isNear) edits.push({ range: { start: comma - 1, end: comma }, newText: '' });
  }
  const comma = spareComma(text, opening, closing, parts, isGone);
  if (comma !== undefined) edits.push({ range: { start: comma, end: comma + 1 }, newText: '' });
  return edits;
}

/** Where the last had no comma behind it, what stays last needs none either: the offset of that one. */
function spareComma(
  text: string,
  opening: number,
  closing: number,
  parts: readonly Part[],
  isGone: (part: Part) => boolean,
): number | undefined {
  const last = parts.at(-1);
  if (last === undefined || !isGone(last) || commaBehind(text, endOfPart(text, last.range), closing) !== undefined) {
    return undefined;
  }
  const kept = parts.filter((part) => !isGone(part)).at(-1);
  const firstGone = parts[kept === undefined ? 0 : parts.indexOf(kept) + 1] ?? last;
  const before = text.slice(opening, firstGone.range.start).trimEnd();
  // Behind a merge key, which is no part of the tree.
  if (before.endsWith(',')) return opening + before.length - 1;
  const comma = kept && commaBehind(text, endOfPart(text, kept.range), closing);
  return comma === undefined ? undefined : comma - 1;
}

/** With the white space around it: the line, if it has one of its own, else what kept it apart from its neighbour. */
function withSpace(text: string, { start, end }: TextRange): TextRange {
  const before = /[ \t]*$/.exec(text.slice(lineStart(text, start), start))?.[0].length ?? 0;
  const behind = /^[ \t]*/.exec(text.slice(end))?.[0].length ?? 0;
  const isAtStart = start - before === lineStart(text, start);
  const lineBreak = /^\r?\n/.exec(text.slice(end + behind, end + behind + 2))?.[0].length ?? 0;
  if (isAtStart && lineBreak > 0) return { start: start - before, end: end + behind + lineBreak };
  return isAtStart || before === 0 ? { start, end: end + behind } : { start: start - before, end };
}
