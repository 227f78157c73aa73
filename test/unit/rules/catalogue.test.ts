import assert from 'node:assert/strict';
import path from 'node:path';
import { editText } from '../../../src/language/text-edit';
import type { TopologyFile } from '../../../src/topology/generated/topology-file';
import { parseTopology } from '../../../src/topology/parse';
import { ruleCodes, shapeCodes, yamlCodes, type ProblemCode } from '../../../src/topology/problem-codes';
import { ProblemList } from '../../../src/topology/problem-list';
import { Cursor } from '../../../src/topology/read/cursor';
import { rules } from '../../../src/topology/rules';
import { LabIndex } from '../../../src/topology/rules/lab-index';
import { Source } from '../../../src/topology/source';
import { assertGoldenFile } from '../../fixtures/golden';
import { expectProblem, unmark } from '../topology/marked';
import { catalogue } from './catalogue';
import { answersTo, describeCase } from './describe-case';
import { withoutCase } from './without-case';

/** What one rule finds in a text, asked alone. */
function codesFoundBy(name: keyof typeof rules, text: string): ProblemCode[] {
  const { root, topology, ends, lineStarts } = parseTopology(text);
  assert.ok(root !== undefined && topology !== undefined);
  const file = new Cursor<TopologyFile>(root, [], new ProblemList(new Source(text, root, lineStarts)));
  return [...rules[name](topology, new LabIndex(topology, ends, file))].map(({ code }) => code);
}

function countErrors(text: string, code: ProblemCode): { errors: number; found: number } {
  const { problems } = parseTopology(text);
  const errors = problems.filter(({ severity }) => severity === 'error').length;
  return { errors, found: problems.filter((problem) => problem.code === code).length };
}

describe('everything that can be wrong', () => {
  for (const { finder, code, what, text: marked, noFix } of catalogue) {
    it(what, () => {
      expectProblem(marked, { code, isAmongOthers: code.startsWith('yaml-') });
      const { text } = unmark(marked);
      if (finder in rules) assert.ok(codesFoundBy(finder as keyof typeof rules, text).includes(code), finder);
      const { fixes } = answersTo(text, code);
      assert.equal(fixes.length === 0, noFix !== undefined, 'a case has a fix, or says why it has none');
      assert.ok(fixes.filter(({ isPreferred }) => isPreferred).length <= 1, 'only one fix can be the best');
      const before = countErrors(text, code);
      for (const { title, edits } of fixes) {
        const mended = editText(text, edits);
        const after = countErrors(mended, code);
        assert.ok(after.found < before.found, `“${title}” mends nothing:\n${mended}`);
        assert.ok(after.errors <= before.errors, `“${title}” makes another error:\n${mended}`);
      }
    });
  }

  it('is said, and mended, as the golden file has it', () => {
    assertGoldenFile(path.join(__dirname, 'golden', 'catalogue.txt'), `${catalogue.map(describeCase).join('\n\n')}\n`);
  });

  it('is in the list: each rule, and each kind of problem', () => {
    const finders = new Set<string>(catalogue.map(({ finder }) => finder));
    assert.deepEqual(
      Object.keys(rules).filter((name) => !finders.has(name)),
      [],
    );
    const codes = new Set<string>([...catalogue.map(({ code }) => code), ...Object.keys(withoutCase)]);
    assert.deepEqual(
      [...ruleCodes, ...shapeCodes, ...yamlCodes].filter((code) => !codes.has(code)),
      [],
    );
  });
});
