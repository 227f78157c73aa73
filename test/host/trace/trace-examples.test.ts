import assert from 'node:assert/strict';
import { observe } from '../../../src/lab/observe';
import { questionOfCheck } from '../../../src/lab/trace/asked';
import { traceRoute } from '../../../src/lab/trace/trace';
import { verifyTopology } from '../../../src/lab/verify';
import { describeTrace } from '../../../src/trace/describe';
import type { Transport } from '../../../src/transport/transport';
import type { LabHost } from '../../lab-host';
import { exampleHost, exampleNames, isBeyondKernel } from '../example-hosts';
import { apply, destroy, example } from '../lab-plans';
import { type } from '../observed-lab';
import { startOpenVswitch } from '../open-vswitch-host';
import { useLabHost } from '../use-lab-host';

/** No false alarm, and no false peace: of each check of each example the trace says what the check says. */
describe('traces of the examples’ checks', function () {
  this.timeout(120_000);
  let lab: LabHost;
  let transport: Transport;

  useLabHost((host) => ({ lab, transport } = host));
  before(() => startOpenVswitch(lab));

  for (const name of exampleNames) {
    it(`${name}: the verdicts agree with the checks`, async function () {
      if (await isBeyondKernel(name)) return this.skip();
      const topology = await example(name);
      const host = exampleHost(name);
      await type(lab, host.make);
      try {
        await apply(transport, topology);
        await verifyTopology(transport, topology);
        const snapshot = await observe(transport, undefined, { probeKernel: false });
        for (const check of topology.checks) {
          const asked = questionOfCheck(check, snapshot);
          if (asked === undefined) continue;
          const report = await traceRoute(transport, snapshot, asked);
          const shown = `${JSON.stringify(asked)}\n${describeTrace(report)}`;
          if (process.env['SHOW'] !== undefined) console.log(shown);
          if (check.expect === 'fail') {
            assert.notEqual(report.reached, 'yes', shown);
            assert.notDeepEqual(report.causes, [], `a cause is found: ${shown}`);
          } else {
            assert.notEqual(report.reached, 'no', shown);
            assert.deepEqual(report.notes, [], `nothing differs from what was read: ${shown}`);
          }
        }
      } finally {
        await destroy(transport, name);
        await type(lab, host.undo);
      }
    });
  }
});
