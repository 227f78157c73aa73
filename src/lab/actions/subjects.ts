import type {
  HostSnapshot,
  ObservedAddress,
  ObservedLink,
  ObservedNamespace,
  ObservedProcess,
  ObservedRoute,
} from '../../host/model';
import type { ObservedSocket } from '../../host/model-live';
import type { ServiceState } from '../../plan/service-state';
import type { Subject, SubjectPlace } from '../../protocol/subject';

/** Subjects of what was seen on a host, for trees, graphs and lists. The same thing has the same subject everywhere. */

/** Where the things of a namespace lie. */
export function placeOf(namespace: ObservedNamespace): SubjectPlace {
  if (namespace.isRoot) return {};
  return namespace.name === undefined ? { namespaceId: namespace.id } : { namespace: namespace.name };
}

/** A namespace; the root namespace is the host itself. */
export function namespaceSubject(hostId: string, namespace: ObservedNamespace): Subject {
  if (namespace.isRoot) return hostSubject(hostId);
  return {
    type: 'namespace',
    hostId,
    name: namespace.name ?? '',
    ...(namespace.name === undefined ? { namespaceId: namespace.id } : {}),
  };
}

export function hostSubject(hostId: string): Subject {
  return { type: 'host', hostId, name: hostId };
}

/** A bridge or an interface. */
export function linkSubject(hostId: string, namespace: ObservedNamespace, link: ObservedLink): Subject {
  const isBridge = link.kind === 'bridge' || link.kind === 'openvswitch';
  return { type: isBridge ? 'bridge' : 'interface', hostId, ...placeOf(namespace), name: link.name };
}

/** The cable that a veth interface is an end of; undefined where its other end is not known. */
export function cableSubject(
  hostId: string,
  snapshot: HostSnapshot,
  namespace: ObservedNamespace,
  link: ObservedLink,
): Subject | undefined {
  const { peer } = link;
  const other = peer === undefined ? undefined : snapshot.namespaces.find(({ id }) => id === peer.namespaceId);
  if (peer === undefined || other === undefined) return undefined;
  return {
    type: 'cable',
    hostId,
    ...placeOf(namespace),
    name: link.name,
    peer: { ...placeOf(other), name: peer.name },
  };
}

export function addressSubject(
  hostId: string,
  namespace: ObservedNamespace,
  link: ObservedLink,
  address: ObservedAddress,
): Subject {
  return { type: 'address', hostId, ...placeOf(namespace), name: address.cidr, dev: link.name, family: address.family };
}

export function routeSubject(hostId: string, namespace: ObservedNamespace, route: ObservedRoute): Subject {
  const { to, family, via, dev, table, metric } = route;
  return {
    type: 'route',
    hostId,
    ...placeOf(namespace),
    name: to,
    family,
    table,
    ...(via === undefined ? {} : { via }),
    ...(dev === undefined ? {} : { dev }),
    ...(metric === undefined ? {} : { metric }),
  };
}

export function processSubject(
  hostId: string,
  namespace: ObservedNamespace,
  { pid, command }: ObservedProcess,
): Subject {
  return { type: 'process', hostId, ...placeOf(namespace), name: programOf(command), pid };
}

/** A socket that listens; its name is its address and port, `*:8000`. */
export function socketSubject(hostId: string, namespace: ObservedNamespace, socket: ObservedSocket): Subject {
  const { protocol, address, port, process } = socket;
  return {
    type: 'socket',
    hostId,
    ...placeOf(namespace),
    name: `${address.includes(':') ? `[${address}]` : address}:${port}`,
    protocol,
    port,
    key: `${protocol} ${address} ${socket.dev ?? ''}`,
    ...(process === undefined ? {} : { pid: process.pid }),
  };
}

/** `python3` of `/usr/bin/python3 -m http.server`. */
export function programOf(command: string): string {
  return command.split(' ')[0]?.split('/').at(-1) ?? command;
}

export function serviceSubject(hostId: string, { lab, record }: ServiceState): Subject {
  return { type: 'service', hostId, namespace: record.namespace, name: record.name, lab };
}

export function labSubject(hostId: string, name: string): Subject {
  return { type: 'lab', hostId, name };
}

/** The namespace that a subject is, or lies in; undefined if it is not on the host any more. */
export function namespaceOf(snapshot: HostSnapshot, subject: Subject): ObservedNamespace | undefined {
  if (subject.type === 'namespace' && subject.namespaceId === undefined) {
    return snapshot.namespaces.find(({ name }) => name === subject.name);
  }
  return namespaceAt(snapshot, subject);
}

/** The namespace of a place. */
export function namespaceAt(snapshot: HostSnapshot, place: SubjectPlace): ObservedNamespace | undefined {
  if (place.namespaceId !== undefined) return snapshot.namespaces.find(({ id }) => id === place.namespaceId);
  if (place.namespace !== undefined) return snapshot.namespaces.find(({ name }) => name === place.namespace);
  return snapshot.namespaces.find(({ isRoot }) => isRoot);
}
