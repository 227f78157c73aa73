import { isBoolean, isCount, isObject, isOneOf, isString, optional, type Shape } from './shape';

/** What an action can be about. */
export const subjectTypes = [
  'host',
  'namespace',
  'bridge',
  'interface',
  'cable',
  'nat',
  'route',
  'address',
  'process',
  'socket',
  'lab',
  'service',
] as const;
export type SubjectType = (typeof subjectTypes)[number];

/** Where a thing lies: in the namespace of that name, in the nameless one of that inode, or (neither) in the root namespace. */
export interface SubjectPlace {
  readonly namespace?: string;
  /** The inode of a namespace without a name under /run/netns, as decimal text. */
  readonly namespaceId?: string;
}

/**
 * Says which thing an action is about, as plain data: a tree row carries one, a node of the graph (`netnsSubject` in its
 * `data-vscode-context`), a code lens. Names are the host's own, unshortened; nothing in it is made for reading.
 */
export interface Subject extends SubjectPlace {
  readonly type: SubjectType;
  /** An id of `netns.hosts`. A subject from a file may lack it: its file's target is meant. */
  readonly hostId?: string;
  /** The URI of the topology file that declares it, where it comes from one. */
  readonly file?: string;
  /**
   * The thing's own name: a namespace's (empty for one that has only `namespaceId`), an interface's, a bridge's, a lab's, a
   * service's; a route's destination, an address with its prefix, a process's program, a socket's local address and port.
   * For a `host` its id. For a `cable` the interface at one end; `peer` is the other.
   */
  readonly name: string;
  /** The other end of a cable. */
  readonly peer?: SubjectPlace & { readonly name: string };
  /** The interface of an address or a route. */
  readonly dev?: string;
  readonly via?: string;
  readonly table?: string;
  readonly metric?: number;
  /** Address family of a route. */
  readonly family?: 'inet' | 'inet6';
  readonly pid?: number;
  readonly protocol?: 'tcp' | 'udp';
  readonly port?: number;
  /** The lab that a service, a rule or a thing of a file belongs to. */
  readonly lab?: string;
  readonly enabled?: boolean;
  /** Tells it from others of its kind where names do not (a NAT rule); whoever makes the subject decides what stands here. */
  readonly key?: string;
}

const isPlaced = { namespace: optional(isString), namespaceId: optional(isString) };

export const isSubject: Shape<Subject> = isObject<Subject>({
  type: isOneOf(...subjectTypes),
  hostId: optional(isString),
  file: optional(isString),
  name: isString,
  ...isPlaced,
  peer: optional(isObject<NonNullable<Subject['peer']>>({ ...isPlaced, name: isString })),
  dev: optional(isString),
  via: optional(isString),
  table: optional(isString),
  metric: optional(isCount),
  family: optional(isOneOf('inet', 'inet6')),
  pid: optional(isCount),
  protocol: optional(isOneOf('tcp', 'udp')),
  port: optional(isCount),
  lab: optional(isString),
  enabled: optional(isBoolean),
  key: optional(isString),
});

/** The subject if the value is one, else undefined: it may come from a webview, a keybinding or another extension. */
export function parseSubject(value: unknown): Subject | undefined {
  return isSubject(value) ? value : undefined;
}

/** Two subjects are about the same thing if these are equal. */
export function subjectKey({
  type,
  hostId,
  file,
  namespace,
  namespaceId,
  name,
  peer,
  dev,
  via,
  table,
  metric,
  family,
  pid,
  key,
}: Subject): string {
  const parts = [
    type,
    hostId ?? file,
    namespaceId ?? namespace,
    name,
    peer?.namespaceId ?? peer?.namespace,
    peer?.name,
  ];
  return JSON.stringify([...parts, dev, via, table, metric, family, pid, key].map((part) => part ?? null));
}

/** For people: `earth`, `earth:earth-veth`, `earth-veth — planet-br`. The root namespace's things stand alone. */
export function subjectLabel(subject: Subject): string {
  const place = (where: SubjectPlace): string =>
    where.namespace ?? (where.namespaceId === undefined ? '' : `net:[${where.namespaceId}]`);
  const named = (where: SubjectPlace, name: string): string => (place(where) === '' ? name : `${place(where)}:${name}`);
  switch (subject.type) {
    case 'namespace':
      return subject.name === '' ? place(subject) : subject.name;
    case 'cable':
      return [
        named(subject, subject.name),
        ...(subject.peer === undefined ? [] : [named(subject.peer, subject.peer.name)]),
      ].join(' — ');
    case 'process':
      return `${subject.name} (${subject.pid ?? '?'})`;
    case 'host':
    case 'lab':
      return subject.name;
    default:
      return named(subject, subject.name);
  }
}
