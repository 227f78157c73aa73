import type { HostSnapshot } from '../host/model';
import type { PlanOptions } from '../plan/build-plan';
import type { Plan } from '../plan/model';
import { countingNamespaces } from '../plan/sysctls';
import type { Topology } from '../topology/model';
import type { HostStore } from './model';
import { planApplyInSlices, planDestroyInSlices } from './plan-in-slices';

/** A host that is followed, or at least connected. */
export type PlannedHost = Pick<HostStore, 'snapshot' | 'refresh' | 'settle'>;

export interface PlanOnHost {
  readonly plan: Plan;
  /** The host as the plan found it. */
  readonly snapshot: HostSnapshot;
}

/**
 * `planApply` for a host as it is now. Of a host that is followed only that is read which no event tells of; nothing is refused by
 * such a picture alone.
 *
 * @throws NetnsError as `HostStore.refresh` does
 */
export async function planApplyOnHost(
  host: PlannedHost,
  topology: Topology,
  options: PlanOptions = {},
  signal?: AbortSignal,
): Promise<PlanOnHost> {
  const make = (snapshot: HostSnapshot): Promise<Plan> => planApplyInSlices(topology, snapshot, options);
  return await planOnHost(host, make, countingNamespaces(topology, host.snapshot), signal);
}

/** `planDestroy`, likewise. */
export async function planDestroyOnHost(host: PlannedHost, lab: string, signal?: AbortSignal): Promise<PlanOnHost> {
  const make = (snapshot: HostSnapshot): Promise<Plan> => planDestroyInSlices(lab, snapshot);
  return await planOnHost(host, make, countingNamespaces(undefined, host.snapshot), signal);
}

async function planOnHost(
  host: PlannedHost,
  make: (snapshot: HostSnapshot) => Promise<Plan>,
  sysctlsOf: readonly string[],
  signal: AbortSignal | undefined,
): Promise<PlanOnHost> {
  if (host.settle !== undefined) {
    const snapshot = await host.settle(sysctlsOf, signal);
    const plan = await make(snapshot);
    // What the kernel lacks, for instance, may be there by now.
    if (!plan.problems.some(({ severity }) => severity === 'error')) return { plan, snapshot };
  }
  const snapshot = await host.refresh(signal);
  return { plan: await make(snapshot), snapshot };
}
