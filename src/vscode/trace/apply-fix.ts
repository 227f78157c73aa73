import * as l10n from '@vscode/l10n';
import { isCancelled, NetnsError } from '../../base/errors';
import { fixSteps } from '../../trace/fix-steps';
import type { Cause } from '../../trace/model';
import type { ActionOutcome, ActionParts } from '../actions/action';
import { carryOut } from '../actions/carry-out';
import type { Undoable } from '../actions/undo';
import { plainLine } from '../host-data';
import type { Host } from '../hosts/host';
import { showError } from '../notify';

/**
 * Carries a cause's fix out on the host: all of it or nothing, with what takes it back kept for Undo. The person is told
 * where it fails.
 *
 * @returns how it ended where nothing was done
 */
export async function applyFix(
  parts: Pick<ActionParts, 'log' | 'turns' | 'undo'>,
  host: Host,
  cause: Cause,
): Promise<ActionOutcome | { readonly undoable: Undoable | undefined }> {
  const title = plainLine(cause.fix?.title ?? l10n.t`Fix`);
  try {
    const steps = await carryOut(parts, host, title, () => fixSteps(cause));
    if (steps.length === 0) return { outcome: 'unchanged' };
    return { undoable: parts.undo.add(host.id, title, steps) };
  } catch (error) {
    showError(parts.log, plainLine(l10n.t`${title} failed`), error);
    if (isCancelled(error)) return { outcome: 'cancelled' };
    return { outcome: 'failed', reason: error instanceof NetnsError ? error.reason : 'internal' };
  }
}
