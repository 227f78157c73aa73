import type { EndpointDeclaration, InterfaceDeclaration, Topology } from '../model';
import { Parents } from '../parents';
import { DisjointSets } from './disjoint-sets';

/**
 * Which interfaces hear each other's broadcasts: joined by cables and bridges, kept apart by VLANs. Cables that are cut
 * (`up: false`) join nothing.
 */
export class BroadcastDomains {
  private readonly sets = new DisjointSets();

  constructor(
    topology: Topology,
    private readonly namespaceOfBridge: (bridge: string) => string | undefined,
  ) {
    for (const { endpoints, up } of topology.links) if (up) this.joinEnds(...endpoints);
    for (const bridge of topology.bridges) {
      for (const port of bridge.ports) {
        this.sets.join(member(bridge.namespace, port), member(bridge.namespace, bridge.name));
      }
    }
    const scopes = [...topology.namespaces, topology.host];
    const isOnOther = scopes.some(({ interfaces }) => interfaces.some(({ options }) => 'parent' in options));
    // Few labs have one; to know what each could stand on takes a walk through the whole lab.
    if (!isOnOther) return;
    const parents = new Parents(topology);
    for (const { name, interfaces } of topology.namespaces) {
      for (const declared of interfaces) this.joinParent(name, declared, parents);
    }
    for (const declared of topology.host.interfaces) this.joinParent(undefined, declared, parents);
  }

  /** The domain of an interface's untagged frames; two interfaces are in one domain if this is the same text. */
  of(namespace: string | undefined, name: string): string {
    return this.sets.find(member(namespace, name));
  }

  private joinEnds(a: EndpointDeclaration, b: EndpointDeclaration): void {
    this.sets.join(this.memberOf(a), this.memberOf(b));
    for (const vlan of new Set([...trunkOf(a), ...trunkOf(b)])) {
      if (carries(a, vlan) && carries(b, vlan)) this.sets.join(this.memberOf(a, vlan), this.memberOf(b, vlan));
    }
  }

  /** A MACVLAN or IPVLAN is in its parent's domain, a VLAN interface in that of its parent's tagged frames. */
  private joinParent(namespace: string | undefined, declared: InterfaceDeclaration, parents: Parents): void {
    const { name, kind, options } = declared;
    const parent = parents.of(namespace, declared);
    if (parent === undefined) return;
    const own = member(namespace, name);
    if (kind === 'macvlan' || kind === 'ipvlan') this.sets.join(own, member(parent.namespace, parent.name));
    if (kind === 'vlan') this.sets.join(own, member(parent.namespace, parent.name, Number(options['id'])));
  }

  /** `vlan`: of the frames that carry this tag on the cable; without it, of those that carry none. */
  private memberOf(end: EndpointDeclaration, vlan?: number): string {
    if (end.type === 'namespace') return member(end.namespace, end.interface, vlan);
    if (end.type === 'host') return member(undefined, end.interface, vlan);
    return member(this.namespaceOfBridge(end.bridge), end.bridge, vlan ?? end.vlan);
  }
}

function trunkOf(end: EndpointDeclaration): readonly number[] {
  return (end.type === 'bridge' ? end.trunk : undefined) ?? [];
}

/** Whether tagged frames of a VLAN pass this end: at an interface all, at a bridge's port those of its trunk. */
function carries(end: EndpointDeclaration, vlan: number): boolean {
  return end.type !== 'bridge' || trunkOf(end).includes(vlan);
}

/** Untagged frames on a bridge are in VLAN 1 unless the port says otherwise. */
function member(namespace: string | undefined, name: string, vlan = 1): string {
  // No name holds a `/`; a bridge's namespace may, in a file that is wrong, and then is no namespace.
  return `${namespace ?? ''}/${name}/${vlan}`;
}
