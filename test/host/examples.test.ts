import assert from 'node:assert/strict';
import { readdirSync } from 'node:fs';
import path from 'node:path';
import { observe } from '../../src/lab/observe';
import { verifyTopology } from '../../src/lab/verify';
import { planApply } from '../../src/plan/plan-apply';
import { driftOfRecord } from '../../src/plan/record-drift';
import type { Transport } from '../../src/transport/transport';
import { probeKernel, type LabHost } from '../lab-host';
import type { KernelFeature } from '../lab-host/kernel';
import { assertHostState, captureHostState } from '../lab-host/host-state';
import { apply, commandsOf, destroy, example } from './lab-plans';
import { type } from './observed-lab';
import { startOpenVswitch } from './open-vswitch-host';
import { useLabHost } from './use-lab-host';

const suffix = '.netns.yaml';
const examples = readdirSync(path.resolve(__dirname, '../../examples'))
  .filter((file) => file.endsWith(suffix))
  .map((file) => file.slice(0, -suffix.length));

/** What can be seen of an example from the internet only, while it is applied: what the tutorial tries in a browser. */
const fromOutside: Readonly<Record<string, (visit: (url: string) => Promise<string>) => Promise<void>>> = {
  'in-and-out-4-nat': async (visit) => assert.equal(await visit('http://198.51.100.2:5000/'), ''),
  'in-and-out': async (visit) => assert.match(await visit('http://198.51.100.2:5000/'), /Directory listing for \//),
};

/** The tutorial's host: its network card is ens33, with an address that the lab host's has not. */
const tutorialHost = {
  make: ['ip link set dev eth0 name ens33', 'ip addr add 192.168.137.133/24 dev ens33'],
  undo: ['ip addr del 192.168.137.133/24 dev ens33', 'ip link set dev ens33 name eth0'],
};

/** A network card, as near to one as a lab host has: the end of a cable, with a neighbour at the other. */
const card = {
  make: [
    'ip netns add rack',
    'ip link add name enp7s0 type veth peer name far0 netns rack',
    'ip -n rack addr add 10.63.0.254/24 dev far0',
    'ip -n rack link set dev far0 up',
    'ip addr add 198.18.7.2/24 dev enp7s0',
    'ip link set dev enp7s0 up',
  ],
  undo: ['ip link show dev enp7s0 up', 'ip addr show dev enp7s0 | grep -q 198.18.7.2/24', 'ip netns del rack'],
};

/** What some examples find on the host, which is not the lab's own. */
function hostOf(name: string): typeof card {
  if (name === 'physical') return card;
  return name.startsWith('open-vswitch') ? tutorialHost : { make: [], undo: [] };
}

/** What an example cannot do without, of what some kernels lack. */
const needs: Readonly<Record<string, KernelFeature>> = { vlan: '8021q', impairment: 'sch_netem' };

describe('examples on a real host', function () {
  this.timeout(60_000);
  let lab: LabHost;
  let transport: Transport;
  let atFirst: string;

  useLabHost((host) => ({ lab, transport } = host));
  before(async () => {
    await startOpenVswitch(lab);
    atFirst = await captureHostState(lab);
  });

  for (const name of examples) {
    it(`${name} is applied, holds what it claims, and leaves the host as it was`, async function () {
      const need = needs[name];
      if (need !== undefined && !(await probeKernel())[need]) return this.skip();
      const topology = await example(name);
      const host = hostOf(name);
      await type(lab, host.make);
      try {
        await apply(transport, topology);
        const results = await verifyTopology(transport, topology);
        assert.equal(results.length, topology.checks.length);
        assert.deepEqual(
          results.filter(({ passed }) => !passed).map(({ title, command, output }) => ({ title, command, output })),
          [],
        );
        await fromOutside[name]?.(async (url) => (await lab.runOutside(`curl -s -m 3 ${url}`)).stdout);
        const now = await observe(transport);
        const again = planApply(topology, now);
        assert.deepEqual([commandsOf(again), again.record], [[], undefined], 'a second apply has nothing to do');
        assert.deepEqual(driftOfRecord(name, now), { state: 'inSync', entries: [] }, 'the record says the same');
      } finally {
        await destroy(transport, name);
        await type(lab, host.undo);
      }
      await assertHostState(lab, atFirst);
    });
  }
});
