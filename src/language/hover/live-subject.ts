import type { ObservedNatRule } from '../../host/model';
import type { EndpointDeclaration, NetworkScope, Topology, YamlPath } from '../../topology/model';
import { startsWith } from './part-of-topology';

/** An interface on a host; `namespace` undefined: in its root namespace. */
export interface PlacedInterface {
  readonly namespace: string | undefined;
  readonly interface: string;
}

/** What an entry should be on a host, as far as a host can be asked for it: plain data, that crosses threads. */
export type LiveSubject =
  /** `name` undefined: the host itself. */
  | { readonly type: 'namespace'; readonly name: string | undefined }
  | ({ readonly type: 'interface' } & PlacedInterface)
  | ({ readonly type: 'address'; readonly cidr: string } & PlacedInterface)
  | { readonly type: 'cable'; readonly ends: readonly PlacedInterface[] }
  | {
      readonly type: 'route';
      readonly namespace: string | undefined;
      readonly to: string;
      readonly via?: string;
      readonly dev?: string;
    }
  | { readonly type: 'sysctl'; readonly namespace: string | undefined; readonly name: string; readonly value: string }
  | { readonly type: 'service'; readonly lab: string; readonly namespace: string; readonly name: string }
  /** A NAT rule or port forward. `label`: how the comments of its rules begin; `match`: what its rules say. */
  | {
      readonly type: 'rule';
      readonly namespace: string | undefined;
      readonly lab: string;
      readonly label: string;
      readonly match: Partial<Pick<ObservedNatRule, 'kind' | 'source' | 'out' | 'notOut' | 'protocol' | 'port'>>;
    };

/** What the entry at a path should be on a host; undefined for what no host shows. */
export function liveSubjectAt(topology: Topology, path: YamlPath): LiveSubject | undefined {
  const [first, second, third, fourth] = path;
  if (first === 'links') return cableAt(topology, path);
  if (first === 'bridges') {
    const bridge = topology.bridges.find(({ name }) => name === second);
    const there = bridge && { namespace: bridge.namespace, interface: bridge.name };
    const cidr = third === 'addresses' ? bridge?.addresses[Number(fourth)] : undefined;
    return there && (cidr === undefined ? { type: 'interface', ...there } : { type: 'address', cidr, ...there });
  }
  const namespace = first === 'namespaces' ? topology.namespaces.find(({ name }) => name === second) : undefined;
  if (first === 'namespaces' && namespace === undefined) return undefined;
  if ((first === 'namespaces' && third === undefined) || (first === 'host' && second === undefined)) {
    return { type: 'namespace', name: namespace?.name };
  }
  const service = namespace?.services.find((one) => startsWith(path, one.path));
  if (namespace !== undefined && service !== undefined) {
    return { type: 'service', lab: topology.name, namespace: namespace.name, name: service.name };
  }
  return inScope(topology, namespace ?? topology.host, namespace?.name, path);
}

function inScope(
  topology: Topology,
  scope: NetworkScope,
  namespace: string | undefined,
  path: YamlPath,
): LiveSubject | undefined {
  const isHere = (declared: { readonly path: YamlPath }): boolean => startsWith(path, declared.path);
  const settings = scope.interfaces.find(isHere);
  if (settings !== undefined) {
    const there = { namespace, interface: settings.name };
    const rest = path.slice(settings.path.length);
    const cidr = rest[0] === 'addresses' ? settings.addresses[Number(rest[1])] : undefined;
    return cidr === undefined ? { type: 'interface', ...there } : { type: 'address', cidr, ...there };
  }
  const route = scope.routes.find(isHere);
  if (route !== undefined) {
    const { to, via, dev } = route;
    return { type: 'route', namespace, to, ...(via !== undefined && { via }), ...(dev !== undefined && { dev }) };
  }
  const sysctl = scope.sysctls.find(isHere);
  if (sysctl !== undefined) return { type: 'sysctl', namespace, name: sysctl.name, value: sysctl.value };
  const rule = scope.nat.find(isHere);
  if (rule !== undefined) {
    const { kind, source, out, notOut, name } = rule;
    const match = { kind, source, ...(out !== undefined && { out }), ...(notOut !== undefined && { notOut }) };
    return { type: 'rule', namespace, lab: topology.name, label: `${kind} ${name}`, match };
  }
  const forward = scope.portForwards.find(isHere);
  if (forward === undefined) return undefined;
  const match = { kind: 'dnat', protocol: forward.protocol, port: forward.listenPort } as const;
  return { type: 'rule', namespace, lab: topology.name, label: `port-forward ${forward.name}`, match };
}

function cableAt(topology: Topology, path: YamlPath): LiveSubject | undefined {
  const link = topology.links.find((one) => startsWith(path, one.path));
  return link && { type: 'cable', ends: link.endpoints.map((end) => placeOf(topology, end)) };
}

function placeOf({ bridges }: Topology, end: EndpointDeclaration): PlacedInterface {
  const namespace =
    end.type === 'namespace'
      ? end.namespace
      : end.type === 'bridge'
        ? bridges.find(({ name }) => name === end.bridge)?.namespace
        : undefined;
  return { namespace, interface: end.interface };
}
