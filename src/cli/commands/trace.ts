import { printCommand } from '../../base/command';
import type { HostSnapshot } from '../../host/model';
import { observe } from '../../lab/observe';
import { applyFix } from '../../lab/trace/apply-fix';
import { traceRoute } from '../../lab/trace/trace';
import { undoOf } from '../../plan/actions/things';
import type { Step } from '../../plan/model';
import { describeTrace } from '../../trace/describe';
import type { TraceReport } from '../../trace/report';
import type { Transport } from '../../transport/transport';
import { UsageError } from '../usage';
import type { RunCommand, Work } from './work';

/** More things at once are hardly wrong on one way. */
const mostFixes = 8;

/**
 * `trace FROM TO`: whether a packet gets there and back, and where and why not. Succeeds if it does. With `--fix` what is found
 * is mended through the engine, one cause after the other, and traced again.
 */
export const runTrace: RunCommand = async (work) => {
  const { invocation, output } = work;
  if (invocation.trace === undefined) throw new UsageError('trace needs where from and where to.');
  const { fix, ...asked } = invocation.trace;
  const transport = await work.connect();
  const look = async (): Promise<Look> => {
    const snapshot = await observe(transport, work.signal, { probeKernel: false });
    return { snapshot, report: await traceRoute(transport, snapshot, asked, { signal: work.signal }) };
  };
  const first = await look();
  const { report, done } = fix === true ? await mend(work, transport, first, look) : { report: first.report, done: [] };
  output.result(describeTrace(report));
  const back = undoOf(done).flatMap(({ run }) => run);
  if (back.length > 0) {
    output.result(['', 'To take the fixes back:', ...back.map((one) => `  $ ${printCommand(one)}`)].join('\n'));
  }
  return { ok: report.reached === 'yes', document: { trace: report, ...(fix === true ? { fixed: done } : {}) } };
};

interface Look {
  readonly snapshot: HostSnapshot;
  readonly report: TraceReport;
}

/** Mends the first cause that can be, and looks again; stops where the same stands in the way once more. */
async function mend(
  { output, signal }: Work,
  transport: Transport,
  first: Look,
  look: () => Promise<Look>,
): Promise<{ readonly report: TraceReport; readonly done: readonly Step[] }> {
  const done: Step[] = [];
  const tried = new Set<string>();
  let now = first;
  for (let round = 0; round < mostFixes && now.report.reached !== 'yes'; round++) {
    const cause = now.report.causes.find((one) => one.fix !== undefined && !tried.has(one.text));
    if (cause?.fix === undefined) break;
    tried.add(cause.text);
    output.progress([cause.text, ...cause.fix.run.map((one) => `  $ ${printCommand(one)}`)].join('\n'));
    done.push(...(await applyFix(transport, now.snapshot, cause, { signal })));
    now = await look();
  }
  return { report: now.report, done };
}
