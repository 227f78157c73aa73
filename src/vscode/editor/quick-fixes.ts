import {
  CodeAction,
  CodeActionKind,
  languages,
  WorkspaceEdit,
  type CodeActionContext,
  type Disposable,
  type Range,
  type TextDocument,
} from 'vscode';
import { languageId } from '../ids';
import { diagnosticSource } from './diagnostics';
import { toRange, type TopologyDocuments } from './topology-documents';

/** Offers the likely spelling for a word that the parser has a suggestion for; only that word is replaced. */
export function registerQuickFixes(documents: TopologyDocuments): Disposable {
  return languages.registerCodeActionsProvider(
    languageId,
    {
      provideCodeActions: (document, range, context) => quickFixes(documents, document, range, context),
    },
    { providedCodeActionKinds: [CodeActionKind.QuickFix] },
  );
}

function quickFixes(
  documents: TopologyDocuments,
  document: TextDocument,
  range: Range,
  context: CodeActionContext,
): CodeAction[] {
  return documents.parse(document).problems.flatMap((problem) => {
    const suggestion = problem.data?.['suggestion'];
    const place = toRange(document, problem.range);
    if (suggestion === undefined || place.intersection(range) === undefined) return [];
    const action = new CodeAction(`Change to “${suggestion}”`, CodeActionKind.QuickFix);
    action.edit = new WorkspaceEdit();
    action.edit.replace(document.uri, place, suggestion);
    action.isPreferred = true;
    action.diagnostics = context.diagnostics.filter(
      (diagnostic) =>
        diagnostic.source === diagnosticSource && diagnostic.code === problem.code && diagnostic.range.isEqual(place),
    );
    return [action];
  });
}
