import { l10n, DocumentSymbol, languages, Range, SymbolKind, type CancellationToken, type Disposable } from 'vscode';
import type { OutlineKind } from '../../language/outline';
import { languageId } from '../ids';
import { outlineKinds, outlineStride, type EncodedOutline } from './service/outline-code';
import type { TopologyDocuments } from './topology-documents';

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

/** So many symbols are made before others get their turn: some milliseconds' work. */
const slice = 500;

/** The outline and the breadcrumbs of a topology file. */
export function registerSymbols(documents: TopologyDocuments): Disposable {
  return languages.registerDocumentSymbolProvider(
    languageId,
    {
      provideDocumentSymbols: async (document, token) => {
        const entries = await documents.askNewest(document, 'outline', [], token);
        return entries && (await toSymbols(entries, token));
      },
    },
    { label: l10n.t('Netns Topology') },
  );
}

async function toSymbols(
  { names, details, numbers }: EncodedOutline,
  token: CancellationToken,
): Promise<DocumentSymbol[] | undefined> {
  const roots: DocumentSymbol[] = [];
  /** The symbol that was made last at each depth. */
  const open: DocumentSymbol[] = [];
  for (const [index, name] of names.entries()) {
    if (index > 0 && index % slice === 0) {
      await new Promise(setImmediate);
      if (token.isCancellationRequested) return undefined;
    }
    const at = (place: number): number => numbers[index * outlineStride + place] ?? 0;
    const depth = at(0);
    const symbol = new DocumentSymbol(
      // VS Code refuses an empty name.
      name.trim() === '' ? '?' : name,
      details[index] ?? '',
      symbolKinds[outlineKinds[at(1)] ?? 'group'],
      new Range(at(2), at(3), at(4), at(5)),
      new Range(at(6), at(7), at(8), at(9)),
    );
    open[depth] = symbol;
    (depth === 0 ? roots : (open[depth - 1]?.children ?? roots)).push(symbol);
  }
  return roots;
}
