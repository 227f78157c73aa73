import type { Host, Namespace, TopologyFile } from '../generated/topology-file';
import type { BridgeDeclaration, EndpointDeclaration, NamespaceDeclaration, NetworkScope, Topology } from '../model';
import { objectToNamespaceName } from '../names';
import { readChecks } from './checks';
import type { Cursor } from './cursor';
import { defined } from './defined';
import { readBridges, readInterfaces } from './interfaces';
import { readLinks } from './links';
import { readPortForwards } from './port-forwards';
import { readNat, readPolicyRules, readRoutes, readSysctls } from './routing';
import { readServices } from './services';
import { readAddress, readEach } from './values';

export interface ReadTopology {
  readonly topology: Topology;
  /** Every link end that could be read, also of links whose other end could not and which are therefore missing. */
  readonly ends: readonly EndpointDeclaration[];
}

/**
 * Reads what the file means: fills in defaults, takes references apart, names what the file leaves unnamed. Values that
 * mean nothing (an address that is none) are reported with `file.problems` and left out.
 */
export function readTopology(file: Cursor<TopologyFile>): ReadTopology {
  const lab = file.at('name').text ?? '';
  const namespaceNames = new Set(
    file
      .at('namespaces')
      .entries()
      .map(([name]) => name),
  );
  const namespaces = readEach(file.at('namespaces').entries(), ([name, namespace]) =>
    acceptNamespaceName(name, namespace) ? readNamespace(name, namespace, namespaceNames) : undefined,
  );
  const bridges = readBridges(file.at('bridges'));
  const bridgesByName = new Map(bridges.map((bridge) => [bridge.name, bridge]));
  const scope = readScope(file.at('host'));
  const host: NetworkScope = {
    ...scope,
    nat: readNat(file.at('nat')),
    portForwards: readPortForwards(file.at('port-forwards'), namespaceNames),
  };
  const { links, ends } = readLinks(file.at('links'), {
    lab,
    namespaces: namespaceNames,
    bridges: new Set(
      file
        .at('bridges')
        .entries()
        .map(([name]) => name),
    ),
    bridgeNamed: (name) => bridgesByName.get(name),
    interfacesOf: (namespace) => interfacesOf(namespace, { host, namespaces, bridges }),
  });
  const topology = defined({
    path: file.path,
    name: lab,
    description: file.at('description').text,
    target: file.at('target').text,
    namespaces,
    bridges,
    links,
    host,
    checks: readChecks(file.at('checks')),
  });
  return { topology, ends };
}

function readNamespace(
  name: string,
  namespace: Cursor<Namespace>,
  namespaceNames: ReadonlySet<string>,
): NamespaceDeclaration {
  const nat = readNat(namespace.at('nat'));
  const portForwards = readPortForwards(namespace.at('port-forwards'), namespaceNames);
  const nameservers = readEach(namespace.at('nameservers').items(), readAddress);
  const services = readServices(namespace.at('services'));
  return Object.assign(readScope(namespace), { name, nat, portForwards, nameservers, services });
}

/** What the host and a namespace have in common, but for NAT, which the host's has at the top of the file. */
function readScope(scope: Cursor<NonNullable<Host>>): Omit<NetworkScope, 'nat' | 'portForwards'> {
  const forwarding = scope.at('forwarding').flag;
  const common = {
    path: scope.path,
    interfaces: readInterfaces(scope.at('interfaces')),
    routes: readRoutes(scope.at('routes')),
    rules: readPolicyRules(scope.at('rules')),
  };
  const sysctls = readSysctls(scope.at('sysctls'));
  return Object.assign(common, forwarding === undefined ? { sysctls } : { forwarding, sysctls });
}

function acceptNamespaceName(name: string, namespace: Cursor): boolean {
  const objection = objectToNamespaceName(name);
  if (objection === undefined) return true;
  const { code, message, suggestion } = objection;
  namespace.problems.find({ code, message, path: namespace.path, at: 'key', data: { name, suggestion } });
  return false;
}

function* interfacesOf(
  namespace: string | undefined,
  lab: { host: NetworkScope; namespaces: readonly NamespaceDeclaration[]; bridges: readonly BridgeDeclaration[] },
): Iterable<string> {
  const scope = namespace === undefined ? lab.host : lab.namespaces.find(({ name }) => name === namespace);
  for (const { name } of scope?.interfaces ?? []) yield name;
  for (const bridge of lab.bridges) {
    if (bridge.namespace !== namespace) continue;
    yield bridge.name;
    yield* bridge.ports;
  }
}
