import assert from 'node:assert/strict';
import { NetnsError } from '../../src/base/errors';
import { runPlan } from '../../src/lab/apply';
import { observe } from '../../src/lab/observe';
import type { Plan, Step } from '../../src/plan/model';
import { planAdopting } from '../../src/plan/plan-apply';
import type { Transport } from '../../src/transport/transport';
import { howToRepeat, sampleOf } from '../fixtures/sample';
import type { LabHost } from '../lab-host';
import { applyPlan, destroyPlan, example, settledState, stateOf, topologyOf, untilStateIs } from './lab-plans';
import { type } from './observed-lab';
import { useLabHost } from './use-lab-host';

/** What can go wrong on the host itself while a plan runs; some of the places are tried, all of them with `FAULTS=all`. */
describe('a plan that something goes wrong with on the host', function () {
  this.timeout(120_000);
  let lab: LabHost;
  let transport: Transport;

  useLabHost((host) => ({ lab, transport } = host));

  /** The plan with a command of step `index` that fails, before or after what the step does. */
  function failingAt(plan: Plan, index: number, where: 'first' | 'last'): Plan {
    const fails = { argv: ['sh', '-c', 'echo the fault was injected >&2; exit 9'] };
    const broken = ({ run, ...step }: Step): Step => ({
      ...step,
      run: where === 'first' ? [fails, ...run] : [...run, fails],
    });
    return { ...plan, steps: plan.steps.map((step, own) => (own === index ? broken(step) : step)) };
  }

  async function assertUndone(plan: Plan, before: string, what: string): Promise<void> {
    const error: unknown = await runPlan(transport, plan).then(
      () => 'done',
      (thrown: unknown) => thrown,
    );
    assert.ok(error instanceof NetnsError && error.reason === 'commandFailed', `${what}: ${String(error)}`);
    await untilStateIs(lab, before, `${what} (${howToRepeat})`);
  }

  it('leaves the host as it was, whichever step of an apply or of a destroy fails, and says which', async () => {
    const planets = await example('planets');
    const empty = await stateOf(lab);
    const plan = await applyPlan(transport, planets);
    for (const index of sampleOf(plan.steps.length, 4)) {
      for (const where of ['first', 'last'] as const) {
        const broken = failingAt(plan, index, where);
        const error = await runPlan(transport, broken).catch((thrown: unknown) => thrown);
        assert.ok(error instanceof NetnsError && error.reason === 'commandFailed', String(error));
        assert.match(error.message, new RegExp(`^Step ${index + 1} of ${plan.steps.length} failed: `));
        assert.match(error.message, /Command \(exit code 9\): sh -c 'echo the fault/);
        assert.equal(error.hostSaid, 'the fault was injected');
        await untilStateIs(lab, empty, `apply, step ${index}, ${where} (${howToRepeat})`);
      }
    }
    await runPlan(transport, plan);
    const applied = await stateOf(lab);
    const destroy = await destroyPlan(transport, 'planets');
    for (const index of sampleOf(destroy.steps.length, 4)) {
      await assertUndone(failingAt(destroy, index, 'last'), applied, `destroy, step ${index}`);
    }
    await runPlan(transport, await destroyPlan(transport, 'planets'));
    await untilStateIs(lab, empty, 'after the destroy');
  });

  it('leaves it so too where interfaces stand on others, a card is moved in, and things are adopted', async () => {
    const bare = await settledState(lab);
    const hand = [
      'ip link add nic0 type veth peer name far0',
      'ip link set nic0 up; ip link set far0 up',
      'ip addr add 198.18.7.2/24 dev nic0',
      'ip netns add blue',
      // Without a port the kernel would give it another MAC in the end.
      'ip link add hand-br type bridge; ip link set far0 master hand-br',
    ];
    await type(lab, hand);
    const byHand = await settledState(lab);
    const topology = topologyOf(`
name: kinds
bridges: { hand-br: { addresses: [10.23.0.1/24], stp: true } }
namespaces:
  blue: { interfaces: { c0: { addresses: [10.20.0.2/24] } } }
  red:
    interfaces:
      c0: { addresses: [10.20.0.1/24] }
      x0: { kind: vxlan, id: 5, parent: c0, remote: 10.20.0.2 }
      m0: { kind: macvlan, parent: x0, addresses: [10.22.0.1/24] }
      nic0: { kind: physical, addresses: [10.24.0.1/24] }
    routes: [{ to: 10.30.0.0/16, via: 10.22.0.9 }]
links: [{ endpoints: ["red:c0", "blue:c0"] }, { endpoints: ["blue:b0", "hand-br:hb0"] }]
`);
    const plan = planAdopting(topology, await observe(transport));
    assert.ok(plan !== undefined);
    for (const index of sampleOf(plan.steps.length, 4)) {
      for (const where of ['first', 'last'] as const) {
        await assertUndone(failingAt(plan, index, where), byHand, `apply, step ${index}, ${where}`);
      }
    }
    await runPlan(transport, plan);
    const applied = await settledState(lab);
    const destroy = await destroyPlan(transport, 'kinds');
    for (const index of sampleOf(destroy.steps.length, 3)) {
      await assertUndone(failingAt(destroy, index, 'last'), applied, `destroy, step ${index}`);
    }
    await runPlan(transport, await destroyPlan(transport, 'kinds'));
    await type(lab, ['ip link del nic0']);
    await untilStateIs(lab, bare, 'after the destroy');
  });

  it('changes nothing, or leaves nothing, where /run is full', async () => {
    const planets = await example('planets');
    const plan = await applyPlan(transport, planets);
    const before = await stateOf(lab);
    // The state directory on a file system of its own, with room for less and less of what is written there.
    for (const pages of [0, 1, 3, 6]) {
      const mounted = await lab.run(
        `mkdir -p /run/netns-topology && mount --no-mtab -t tmpfs -o size=${4 * Math.max(pages, 1)}k,nr_inodes=${4 + pages} tmpfs /run/netns-topology`,
      );
      assert.equal(mounted.code, 0, mounted.stderr);
      const error: unknown = await runPlan(transport, plan).then(
        () => 'done',
        (thrown: unknown) => thrown,
      );
      assert.ok(error instanceof NetnsError, `${pages} pages: ${String(error)}`);
      await lab.run('umount /run/netns-topology; rmdir /run/netns-topology');
      await untilStateIs(lab, before, `a full disk with ${pages} pages`);
    }
  });
});
