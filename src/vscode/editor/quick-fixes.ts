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
import { quickFixes } from '../../language/quick-fixes';
import { languageId } from '../ids';
import { diagnosticSource } from './diagnostics';
import { toRange, type TopologyDocuments } from './topology-documents';

/** Offers what mends a problem, where one answer is likely. */
export function registerQuickFixes(documents: TopologyDocuments): Disposable {
  return languages.registerCodeActionsProvider(
    languageId,
    { provideCodeActions: (document, range, context) => toActions(documents, document, range, context) },
    { providedCodeActionKinds: [CodeActionKind.QuickFix] },
  );
}

function toActions(
  documents: TopologyDocuments,
  document: TextDocument,
  range: Range,
  { diagnostics }: CodeActionContext,
): CodeAction[] {
  const place = { start: document.offsetAt(range.start), end: document.offsetAt(range.end) };
  return quickFixes(documents.parse(document), place).map((fix) => {
    const action = new CodeAction(fix.title, CodeActionKind.QuickFix);
    action.edit = new WorkspaceEdit();
    for (const { range: part, newText } of fix.edits)
      action.edit.replace(document.uri, toRange(document, part), newText);
    action.isPreferred = fix.isPreferred;
    const mended = toRange(document, fix.problem.range);
    action.diagnostics = diagnostics.filter(
      ({ source, code, range: shown }) =>
        source === diagnosticSource && code === fix.problem.code && shown.isEqual(mended),
    );
    return action;
  });
}
