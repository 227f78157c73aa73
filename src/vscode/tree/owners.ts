import type { HostSnapshot } from '../../host/model';
import { isBridge, namespaceLabel } from './link-facts';

interface Owners {
  /** `earth:earth-veth` by MAC address. */
  readonly ofMac: ReadonlyMap<string, string>;
  /** `earth` by IP address. */
  readonly ofAddress: ReadonlyMap<string, string>;
}

const known = new WeakMap<HostSnapshot, Owners>();

/** Whose addresses are which, on a host as it was read; those that two have are left out. */
export function ownersOf(snapshot: HostSnapshot): Owners {
  const before = known.get(snapshot);
  if (before !== undefined) return before;
  const [ofMac, ofAddress] = [new Map<string, string>(), new Map<string, string>()];
  const twice = new Set<string>();
  const note = (map: Map<string, string>, key: string, owner: string): void => {
    if (map.has(key) && map.get(key) !== owner) twice.add(key);
    map.set(key, owner);
  };
  for (const namespace of snapshot.namespaces) {
    const label = namespaceLabel(namespace);
    for (const link of namespace.links) {
      if (link.mac !== undefined && !isBridge(link)) note(ofMac, link.mac, `${label}:${link.name}`);
      for (const { cidr } of link.addresses) note(ofAddress, cidr.split('/')[0] ?? '', label);
    }
  }
  for (const key of twice) {
    ofMac.delete(key);
    ofAddress.delete(key);
  }
  const owners = { ofMac, ofAddress };
  known.set(snapshot, owners);
  return owners;
}
