import assert from 'node:assert/strict';
import { parseTopology } from '../../../src/topology/parse';
import type { Problem } from '../../../src/topology/problem';
import type { ProblemCode } from '../../../src/topology/problem-codes';

export interface Expected {
  readonly code: ProblemCode;
  readonly message?: RegExp | string;
  readonly severity?: Problem['severity'];
  readonly data?: Problem['data'];
  /** Others may be found as well: a text that is no YAML is read in more ways than one. */
  readonly isAmongOthers?: boolean;
}

/**
 * Parses a text in which `⟦ ⟧` mark the one place where a problem is expected, and `⟪ ⟫` the related place if there is
 * one, and asserts that exactly this problem is found, exactly there.
 */
export function expectProblem(
  marked: string,
  { code, message, severity, data, isAmongOthers = false }: Expected,
): void {
  const { text, place, related } = unmark(marked);
  const all = parseTopology(text).problems;
  const problems = isAmongOthers ? all.filter((problem) => problem.code === code) : all;
  const found = problems.map((problem) => `${problem.code}: ${problem.message}`);
  assert.equal(problems.length, 1, `Expected one problem, found ${JSON.stringify(found, null, 2)}`);
  const [problem] = problems as [Problem];
  assert.equal(problem.code, code, problem.message);
  if (typeof message === 'string') assert.equal(problem.message, message);
  else if (message !== undefined) assert.match(problem.message, message);
  if (severity !== undefined) assert.equal(problem.severity, severity);
  assert.deepEqual(shown(text, problem.range), shown(text, place), 'the place of the problem');
  const relatedFound = problem.related?.map(({ range }) => shown(text, range)) ?? [];
  assert.deepEqual(relatedFound, related === undefined ? [] : [shown(text, related)], 'the related place');
  if (data !== undefined) assert.deepEqual(problem.data, data);
}

/** Asserts that a text has no problem at all. */
export function expectNoProblem(text: string): void {
  assert.deepEqual(parseTopology(text).problems, []);
}

/** Takes the marks out of a text, and tells where they stood. */
export function unmark(marked: string) {
  const clean = (text: string): string => text.replaceAll(/[⟦⟧⟪⟫]/gu, '');
  const offset = (mark: string): number => clean(marked.slice(0, marked.indexOf(mark))).length;
  assert.ok(marked.includes('⟦'), 'the text marks no place');
  const related = marked.includes('⟪') ? { start: offset('⟪'), end: offset('⟫') } : undefined;
  return { text: clean(marked), place: { start: offset('⟦'), end: offset('⟧') }, related };
}

function shown(text: string, { start, end }: { start: number; end: number }) {
  return { start, end, text: text.slice(start, end) };
}
