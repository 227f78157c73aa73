import type { EndpointDeclaration, InterfaceDeclaration, NetworkScope, Topology, YamlPath } from '../../topology/model';

/**
 * The lab as far as an entry has to do with it: what it lies in, what it is cabled to, and of the rules itself alone, since all
 * rules of a namespace become one table. So that the plan for one entry of a large lab is a small one, and a mistake elsewhere
 * does not keep it from being made.
 */
export function partAround(topology: Topology, path: YamlPath): Topology {
  const namespaces = new Set<string>();
  const bridges = new Set<string>();
  const [first, second] = path;
  const isOfHost = first === 'host' || first === 'nat' || first === 'port-forwards';
  if (first === 'namespaces') namespaces.add(String(second));
  if (first === 'bridges') bridges.add(String(second));
  for (const forward of topology.host.portForwards.filter((one) => startsWith(one.path, path.slice(0, 2)))) {
    if ('namespace' in forward.to) namespaces.add(forward.to.namespace);
  }
  const isNear = (end: EndpointDeclaration): boolean =>
    end.type === 'host' ? isOfHost : end.type === 'namespace' && namespaces.has(end.namespace);
  const links = topology.links.filter((link) =>
    first === 'links' ? link.path[1] === second : link.endpoints.some(isNear),
  );
  for (const end of links.flatMap(({ endpoints }) => endpoints)) {
    if (end.type === 'namespace') namespaces.add(end.namespace);
    if (end.type === 'bridge') bridges.add(end.bridge);
  }
  const kept = topology.bridges.filter(
    ({ name, namespace }) => bridges.has(name) || (isOfHost && namespace === undefined),
  );
  const ends = new Set(links.flatMap(({ endpoints }) => endpoints.map((end) => endName(end))));
  for (const { namespace } of kept) if (namespace !== undefined) namespaces.add(namespace);
  const own = <S extends NetworkScope>(scope: S, name?: string): S => ({
    ...scope,
    nat: scope.nat.filter((rule) => startsWith(path, rule.path)),
    portForwards: scope.portForwards.filter((forward) => startsWith(path, forward.path)),
    interfaces: scope.interfaces.filter((settings) => isMade(settings, `${name ?? 'host'}:${settings.name}`, ends)),
  });
  return {
    ...topology,
    bridges: kept,
    links,
    namespaces: topology.namespaces
      .filter(({ name }) => namespaces.has(name))
      .map((one) => ({ ...own(one, one.name), services: [] })),
    host: own(topology.host),
    checks: [],
  };
}

/** Whether the part makes an interface, or finds it: settings of one that it leaves out stand for nothing. */
function isMade({ kind, name }: InterfaceDeclaration, end: string, ends: ReadonlySet<string>): boolean {
  // A moved interface is the host's; the planner does not know it yet.
  return kind === 'veth' ? ends.has(end) || ends.has(name) : kind !== 'physical';
}

/** A port of a bridge is told by its name alone: its bridge may lie anywhere. */
function endName(end: EndpointDeclaration): string {
  if (end.type === 'bridge') return end.interface;
  return `${end.type === 'namespace' ? end.namespace : 'host'}:${end.interface}`;
}

export function startsWith(path: YamlPath, beginning: YamlPath): boolean {
  return beginning.length <= path.length && beginning.every((step, index) => step === path[index]);
}
