import assert from 'node:assert/strict';
import { NetnsError } from '../../src/base/errors';
import { runPlan } from '../../src/lab/apply';
import { observe } from '../../src/lab/observe';
import type { Plan } from '../../src/plan/model';
import { planApply } from '../../src/plan/plan-apply';
import type { Topology } from '../../src/topology/model';
import type { Transport } from '../../src/transport/transport';
import type { LabHost } from '../lab-host';
import { assertHostState, captureHostState } from '../lab-host/host-state';
import { apply, applyPlan, commandsOf, destroy, destroyPlan, example } from './lab-plans';
import { linkOf, type } from './observed-lab';
import { startOpenVswitch } from './open-vswitch-host';
import { useLabHost } from './use-lab-host';

describe('Open vSwitch on a real host', function () {
  this.timeout(120_000);
  let lab: LabHost;
  let transport: Transport;
  let topology: Topology;

  useLabHost((host) => ({ lab, transport } = host));
  before(async () => {
    topology = await example('open-vswitch-2-switch');
  });

  /** What its database says, without the identifiers that a bridge gets anew. */
  async function database(): Promise<string> {
    const columns = 'name,datapath_type,external_ids,other_config';
    const { stdout } = await lab.run(`ovs-vsctl --columns=${columns} list Bridge; ovs-vsctl --columns=name list Port`);
    return stdout.split('\n').sort().join('\n');
  }

  /** Runs a plan and stops it in the middle of a step. */
  async function runAndStop(plan: Plan, index: number): Promise<void> {
    const stop = new AbortController();
    const error = await runPlan(transport, plan, {
      signal: stop.signal,
      onEvent: (event) => {
        if (event.type === 'stepStarted' && event.index === index) stop.abort();
      },
    }).catch((e: unknown) => e);
    assert.ok(error instanceof NetnsError && error.reason === 'cancelled', String(error));
    assert.doesNotMatch(error.message, /Not everything/);
  }

  it('is said to be missing where it is not running', async () => {
    const { problems } = planApply(topology, await observe(transport));
    assert.deepEqual(
      problems.map(({ message }) => message),
      ['Bridge v-net-0 needs Open vSwitch, which does not run on the host.'],
    );
    await startOpenVswitch(lab);
  });

  it('is said where only the kernel could do what the file wants, and this one cannot', async function () {
    const snapshot = await observe(transport);
    if (snapshot.missingKinds?.includes('openvswitch') !== true) this.skip();
    const bridges = topology.bridges.map((bridge) => ({ ...bridge, datapath: 'system' as const }));
    const { problems, steps } = planApply({ ...topology, bridges }, snapshot);
    assert.deepEqual([problems.map(({ reason }) => reason), steps], [['unsupported'], []]);
  });

  it('is as before, its database too, at whatever step an apply is stopped', async () => {
    const [state, said] = [await captureHostState(lab), await database()];
    const { length } = (await applyPlan(transport, topology)).steps;
    for (let index = 0; index < length; index++) {
      await runAndStop(await applyPlan(transport, topology), index);
      await assertHostState(lab, state, `Stopped at step ${index + 1}`);
      assert.equal(await database(), said);
    }
  });

  it('is as before at whatever step a destroy is stopped', async () => {
    await apply(transport, topology);
    const said = await database();
    const { length } = (await destroyPlan(transport, topology.name)).steps;
    for (let index = 0; index < length; index++) {
      await runAndStop(await destroyPlan(transport, topology.name), index);
      assert.deepEqual(commandsOf(await applyPlan(transport, topology)), [], `stopped at step ${index + 1}`);
      assert.equal(await database(), said);
    }
    await destroy(transport, topology.name);
  });

  it('keeps a bridge that someone made under the name after the plan', async () => {
    const plan = await applyPlan(transport, topology);
    await type(lab, ['ovs-vsctl add-br v-net-0 -- set Bridge v-net-0 datapath_type=netdev']);
    const state = await captureHostState(lab);
    const error = await runPlan(transport, plan).catch((e: unknown) => e);
    assert.ok(error instanceof NetnsError);
    assert.match(error.hostSaid ?? '', /already exists/);
    await assertHostState(lab, state);
    assert.equal((await lab.run('ovs-vsctl list-br')).stdout, 'v-net-0\n');
    await type(lab, ['ovs-vsctl del-br v-net-0']);
  });

  it('is mended after ovs-vswitchd was started again, which makes its bridges anew', async () => {
    await apply(transport, topology);
    try {
      await type(lab, [
        'ovs-appctl exit --cleanup',
        'while [ -e /run/openvswitch/ovs-vswitchd.pid ]; do sleep 0.05; done',
        'ovs-vswitchd --pidfile --detach --no-chdir -vconsole:off',
      ]);
      await apply(transport, topology);
      const snapshot = await observe(transport);
      assert.deepEqual(commandsOf(planApply(topology, snapshot)), []);
      const bridge = linkOf(snapshot, undefined, 'v-net-0');
      assert.deepEqual([bridge.kind, bridge.up], ['openvswitch', true]);
      assert.equal(linkOf(snapshot, undefined, 'veth-red-br').master, 'v-net-0');
      assert.equal((await lab.run('ip netns exec red ping -c1 -W2 172.10.10.5')).code, 0);
    } finally {
      await destroy(transport, topology.name);
    }
  });
});
