import { familyOf, holds, printNetwork, type Address } from '../addresses';
import type { LabIndex } from './lab-index';

type Family = ReturnType<typeof familyOf>;

/** The address of a bridge or router on one of the namespace's networks: what a default route most likely goes to. */
export function likelyGateway(lab: LabIndex, namespace: string | undefined, family?: Family): string | undefined {
  if (namespace === undefined) return undefined;
  for (const own of lab.addressesIn(namespace)) {
    if (family !== undefined && familyOf(own.address) !== family) continue;
    const domain = lab.domains.of(namespace, own.interface);
    const router = lab.addresses.find(
      (other) =>
        other.namespace !== namespace &&
        (other.namespace === undefined || lab.namespaceNamed(other.namespace)?.forwarding === true) &&
        holds(own, other.address) &&
        lab.domains.of(other.namespace, other.interface) === domain,
    );
    if (router !== undefined) return router.address.toString();
  }
  return undefined;
}

/** The one interface of a namespace, `lo` aside; undefined where it has none, or several. */
export function onlyInterface(lab: LabIndex, namespace: string | undefined): string | undefined {
  if (namespace === undefined) return undefined;
  return only([...lab.originsIn(namespace).keys()].filter((name) => name !== 'lo'));
}

/** The one address of a family that a namespace has. */
export function onlyAddress(lab: LabIndex, namespace: string | undefined, family: Family): string | undefined {
  const own: readonly { readonly address: Address }[] = lab.addressesIn(namespace);
  const inFamily = own.filter(({ address }) => familyOf(address) === family);
  return namespace === undefined ? undefined : only(inFamily.map(({ address }) => address.toString()));
}

/** The one network of a family that the lab has. */
export function onlyNetwork(lab: LabIndex, family: Family): string | undefined {
  const networks = lab.addresses.filter(({ address }) => familyOf(address) === family).map(printNetwork);
  return only(networks);
}

function only(names: readonly string[]): string | undefined {
  const [first, ...others] = new Set(names);
  return others.length === 0 ? first : undefined;
}
