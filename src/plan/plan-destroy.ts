import type { HostSnapshot } from '../host/model';
import type { Topology } from '../topology/model';
import { buildPlan } from './build-plan';
import type { Plan } from './model';

/**
 * What has to be done so that nothing of a lab is left on the host: what it made is removed, what it changed is put back.
 * It goes by the manifest and by the marks on the host, not by the file, and does not mind what is gone already.
 *
 * @param lab the lab's name
 * @param snapshot the host as it is now
 */
export function planDestroy(lab: string, snapshot: HostSnapshot): Plan {
  return buildPlan('destroy', nothingDeclared(lab), snapshot);
}

/** A topology that declares nothing. */
export function nothingDeclared(name: string): Topology {
  const nothing = { path: [], interfaces: [], routes: [], rules: [], sysctls: [], nat: [], portForwards: [] };
  return { path: [], name, namespaces: [], bridges: [], links: [], host: nothing, checks: [] };
}
