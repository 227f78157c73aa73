import assert from 'node:assert/strict';
import { runPlan } from '../../src/lab/apply';
import { observe } from '../../src/lab/observe';
import { driftOf, summarizeDrift, type Drift } from '../../src/plan/drift';
import type { Plan } from '../../src/plan/model';
import { planApply } from '../../src/plan/plan-apply';
import { driftOfRecord } from '../../src/plan/record-drift';
import type { Topology } from '../../src/topology/model';
import type { Transport } from '../../src/transport/transport';
import type { LabHost } from '../lab-host';
import { apply, destroy, example, topologyOf } from './lab-plans';
import { type, until } from './observed-lab';
import { startOpenVswitch } from './open-vswitch-host';
import { useLabHost } from './use-lab-host';

describe('drift on a real host', function () {
  this.timeout(120_000);
  let lab: LabHost;
  let transport: Transport;
  let planets: Topology;

  useLabHost((host) => ({ lab, transport } = host));
  before(async () => {
    planets = await example('planets');
  });
  beforeEach(async () => {
    await apply(transport, planets);
  });
  const drift = async (): Promise<Drift> => driftOf(planets, await observe(transport));
  const steps = ({ steps }: Plan): string[] =>
    steps.map(({ action, object }) => `${action} ${object.type} ${object.name}`);
  /** Applies again; returns the steps that ran. */
  const mend = async (): Promise<string[]> => {
    const plan = planApply(planets, await observe(transport));
    const ran: string[] = [];
    await runPlan(transport, plan, {
      onEvent: ({ type, step: { action, object } }) => {
        if (type === 'stepDone') ran.push(`${action} ${object.type} ${object.name}`);
      },
    });
    assert.deepEqual(ran, steps(plan));
    assert.equal(summarizeDrift(await drift()), 'in sync');
    return ran;
  };

  it('is none after an apply, whichever way one looks', async () => {
    assert.deepEqual(await drift(), { state: 'inSync', entries: [] });
    assert.deepEqual(driftOfRecord('planets', await observe(transport)), { state: 'inSync', entries: [] });
  });

  it('shows a cable that someone deleted, and Apply mends just that', async () => {
    await type(lab, ['ip link del earth-br-veth']);
    assert.equal(summarizeDrift(await drift()), 'drifted: cable earth:earth-veth — earth-br-veth is gone');
    assert.equal(
      summarizeDrift(driftOfRecord('planets', await observe(transport))),
      'drifted: cable earth:earth-veth — earth-br-veth is gone',
    );
    // Where the kernel hands bridged packets to the packet filter, the new port also has to let them out again (hairpin).
    const hairpin = 'change interface earth-br-veth';
    assert.deepEqual(
      (await mend()).filter((step) => step !== hairpin),
      [
        'create link earth:earth-veth — earth-br-veth',
        'create address 10.10.0.10/16 on earth:earth-veth',
        'create route earth:default via 10.10.0.1',
      ],
    );
  });

  it('shows a service that was killed, an interface that was taken down, a parameter and rules that were changed', async () => {
    await type(lab, [
      'kill $(ip netns pids earth) || :',
      'ip -n neptune link set neptune-veth down',
      'sysctl -w net.ipv4.ip_forward=0',
      'nft flush ruleset',
    ]);
    await until(
      async () => (await drift()).entries.some(({ words }) => words.includes('has ended')),
      'the end is seen',
    );
    const { state, entries } = await drift();
    assert.equal(state, 'drifted');
    const words = entries.filter(({ follows }) => follows !== true).map((entry) => entry.words);
    for (const expected of [
      'service web@earth has ended',
      'neptune:neptune-veth is down',
      'net.ipv4.ip_forward is 0',
    ]) {
      assert.ok(words.includes(expected), `${expected} is not in ${words.join('; ')}`);
    }
    assert.ok(
      words.some((one) => /^NAT .*is gone$/.test(one)),
      words.join('; '),
    );
    // Without the file the record on the host says as much.
    const byRecord = driftOfRecord('planets', await observe(transport)).entries.map((entry) => entry.words);
    for (const expected of [
      'service web@earth has ended',
      'neptune:neptune-veth is down',
      'net.ipv4.ip_forward is 0',
    ]) {
      assert.ok(byRecord.includes(expected), `${expected} is not in ${byRecord.join('; ')}`);
    }
    assert.ok(byRecord.some((one) => /^NAT table .*is gone$/.test(one)));
    await mend();
  });

  it('shows by the record alone options of bridges, an impairment, ports and policy rules that somebody changed', async () => {
    await startOpenVswitch(lab);
    const text = `
name: set
bridges:
  set-br: { stp: true, ageing-time: 60, ports: [set-given] }
  set-ovs: { kind: openvswitch, datapath: netdev, ageing-time: 60 }
namespaces:
  set-ns:
    rules:
      - { from: 198.51.100.0/24, table: 100, priority: 500 }
      - { to: 203.0.113.0/24, table: 100, priority: 501 }
links:
  - { endpoints: ["set-ns:e0", "set-br:p0"], impair: { rate: 8mbit } }
  - { endpoints: ["set-ns:e1", "set-br:p1"] }
  - { endpoints: ["set-ns:e2", { endpoint: "set-ovs:p2", vlan: 10 }] }
  - { endpoints: ["set-ns:e3", "set-ovs:p3"] }
`;
    await type(lab, ['ip link add set-given type veth peer name set-far']);
    await apply(transport, topologyOf(text));
    try {
      const byRecord = async (): Promise<string[]> =>
        driftOfRecord('set', await observe(transport)).entries.map((entry) => entry.words);
      assert.deepEqual(await byRecord(), []);
      await type(lab, [
        'ip link set dev set-br type bridge stp_state 0',
        'ovs-vsctl set Bridge set-ovs stp_enable=true -- remove Bridge set-ovs other_config mac-aging-time',
        'ip netns exec set-ns tc qdisc del dev e0 root',
        'ip link set dev set-given nomaster',
        'ip link add other-br type bridge && ip link set dev p1 master other-br',
        'ovs-vsctl set Port p2 tag=20 -- set Port p3 tag=30',
        'ip -n set-ns rule del priority 501',
      ]);
      assert.deepEqual((await byRecord()).sort(), [
        'bridge set-br has stp_state 0',
        'bridge set-ovs has stp_enable true, other-config:mac-aging-time not set',
        'p1 is a port of other-br, no more of set-br',
        'p2 passes VLAN 20 untagged',
        'p3 passes VLAN 30 untagged',
        'policy rule set-ns:priority 501 to 203.0.113.0/24 table 100 is gone',
        'set-given is no port of set-br any more',
        'set-ns:e0 is not impaired',
      ]);
      assert.ok((await apply(transport, topologyOf(text))).steps.length >= 7);
      assert.deepEqual(await byRecord(), []);
    } finally {
      await destroy(transport, 'set');
      await lab.run('ip link del set-given; ip link del other-br');
    }
  });

  it('shows name servers that somebody changed or took away, and Apply mends just that', async () => {
    const named = topologyOf('name: named\nnamespaces:\n  ns-a: { nameservers: [203.0.113.8, 203.0.113.9] }\n');
    const file = '/etc/netns/ns-a/resolv.conf';
    const differs = async (): Promise<[string, string]> => {
      const snapshot = await observe(transport);
      return [summarizeDrift(driftOf(named, snapshot)), summarizeDrift(driftOfRecord('named', snapshot))];
    };
    await apply(transport, named);
    try {
      assert.deepEqual(await differs(), ['in sync', 'in sync']);
      const before = (await lab.run(`cat ${file}`)).stdout;
      await type(lab, [`echo nameserver 198.51.100.53 >${file}`]);
      assert.deepEqual(await differs(), [
        'drifted: the name servers of ns-a are 198.51.100.53',
        'drifted: the name servers of ns-a are others',
      ]);
      // What was there comes back to the letter where the apply is undone.
      const plan = planApply(named, await observe(transport));
      const broken = { ...plan, steps: [...plan.steps, { ...plan.steps[0]!, run: [{ argv: ['false'] }], undo: [] }] };
      await assert.rejects(runPlan(transport, broken));
      assert.equal((await lab.run(`cat ${file}`)).stdout, 'nameserver 198.51.100.53\n');
      assert.equal((await apply(transport, named)).steps.length, 1);
      assert.equal((await lab.run(`cat ${file}`)).stdout, before);
      await type(lab, [`rm ${file}`]);
      assert.deepEqual(await differs(), [
        'drifted: the name servers of ns-a are gone',
        'drifted: the name servers of ns-a are others',
      ]);
      await apply(transport, named);
      assert.deepEqual(await differs(), ['in sync', 'in sync']);
      await type(lab, [`head -c 100000 /dev/urandom >${file}`]);
      assert.match((await differs())[0], /^drifted: the name servers/);
    } finally {
      await lab.run(`rm -f ${file}`);
      await destroy(transport, 'named');
    }
  });

  it('is no obstacle to Destroy where a service keeps a namespace that somebody removed', async () => {
    const text =
      'name: kept\nnamespaces: { kept-ns: { services: { w: { command: sleep 4261 } } } }\nbridges: { kept-br: }\n';
    await apply(transport, topologyOf(`${text}links: [{ endpoints: ["kept-ns:e0", kept-br] }]\n`));
    await type(lab, ['ip netns del kept-ns']);
    // The cable's other end goes with the namespace, once the service has ended.
    await destroy(transport, 'kept');
    assert.equal((await lab.run('ip -br link | grep kept; pgrep -fx "sleep 4261"')).stdout, '');
  });

  it('knows when there is no such lab any more', async () => {
    await destroy(transport, 'planets');
    assert.equal((await drift()).state, 'absent');
    assert.equal(driftOfRecord('planets', await observe(transport)).state, 'absent');
  });
});
