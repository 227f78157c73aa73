import type { ParsedTopology } from '../topology/parse';
import type { Problem, TextRange } from '../topology/problem';

/** A text edit that mends a problem where one answer is likely. */
export interface QuickFix {
  readonly title: string;
  readonly problem: Problem;
  /** What to replace, and with what. */
  readonly range: TextRange;
  readonly newText: string;
}

/** The likely spellings of what is wrong at `range` (or touches it). */
export function quickFixes({ problems }: ParsedTopology, range: TextRange): QuickFix[] {
  return problems.flatMap((problem): QuickFix[] => {
    const newText = problem.data?.['suggestion'];
    const touches = problem.range.start <= range.end && range.start <= problem.range.end;
    return newText !== undefined && touches
      ? [{ title: `Change to “${newText}”`, problem, range: problem.range, newText }]
      : [];
  });
}
