import {
  CodeLens,
  EventEmitter,
  languages,
  Range,
  type CancellationToken,
  type CodeLensProvider,
  type TextDocument,
} from 'vscode';
import { DisposableList, type Disposable } from '../../base/disposable';
import type { HostRegistry } from '../hosts/host-registry';
import { CommandId, languageId } from '../ids';
import type { CheckResults } from '../topology/check-results';
import type { TargetChooser } from '../topology/target-chooser';
import type { TopologyDocuments } from './topology-documents';

export interface LensSources {
  readonly documents: TopologyDocuments;
  readonly registry: HostRegistry;
  readonly targets: TargetChooser;
  readonly results: CheckResults;
}

/** Apply, Plan, Verify, Destroy and Graph above the file's first entry, with the target's name and the last results. */
export function registerCodeLenses(sources: LensSources): Disposable {
  const list = new DisposableList();
  const provider = list.add(new TopologyLenses(sources));
  list.add(languages.registerCodeLensProvider(languageId, provider));
  return list;
}

class TopologyLenses implements CodeLensProvider, Disposable {
  private readonly disposables = new DisposableList();
  private readonly changes = this.disposables.add(new EventEmitter<void>());
  readonly onDidChangeCodeLenses = this.changes.event;

  constructor(private readonly sources: LensSources) {
    const { registry, targets, results } = sources;
    this.disposables.add(
      registry.onDidChange(({ type }) => {
        if (type === 'list') this.changes.fire();
      }),
    );
    this.disposables.add(targets.onDidChange(() => this.changes.fire()));
    this.disposables.add(results.onDidChange(() => this.changes.fire()));
  }

  async provideCodeLenses(document: TextDocument, token: CancellationToken): Promise<CodeLens[] | undefined> {
    const { documents, targets, results } = this.sources;
    const place = await documents.ask(document, 'fileLens', [], token);
    if (place === undefined) return undefined;
    const { line } = document.positionAt(place.offset);
    const range = new Range(line, 0, line, 0);
    const host = targets.knownTarget(place)?.label;
    const checks = results.summary(document);
    const lens = (title: string, command: CommandId, tooltip: string): CodeLens =>
      new CodeLens(range, { title, command, tooltip, arguments: [document.uri] });
    const onHost = host === undefined ? 'a host' : host;
    return [
      lens(
        host === undefined ? '$(play) Apply' : `$(play) Apply to ${host.replaceAll('$(', '$\u200b(')}`,
        CommandId.apply,
        `Make ${onHost} as this file declares`,
      ),
      lens('Plan', CommandId.plan, `Show what Apply would do on ${onHost}, without doing it`),
      lens(
        checks === undefined ? 'Verify' : `Verify (${checks.passed}/${checks.total})`,
        CommandId.verify,
        `Run this file’s checks on ${onHost}`,
      ),
      lens('Destroy', CommandId.destroy, `Take away what this lab created on ${onHost}`),
      lens('Show Graph', CommandId.showTopologyGraph, 'Draw this lab and what is on the host'),
    ];
  }

  dispose(): void {
    this.disposables.dispose();
  }
}
