import { parseCidr, type Cidr } from '../addresses';
import type { Host, TopologyFile } from '../generated/topology-file';
import type {
  BridgeDeclaration,
  EndpointDeclaration,
  InterfaceDeclaration,
  NamespaceDeclaration,
  NetworkScope,
  Topology,
  YamlPath,
} from '../model';
import type { Cursor } from '../read/cursor';
import { BroadcastDomains } from './broadcast-domains';

/** A namespace, or the root namespace (`name` undefined), with what it declares. */
export interface Scope {
  readonly name: string | undefined;
  readonly declared: NetworkScope;
}

/** Something in the file that makes an interface exist in a namespace. */
export interface InterfaceOrigin {
  readonly type: 'bridge' | 'link' | 'kind';
  readonly name: string;
  readonly path: YamlPath;
}

/** An address that the lab gives to an interface. */
export interface PlacedAddress extends Cidr {
  readonly text: string;
  readonly namespace: string | undefined;
  readonly interface: string;
  readonly path: YamlPath;
}

/** What the rules ask of a lab, worked out once. `undefined` as a namespace is the root namespace throughout. */
export class LabIndex {
  readonly scopes: readonly Scope[];
  readonly domains: BroadcastDomains;
  /** Every link's ends could be read; else what a namespace lacks may only be written wrongly. */
  readonly linksAreWhole: boolean;
  /** Every address that the lab gives, on interfaces and bridges, in the order of the file. */
  readonly addresses: readonly PlacedAddress[];
  private readonly namespaces: ReadonlyMap<string, NamespaceDeclaration>;
  private readonly bridges: ReadonlyMap<string, BridgeDeclaration>;
  private readonly origins = new Map<string | undefined, Map<string, InterfaceOrigin[]>>();
  private readonly addressesByNamespace = new Map<string | undefined, PlacedAddress[]>();
  private readonly partlyRead = new Set<string | undefined>();
  private readonly bridgesAreWhole: boolean;

  constructor(
    topology: Topology,
    /** Also ends of links whose other end could not be read. */
    readonly ends: readonly EndpointDeclaration[],
    /** The file itself, for the place of each address: the model drops those that are none. */
    readonly file: Cursor<TopologyFile>,
  ) {
    this.namespaces = new Map(topology.namespaces.map((namespace) => [namespace.name, namespace]));
    this.bridges = new Map(topology.bridges.map((bridge) => [bridge.name, bridge]));
    this.scopes = [
      ...topology.namespaces.map((declared) => ({ name: declared.name, declared })),
      { name: undefined, declared: topology.host },
    ];
    this.bridgesAreWhole = file.at('bridges').entries().length === topology.bridges.length;
    const endpoints = file
      .at('links')
      .items()
      .map((link) => link.at('endpoints').as<unknown[]>().items().length);
    this.linksAreWhole = endpoints.every((count) => count === 2) && ends.length === 2 * endpoints.length;
    this.collectOrigins(topology);
    this.addresses = [...this.collectAddresses(topology)];
    for (const address of this.addresses) {
      const others = this.addressesByNamespace.get(address.namespace);
      if (others === undefined) this.addressesByNamespace.set(address.namespace, [address]);
      else others.push(address);
    }
    this.domains = new BroadcastDomains(topology, (name) => this.bridges.get(name)?.namespace);
  }

  namespaceNamed(name: string): NamespaceDeclaration | undefined {
    return this.namespaces.get(name);
  }

  bridgeNamed(name: string): BridgeDeclaration | undefined {
    return this.bridges.get(name);
  }

  get namespaceNames(): Iterable<string> {
    return this.namespaces.keys();
  }

  /** The namespace that a link's end lies in. */
  namespaceOf(end: EndpointDeclaration): string | undefined {
    if (end.type === 'namespace') return end.namespace;
    return end.type === 'bridge' ? this.bridges.get(end.bridge)?.namespace : undefined;
  }

  /** What makes interfaces in a namespace, by interface name. */
  originsIn(namespace: string | undefined): ReadonlyMap<string, readonly InterfaceOrigin[]> {
    return this.origins.get(namespace) ?? new Map<string, InterfaceOrigin[]>();
  }

  /** Whether the lab makes an interface of that name in a namespace; `lo` is always there. */
  hasInterface(namespace: string | undefined, name: string): boolean {
    return name === 'lo' || this.originsIn(namespace).has(name);
  }

  addressesIn(namespace: string | undefined): readonly PlacedAddress[] {
    return this.addressesByNamespace.get(namespace) ?? [];
  }

  /**
   * Whether all that gives a namespace interfaces and addresses could be read. Else a rule must not say that one is
   * missing: that it is written wrongly is reported already.
   */
  isWhole(namespace: string | undefined): boolean {
    return this.linksAreWhole && this.bridgesAreWhole && !this.partlyRead.has(namespace);
  }

  /** As `isWhole`, for the whole lab. */
  get everythingIsWhole(): boolean {
    return this.linksAreWhole && this.bridgesAreWhole && this.partlyRead.size === 0;
  }

  private collectOrigins({ bridges }: Topology): void {
    for (const { name, namespace, path } of bridges) this.addOrigin(namespace, { type: 'bridge', name, path });
    for (const end of this.ends) {
      this.addOrigin(this.namespaceOf(end), { type: 'link', name: end.interface, path: end.path });
    }
    for (const scope of this.scopes) {
      for (const { name, path } of scope.declared.interfaces.filter(makesItself)) {
        this.addOrigin(scope.name, { type: 'kind', name, path });
      }
    }
  }

  private addOrigin(namespace: string | undefined, origin: InterfaceOrigin): void {
    const there = this.origins.get(namespace) ?? new Map<string, InterfaceOrigin[]>();
    this.origins.set(namespace, there);
    const same = there.get(origin.name);
    if (same === undefined) there.set(origin.name, [origin]);
    else same.push(origin);
  }

  private *collectAddresses({ bridges }: Topology): Iterable<PlacedAddress> {
    for (const { name, namespace, path } of bridges) {
      yield* this.placeAddresses(name, this.file.follow<{ addresses: string[] }>(path).at('addresses'), namespace);
    }
    for (const scope of this.scopes) {
      const written = this.file.follow<Host>(scope.declared.path).at('interfaces').entries();
      if (written.length !== scope.declared.interfaces.length) this.partlyRead.add(scope.name);
      const settings = new Map(written);
      for (const { name } of scope.declared.interfaces) {
        const addresses = settings.get(name)?.at('addresses');
        if (addresses !== undefined) yield* this.placeAddresses(name, addresses, scope.name);
      }
    }
  }

  private *placeAddresses(
    name: string,
    addresses: Cursor<readonly string[]>,
    namespace: string | undefined,
  ): Iterable<PlacedAddress> {
    for (const item of addresses.items()) {
      const text = item.text ?? '';
      const cidr = parseCidr(text);
      if (cidr === undefined) this.partlyRead.add(namespace);
      else yield { ...cidr, text, namespace, interface: name, path: item.path };
    }
  }
}

/** Whether the entry makes the interface, rather than saying something about one that a link makes. */
export function makesItself({ kind }: InterfaceDeclaration): boolean {
  return kind !== 'veth' && kind !== 'loopback';
}
