import { NetnsError } from '../../base/errors';
import type { HostSnapshot } from '../../host/model';
import type { PlannedHost } from '../plan-on-host';
import { readQuestion, type AskedTrace } from './question';

/**
 * A host as it is now, for a trace. Of a host that is followed only that is read which no event tells of: what else a trace goes by it
 * reads itself. What is asked about and not found there, as a container without a name, is worth a look at everything.
 *
 * @throws NetnsError as `HostStore.refresh` does
 */
export async function currentPicture(
  host: PlannedHost,
  asked: AskedTrace,
  signal?: AbortSignal,
): Promise<HostSnapshot> {
  if (host.settle !== undefined) {
    const snapshot = await host.settle([], signal);
    if (makesSense(asked, snapshot)) return snapshot;
  }
  return await host.refresh(signal);
}

/** A name that is no namespace may be one of a namespace that was not seen yet. */
function makesSense(asked: AskedTrace, snapshot: HostSnapshot): boolean {
  try {
    return !('name' in readQuestion(asked, snapshot));
  } catch (error) {
    if (error instanceof NetnsError) return false;
    throw error;
  }
}
