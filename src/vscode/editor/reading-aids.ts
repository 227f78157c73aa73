import {
  FoldingRange,
  FoldingRangeKind,
  InlayHint,
  InlayHintKind,
  languages,
  SemanticTokensBuilder,
  SemanticTokensLegend,
  TextEdit,
} from 'vscode';
import { DisposableList, type Disposable } from '../../base/disposable';
import { foldsOf } from '../../language/folding';
import { formatEdits } from '../../language/format';
import { inlayFacts } from '../../language/inlay-hints';
import { occurrencesIn } from '../../language/symbols/occurrences';
import { languageId } from '../ids';
import { toRange, type TopologyDocuments } from './topology-documents';

/** By the kind of the named thing; the names are VS Code's standard ones, which themes colour. */
const tokenTypes = { namespace: 'namespace', bridge: 'class', interface: 'interface' } as const;
const legend = new SemanticTokensLegend(Object.values(tokenTypes), ['declaration']);

/** Folding, formatting, inlay hints and the colours of names. */
export function registerReadingAids(documents: TopologyDocuments): Disposable {
  const list = new DisposableList();
  list.add(
    languages.registerFoldingRangeProvider(languageId, {
      provideFoldingRanges: (document) =>
        foldsOf(document.getText()).map(
          ({ start, end, isComment }) =>
            new FoldingRange(start, end, ...(isComment ? ([FoldingRangeKind.Comment] as const) : [])),
        ),
    }),
  );
  list.add(
    languages.registerDocumentFormattingEditProvider(languageId, {
      provideDocumentFormattingEdits: (document) =>
        formatEdits(documents.parse(document)).map(({ range, newText }) =>
          TextEdit.replace(toRange(document, range), newText),
        ),
    }),
  );
  list.add(
    languages.registerInlayHintsProvider(languageId, {
      provideInlayHints: (document, visible) => {
        const [start, end] = [document.offsetAt(visible.start), document.offsetAt(visible.end)];
        return inlayFacts(documents.parse(document))
          .filter(({ offset }) => start <= offset && offset <= end)
          .map(({ offset, label, kind }) => {
            const hint = new InlayHint(document.positionAt(offset), label, InlayHintKind.Type);
            hint.paddingLeft = kind === 'network';
            return hint;
          });
      },
    }),
  );
  list.add(
    languages.registerDocumentSemanticTokensProvider(
      languageId,
      {
        provideDocumentSemanticTokens: (document) => {
          const builder = new SemanticTokensBuilder(legend);
          for (const { thing, range, role, isEscaped } of occurrencesIn(documents.parse(document))) {
            if (isEscaped) continue;
            builder.push(
              toRange(document, range),
              tokenTypes[thing.kind],
              role === 'definition' ? ['declaration'] : [],
            );
          }
          return builder.build();
        },
      },
      legend,
    ),
  );
  return list;
}
