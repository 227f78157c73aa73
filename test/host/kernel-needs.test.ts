import assert from 'node:assert/strict';
import { observe } from '../../src/lab/observe';
import type { Transport } from '../../src/transport/transport';
import { kernelFeatures, probeKernel, type KernelFeature, type LabHost } from '../lab-host';
import { assertHostState, captureHostState } from '../lab-host/host-state';
import { applyPlan, topologyOf } from './lab-plans';
import { useLabHost } from './use-lab-host';

/** A file that needs each. */
const needs: Readonly<Record<KernelFeature, readonly [string, string]>> = {
  sch_netem: [
    'netem',
    'namespaces: { a: {}, b: {} }\nlinks: [{ endpoints: ["a:a0", "b:b0"], impair: { delay: 20ms } }]',
  ],
  dummy: ['dummy', 'host: { interfaces: { d0: { kind: dummy } } }'],
  '8021q': ['vlan', 'host: { interfaces: { d0: { kind: vlan, parent: eth0, id: 5 } } }'],
  ipvlan: ['ipvlan', 'host: { interfaces: { d0: { kind: ipvlan, parent: eth0 } } }'],
  openvswitch: ['openvswitch', 'bridges: { d0: { kind: openvswitch } }'],
};

describe('what the kernel of a host lacks', function () {
  this.timeout(120_000);
  let lab: LabHost;
  let transport: Transport;

  useLabHost((host) => ({ lab, transport } = host));

  it('is found by trying, which leaves nothing on the host', async () => {
    const before = await captureHostState(lab);
    const { missingKinds = [] } = await observe(transport);
    await assertHostState(lab, before);
    const support = await probeKernel();
    for (const feature of kernelFeatures) {
      assert.equal(missingKinds.includes(needs[feature][0]), !support[feature], feature);
    }
    for (const need of ['bridge', 'veth', 'macvlan', 'vxlan', 'tun', 'tbf'])
      assert.ok(!missingKinds.includes(need), need);
  });

  it('is not looked for where nobody asks', async () => {
    assert.equal((await observe(transport, undefined, { probeKernel: false })).missingKinds, undefined);
  });

  for (const feature of kernelFeatures) {
    it(`is said before anything is changed: ${feature}`, async function () {
      if ((await probeKernel())[feature]) {
        this.test!.title += ' (this kernel has it)';
        this.skip();
      }
      const [need, text] = needs[feature];
      const plan = await applyPlan(transport, topologyOf(`name: needs\n${text}\n`));
      const problem = plan.problems.find(({ message }) => message.includes('lacks'));
      assert.equal(problem?.reason, 'unsupported');
      assert.match(problem.message, /^The kernel of the host \(\d+\.\d+\S*\) lacks \S.* needs\.$/);
      assert.ok(problem.path !== undefined && problem.advice !== undefined, need);
      assert.deepEqual(plan.steps, []);
    });
  }
});
