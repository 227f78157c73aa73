import type {
  BridgeDeclaration,
  EndpointDeclaration,
  InterfaceDeclaration,
  LinkDeclaration,
  NamespaceDeclaration,
  NetworkScope,
  Topology,
} from '../../../src/topology/model';

/** Declarations with defaults, for tests that look at one thing. */

export function scope(part: Partial<NetworkScope> = {}): NetworkScope {
  return { path: [], interfaces: [], routes: [], rules: [], sysctls: [], nat: [], portForwards: [], ...part };
}

export function topology(part: Partial<Topology> = {}): Topology {
  return { path: [], name: 'lab', namespaces: [], bridges: [], links: [], checks: [], host: scope(), ...part };
}

export function namespace(name: string, part: Partial<NamespaceDeclaration> = {}): NamespaceDeclaration {
  return { ...scope(), path: ['namespaces', name], name, nameservers: [], services: [], ...part };
}

export function bridge(name: string, part: Partial<BridgeDeclaration> = {}): BridgeDeclaration {
  return { path: ['bridges', name], name, kind: 'linux', addresses: [], up: true, ports: [], ...part };
}

export function device(name: string, ...addresses: string[]): InterfaceDeclaration {
  return { path: ['interfaces', name], name, kind: 'veth', addresses, up: true, options: {} };
}

/** `earth:earth-veth`, `host:veth0`; a bridge's end needs `bridgeEnd`. */
export function end(text: string): EndpointDeclaration {
  const [owner = '', name = ''] = text.split(':');
  if (owner === 'host') return { type: 'host', interface: name, path: [] };
  return { type: 'namespace', namespace: owner, interface: name, path: [] };
}

export function bridgeEnd(bridgeName: string, port: string): EndpointDeclaration {
  return { type: 'bridge', bridge: bridgeName, interface: port, derived: false, path: [] };
}

export function link(
  a: EndpointDeclaration,
  b: EndpointDeclaration,
  part: Partial<LinkDeclaration> = {},
): LinkDeclaration {
  return { path: ['links', 0], endpoints: [a, b], up: true, ...part };
}
