import assert from 'node:assert/strict';
import { buildGraphView } from '../../src/lab/graph-view';
import { observe } from '../../src/lab/observe';
import { verifyTopology } from '../../src/lab/verify';
import { planApply } from '../../src/plan/plan-apply';
import { driftOfRecord } from '../../src/plan/record-drift';
import type { Transport } from '../../src/transport/transport';
import type { LabHost } from '../lab-host';
import { assertHostState, captureHostState } from '../lab-host/host-state';
import { exampleHost, exampleNames, isBeyondKernel } from './example-hosts';
import { apply, commandsOf, destroy, example } from './lab-plans';
import { type } from './observed-lab';
import { startOpenVswitch } from './open-vswitch-host';
import { useLabHost } from './use-lab-host';

/** What can be seen of an example from the internet only, while it is applied: what the tutorial tries in a browser. */
const fromOutside: Readonly<Record<string, (visit: (url: string) => Promise<string>) => Promise<void>>> = {
  'in-and-out-4-nat': async (visit) => assert.equal(await visit('http://198.51.100.2:5000/'), ''),
  'in-and-out': async (visit) => assert.match(await visit('http://198.51.100.2:5000/'), /Directory listing for \//),
};

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

  for (const name of exampleNames) {
    it(`${name} is applied, holds what it claims, and leaves the host as it was`, async function () {
      if (await isBeyondKernel(name)) return this.skip();
      const topology = await example(name);
      const host = exampleHost(name);
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
        const { nodes, cables, nat } = buildGraphView({ hostName: 'lab1', snapshot: now, topology });
        const amiss = [...nodes, ...cables, ...nat].filter(
          ({ presence }) => presence !== 'both' && presence !== 'live',
        );
        assert.deepEqual(amiss, [], 'the graph draws nothing of the file as missing or different');
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
