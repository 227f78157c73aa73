import type { YamlPath } from '../topology/model';

/** What a value of the language stands for, beyond its shape. */
export type Role =
  /** A declared namespace. */
  | 'namespace'
  /** A declared namespace, or `host`. */
  | 'check-source'
  /** `NAMESPACE:INTERFACE`, `host:INTERFACE`, `BRIDGE:PORT`, `BRIDGE`. */
  | 'endpoint'
  /** An interface of the namespace. */
  | 'interface'
  /** An interface to plug into a bridge. */
  | 'bridge-port'
  /** An address, namespace or endpoint. */
  | 'target'
  /** A target with a port. */
  | 'target-port'
  | 'url'
  /** `NAMESPACE:PORT` or `ADDRESS:PORT`. */
  | 'forward-destination'
  | 'listen'
  /** `ADDRESS/PREFIX` of an interface. */
  | 'interface-address'
  | 'gateway'
  /** An address of the namespace itself. */
  | 'own-address'
  | 'destination'
  | 'network'
  | 'name-server'
  | 'remote-address'
  | 'ready-port';

/** What a key that is a name stands for. */
export type KeyRole = 'namespace' | 'bridge' | 'interface' | 'sysctl';

export interface Place<R> {
  readonly role: R;
  /** The namespace that it is in; undefined is the root namespace. */
  readonly namespace: string | undefined;
  /** The bridge or interface that it is about. */
  readonly owner: string | undefined;
}

type Patterns<R> = readonly { readonly steps: readonly string[]; readonly role: R }[];

/** Below a namespace or the host; `*` is any step, `@` the owner. */
const valuesInScope = compile<Role>([
  ['interfaces/@/addresses/*', 'interface-address'],
  ['interfaces/@/parent', 'interface'],
  ['interfaces/@/remote', 'remote-address'],
  ['interfaces/@/local', 'own-address'],
  ['routes/*/to', 'destination'],
  ['routes/*/via', 'gateway'],
  ['routes/*/dev', 'interface'],
  ['routes/*/src', 'own-address'],
  ['rules/*/from', 'network'],
  ['rules/*/to', 'network'],
  ['rules/*/iif', 'interface'],
  ['nat/*/masquerade', 'network'],
  ['nat/*/snat', 'network'],
  ['nat/*/to', 'own-address'],
  ['nat/*/out', 'interface'],
  ['nat/*/not-out', 'interface'],
  ['port-forwards/*/listen', 'listen'],
  ['port-forwards/*/to', 'forward-destination'],
  ['port-forwards/*/in', 'interface'],
  ['nameservers/*', 'name-server'],
  ['services/*/ready/tcp', 'ready-port'],
]);
const valuesOfFile = compile<Role>([
  ['bridges/@/namespace', 'namespace'],
  ['bridges/@/addresses/*', 'interface-address'],
  ['bridges/@/ports/*', 'bridge-port'],
  ['links/*/endpoints/*', 'endpoint'],
  ['links/*/endpoints/*/endpoint', 'endpoint'],
  ['checks/*/from', 'check-source'],
  ['checks/*/ping', 'target'],
  ['checks/*/tcp', 'target-port'],
  ['checks/*/udp', 'target-port'],
  ['checks/*/http', 'url'],
]);
const keysInScope = compile<KeyRole>([
  ['interfaces/@', 'interface'],
  ['sysctls/@', 'sysctl'],
]);
const keysOfFile = compile<KeyRole>([
  ['namespaces/@', 'namespace'],
  ['bridges/@', 'bridge'],
]);

/** What the value at a path stands for; undefined where it stands for itself. */
export function roleOfValue(path: YamlPath): Place<Role> | undefined {
  return find(path, valuesOfFile, valuesInScope);
}

/** What the key at a path's end stands for; undefined for the language's own keys. */
export function roleOfKey(path: YamlPath): Place<KeyRole> | undefined {
  return find(path, keysOfFile, keysInScope);
}

function find<R>(path: YamlPath, ofFile: Patterns<R>, inScope: Patterns<R>): Place<R> | undefined {
  const [first, second, ...rest] = path;
  if (first === 'namespaces' && rest.length > 0) return match(rest, inScope, String(second));
  const own = match(path, ofFile, undefined);
  if (own !== undefined) return own;
  // The host's NAT and port forwards stand at the top of the file.
  const ofHost = first === 'host' ? path.slice(1) : path;
  return first === 'host' || first === 'nat' || first === 'port-forwards'
    ? match(ofHost, inScope, undefined)
    : undefined;
}

function match<R>(path: YamlPath, patterns: Patterns<R>, namespace: string | undefined): Place<R> | undefined {
  for (const { steps, role } of patterns) {
    if (steps.length !== path.length) continue;
    if (!steps.every((step, index) => step === '*' || step === '@' || step === path[index])) continue;
    const at = steps.indexOf('@');
    return { role, namespace, owner: at < 0 ? undefined : String(path[at]) };
  }
  return undefined;
}

function compile<R>(patterns: readonly (readonly [pattern: string, role: R])[]): Patterns<R> {
  return patterns.map(([pattern, role]) => ({ steps: pattern.split('/'), role }));
}
