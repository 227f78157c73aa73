import assert from 'node:assert/strict';
import { planApply } from '../../../src/plan/plan-apply';
import { planDestroy } from '../../../src/plan/plan-destroy';
import type { Plan } from '../../../src/plan/model';
import type { BridgeDeclaration, Topology } from '../../../src/topology/model';
import { bridge, bridgeEnd, end, link, namespace, topology } from './build-topology';
import { SimulatedHost } from './simulated-host';

function commandsOf(plan: Plan): string[] {
  return plan.steps.flatMap(({ run }) => run.map(({ argv }) => argv.join(' ')));
}

function lab(part: Partial<BridgeDeclaration> = {}): Topology {
  return topology({
    namespaces: [namespace('red')],
    bridges: [bridge('v-net-0', { kind: 'openvswitch', datapath: 'netdev', ...part })],
    links: [link(end('red:veth-red'), bridgeEnd('v-net-0', 'veth-red-br'))],
  });
}

describe('plans with Open vSwitch', () => {
  it('are the commands that a person would type', () => {
    const host = new SimulatedHost();
    const plan = planApply(lab(), host.snapshot());
    assert.deepEqual(commandsOf(plan), [
      'ip netns add red',
      'ip -n red link set dev lo up alias netns-topology:lab',
      'ovs-vsctl --timeout=10 --no-wait add-br v-net-0 -- set Bridge v-net-0 datapath_type=netdev external-ids:netns-topology=lab',
      'ovs-vsctl --timeout=10 wait-until Interface v-net-0 ofport>=0',
      'ip link set dev v-net-0 alias netns-topology:lab up',
      'ip link add name veth-red netns red type veth peer name veth-red-br',
      'ip -n red link set dev veth-red alias netns-topology:lab up',
      'ip link set dev veth-red-br alias netns-topology:lab up',
      'ovs-vsctl --timeout=10 --may-exist add-port v-net-0 veth-red-br',
    ]);
    host.run(plan);
    assert.deepEqual(commandsOf(planDestroy('lab', host.snapshot())), [
      'ovs-vsctl --timeout=10 --if-exists del-port v-net-0 veth-red-br',
      'ip link del dev veth-red-br',
      'ovs-vsctl --timeout=10 --if-exists del-br v-net-0',
      'ip netns del red',
    ]);
  });

  it('change a bridge by what differs, and say what the file no longer says as it is by itself', () => {
    const host = new SimulatedHost();
    host.run(planApply(lab({ stp: true, forwardDelay: 4, mac: '02:00:00:00:00:0A' }), host.snapshot()));
    const plan = planApply(lab({ multicastSnooping: true, forwardDelay: 5 }), host.snapshot());
    assert.deepEqual(commandsOf(plan), [
      'ovs-vsctl --timeout=10 set Bridge v-net-0 stp_enable=false mcast_snooping_enable=true ' +
        'other-config:stp-forward-delay=5 -- remove Bridge v-net-0 other_config hwaddr',
    ]);
    assert.deepEqual(
      plan.steps.map(({ why }) => why),
      [
        'stp_enable is true, should be false; mcast_snooping_enable is false, should be true; ' +
          'other-config:stp-forward-delay is 4, should be 5; other-config:hwaddr is 02:00:00:00:00:0a, should be not set',
      ],
    );
    const before = host.state();
    host.runAndUndo(plan, 1);
    assert.equal(host.state(), before);
  });

  it('make a bridge anew where its datapath changes, and plug the cables in again', () => {
    const host = new SimulatedHost();
    host.run(planApply(lab(), host.snapshot()));
    const plan = planApply(lab({ datapath: 'system' }), host.snapshot());
    assert.deepEqual(
      plan.steps.map(({ action, object }) => `${action} ${object.name}`),
      ['remove v-net-0', 'create v-net-0', 'change veth-red-br'],
    );
    host.run(plan);
    assert.deepEqual(commandsOf(planApply(lab({ datapath: 'system' }), host.snapshot())), []);
  });

  it('mend a bridge that ovs-vswitchd made anew, and a port that was pulled out', () => {
    const host = new SimulatedHost();
    host.run(planApply(lab({ addresses: ['172.16.10.254/24'] }), host.snapshot()));
    host.execute({ argv: ['ip', 'link', 'set', 'dev', 'v-net-0', 'alias', '', 'down'] });
    host.execute({ argv: ['ip', 'addr', 'del', '172.16.10.254/24', 'dev', 'v-net-0'] });
    host.execute({ argv: ['ovs-vsctl', 'del-port', 'v-net-0', 'veth-red-br'] });
    assert.deepEqual(commandsOf(planApply(lab({ addresses: ['172.16.10.254/24'] }), host.snapshot())), [
      'ovs-vsctl --timeout=10 --may-exist add-port v-net-0 veth-red-br',
      'ip link set dev v-net-0 up alias netns-topology:lab',
      'ip addr add 172.16.10.254/24 dev v-net-0',
    ]);
  });

  it('plug existing interfaces in, and give them back', () => {
    const host = new SimulatedHost();
    host.execute({ argv: ['ip', 'link', 'add', 'name', 'old', 'type', 'bridge'] });
    host.execute({ argv: ['ip', 'link', 'add', 'name', 'card', 'type', 'veth', 'peer', 'name', 'far'] });
    host.execute({ argv: ['ip', 'link', 'set', 'dev', 'card', 'master', 'old'] });
    const before = host.state();
    const plan = planApply(lab({ ports: ['card'] }), host.snapshot());
    assert.ok(
      commandsOf(plan)
        .join('\n')
        .includes('ip link set dev card nomaster\novs-vsctl --timeout=10 --may-exist add-port v-net-0 card'),
    );
    host.run(plan);
    host.run(planDestroy('lab', host.snapshot()));
    assert.equal(host.state(), before);
  });
});
