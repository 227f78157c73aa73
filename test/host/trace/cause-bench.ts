import assert from 'node:assert/strict';
import { observe } from '../../../src/lab/observe';
import { applyFix } from '../../../src/lab/trace/apply-fix';
import type { AskedTrace } from '../../../src/lab/trace/question';
import { traceRoute } from '../../../src/lab/trace/trace';
import { describeTrace } from '../../../src/trace/describe';
import type { TraceReport } from '../../../src/trace/report';
import type { Transport } from '../../../src/transport/transport';
import type { LabHost } from '../../lab-host';
import { type } from '../observed-lab';
import { startOpenVswitch } from '../open-vswitch-host';
import type { CauseLab } from './cause-labs/cause-lab';
import { checkInFile } from './fixes-in-files';
import type { PooledHost } from './lab-pool';
import { makeWorld, serve } from './world';

/** More rounds of Apply Fix than any lab has causes. */
const mostRounds = 6;

export async function traceOn(transport: Transport, asked: AskedTrace): Promise<TraceReport> {
  const snapshot = await observe(transport, undefined, { probeKernel: false });
  const report = await traceRoute(transport, snapshot, asked);
  if (process.env['SHOW'] !== undefined) console.log(describeTrace(report), '\n');
  return report;
}

/** Breaks the world as the lab says, and looks at what a trace says of it, and at what its fixes make of it. */
export async function checkLab({ lab, transport }: PooledHost, one: CauseLab): Promise<void> {
  await makeWorld(lab);
  if (one.openVswitch === true) await ensureOpenVswitch(lab);
  await type(lab, one.broken);
  const report = await traceOn(transport, one.ask);
  const shown = describeTrace(report);
  const differences = report.differences.map(({ text }) => text);
  if (one.mayDiffer !== true) assert.deepEqual(differences, one.differences ?? [], shown);
  const found = one.reached === true ? report.remarks : report.causes;
  assert.equal(report.reached === 'yes', one.reached === true, shown);
  assert.deepEqual(
    found.map(({ id }) => id),
    one.causes,
    shown,
  );
  for (const cause of found) checkInFile(cause, shown);
  if (one.says !== undefined) assert.ok(found[0]?.text.includes(one.says), shown);
  if (one.sees !== undefined)
    assert.ok(
      found[0]?.evidence.some((line) => line.includes(one.sees ?? '')),
      shown,
    );
  if (one.notes !== undefined)
    assert.ok(
      report.notes.some((note) => note.includes(one.notes ?? '')),
      shown,
    );
  if (one.causes.length === 0 && one.reached !== true) assert.match(report.verdict, /the cause was not found/, shown);
  if (one.reached === true || one.byHand?.length === 0) return;
  for (const command of one.byHand ?? []) await typeOrServe({ lab, transport }, command);
  const first = one.byHand === undefined ? report : await traceOn(transport, one.ask);
  const after = await mend(transport, first, one.ask);
  assert.equal(after.reached, 'yes', `${shown}\n\n--- mended:\n${describeTrace(after)}`);
}

async function ensureOpenVswitch(lab: LabHost): Promise<void> {
  if ((await lab.run('ovs-vsctl -t 1 show')).code !== 0) await startOpenVswitch(lab);
}

async function typeOrServe({ lab }: PooledHost, command: string): Promise<void> {
  const [, namespace, words] = /^serve (\S+) (.*)$/.exec(command) ?? [];
  if (namespace === undefined || words === undefined) await type(lab, [command]);
  else await serve(lab, namespace, words);
}

/**
 * Applies the first fix, as long as there is one, until it gets there.
 *
 * @param seen is told what each trace between them found
 */
export async function mend(
  transport: Transport,
  first: TraceReport,
  asked: AskedTrace,
  seen: (report: TraceReport) => void = () => undefined,
): Promise<TraceReport> {
  let report = first;
  for (let round = 0; round < mostRounds && report.reached !== 'yes'; round++) {
    const cause = report.causes.find(({ fix }) => fix !== undefined);
    if (cause === undefined) break;
    await applyFix(transport, await observe(transport, undefined, { probeKernel: false }), cause);
    report = await traceOn(transport, asked);
    seen(report);
  }
  return report;
}
