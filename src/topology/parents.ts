import type { InterfaceDeclaration, Topology } from './model';

/** Where an interface lies, by the name of its namespace; undefined is the root namespace. */
export interface ParentPlace {
  readonly namespace: string | undefined;
  readonly name: string;
}

/**
 * Finds what the interfaces of a lab stand on (`parent` of macvlan, ipvlan, vlan and vxlan): the interface of that name in
 * their own namespace where the lab makes one there, and otherwise the host's. A declared namespace holds nothing but what
 * the lab makes, so this is never ambiguous.
 */
export class Parents {
  private readonly made = new Map<string | undefined, Set<string>>();

  constructor({ bridges, links, namespaces }: Topology) {
    for (const { name, namespace } of bridges) this.add(namespace, name);
    const homes = new Map(bridges.map(({ name, namespace }) => [name, namespace]));
    for (const { endpoints } of links) {
      for (const end of endpoints) {
        if (end.type === 'namespace') this.add(end.namespace, end.interface);
        if (end.type === 'bridge') this.add(homes.get(end.bridge), end.interface);
      }
    }
    for (const { name, interfaces } of namespaces) {
      for (const own of interfaces) this.add(name, own.name);
    }
  }

  /** Undefined for an interface that names no parent. */
  of(namespace: string | undefined, { options }: InterfaceDeclaration): ParentPlace | undefined {
    const { parent } = options;
    if (typeof parent !== 'string') return undefined;
    const isNear = namespace !== undefined && this.made.get(namespace)?.has(parent) === true;
    return { namespace: isNear ? namespace : undefined, name: parent };
  }

  private add(namespace: string | undefined, name: string): void {
    const names = this.made.get(namespace);
    if (names === undefined) this.made.set(namespace, new Set([name]));
    else names.add(name);
  }
}
