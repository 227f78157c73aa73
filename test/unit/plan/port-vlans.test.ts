import assert from 'node:assert/strict';
import fc from 'fast-check';
import { planApply } from '../../../src/plan/plan-apply';
import type { Plan } from '../../../src/plan/model';
import type { BridgeDeclaration, EndpointDeclaration, Topology } from '../../../src/topology/model';
import { bridge, bridgeEnd, end, link, namespace, topology } from './build-topology';
import { SimulatedHost } from './simulated-host';

type Vlans = Pick<EndpointDeclaration & { readonly type: 'bridge' }, 'vlan' | 'trunk'>;

function lab(vlans: Vlans, part: Partial<BridgeDeclaration> = { vlanFiltering: true }): Topology {
  return topology({
    namespaces: [namespace('red')],
    bridges: [bridge('br0', part)],
    links: [link(end('red:r0'), { ...bridgeEnd('br0', 'p0'), ...vlans })],
  });
}

function commandsOf(plan: Plan): string[] {
  return plan.steps.flatMap(({ run }) => run.map(({ argv }) => argv.join(' ')));
}

const id = fc.integer({ min: 1, max: 12 });
const anyVlans: fc.Arbitrary<Vlans> = fc.record(
  { vlan: id, trunk: fc.uniqueArray(id, { minLength: 1 }) },
  { requiredKeys: [] },
);

describe('VLANs of bridge ports', () => {
  it('come with a new port, in the words of bridge(8) and of ovs-vsctl(8)', () => {
    const host = new SimulatedHost().snapshot();
    const about = (plan: Plan): string[] => commandsOf(plan).filter((line) => /^bridge|add-port/.test(line));
    assert.deepEqual(about(planApply(lab({ vlan: 10 }), host)), [
      'bridge vlan del dev p0 vid 1',
      'bridge vlan add dev p0 vid 10 pvid untagged',
    ]);
    assert.deepEqual(about(planApply(lab({ trunk: [10, 20, 21, 22] }), host)), [
      'bridge vlan del dev p0 vid 1',
      'bridge vlan add dev p0 vid 10',
      'bridge vlan add dev p0 vid 20-22',
    ]);
    assert.deepEqual(about(planApply(lab({ vlan: 1, trunk: [7] }, { vlanFiltering: true, namespace: 'red' }), host)), [
      'bridge -n red vlan add dev p0 vid 7',
    ]);
    assert.deepEqual(about(planApply(lab({ vlan: 5, trunk: [7, 8] }, { kind: 'openvswitch' }), host)), [
      'ovs-vsctl --timeout=10 --may-exist add-port br0 p0 -- set Port p0 tag=5 trunks=7,8 vlan_mode=native-untagged',
    ]);
  });

  it('go again by the commands that brought them: a range with one missing stops the kernel halfway', () => {
    const host = new SimulatedHost();
    host.run(planApply(lab({ vlan: 1 }), host.snapshot()));
    const plan = planApply(lab({ vlan: 7, trunk: [5, 6, 9] }), host.snapshot());
    assert.deepEqual(
      plan.steps.flatMap(({ undo }) => undo.map(({ argv }) => argv.slice(-3).join(' '))),
      ['p0 vid 7', 'p0 vid 5-6', 'p0 vid 9', '1 pvid untagged'],
    );
    const before = host.state();
    host.runAndUndo(plan, 2);
    assert.equal(host.state(), before);
  });

  it('change in place from any to any, saying what they were', () => {
    fc.assert(
      fc.property(anyVlans, anyVlans, fc.boolean(), (before, after, isOpenVswitch) => {
        const part: Partial<BridgeDeclaration> = isOpenVswitch ? { kind: 'openvswitch' } : { vlanFiltering: true };
        const host = new SimulatedHost();
        host.run(planApply(lab(before, part), host.snapshot()));
        const plan = planApply(lab(after, part), host.snapshot());
        assert.ok(plan.steps.every(({ action, why }) => action === 'change' && why.startsWith('passes ')));
        host.run(plan);
        const fresh = new SimulatedHost();
        fresh.run(planApply(lab(after, part), fresh.snapshot()));
        const seen = (own: SimulatedHost): unknown =>
          own.snapshot().namespaces[0]?.links.find(({ name }) => name === 'p0')?.vlans;
        assert.deepEqual(seen(host), seen(fresh));
        assert.deepEqual(planApply(lab(after, part), host.snapshot()).steps, []);
      }),
    );
  });
});
