import { Diagnostic, DiagnosticSeverity, languages, Range, type TextDocument, type Uri } from 'vscode';
import { DisposableList, type Disposable } from '../../base/disposable';
import { Emitter, type Event } from '../../base/events';
import type { CheckResult } from '../../lab/model';
import type { ParsedTopology } from '../../topology/parse';
import { diagnosticSource } from '../editor/diagnostics';
import { toRange } from '../editor/topology-documents';
import { plainLine } from '../host-data';

interface Verified {
  readonly version: number;
  readonly passed: number;
  readonly total: number;
}

/** The newest check results of each open file. They hold for the text that was verified, so an edit puts them away. */
export class CheckResults implements Disposable {
  private readonly disposables = new DisposableList();
  private readonly collection = this.disposables.add(languages.createDiagnosticCollection('netns-checks'));
  private readonly verified = new Map<string, Verified>();
  private readonly changes = new Emitter<void>();

  readonly onDidChange: Event<void> = this.changes.event;

  /** How many checks held, if this very text was verified. */
  summary(document: TextDocument): { readonly passed: number; readonly total: number } | undefined {
    const known = this.verified.get(document.uri.toString());
    return known?.version === document.version ? known : undefined;
  }

  /** Keeps results, and marks the checks that failed at their place in the file. */
  set(document: TextDocument, parsed: ParsedTopology, version: number, results: readonly CheckResult[]): void {
    if (document.isClosed || document.version !== version) return;
    const failed = results.filter((result) => !result.passed);
    this.verified.set(document.uri.toString(), {
      version,
      passed: results.length - failed.length,
      total: results.length,
    });
    this.collection.set(
      document.uri,
      failed.map((result) => failureMark(document, parsed, result)),
    );
    this.changes.fire();
  }

  clear(uri: Uri): void {
    this.collection.delete(uri);
    if (this.verified.delete(uri.toString())) this.changes.fire();
  }

  dispose(): void {
    this.disposables.dispose();
    this.changes.dispose();
  }
}

function failureMark(document: TextDocument, parsed: ParsedTopology, result: CheckResult): Diagnostic {
  const place = parsed.rangeOf(result.check.path);
  const range = place === undefined ? new Range(0, 0, 0, 0) : toRange(document, place);
  const said = result.output.trim().split('\n').slice(-4).map(plainLine).join('\n');
  const diagnostic = new Diagnostic(
    range,
    `Does not hold: ${plainLine(result.title)}.\n${plainLine(result.command)}\n${said}`,
    DiagnosticSeverity.Warning,
  );
  diagnostic.source = diagnosticSource;
  diagnostic.code = 'check-failed';
  return diagnostic;
}
