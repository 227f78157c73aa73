import assert from 'node:assert/strict';
import { NetnsError } from '../../src/base/errors';
import { runPlan } from '../../src/lab/apply';
import { observe } from '../../src/lab/observe';
import { verifyTopology } from '../../src/lab/verify';
import type { Plan } from '../../src/plan/model';
import { planAdopting, planApply } from '../../src/plan/plan-apply';
import type { Topology } from '../../src/topology/model';
import type { Transport } from '../../src/transport/transport';
import type { LabHost } from '../lab-host';
import { exampleHost } from './example-hosts';
import { applyPlan, destroy, example, settledState, untilStateIs } from './lab-plans';
import { type } from './observed-lab';
import { startOpenVswitch } from './open-vswitch-host';
import { typedTutorials } from './typed-tutorials';
import { useLabHost } from './use-lab-host';

/** What the tutorials type, and the example that says the same. */
const pairs: readonly (readonly [tutorial: string, example: string])[] = [
  ['a cable between planets', 'planets-1-cable'],
  ['planets on a bridge, with NAT and a web server', 'planets'],
  ['a network of one host', 'host-only'],
  ['a virtual switch', 'virtual-switch'],
  ['an Open vSwitch bridge', 'open-vswitch'],
  ['in and out', 'in-and-out'],
];

describe('adopting what was typed by hand, on a real host', function () {
  this.timeout(120_000);
  let lab: LabHost;
  let transport: Transport;
  let atFirst: string;

  useLabHost((host) => ({ lab, transport } = host));
  before(async () => {
    await startOpenVswitch(lab);
    // iptables leaves its chains behind when the last rule has gone.
    for (const chain of ['PREROUTING', 'POSTROUTING']) {
      await type(lab, [`iptables -t nat -A ${chain} -j ACCEPT`, `iptables -t nat -D ${chain} -j ACCEPT`]);
    }
    atFirst = await settledState(lab);
  });

  async function adoption(topology: Topology): Promise<Plan> {
    const snapshot = await observe(transport);
    assert.ok(planApply(topology, snapshot).problems.some(({ reason }) => reason === 'conflict'));
    const plan = planAdopting(topology, snapshot);
    assert.ok(plan !== undefined);
    return plan;
  }

  for (const [tutorial, name] of pairs) {
    it(`${tutorial}: becomes the lab ${name}, holds what that claims, and is destroyed with it`, async () => {
      const typed = typedTutorials.find((one) => one.name === tutorial);
      assert.ok(typed !== undefined);
      const topology = await example(name);
      const host = exampleHost(name);
      try {
        await type(lab, [...host.make, ...typed.make.filter((line) => !line.includes('http.server'))]);
        const byHand = await settledState(lab);

        const plan = await adoption(topology);
        const made = plan.steps.filter(({ action, object }) => action === 'create' && object.type !== 'route');
        assert.deepEqual(
          made.filter(({ object }) => !['nat', 'service', 'sysctl'].includes(object.type)),
          [],
        );
        assert.ok(plan.steps.every(({ action }) => action !== 'remove' && action !== 'replace'));
        const fault = { argv: ['sh', '-c', 'exit 9'] };
        const failing = plan.steps.map((step, index) =>
          index === plan.steps.length - 1 ? { ...step, run: [...step.run, fault] } : step,
        );
        await assert.rejects(
          runPlan(transport, { ...plan, steps: failing }),
          (error) => error instanceof NetnsError && error.reason === 'commandFailed',
        );
        await untilStateIs(lab, byHand, 'after the failed adoption');

        await runPlan(transport, plan);
        assert.deepEqual((await applyPlan(transport, topology)).steps, []);
        const failed = (await verifyTopology(transport, topology)).filter(({ passed }) => !passed);
        assert.deepEqual(failed, []);
        await destroy(transport, topology.name);
        // What has no name, and what the host itself had, stays: rules of NAT, and forwarding.
        await type(lab, [...typed.undo.filter((line) => /^(iptables|sysctl)/.test(line)), ...host.undo]);
        await untilStateIs(lab, atFirst, 'after the destroy');
      } finally {
        // For the tests behind a failed one; otherwise there is nothing left to undo.
        await destroy(transport, topology.name).catch(() => undefined);
        for (const line of [...typed.undo, ...host.undo]) await lab.run(line);
      }
    });
  }
});
