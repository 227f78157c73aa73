import { DocumentSymbol, languages, SymbolKind, type Disposable, type TextDocument } from 'vscode';
import type { OutlineEntry, OutlineKind } from '../../language/outline';
import { languageId } from '../ids';
import { toRange, type TopologyDocuments } from './topology-documents';

const symbolKinds: Readonly<Record<OutlineKind, SymbolKind>> = {
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
      provideDocumentSymbols: async (document, token) => {
        const entries = await documents.askNewest(document, 'outline', [], token);
        return entries && toSymbols(document, entries);
      },
    },
    { label: 'Netns Topology' },
  );
}

function toSymbols(document: TextDocument, entries: readonly OutlineEntry[]): DocumentSymbol[] {
  return entries.map(({ name, detail, kind, range, selection, children }) => {
    const symbol = new DocumentSymbol(
      // VS Code refuses an empty name.
      name.trim() === '' ? '?' : name,
      detail,
      symbolKinds[kind],
      toRange(document, range),
      toRange(document, selection),
    );
    symbol.children = toSymbols(document, children);
    return symbol;
  });
}
