import assert from 'node:assert/strict';
import { observe } from '../../../src/lab/observe';
import { applyFix } from '../../../src/lab/trace/apply-fix';
import type { AskedTrace } from '../../../src/lab/trace/question';
import { traceRoute } from '../../../src/lab/trace/trace';
import { describeTrace } from '../../../src/trace/describe';
import type { TraceReport } from '../../../src/trace/report';
import type { Transport } from '../../../src/transport/transport';
import { probeKernel, type LabHost } from '../../lab-host';
import { type } from '../observed-lab';
import { useLabHost } from '../use-lab-host';
import { cableLabs, filterLabs, pairLabs, routeLabs, serviceLabs, type CauseLab } from './cause-labs';
import { makeWorld, serve } from './world';

/** More rounds of Apply Fix than any lab has causes. */
const mostRounds = 6;

/** Every cause that a trace knows is made on a real host, found there, and mended by the trace's own fix. */
describe('the causes of a trace', function () {
  this.timeout(120_000);
  let lab: LabHost;
  let transport: Transport;

  useLabHost((host) => ({ lab, transport } = host));

  async function trace(asked: AskedTrace): Promise<TraceReport> {
    const snapshot = await observe(transport, undefined, { probeKernel: false });
    const report = await traceRoute(transport, snapshot, asked);
    if (process.env['SHOW'] !== undefined) console.log(describeTrace(report), '\n');
    return report;
  }

  async function byHand(commands: readonly string[]): Promise<void> {
    for (const command of commands) {
      const [, namespace, words] = /^serve (\S+) (.*)$/.exec(command) ?? [];
      if (namespace === undefined || words === undefined) await type(lab, [command]);
      else await serve(lab, namespace, words);
    }
  }

  /** Applies the first fix, as long as there is one, until it gets there. */
  async function mend(first: TraceReport, asked: AskedTrace): Promise<TraceReport> {
    let report = first;
    for (let round = 0; round < mostRounds && report.reached !== 'yes'; round++) {
      const cause = report.causes.find(({ fix }) => fix !== undefined);
      if (cause === undefined) break;
      await applyFix(transport, await observe(transport, undefined, { probeKernel: false }), cause);
      report = await trace(asked);
    }
    return report;
  }

  const sound: readonly AskedTrace[] = [
    { from: 'earth', to: 'neptune' },
    { from: 'earth', to: '8.8.8.8' },
    { from: 'earth', to: 'mars' },
    { from: 'mars', to: '8.8.8.8' },
    { from: 'mars', to: '198.51.100.2:8080' },
    { from: 'neptune', to: 'earth:8000' },
    { from: 'mars', to: 'earth', protocol: 'udp', port: 5353 },
    { from: 'host', to: 'earth' },
    { from: 'host', to: 'mars' },
    { from: 'host', to: 'http://10.10.0.10:8000/' },
    { from: 'earth', to: 'http://8.8.8.8/' },
    { from: 'earth', to: '10.10.0.10:8000' },
    { from: 'earth', to: '10.10.0.1' },
    { from: 'earth', to: 'fd00:10::20' },
    { from: 'earth', to: 'fd00:30::2' },
    { from: 'mars', to: '[fd00:10::10]:8000' },
    { from: 'earth', to: '127.0.0.1:8001' },
    { from: 'earth', to: 'neptune', size: 1500 },
  ];

  it('are not claimed where all is well', async () => {
    await makeWorld(lab);
    for (const asked of sound) {
      const report = await trace(asked);
      assert.equal(report.reached, 'yes', describeTrace(report));
      assert.deepEqual([report.causes, report.remarks, report.notes], [[], [], []], describeTrace(report));
      assert.notDeepEqual(report.lesson, []);
    }
  });

  const groups = {
    'cables and bridges': cableLabs,
    'addresses and routes': routeLabs,
    'the packet filter and NAT': filterLabs,
    services: serviceLabs,
    'two at once': pairLabs,
  };
  for (const [title, labs] of Object.entries(groups)) {
    describe(title, () => {
      for (const one of labs) {
        it(one.name, async function () {
          if (one.needs !== undefined && !(await probeKernel())[one.needs]) return this.skip();
          await check(one);
        });
      }
    });
  }

  async function check(one: CauseLab): Promise<void> {
    await makeWorld(lab);
    await type(lab, one.broken);
    const report = await trace(one.ask);
    const shown = describeTrace(report);
    if (one.reached === true) {
      assert.equal(report.reached, 'yes', shown);
      assert.deepEqual(
        [...report.remarks].map(({ id }) => id),
        one.causes,
        shown,
      );
      return;
    }
    assert.notEqual(report.reached, 'yes', shown);
    assert.deepEqual(
      report.causes.map(({ id }) => id),
      one.causes,
      shown,
    );
    if (one.says !== undefined) assert.ok(report.causes[0]?.text.includes(one.says), shown);
    if (one.byHand?.length === 0) return;
    await byHand(one.byHand ?? []);
    const after = await mend(one.byHand === undefined ? report : await trace(one.ask), one.ask);
    assert.equal(after.reached, 'yes', `${shown}\n\n--- mended:\n${describeTrace(after)}`);
  }
});
