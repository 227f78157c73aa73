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
import { quickFixes, type QuickFix } from '../../language/quick-fixes';
import { languageId } from '../ids';
import { diagnosticSource } from './diagnostics';
import { toRange, type TopologyDocuments } from './topology-documents';

/** Offers what the language knows to mend; only the words that are wrong are replaced. */
export function registerQuickFixes(documents: TopologyDocuments): Disposable {
  return languages.registerCodeActionsProvider(
    languageId,
    {
      provideCodeActions: (document, range, context) => {
        const place = { start: document.offsetAt(range.start), end: document.offsetAt(range.end) };
        return quickFixes(documents.parse(document), place).map((fix) => toAction(document, range, context, fix));
      },
    },
    { providedCodeActionKinds: [CodeActionKind.QuickFix] },
  );
}

function toAction(document: TextDocument, asked: Range, context: CodeActionContext, fix: QuickFix): CodeAction {
  const action = new CodeAction(fix.title, CodeActionKind.QuickFix);
  action.edit = new WorkspaceEdit();
  action.edit.replace(document.uri, toRange(document, fix.range), fix.newText);
  const place = toRange(document, fix.problem.range);
  action.isPreferred = place.contains(asked) || asked.contains(place);
  action.diagnostics = context.diagnostics.filter(
    ({ source, code, range }) => source === diagnosticSource && code === fix.problem.code && range.isEqual(place),
  );
  return action;
}
