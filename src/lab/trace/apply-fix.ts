import * as l10n from '@vscode/l10n';
import { NetnsError } from '../../base/errors';
import type { HostSnapshot } from '../../host/model';
import type { Step } from '../../plan/model';
import { fixSteps } from '../../trace/fix-steps';
import type { Cause } from '../../trace/model';
import type { Transport } from '../../transport/transport';
import { runSteps } from '../actions/run-change';
import type { RunPlanOptions } from '../apply';

/**
 * Mends one cause on the host, through the engine: all of it or nothing, and never what would cut the connection.
 *
 * @param snapshot the reading that the trace was made from, or a newer one
 * @returns the steps that were done; `undoOf` makes of them those that take it back
 * @throws NetnsError `unsupported` for a cause without a fix, and what `runPlan` throws
 */
export async function applyFix(
  transport: Transport,
  snapshot: HostSnapshot,
  cause: Cause,
  options: RunPlanOptions = {},
): Promise<readonly Step[]> {
  const steps = fixSteps(cause);
  if (cause.fix === undefined || steps.length === 0) {
    throw new NetnsError('unsupported', l10n.t`No command is known that mends this: ${cause.text}`, {
      advice: l10n.t`Read the evidence below it, and mend it by hand.`,
    });
  }
  await runSteps(transport, cause.fix.title, snapshot, steps, options);
  return steps;
}
