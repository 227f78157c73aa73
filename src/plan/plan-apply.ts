import type { HostSnapshot } from '../host/model';
import type { Topology } from '../topology/model';
import { buildPlan } from './build-plan';
import type { Plan } from './model';

/**
 * What has to be done so that the host holds what the file declares: only what differs. An applied file gives no steps.
 * What the lab made before and the file no longer has is removed; what others made is never touched.
 *
 * @param topology a file without errors
 * @param snapshot the host as it is now
 */
export function planApply(topology: Topology, snapshot: HostSnapshot): Plan {
  return buildPlan('apply', topology, snapshot);
}
