import type { ObservedNamespace } from '../host/model';
import type { MendRequest } from '../topology/mend-request';
import type { Cause, TopologyEdit } from './model';

/** A request without the namespace that it is about. */
type Unplaced<T> = T extends unknown ? Omit<T, 'namespace'> : never;

/** The change of the topology file that mends a cause, where there is one. */
export function editOf({ fix, edit }: Cause): TopologyEdit | undefined {
  return fix?.edit ?? edit;
}

/** A change of the topology file for something in a namespace; one without a name stands in no file. */
export function editFor(
  namespace: ObservedNamespace,
  text: string,
  yaml: string,
  request: Unplaced<MendRequest>,
): TopologyEdit {
  if (!namespace.isRoot && namespace.name === undefined) return { text, yaml };
  const where = namespace.isRoot || namespace.name === undefined ? {} : { namespace: namespace.name };
  return { text, yaml, request: { ...request, ...where } };
}
