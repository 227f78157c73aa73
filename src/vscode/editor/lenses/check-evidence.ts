import {
  commands,
  EventEmitter,
  Location,
  Position,
  Uri,
  workspace,
  type TextDocument,
  type TextDocumentContentProvider,
} from 'vscode';
import { DisposableList, type Disposable } from '../../../base/disposable';
import { plainLine, plainLines } from '../../host-data';
import { checkEvidenceScheme, CommandId } from '../../ids';
import type { CheckResults, KeptResult } from '../../topology/check-results';
import type { TopologyDocuments } from '../topology-documents';

/** Shows what a check's last result stands on, in place below the check: the command, what it printed, where and when. */
export function registerCheckEvidence(documents: TopologyDocuments, results: CheckResults): Disposable {
  const list = new DisposableList();
  const evidence = list.add(new CheckEvidence(documents, results));
  list.add(workspace.registerTextDocumentContentProvider(checkEvidenceScheme, evidence));
  list.add(
    commands.registerCommand(CommandId.showCheckResult, (uri: unknown, index: unknown) =>
      uri instanceof Uri && typeof index === 'number' ? evidence.show(uri, index) : false,
    ),
  );
  return list;
}

class CheckEvidence implements TextDocumentContentProvider, Disposable {
  private readonly disposables = new DisposableList();
  private readonly changes = this.disposables.add(new EventEmitter<Uri>());
  /** What is shown, by the file and the check's number in it. */
  private readonly shown = new Map<string, { readonly file: Uri; readonly index: number; readonly uri: Uri }>();
  readonly onDidChange = this.changes.event;

  constructor(
    private readonly documents: TopologyDocuments,
    private readonly results: CheckResults,
  ) {
    this.disposables.add(
      results.onDidChange((file) => {
        for (const one of this.shown.values()) if (one.file.toString() === file.toString()) this.changes.fire(one.uri);
      }),
    );
    this.disposables.add(workspace.onDidCloseTextDocument(({ uri }) => void this.shown.delete(uri.toString())));
  }

  /** @returns whether there is a result to show. */
  async show(file: Uri, index: number): Promise<boolean> {
    const document = this.find(file);
    const result = document && this.results.resultsOf(document)[index];
    if (document === undefined || result === undefined) return false;
    const checks = await this.documents.ask(document, 'checks', []);
    const place = checks?.checks[index]?.range;
    if (place === undefined) return false;
    const uri = Uri.from({
      scheme: checkEvidenceScheme,
      path: `/${plainLine(result.title).replace(/[/\\]/g, '-')}`,
      query: `${index}`,
      fragment: file.toString(),
    });
    this.shown.set(uri.toString(), { file, index, uri });
    this.changes.fire(uri);
    const from = document.positionAt(place.start);
    const there = [new Location(uri, new Position(0, 0))];
    await commands.executeCommand('editor.action.peekLocations', file, from, there, 'peek');
    return true;
  }

  provideTextDocumentContent(uri: Uri): string {
    const one = this.shown.get(uri.toString());
    const document = one && this.find(one.file);
    const result = document && this.results.resultsOf(document)[one.index];
    return result === undefined ? 'This result is not current any more. Run the check again.\n' : evidenceText(result);
  }

  dispose(): void {
    this.disposables.dispose();
    this.shown.clear();
  }

  private find(file: Uri): TextDocument | undefined {
    return this.documents.all.find(({ uri }) => uri.toString() === file.toString());
  }
}

function evidenceText({ title, passed, notRun, command, output, hostLabel, at, milliseconds }: KeptResult): string {
  const how = passed ? 'Holds' : notRun === true ? 'Could not be tried' : 'Does not hold';
  const where = `on ${plainLine(hostLabel)}, ${new Date(at).toLocaleTimeString()}, ${milliseconds.toFixed(0)} ms`;
  return [`${how}: ${plainLine(title)}`, where, '', `$ ${plainLine(command)}`, ...plainLines(output), ''].join('\n');
}
