import { DocumentSymbol, languages, SymbolKind, type Disposable, type TextDocument } from 'vscode';
import { outline, type OutlineEntry, type OutlineKind } from '../../language/outline';
import { plainLine } from '../host-data';
import { languageId } from '../ids';
import { toRange, type TopologyDocuments } from './topology-documents';

const kinds: Readonly<Record<OutlineKind, SymbolKind>> = {
  group: SymbolKind.Module,
  bridge: SymbolKind.Class,
  namespace: SymbolKind.Namespace,
  interface: SymbolKind.Interface,
  service: SymbolKind.Event,
  link: SymbolKind.Struct,
  nat: SymbolKind.Operator,
  'port-forward': SymbolKind.Operator,
  check: SymbolKind.Boolean,
};

/** The outline and the breadcrumbs of a topology file. */
export function registerSymbols(documents: TopologyDocuments): Disposable {
  return languages.registerDocumentSymbolProvider(
    languageId,
    {
      provideDocumentSymbols: (document) =>
        outline(documents.parse(document)).map((entry) => toSymbol(document, entry)),
    },
    { label: 'Netns Topology' },
  );
}

function toSymbol(document: TextDocument, entry: OutlineEntry): DocumentSymbol {
  const symbol = new DocumentSymbol(
    plainLine(entry.name) || '?', // VS Code refuses a symbol without a name.
    plainLine(entry.detail),
    kinds[entry.kind],
    toRange(document, entry.range),
    toRange(document, entry.selection),
  );
  symbol.children = entry.children.map((child) => toSymbol(document, child));
  return symbol;
}
