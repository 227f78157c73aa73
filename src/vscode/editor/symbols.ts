import { DocumentSymbol, languages, SymbolKind, type Disposable, type Range, type TextDocument } from 'vscode';
import type { NetworkScope, Topology, YamlPath } from '../../topology/model';
import type { ParsedTopology } from '../../topology/parse';
import { languageId } from '../ids';
import { toRange, type TopologyDocuments } from './topology-documents';

/** The outline and the breadcrumbs of a topology file. */
export function registerSymbols(documents: TopologyDocuments): Disposable {
  return languages.registerDocumentSymbolProvider(
    languageId,
    { provideDocumentSymbols: (document) => topologySymbols(document, documents.parse(document)) },
    { label: 'Netns Topology' },
  );
}

interface SymbolSource {
  readonly name: string;
  readonly detail: string;
  readonly kind: SymbolKind;
  readonly path: YamlPath;
  readonly children?: readonly DocumentSymbol[];
}

function topologySymbols(document: TextDocument, parsed: ParsedTopology): DocumentSymbol[] {
  const { topology } = parsed;
  if (topology === undefined) return [];
  const make = (sources: readonly SymbolSource[]): DocumentSymbol[] =>
    sources.map((source) => toSymbol(document, parsed, source)).filter((symbol) => symbol !== undefined);

  const group = (key: string, kind: SymbolKind, children: readonly DocumentSymbol[]): SymbolSource[] =>
    children.length === 0 ? [] : [{ name: key, detail: '', kind, path: [key], children }];

  const namespaces = topology.namespaces.map((namespace) => ({
    name: namespace.name,
    detail: namespace.interfaces.flatMap((one) => one.addresses).join(', '),
    kind: SymbolKind.Namespace,
    path: namespace.path,
    children: make([...scopeSources(namespace), ...namespace.services.map(serviceSource)]),
  }));
  return make([
    ...group('bridges', SymbolKind.Module, make(bridgeSources(topology))),
    ...group('namespaces', SymbolKind.Module, make(namespaces)),
    ...group('links', SymbolKind.Array, make(linkSources(topology))),
    ...group('host', SymbolKind.Module, make(interfaceSources(topology.host))),
    ...group('nat', SymbolKind.Module, make(natSources(topology.host))),
    ...group('port-forwards', SymbolKind.Module, make(forwardSources(topology.host))),
    ...group('checks', SymbolKind.Array, make(checkSources(topology))),
  ]);
}

function bridgeSources(topology: Topology): SymbolSource[] {
  return topology.bridges.map((bridge) => ({
    name: bridge.name,
    detail: bridge.addresses.join(', '),
    kind: SymbolKind.Class,
    path: bridge.path,
  }));
}

function scopeSources(scope: NetworkScope): SymbolSource[] {
  return [...interfaceSources(scope), ...natSources(scope), ...forwardSources(scope)];
}

function interfaceSources(scope: NetworkScope): SymbolSource[] {
  return scope.interfaces.map((one) => ({
    name: one.name,
    detail: one.addresses.join(', '),
    kind: SymbolKind.Interface,
    path: one.path,
  }));
}

function serviceSource(service: { readonly name: string; readonly path: YamlPath }): SymbolSource {
  return { name: service.name, detail: 'service', kind: SymbolKind.Event, path: service.path };
}

function linkSources(topology: Topology): SymbolSource[] {
  return topology.links.map((link) => ({
    name: link.endpoints
      .map((end) => {
        const owner = end.type === 'namespace' ? end.namespace : end.type === 'bridge' ? end.bridge : 'host';
        return `${owner}:${end.interface}`;
      })
      .join(' ↔ '),
    detail: '',
    kind: SymbolKind.Struct,
    path: link.path,
  }));
}

function natSources(scope: NetworkScope): SymbolSource[] {
  return scope.nat.map((rule) => ({
    name: rule.name,
    detail: `${rule.kind} ${rule.source}`,
    kind: SymbolKind.Operator,
    path: rule.path,
  }));
}

function forwardSources(scope: NetworkScope): SymbolSource[] {
  return scope.portForwards.map((forward) => {
    const to = 'namespace' in forward.to ? forward.to.namespace : forward.to.address;
    return {
      name: forward.name,
      detail: `:${forward.listenPort} → ${to}:${forward.toPort}`,
      kind: SymbolKind.Operator,
      path: forward.path,
    };
  });
}

function checkSources(topology: Topology): SymbolSource[] {
  return topology.checks.map((check) => {
    const { action } = check;
    const target = [
      'target' in action ? action.target : undefined,
      'url' in action ? action.url : undefined,
      'name' in action ? action.name : undefined,
      'command' in action ? action.command : undefined,
    ].find((part) => part !== undefined);
    return {
      name: `${check.from}: ${action.type} ${target ?? ''}`.trimEnd(),
      detail: check.expect === 'fail' ? 'must fail' : '',
      kind: SymbolKind.Boolean,
      path: check.path,
    };
  });
}

/** undefined where the text of it cannot be found. The outline refuses names and ranges that do not hold together. */
function toSymbol(document: TextDocument, parsed: ParsedTopology, source: SymbolSource): DocumentSymbol | undefined {
  const key = parsed.keyRangeOf(source.path);
  const value = parsed.valueRangeOf(source.path);
  const named = key ?? value;
  if (named === undefined) return undefined;
  const selection = toRange(document, named);
  const own = value === undefined ? selection : selection.union(toRange(document, value));
  const range = (source.children ?? []).reduce<Range>((whole, child) => whole.union(child.range), own);
  const symbol = new DocumentSymbol(
    source.name === '' ? '?' : source.name,
    source.detail,
    source.kind,
    range,
    selection,
  );
  symbol.children = [...(source.children ?? [])];
  return symbol;
}
