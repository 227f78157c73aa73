import type { HostSnapshot } from '../host/model';
import type { Topology } from '../topology/model';
import { buildPlan, type PlanOptions } from './build-plan';
import type { Plan } from './model';

/**
 * What has to be done so that the host holds what the file declares: only what differs. An applied file gives no steps.
 * What the lab made before and the file no longer has is removed; what others made is never touched.
 *
 * @param topology a file without errors
 * @param snapshot the host as it is now
 */
export function planApply(topology: Topology, snapshot: HostSnapshot, options: PlanOptions = {}): Plan {
  return buildPlan('apply', topology, snapshot, options);
}

/**
 * Where nothing but things that others made under the same names is in the way of an apply: the plan that adopts them.
 * Undefined where there is nothing to adopt, or where that would not help.
 */
export function planAdopting(topology: Topology, snapshot: HostSnapshot): Plan | undefined {
  const plan = planApply(topology, snapshot, { adopt: 'everything' });
  const isRefused = plan.problems.some(({ severity }) => severity === 'error');
  return plan.adopts === undefined || isRefused ? undefined : plan;
}
