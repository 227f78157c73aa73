import assert from 'node:assert/strict';
import { planApplyInSlices, planDestroyInSlices } from '../../../src/lab/plan-in-slices';
import { planApply } from '../../../src/plan/plan-apply';
import { planDestroy } from '../../../src/plan/plan-destroy';
import { compileInPieces, compileScript } from '../../../src/plan/script';
import { bridge, bridgeEnd, end, link, namespace, topology } from '../plan/build-topology';
import { SimulatedHost } from '../plan/simulated-host';

const names = Array.from({ length: 400 }, (_, index) => `n${index}`);
const lab = topology({
  name: 'star',
  namespaces: names.map((name) => namespace(name)),
  bridges: [bridge('br0')],
  links: names.map((name) => link(end(`${name}:eth0`), bridgeEnd('br0', `p-${name}`))),
});

describe('planning in slices', () => {
  it('comes to the same plans, and gives others their turn', async () => {
    const host = new SimulatedHost();
    const empty = host.snapshot();
    let turns = 0;
    const count = (): void => {
      turns++;
      next = setImmediate(count);
    };
    let next = setImmediate(count);
    try {
      assert.deepEqual(await planApplyInSlices(lab, empty), planApply(lab, empty));
    } finally {
      clearImmediate(next);
    }
    assert.ok(turns >= 2, `others had ${turns} turns`);
    host.run(planApply(lab, empty));
    const applied = host.snapshot();
    assert.deepEqual(await planDestroyInSlices('star', applied), planDestroy('star', applied));
    assert.deepEqual((await planApplyInSlices(lab, applied)).steps, []);
  });

  it('compiles the same script, piece by piece', () => {
    const plan = planApply(lab, new SimulatedHost().snapshot());
    const pieces = compileInPieces(plan, 'abcdefghijkl');
    let yields = 0;
    let piece = pieces.next();
    for (; piece.done !== true; yields++) piece = pieces.next();
    assert.equal(piece.value, compileScript(plan, 'abcdefghijkl'));
    assert.ok(yields >= 5, `it came in ${yields} pieces`);
  });
});
