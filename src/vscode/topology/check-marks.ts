import { l10n, Diagnostic, DiagnosticSeverity, languages, type Range, type TextDocument, type Uri } from 'vscode';
import { DisposableList, type Disposable } from '../../base/disposable';
import type { CheckResult } from '../../lab/model';
import type { OutlinedCheck } from '../../language/check-outline';
import { diagnosticSource } from '../editor/diagnostics';
import { toRange } from '../editor/topology-documents';
import { plainLine } from '../host-data';

/** Lines of a check's output that a mark shows: the last ones say how it ended. */
const linesShown = 4;

/** Checks that did not hold, as problems at their place in the file. */
export class CheckMarks implements Disposable {
  private readonly disposables = new DisposableList();
  private readonly collection = this.disposables.add(languages.createDiagnosticCollection('netns-checks'));

  /** @param results one for each of the checks, in their order. */
  show(document: TextDocument, checks: readonly OutlinedCheck[], results: readonly (CheckResult | undefined)[]): void {
    const diagnostics = checks.flatMap(({ range }, index) => {
      const result = results[index];
      return result === undefined || result.passed ? [] : [failureMark(toRange(document, range), result)];
    });
    this.collection.set(document.uri, diagnostics);
  }

  clear(uri: Uri): void {
    this.collection.delete(uri);
  }

  dispose(): void {
    this.disposables.dispose();
  }
}

function failureMark(range: Range, result: CheckResult): Diagnostic {
  const diagnostic = new Diagnostic(range, failureText(result), DiagnosticSeverity.Warning);
  diagnostic.source = diagnosticSource;
  diagnostic.code = result.notRun === true ? 'check-not-run' : 'check-failed';
  return diagnostic;
}

/** What did not hold, the command, and what that said. */
export function failureText({ title, command, output, notRun }: CheckResult): string {
  const said = output.trim().split('\n').slice(-linesShown).map(plainLine);
  const heading = `${notRun === true ? l10n.t('Could not be tried') : l10n.t('Does not hold')}: ${plainLine(title)}.`;
  return [heading, plainLine(command), ...said].filter((line) => line !== '').join('\n');
}
