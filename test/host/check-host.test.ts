import assert from 'node:assert/strict';
import { runHostCheck } from '../../src/lab/check-host';
import type { Transport } from '../../src/transport/transport';
import { kernelFeatures, probeKernel, type KernelFeature, type LabHost } from '../lab-host';
import { assertHostState, captureHostState } from '../lab-host/host-state';
import { useLabHost } from './use-lab-host';

describe('checking a host', function () {
  this.timeout(120_000);
  let lab: LabHost;
  let transport: Transport;
  useLabHost((host) => ({ lab, transport } = host), { without: ['nft', 'tcpdump'] });

  it('finds what it lacks, with the command that mends it, and changes nothing', async () => {
    const before = await captureHostState(lab);
    const { findings, facts } = await runHostCheck(transport);
    const of = (what: string) => findings.find((each) => each.what === what);
    assert.equal(of('Rights')?.found, 'root');
    assert.match(of('iproute2')?.found ?? '', /iproute2/);
    assert.deepEqual([of('tcpdump')?.state, of('tcpdump')?.command], ['lack', 'apt install tcpdump']);
    assert.match(of('NAT')?.found ?? '', /^by iptables/);
    assert.equal(of('Clock')?.state, 'good', JSON.stringify(of('Clock')));
    assert.ok(facts.distributions.includes('debian'), facts.distributions.join());
    const words: Readonly<Record<KernelFeature, string>> = {
      dummy: 'dummy',
      ipvlan: 'ipvlan',
      openvswitch: 'openvswitch',
      sch_netem: 'netem',
      '8021q': 'vlan',
    };
    const kernel = await probeKernel();
    for (const feature of kernelFeatures) {
      // Open vSwitch's module is only asked for by a program that few hosts have.
      if (feature === 'openvswitch') continue;
      const isLacking = findings.some(({ found }) => found.startsWith(`lacks ${words[feature]}`));
      assert.equal(isLacking, !kernel[feature], feature);
    }
    await assertHostState(lab, before, 'a check changes nothing');
  });
});
