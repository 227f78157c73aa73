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

/** Makes the plan, unless `signal` says that nobody wants it any more. */
type Make = (snapshot: HostSnapshot, signal?: AbortSignal) => Promise<Plan>;

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
  const make: Make = (snapshot, unwanted) => planApplyInSlices(topology, snapshot, options, unwanted);
  return await planOnHost(host, make, countingNamespaces(topology, host.snapshot), signal);
}

/** `planDestroy`, likewise. */
export async function planDestroyOnHost(host: PlannedHost, lab: string, signal?: AbortSignal): Promise<PlanOnHost> {
  const make: Make = (snapshot, unwanted) => planDestroyInSlices(lab, snapshot, unwanted);
  return await planOnHost(host, make, countingNamespaces(undefined, host.snapshot), signal);
}

async function planOnHost(
  host: PlannedHost,
  make: Make,
  sysctlsOf: readonly string[],
  signal: AbortSignal | undefined,
): Promise<PlanOnHost> {
  if (host.settle !== undefined) {
    const found = await planWhileSettling(host.snapshot, host.settle(sysctlsOf, signal), make);
    // What the kernel lacks, for instance, may be there by now.
    if (!found.plan.problems.some(({ severity }) => severity === 'error')) return found;
  }
  const snapshot = await host.refresh(signal);
  return { plan: await make(snapshot), snapshot };
}

/**
 * Makes the plan by what is known while the host is looked at: mostly nothing has changed that no event told of, and then it is
 * there as soon as that is sure. Otherwise it is thrown away, and made by what was found.
 */
async function planWhileSettling(
  known: HostSnapshot | undefined,
  settling: Promise<HostSnapshot>,
  make: Make,
): Promise<PlanOnHost> {
  const outdated = new AbortController();
  const ahead = known === undefined ? undefined : make(known, outdated.signal);
  ahead?.catch(() => undefined);
  try {
    const snapshot = await settling;
    if (ahead !== undefined && snapshot === known) return { plan: await ahead, snapshot };
    outdated.abort(); // Its work would be in the way.
    return { plan: await make(snapshot), snapshot };
  } finally {
    outdated.abort();
  }
}
