import { observe } from '../../lab/observe';
import { traceRoute } from '../../lab/trace/trace';
import { describeTrace } from '../../trace/describe';
import { UsageError } from '../usage';
import type { RunCommand } from './work';

/** `trace FROM TO`: whether a packet gets there and back, and where and why not. Succeeds if it does. */
export const runTrace: RunCommand = async ({ invocation, output, signal, connect }) => {
  if (invocation.trace === undefined) throw new UsageError('trace needs where from and where to.');
  const transport = await connect();
  const snapshot = await observe(transport, signal, { probeKernel: false });
  const report = await traceRoute(transport, snapshot, invocation.trace, { signal });
  output.result(describeTrace(report));
  return { ok: report.reached === 'yes', document: { trace: report } };
};
