import { quickFixes, type QuickFix } from '../../../src/language/quick-fixes';
import { editText } from '../../../src/language/text-edit';
import { parseTopology } from '../../../src/topology/parse';
import type { Problem } from '../../../src/topology/problem';
import { unmark } from '../topology/marked';
import type { RuleCase } from './rule-case';

/** A case as a person reads it: the line, what is said of it, and what each fix would make of the file. */
export function describeCase({ finder, code, what, text: marked, noFix }: RuleCase): string {
  const { text } = unmark(marked);
  const { problem, fixes } = answersTo(text, code);
  const marks = marked.split('\n').filter((line) => /[⟦⟪]/u.test(line));
  const related = problem?.related?.map(({ message }) => `  related: ${message}`) ?? [];
  return [
    `${what} (${finder})`,
    ...marks.map((line) => `  | ${line.length > 160 ? `${line.slice(0, 160)}…` : line}`.replaceAll('\0', '␀')),
    `  ${problem?.severity ?? 'no'} ${code}: ${problem?.message ?? ''}`,
    ...related,
    ...fixes.flatMap((fix) => [
      `  fix${fix.isPreferred ? '' : ' (one of several)'}: ${fix.title}`,
      ...difference(text, fix),
    ]),
    ...(noFix === undefined ? [] : [`  no fix: ${noFix}`]),
  ].join('\n');
}

export function answersTo(text: string, code: string): { problem: Problem | undefined; fixes: readonly QuickFix[] } {
  const parsed = parseTopology(text);
  const problem = parsed.problems.find((one) => one.code === code);
  const fixes = quickFixes(parsed, { start: 0, end: text.length }).filter((fix) => fix.problem.code === code);
  return { problem, fixes };
}

/** The lines that an edit takes away and puts there, by the longest common subsequence. */
function difference(text: string, { edits }: QuickFix): string[] {
  const [before, after] = [text.split('\n'), editText(text, edits).split('\n')];
  const common = Array.from({ length: before.length + 1 }, () => new Array<number>(after.length + 1).fill(0));
  const at = (i: number, j: number): number => common[i]?.[j] ?? 0;
  for (let i = before.length - 1; i >= 0; i--) {
    const row = common[i] ?? [];
    for (let j = after.length - 1; j >= 0; j--) {
      row[j] = before[i] === after[j] ? at(i + 1, j + 1) + 1 : Math.max(at(i + 1, j), at(i, j + 1));
    }
  }
  const lines: string[] = [];
  for (let i = 0, j = 0; i < before.length || j < after.length;) {
    if (before[i] === after[j]) [i, j] = [i + 1, j + 1];
    else if (j >= after.length || (i < before.length && at(i + 1, j) >= at(i, j + 1)))
      lines.push(`    - ${before[i++] ?? ''}`.trimEnd());
    else lines.push(`    + ${after[j++] ?? ''}`.trimEnd());
  }
  return lines;
}
