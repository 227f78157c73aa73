import type { HostSnapshot } from './model';
import type { Sections } from './sections';

/** The kernel's build options (Kconfig) without which it does not know a kind of interface, in iproute2's word. */
export const kernelKinds: Readonly<Record<string, string>> = {
  DUMMY: 'dummy',
  IPVLAN: 'ipvlan',
  MACVLAN: 'macvlan',
  OPENVSWITCH: 'openvswitch',
  TUN: 'tun',
  VLAN_8021Q: 'vlan',
  VXLAN: 'vxlan',
};

/** The kinds that the kernel says it was built without. One that keeps its configuration to itself says nothing. */
export function readMissingKinds(sections: Sections): Pick<HostSnapshot, 'missingKinds'> {
  const missing = sections.lines('kernel-lacks').flatMap((option) => kernelKinds[option] ?? []);
  return missing.length === 0 ? {} : { missingKinds: missing.sort() };
}
