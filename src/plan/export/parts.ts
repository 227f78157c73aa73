import type { ObjectRef, Step } from '../model';

/** The parts of a script, with what a person who learns this should know of each. */
export interface Part {
  readonly title: string;
  readonly lesson: string;
}

const parts = {
  namespaces: {
    title: 'Namespaces',
    lesson: `A network namespace is a network stack of its own: interfaces, addresses, routes, firewall. It begins with
nothing but a loopback interface, which is down.`,
  },
  lent: {
    title: "The host's own interfaces",
    lesson: 'An interface is in one namespace at a time. Moving it there takes its addresses and routes from it.',
  },
  bridges: {
    title: 'Bridges',
    lesson: 'A bridge is a switch. With an address of its own it is also an interface of the namespace it is in.',
  },
  cables: {
    title: 'Cables',
    lesson: `A veth pair is a cable: what goes in at one end comes out at the other. Each end is put into its namespace, or
plugged into a bridge (master). Both ends must be up.`,
  },
  interfaces: { title: 'Interfaces', lesson: 'Interfaces that are no cable.' },
  ports: { title: 'Ports', lesson: 'Interfaces that were there before become ports of a bridge.' },
  sysctls: {
    title: 'Kernel parameters',
    lesson: 'Without forwarding, the kernel drops what comes in by one interface and would have to leave by another.',
  },
  addresses: {
    title: 'Addresses',
    lesson: 'With an address comes a route: the whole network behind its prefix is reached by this interface.',
  },
  routes: {
    title: 'Routes',
    lesson: 'Whatever is not on a network of its own, a namespace sends to a gateway, which must be on one of them.',
  },
  rules: { title: 'Policy rules', lesson: 'They choose the routing table; the lowest number is asked first.' },
  nameservers: {
    title: 'Name servers',
    lesson: '`ip netns exec NAME` lays /etc/netns/NAME/resolv.conf over /etc/resolv.conf.',
  },
  nat: {
    title: 'Address translation',
    lesson: `Nobody outside knows a way back to the lab's addresses. Masquerading gives what leaves the address of the host
(postrouting: the last thing that happens to a packet); a port forward gives what arrives another destination
(prerouting: the first thing).`,
  },
  services: { title: 'Services', lesson: 'Programs that run inside; they see the network of their namespace only.' },
} as const satisfies Readonly<Record<string, Part>>;
export type PartName = keyof typeof parts;

/** All parts in the order in which they are made. */
export const partNames = Object.keys(parts) as readonly PartName[];

export function partOf(name: PartName): Part {
  return parts[name];
}

const byType: Readonly<Record<ObjectRef['type'], PartName>> = {
  namespace: 'namespaces',
  bridge: 'bridges',
  link: 'cables',
  interface: 'interfaces',
  address: 'addresses',
  route: 'routes',
  rule: 'rules',
  sysctl: 'sysctls',
  nat: 'nat',
  service: 'services',
  nameservers: 'nameservers',
  process: 'services',
  impairment: 'cables',
  manifest: 'namespaces',
};

/** The part that a step is told in. */
export function partOfStep({ object, action, why }: Step): PartName {
  if (object.type !== 'interface' || action !== 'change') return byType[object.type];
  if (why.startsWith('port forward ')) return 'nat';
  return object.namespace === undefined ? 'ports' : 'lent';
}
