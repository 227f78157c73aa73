import type { HostSnapshot } from '../host/model';
import { buildInPieces, type PlanOptions } from '../plan/build-plan';
import type { Plan } from '../plan/model';
import { nothingDeclared } from '../plan/plan-destroy';
import type { Topology } from '../topology/model';

/** After so many milliseconds of work others have their turn; a piece takes some 30 for 1,000 namespaces. */
const slice = 10;

/** `planApply`, in slices: whoever else works in this thread waits for a piece of it at most. */
export function planApplyInSlices(topology: Topology, snapshot: HostSnapshot, options?: PlanOptions): Promise<Plan> {
  return inSlices(buildInPieces('apply', topology, snapshot, options));
}

/** `planDestroy`, in slices. */
export function planDestroyInSlices(lab: string, snapshot: HostSnapshot): Promise<Plan> {
  return inSlices(buildInPieces('destroy', nothingDeclared(lab), snapshot));
}

async function inSlices<T>(pieces: Generator<void, T>): Promise<T> {
  for (let begun = performance.now(); ;) {
    const { done, value } = pieces.next();
    if (done === true) return value;
    if (performance.now() - begun < slice) continue;
    await new Promise((resolve) => setImmediate(resolve));
    begun = performance.now();
  }
}
