import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { planApply } from '../../../src/plan/plan-apply';
import { planDocument } from '../../../src/plan/plan-document';
import { planDestroy } from '../../../src/plan/plan-destroy';
import { parseTopology } from '../../../src/topology/parse';
import { assertGolden } from './golden';
import { SimulatedHost } from './simulated-host';

const { topology } = parseTopology(
  readFileSync(path.resolve(__dirname, '../../../examples/planets.netns.yaml'), 'utf8').replace(
    /^ +services:\n.*\n/m,
    '',
  ),
);

describe('the document of a plan', () => {
  const host = new SimulatedHost();
  const plan = planApply(topology!, host.snapshot());
  const document = planDocument(plan, 'lab1');

  it('says what is done, in groups, with the commands and what undoes them', () => {
    assertGolden('planets-document.txt', document.text);
  });

  it('knows where each step, its name, its undo and each group stand', () => {
    const lines = document.text.split('\n');
    assert.equal(document.steps.length, plan.steps.length);
    for (const [index, { first, last, name, undo }] of document.steps.entries()) {
      const { object } = plan.steps[index]!;
      assert.equal(lines[first]?.slice(...name), object.name);
      assert.match(lines[first], /^[+~!-] /);
      assert.ok(lines.slice(first + 1, last + 1).every((line) => line === '' || line.startsWith('    ')));
      if (undo !== undefined) assert.equal(lines[undo.first], '    # undone by:');
      assert.ok(undo === undefined || (undo.last === last && undo.first > first));
    }
    for (const { first, last } of document.groups) {
      assert.match(lines[first]!, /^## [A-Z].* \(\d+\)$/);
      assert.ok(last > first && lines[last] !== '' && lines[last + 1] === '');
    }
  });

  it('keeps to one line what a host or a file put into several', () => {
    const [step] = plan.steps;
    const odd = { ...step!, why: 'is "\u001b[31m\nx"', object: { ...step!.object, name: 'a\nb' } };
    const { text, steps } = planDocument({ ...plan, steps: [odd] }, 'lab\n1');
    assert.match(text, /^# Apply planets on lab 1: 1 to create\n\n## /);
    assert.match(text, /^\+ \w+ a b: is "\ufffd\[31m x"$/m);
    assert.equal(text.split('\n')[steps[0]!.first]?.slice(...steps[0]!.name), 'a b');
  });

  it('says so where there is nothing to do', () => {
    host.run(plan);
    assert.equal(
      planDocument(planApply(topology!, host.snapshot()), 'lab1').text,
      '# Apply planets on lab1: nothing to do, the host is as declared\n',
    );
    assert.match(
      planDocument(planDestroy('planets', host.snapshot()), 'lab1').text,
      /^# Destroy planets on lab1: \d+ to/,
    );
  });
});
