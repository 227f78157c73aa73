import type {
  BridgeDeclaration,
  NamespaceDeclaration,
  NatDeclaration,
  NetworkScope,
  PortForwardDeclaration,
  Topology,
  YamlPath,
} from '../topology/model';
import type { ParsedTopology } from '../topology/parse';
import { placeAt } from '../topology/yaml/source-tree';

/** What lenses on the whole file need to know of it. */
export interface FileLensPlace {
  /** Counted from 0: of the file's `name`, or its first while it has none. */
  readonly line: number;
  readonly name: string;
  readonly target?: string;
  readonly checks: number;
  /** Names of what it declares. */
  readonly namespaces: readonly string[];
  readonly bridges: readonly string[];
}

/** A place for lenses on one thing, with what they need to know of the thing. */
export type LensPlace = {
  /** Counted from 0. */
  readonly line: number;
  /** Another thing has its lenses above the same line. */
  readonly sharesLine: boolean;
} & (
  | {
      readonly kind: 'namespace';
      readonly name: string;
      /** Its interfaces that are to be up. */
      readonly up: readonly string[];
    }
  | { readonly kind: 'bridge'; readonly name: string; readonly namespace?: string }
  | { readonly kind: 'nat'; readonly rule: NatDeclaration; readonly namespace?: string }
  | { readonly kind: 'port-forward'; readonly forward: PortForwardDeclaration; readonly namespace?: string }
  | { readonly kind: 'service'; readonly name: string; readonly namespace: string }
  /** `index` counts the file's checks from 0. */
  | { readonly kind: 'check'; readonly index: number }
);

export interface LensPlaces {
  readonly file: FileLensPlace;
  /** In the order of the text. What an alias or a merge key repeats has its lenses where it is written, once. */
  readonly things: readonly LensPlace[];
}

type Draft = LensPlace extends infer Each
  ? Each extends LensPlace
    ? Omit<Each, 'line' | 'sharesLine'>
    : never
  : never;

/** Where code lenses stand in a file, in all of its text. */
export function lensPlaces(parsed: ParsedTopology): LensPlaces {
  const { topology } = parsed;
  const lineAt = lineFinder(parsed.lineStarts);
  const file: FileLensPlace = {
    line: lineAt(parsed.keyRangeOf(['name'])?.start ?? 0),
    name: topology?.name ?? '',
    ...(topology?.target !== undefined && { target: topology.target }),
    checks: topology?.checks.length ?? 0,
    namespaces: topology?.namespaces.map(({ name }) => name) ?? [],
    bridges: topology?.bridges.map(({ name }) => name) ?? [],
  };
  if (topology === undefined) return { file, things: [] };
  const placed = [...draftsOf(topology)].flatMap(({ path, draft }) => {
    const offset = ownOffset(parsed, path);
    return offset === undefined ? [] : [{ ...draft, line: lineAt(offset) }];
  });
  const onLine = new Map<number, number>();
  for (const { line } of placed) onLine.set(line, (onLine.get(line) ?? 0) + 1);
  const things = placed
    .sort((a, b) => a.line - b.line)
    .map((place): LensPlace => ({ ...place, sharesLine: (onLine.get(place.line) ?? 0) > 1 }));
  return { file, things };
}

function* draftsOf(topology: Topology): Generator<{ path: YamlPath; draft: Draft }> {
  const cut = cutEnds(topology);
  const ends = endsByNamespace(topology);
  for (const bridge of topology.bridges) yield { path: bridge.path, draft: bridgeDraft(bridge) };
  for (const namespace of topology.namespaces) {
    const up = interfacesUp(namespace, ends.get(namespace.name) ?? [], cut);
    yield { path: namespace.path, draft: { kind: 'namespace', name: namespace.name, up } };
    for (const { path, name } of namespace.services) {
      yield { path, draft: { kind: 'service', name, namespace: namespace.name } };
    }
    yield* natDrafts(namespace, namespace.name);
  }
  yield* natDrafts(topology.host, undefined);
  for (const [index, { path }] of topology.checks.entries()) yield { path, draft: { kind: 'check', index } };
}

function bridgeDraft({ name, namespace }: BridgeDeclaration): Draft {
  return { kind: 'bridge', name, ...(namespace !== undefined && { namespace }) };
}

function* natDrafts(scope: NetworkScope, name: string | undefined): Generator<{ path: YamlPath; draft: Draft }> {
  const where = name === undefined ? {} : { namespace: name };
  for (const rule of scope.nat) yield { path: rule.path, draft: { kind: 'nat', rule, ...where } };
  for (const forward of scope.portForwards) {
    yield { path: forward.path, draft: { kind: 'port-forward', forward, ...where } };
  }
}

function interfacesUp(
  { name, interfaces }: NamespaceDeclaration,
  ends: readonly string[],
  cut: ReadonlySet<string>,
): string[] {
  const down = interfaces.filter(({ up }) => !up).map((one) => one.name);
  const all = new Set([...interfaces.map((one) => one.name), ...ends]);
  return [...all].filter((one) => !down.includes(one) && !cut.has(`${name}:${one}`));
}

/** `NAMESPACE:INTERFACE` of the ends of links that are declared down. */
function cutEnds({ links }: Topology): Set<string> {
  const ends = links.filter(({ up }) => !up).flatMap(({ endpoints }) => endpoints);
  return new Set(ends.flatMap((end) => (end.type === 'namespace' ? [`${end.namespace}:${end.interface}`] : [])));
}

function endsByNamespace({ links }: Topology): Map<string, string[]> {
  const ends = new Map<string, string[]>();
  for (const end of links.flatMap(({ endpoints }) => endpoints)) {
    if (end.type !== 'namespace') continue;
    const known = ends.get(end.namespace);
    if (known === undefined) ends.set(end.namespace, [end.interface]);
    else known.push(end.interface);
  }
  return ends;
}

/** Where the thing at a path is written; undefined for what stands there only by an alias or a merge key. */
function ownOffset(parsed: ParsedTopology, path: YamlPath): number | undefined {
  let node = parsed.root;
  let offset: number | undefined;
  for (const step of path) {
    if (node === undefined || node.isAlias) return undefined;
    if (node.type === 'map') {
      const entry = node.entries.get(String(step));
      if (entry === undefined || entry.isMerged) return undefined;
      [node, offset] = [entry.value, entry.key.start];
    } else {
      node = placeAt(node, [step])?.node;
      offset = node?.range.start;
    }
  }
  return offset;
}

/** The line of an offset, counted from 0. */
function lineFinder(lineStarts: readonly number[]): (offset: number) => number {
  return (offset) => {
    let [low, high] = [0, lineStarts.length];
    while (low < high) {
      const middle = (low + high) >> 1;
      if ((lineStarts[middle] ?? Infinity) <= offset) low = middle + 1;
      else high = middle;
    }
    return Math.max(low - 1, 0);
  };
}
