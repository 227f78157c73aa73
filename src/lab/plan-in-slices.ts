import type { HostSnapshot } from '../host/model';
import { buildInPieces, type PlanOptions } from '../plan/build-plan';
import type { Plan } from '../plan/model';
import { nothingDeclared } from '../plan/plan-destroy';
import type { Topology } from '../topology/model';
import { inSlices } from './slices';

/** `planApply`, in slices: whoever else works in this thread waits for a piece of it at most. */
export function planApplyInSlices(
  topology: Topology,
  snapshot: HostSnapshot,
  options?: PlanOptions,
  signal?: AbortSignal,
): Promise<Plan> {
  return inSlices(buildInPieces('apply', topology, snapshot, options), signal);
}

/** `planDestroy`, in slices. */
export function planDestroyInSlices(lab: string, snapshot: HostSnapshot, signal?: AbortSignal): Promise<Plan> {
  return inSlices(buildInPieces('destroy', nothingDeclared(lab), snapshot), signal);
}
