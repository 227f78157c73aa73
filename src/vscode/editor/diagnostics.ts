import {
  l10n,
  Diagnostic,
  DiagnosticRelatedInformation,
  DiagnosticSeverity,
  languages,
  Location,
  type LogOutputChannel,
  type TextDocument,
} from 'vscode';
import { DisposableList, type Disposable } from '../../base/disposable';
import type { Problem } from '../../topology/problem';
import { logError } from '../notify';
import { toRange, type TopologyDocuments } from './topology-documents';

/** What stands before the code in the Problems view. */
export const diagnosticSource = 'netns';

const severities: Readonly<Record<Problem['severity'], DiagnosticSeverity>> = {
  error: DiagnosticSeverity.Error,
  warning: DiagnosticSeverity.Warning,
  information: DiagnosticSeverity.Information,
};

/** Shows what is wrong in the open topology files. */
export function showDiagnostics(documents: TopologyDocuments, log: LogOutputChannel): Disposable {
  const list = new DisposableList();
  const collection = list.add(languages.createDiagnosticCollection('netns-topology'));
  const update = (document: TextDocument): void => {
    documents.ask(document, 'problems', []).then(
      (problems) => {
        // Without an answer the text has changed meanwhile: what was shown stays until the next one.
        if (problems === undefined) return;
        collection.set(
          document.uri,
          problems.map((problem) => toDiagnostic(document, problem)),
        );
      },
      (error: unknown) => logError(log, l10n.t('Cannot check {0}', document.uri.toString()), error),
    );
  };
  list.add(documents.onDidChange(update));
  list.add(documents.onDidClose((uri) => collection.delete(uri)));
  documents.all.forEach(update);
  return list;
}

function toDiagnostic(document: TextDocument, problem: Problem): Diagnostic {
  const diagnostic = new Diagnostic(toRange(document, problem.range), problem.message, severities[problem.severity]);
  diagnostic.source = diagnosticSource;
  diagnostic.code = problem.code;
  if (problem.related !== undefined) {
    diagnostic.relatedInformation = problem.related.map(
      (place) =>
        new DiagnosticRelatedInformation(new Location(document.uri, toRange(document, place.range)), place.message),
    );
  }
  return diagnostic;
}
