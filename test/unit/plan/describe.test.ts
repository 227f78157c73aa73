import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import type { Plan, Step } from '../../../src/plan/model';
import { describePlan, summarizePlan } from '../../../src/plan/describe';
import { planApply } from '../../../src/plan/plan-apply';
import { planDestroy } from '../../../src/plan/plan-destroy';
import type { Topology } from '../../../src/topology/model';
import { parseTopology } from '../../../src/topology/parse';
import { assertGolden } from './golden';
import { SimulatedHost } from './simulated-host';

const planetsText = readFileSync(path.resolve(__dirname, '../../../examples/planets.netns.yaml'), 'utf8');

function planets(edit: (text: string) => string = (text) => text): Topology {
  const { topology, problems } = parseTopology(edit(planetsText));
  assert.deepEqual(
    problems.filter(({ severity }) => severity === 'error'),
    [],
  );
  return topology!;
}

describe('the plan of the first tutorial, as a person reads it', () => {
  it('builds it on an empty host', () => {
    assertGolden('planets-apply.txt', describePlan(planApply(planets(), new SimulatedHost().snapshot())));
  });

  it('changes what an edit changes', () => {
    const host = new SimulatedHost();
    host.run(planApply(planets(), host.snapshot()));
    const edited = planets((text) =>
      text
        .replaceAll('10.10.0.20', '10.10.0.30')
        .replace('listen: 3000', 'listen: 3001')
        .replace('directory: /usr/share', 'directory: /srv'),
    );
    assertGolden('planets-edit.txt', describePlan(planApply(edited, host.snapshot())));
  });

  it('takes it away again', () => {
    const host = new SimulatedHost();
    host.run(planApply(planets(), host.snapshot()));
    assertGolden('planets-destroy.txt', describePlan(planDestroy('planets', host.snapshot())));
  });
});

describe('summarizePlan', () => {
  const step = (action: Step['action']): Step => ({
    action,
    object: { type: 'link', name: 'x' },
    why: '',
    run: [],
    undo: [],
  });
  const plan = (more: Partial<Plan>): Plan => ({
    action: 'apply',
    lab: 'x',
    steps: [],
    problems: [],
    basedOn: 0,
    ...more,
  });

  it('counts what happens', () => {
    const steps = (['create', 'create', 'remove', 'change', 'replace'] as const).map(step);
    assert.equal(summarizePlan(plan({ steps })), '2 to create, 1 to change, 1 to replace, 1 to remove');
  });

  it('says when there is nothing to do, or when it cannot be done', () => {
    assert.equal(summarizePlan(plan({})), 'nothing to do, the host is as declared');
    assert.equal(summarizePlan(plan({ action: 'destroy' })), 'nothing to do, nothing of it is on the host');
    const problem = { severity: 'error', reason: 'conflict', message: 'no' } as const;
    assert.equal(summarizePlan(plan({ steps: [step('create')], problems: [problem] })), '1 problem is in the way');
    assert.equal(summarizePlan(plan({ problems: [problem, problem] })), '2 problems are in the way');
    const warning = { ...problem, severity: 'warning' } as const;
    assert.equal(summarizePlan(plan({ steps: [step('create')], problems: [warning] })), '1 to create');
  });
});
