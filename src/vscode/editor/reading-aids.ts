import {
  CancellationError,
  FoldingRange,
  FoldingRangeKind,
  InlayHint,
  InlayHintKind,
  languages,
  SemanticTokens,
  SemanticTokensLegend,
  TextEdit,
} from 'vscode';
import { DisposableList, type Disposable } from '../../base/disposable';
import { languageId } from '../ids';
import { tokenModifiers, tokenTypes } from './service/semantic-tokens';
import { toRange, type TopologyDocuments } from './topology-documents';

const legend = new SemanticTokensLegend([...tokenTypes], [...tokenModifiers]);

/** Folding, formatting, inlay hints and the colours of names. */
export function registerReadingAids(documents: TopologyDocuments): Disposable {
  const list = new DisposableList();
  list.add(
    languages.registerFoldingRangeProvider(languageId, {
      provideFoldingRanges: async (document, _context, token) => {
        const folds = await documents.askNewest(document, 'folds', [], token);
        return folds?.map(
          ({ start, end, isComment }) =>
            new FoldingRange(start, end, ...(isComment ? ([FoldingRangeKind.Comment] as const) : [])),
        );
      },
    }),
  );
  list.add(
    languages.registerDocumentFormattingEditProvider(languageId, {
      provideDocumentFormattingEdits: async (document, _options, token) => {
        const edits = await documents.ask(document, 'formatEdits', [], token);
        return edits?.map(({ range, newText }) => TextEdit.replace(toRange(document, range), newText));
      },
    }),
  );
  list.add(
    languages.registerInlayHintsProvider(languageId, {
      provideInlayHints: async (document, visible, token) => {
        const within = { start: document.offsetAt(visible.start), end: document.offsetAt(visible.end) };
        const facts = await documents.ask(document, 'hints', [within], token);
        return facts?.map(({ offset, label, kind }) => {
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
        provideDocumentSemanticTokens: async (document, token) => {
          const data = await documents.ask(document, 'tokens', [], token);
          // Without an error VS Code would take the colours away; with this one it keeps them, and asks again.
          if (data === undefined) throw new CancellationError();
          return new SemanticTokens(data);
        },
      },
      legend,
    ),
  );
  return list;
}
