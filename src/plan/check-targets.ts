import type { HostSnapshot } from '../host/model';
import type { Topology } from '../topology/model';
import { contains, parseCidr, type Cidr } from './cidr';
import { addressesIn } from './nat-targets';

/**
 * The address of a check's target: an address is itself; of a namespace, or of one of its interfaces, the first on a network
 * that the source is connected to, else the first of a family that the source has, else the first.
 */
export function resolveTarget(
  target: string,
  from: string | undefined,
  topology: Topology,
  snapshot?: HostSnapshot,
): string | undefined {
  if (parseCidr(target) !== undefined && !target.includes('/')) return target;
  const candidates = candidatesOf(target, topology, snapshot);
  if (candidates === undefined) return isPlainHostName(target) ? target : undefined;
  const near = addressesOf(from, topology, snapshot);
  const families = new Set(near.map(({ family }) => family));
  const best =
    candidates.find(({ address }) => near.some((own) => contains(own, address))) ??
    candidates.find(({ family }) => families.has(family)) ??
    candidates[0];
  return best?.address;
}

/** True for `host` and for the name of a declared namespace. */
export function isPlace(name: string, topology: Topology): boolean {
  return name === 'host' || topology.namespaces.some((own) => own.name === name);
}

/** undefined: the target is no namespace and no interface of the lab. */
function candidatesOf(target: string, topology: Topology, snapshot?: HostSnapshot): Cidr[] | undefined {
  const [name = '', device] = target.split(':');
  if (!isPlace(name, topology)) return undefined;
  return addressesOf(name === 'host' ? undefined : name, topology, snapshot, device);
}

/** The addresses of a namespace (undefined: the root namespace) as the file declares them, or else as they were seen. */
export function addressesOf(
  namespace: string | undefined,
  topology: Topology,
  snapshot?: HostSnapshot,
  device?: string,
): Cidr[] {
  const declared = addressesIn(topology, namespace, device);
  if (declared.length > 0) return declared;
  const observed = snapshot?.namespaces.find(({ name, isRoot }) =>
    namespace === undefined ? isRoot : name === namespace,
  );
  return (observed?.links ?? [])
    .filter(({ name, kind }) => kind !== 'loopback' && (device === undefined || name === device))
    .flatMap(({ addresses }) => addresses.filter(({ scope }) => scope === 'global'))
    .map(({ cidr }) => parseCidr(cidr))
    .filter((cidr) => cidr !== undefined);
}

function isPlainHostName(name: string): boolean {
  return /^[A-Za-z0-9_][A-Za-z0-9_.-]*$/.test(name);
}
