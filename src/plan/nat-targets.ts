import type { InterfaceDeclaration, PortForwardDeclaration, Topology } from '../topology/model';
import { contains, parseCidr, type Cidr } from './cidr';

/**
 * Where a port forward leads: the target's address with its prefix where the lab declares it. Of a namespace with several
 * addresses, the first one on a network that the forwarding side is connected to, else its first.
 */
export function portForwardTarget(
  topology: Topology,
  namespace: string | undefined,
  forward: PortForwardDeclaration,
): Cidr | undefined {
  if ('address' in forward.to) {
    const { address } = forward.to;
    const declared = allAddresses(topology).find((cidr) => cidr.address === parseCidr(address)?.address);
    return declared ?? parseCidr(address);
  }
  const listen = forward.listenAddress === undefined ? undefined : parseCidr(forward.listenAddress);
  const candidates = addressesIn(topology, forward.to.namespace).filter(
    ({ family }) => listen === undefined || family === listen.family,
  );
  const near = addressesIn(topology, namespace);
  return candidates.find(({ address }) => near.some((own) => contains(own, address))) ?? candidates[0];
}

/**
 * The addresses that the lab declares in a namespace (undefined: the root namespace), interfaces first, then bridges; or
 * those of one interface or bridge there.
 */
export function addressesIn(topology: Topology, namespace: string | undefined, device?: string): Cidr[] {
  return devicesIn(topology, namespace)
    .filter(({ name }) => device === undefined || name === device)
    .flatMap(({ addresses }) => addresses)
    .map(parseCidr)
    .filter((cidr) => cidr !== undefined);
}

/**
 * The interface or bridge of a namespace that is made by the lab and has the target in one of its networks: the way to it,
 * and the lab's to change. undefined where the way leads over something that the lab did not make.
 */
export function ownWayTo(topology: Topology, namespace: string | undefined, target: Cidr): string | undefined {
  return devicesIn(topology, namespace).find((device) => {
    if ('options' in device && (device.kind === 'physical' || device.kind === 'loopback')) return false;
    return device.addresses.some((text) => {
      const cidr = parseCidr(text);
      return cidr !== undefined && cidr.address !== target.address && contains(cidr, target.address);
    });
  })?.name;
}

function devicesIn(
  topology: Topology,
  namespace: string | undefined,
): readonly (InterfaceDeclaration | Topology['bridges'][number])[] {
  const scope = namespace === undefined ? topology.host : topology.namespaces.find(({ name }) => name === namespace);
  return [...(scope?.interfaces ?? []), ...topology.bridges.filter((bridge) => bridge.namespace === namespace)];
}

function allAddresses(topology: Topology): Cidr[] {
  const namespaces = [undefined, ...topology.namespaces.map(({ name }) => name)];
  return namespaces.flatMap((namespace) => addressesIn(topology, namespace));
}
