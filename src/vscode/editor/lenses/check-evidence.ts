import { l10n, commands, Location, Position, Uri, type TextDocument } from 'vscode';
import { DisposableList, type Disposable } from '../../../base/disposable';
import { plainLine, plainLines } from '../../host-data';
import { checkEvidenceScheme, CommandId } from '../../ids';
import type { CheckResults, KeptResult } from '../../topology/check-results';
import { VirtualDocuments } from '../../virtual-documents';
import type { TopologyDocuments } from '../topology-documents';

/** Shows what a check's last result stands on, in place below the check: the command, what it printed, where and when. */
export function registerCheckEvidence(documents: TopologyDocuments, results: CheckResults): Disposable {
  const list = new DisposableList();
  const evidence = list.add(new CheckEvidence(documents, results));
  list.add(
    commands.registerCommand(CommandId.showCheckResult, (uri: unknown, index: unknown) =>
      uri instanceof Uri && typeof index === 'number' ? evidence.show(uri, index) : false,
    ),
  );
  return list;
}

/** What is shown: the result of a check, by its file and its number in that. */
interface Shown {
  readonly file: Uri;
  readonly index: number;
  readonly uri: Uri;
}

class CheckEvidence implements Disposable {
  private readonly disposables = new DisposableList();
  private readonly shown = this.disposables.add(
    new VirtualDocuments<Shown>(
      checkEvidenceScheme,
      (one) => this.textOf(one),
      l10n.t('This result is not current any more. Run the check again.'),
    ),
  );

  constructor(
    private readonly documents: TopologyDocuments,
    private readonly results: CheckResults,
  ) {
    this.disposables.add(
      results.onDidChange((file) => {
        for (const one of this.shown.all) if (one.file.toString() === file.toString()) this.shown.refresh(one.uri);
      }),
    );
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
    this.shown.put(uri, { file, index, uri });
    const from = document.positionAt(place.start);
    const there = [new Location(uri, new Position(0, 0))];
    await commands.executeCommand('editor.action.peekLocations', file, from, there, 'peek');
    return true;
  }

  dispose(): void {
    this.disposables.dispose();
  }

  private textOf({ file, index }: Shown): string | undefined {
    const document = this.find(file);
    const result = document && this.results.resultsOf(document)[index];
    return result && evidenceText(result);
  }

  private find(file: Uri): TextDocument | undefined {
    return this.documents.all.find(({ uri }) => uri.toString() === file.toString());
  }
}

function evidenceText({ title, passed, notRun, command, output, hostLabel, at, milliseconds }: KeptResult): string {
  const how = passed ? l10n.t('Holds') : notRun === true ? l10n.t('Could not be tried') : l10n.t('Does not hold');
  const where = l10n.t(
    'on {0}, {1}, {2} ms',
    plainLine(hostLabel),
    new Date(at).toLocaleTimeString(),
    milliseconds.toFixed(0),
  );
  return [`${how}: ${plainLine(title)}`, where, '', `$ ${plainLine(command)}`, ...plainLines(output), ''].join('\n');
}
