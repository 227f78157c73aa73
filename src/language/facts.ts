import { parseCidr, type Cidr } from '../topology/addresses';
import { splitEndpoint } from '../topology/endpoints';
import type { ParsedTopology } from '../topology/parse';

/** What the parser's tree and the loose one have in common. */
export type TreeNode =
  | { readonly type: 'scalar'; readonly value: string | number | boolean | null }
  | { readonly type: 'map'; readonly entries: ReadonlyMap<string, { readonly value: TreeNode }> }
  | { readonly type: 'list'; readonly items: readonly TreeNode[] };

/** An address that the file gives to an interface or bridge. */
export interface KnownAddress extends Cidr {
  readonly namespace: string | undefined;
  readonly interface: string;
}

/** What a file knows by name and number, also one that is half-written. `undefined` as a namespace is the root namespace. */
export class Facts {
  readonly namespaces = new Set<string>();
  /** By name, with the namespace that it lies in. */
  readonly bridges = new Map<string, string | undefined>();
  /** Link ends as they are written. */
  readonly ends: (readonly string[])[] = [];
  readonly addresses: KnownAddress[] = [];
  readonly routers = new Set<string>();
  /** Ports that services say they listen at, by namespace. */
  readonly ports = new Map<string, Set<string>>();
  private readonly interfaces = new Map<string | undefined, Set<string>>();

  constructor(root: TreeNode) {
    for (const [name, bridge] of entriesOf(childOf(root, 'bridges'))) {
      const namespace = textOf(childOf(bridge, 'namespace'));
      this.bridges.set(name, namespace);
      this.addInterface(namespace, name, bridge);
    }
    for (const [name, namespace] of entriesOf(childOf(root, 'namespaces'))) {
      this.namespaces.add(name);
      this.addScope(name, namespace);
    }
    this.addScope(undefined, childOf(root, 'host'));
    for (const link of itemsOf(childOf(root, 'links'))) {
      const ends = itemsOf(childOf(link, 'endpoints')).map(
        (end) => textOf(end) ?? textOf(childOf(end, 'endpoint')) ?? '',
      );
      this.ends.push(ends);
      for (const end of ends) this.addEnd(end);
    }
  }

  interfacesIn(namespace: string | undefined): ReadonlySet<string> {
    return this.interfaces.get(namespace) ?? new Set();
  }

  /** The names that are link ends in a namespace. */
  endsIn(namespace: string | undefined): string[] {
    return this.ends
      .flat()
      .map(splitEndpoint)
      .filter(({ place }) => place === (namespace ?? 'host'))
      .flatMap((end) => end.interface ?? []);
  }

  /** The namespace of what an interface stands on, as `Parents` of the topology has it: its own, else the host's. */
  homeOfParent(namespace: string | undefined, parent: string): string | undefined {
    return this.interfaces.get(namespace)?.has(parent) === true ? namespace : undefined;
  }

  /** Bridges, and `NAMESPACE:INTERFACE` of what is at the other end of an interface's cables, bridges passed through. */
  neighboursOf(namespace: string | undefined, name: string): KnownAddress[] {
    const reached = new Set<string>();
    const waiting = [this.bridges.has(name) ? name : `${namespace ?? 'host'}:${name}`];
    for (let next = waiting.pop(); next !== undefined; next = waiting.pop()) {
      if (reached.has(next)) continue;
      reached.add(next);
      waiting.push(...(this.cables.get(next) ?? []));
    }
    return this.addresses.filter((address) => reached.has(this.memberOf(address.namespace, address.interface)));
  }

  private memberOf(namespace: string | undefined, name: string): string {
    return this.bridges.has(name) && this.bridges.get(name) === namespace ? name : `${namespace ?? 'host'}:${name}`;
  }

  /** What each end's cables lead to; a bridge's ports are the bridge. */
  private get cables(): ReadonlyMap<string, string[]> {
    if (this.knownCables !== undefined) return this.knownCables;
    const cables = new Map<string, string[]>();
    const connect = (from: string, to: string): void => {
      const others = cables.get(from);
      if (others === undefined) cables.set(from, [to]);
      else others.push(to);
    };
    for (const ends of this.ends) {
      const [a, b] = ends.map((end) => {
        const { place } = splitEndpoint(end);
        return this.bridges.has(place) && !this.namespaces.has(place) ? place : end;
      });
      if (a === undefined || b === undefined) continue;
      connect(a, b);
      connect(b, a);
    }
    this.knownCables = cables;
    return cables;
  }
  private knownCables: ReadonlyMap<string, string[]> | undefined;

  private addScope(namespace: string | undefined, scope: TreeNode | undefined): void {
    for (const [name, settings] of entriesOf(childOf(scope, 'interfaces')))
      this.addInterface(namespace, name, settings);
    if (namespace === undefined) return;
    if (String(textOf(childOf(scope, 'forwarding'))) === 'true') this.routers.add(namespace);
    const ports = entriesOf(childOf(scope, 'services')).flatMap(
      ([, service]) => textOf(childOf(childOf(service, 'ready'), 'tcp')) ?? [],
    );
    if (ports.length > 0) this.ports.set(namespace, new Set(ports));
  }

  private addInterface(namespace: string | undefined, name: string, settings: TreeNode): void {
    this.addName(namespace, name);
    for (const item of itemsOf(childOf(settings, 'addresses'))) {
      const cidr = parseCidr(textOf(item) ?? '');
      if (cidr !== undefined) this.addresses.push({ ...cidr, namespace, interface: name });
    }
  }

  private addEnd(end: string): void {
    const { place, interface: name } = splitEndpoint(end);
    if (name === undefined || name === '') return;
    if (place === 'host') this.addName(undefined, name);
    else if (this.namespaces.has(place)) this.addName(place, name);
    else if (this.bridges.has(place)) this.addName(this.bridges.get(place), name);
  }

  private addName(namespace: string | undefined, name: string): void {
    const names = this.interfaces.get(namespace);
    if (names === undefined) this.interfaces.set(namespace, new Set([name]));
    else names.add(name);
  }
}

const known = new WeakMap<ParsedTopology, Facts>();

/** The facts of a parsed file, worked out once. */
export function factsOf(parsed: ParsedTopology): Facts {
  const before = known.get(parsed);
  if (before !== undefined) return before;
  const facts = new Facts(parsed.root ?? { type: 'scalar', value: null });
  known.set(parsed, facts);
  return facts;
}

/** A map's value; undefined where there is no map or no such key. */
export function childOf(node: TreeNode | undefined, key: string): TreeNode | undefined {
  return node?.type === 'map' ? node.entries.get(key)?.value : undefined;
}

export function entriesOf(node: TreeNode | undefined): [name: string, value: TreeNode][] {
  return node?.type === 'map' ? [...node.entries].map(([name, { value }]) => [name, value]) : [];
}

export function itemsOf(node: TreeNode | undefined): readonly TreeNode[] {
  return node?.type === 'list' ? node.items : [];
}

/** A scalar's text; undefined for anything else and for nothing. */
export function textOf(node: TreeNode | undefined): string | undefined {
  return node?.type === 'scalar' && node.value !== null ? String(node.value) : undefined;
}
