import {
  CodeAction,
  CodeActionKind,
  languages,
  WorkspaceEdit,
  type Diagnostic,
  type Disposable,
  type TextDocument,
} from 'vscode';
import type { QuickFix } from '../../language/quick-fixes';
import { languageId } from '../ids';
import { diagnosticSource } from './diagnostics';
import { toRange, type TopologyDocuments } from './topology-documents';

/** Offers what mends a problem, where one answer is likely. */
export function registerQuickFixes(documents: TopologyDocuments): Disposable {
  return languages.registerCodeActionsProvider(
    languageId,
    {
      provideCodeActions: async (document, range, { diagnostics }, token) => {
        const place = { start: document.offsetAt(range.start), end: document.offsetAt(range.end) };
        const fixes = await documents.ask(document, 'quickFixes', [place], token);
        return fixes?.map((fix) => toAction(document, fix, diagnostics));
      },
    },
    { providedCodeActionKinds: [CodeActionKind.QuickFix] },
  );
}

function toAction(document: TextDocument, fix: QuickFix, shown: readonly Diagnostic[]): CodeAction {
  const action = new CodeAction(fix.title, CodeActionKind.QuickFix);
  action.edit = new WorkspaceEdit();
  for (const { range, newText } of fix.edits) action.edit.replace(document.uri, toRange(document, range), newText);
  action.isPreferred = fix.isPreferred;
  const mended = toRange(document, fix.problem.range);
  action.diagnostics = shown.filter(
    ({ source, code, range }) => source === diagnosticSource && code === fix.problem.code && range.isEqual(mended),
  );
  return action;
}
