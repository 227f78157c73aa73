import { observe } from '../lab/observe';
import type { Plan } from '../plan/model';
import { planAdopting, planApply } from '../plan/plan-apply';
import type { Topology } from '../topology/model';
import type { Transport } from '../transport/transport';
import type { Work } from './commands/work';

/**
 * What `apply` would do on the host as it is now. Where nothing but things of the same names is in the way, which could
 * be adopted, that is said.
 */
export async function makePlan(
  { invocation, output, signal }: Work,
  transport: Transport,
  topology: Topology,
): Promise<Plan> {
  const snapshot = await observe(transport, signal, { forPlan: true });
  if (invocation.adopt === true) return planApply(topology, snapshot, { adopt: 'everything' });
  const plan = planApply(topology, snapshot);
  const isRefused = plan.problems.some(({ severity }) => severity === 'error');
  const count = isRefused ? (planAdopting(topology, snapshot)?.adopts?.length ?? 0) : 0;
  if (count > 0) {
    const things = count === 1 ? 'That is 1 thing' : `These are ${count} things`;
    output.progress(
      `${things} that others made. With --adopt the lab takes over, and destroy then removes what it took.`,
    );
  }
  return plan;
}
