import {
  CodeLens,
  EventEmitter,
  languages,
  Range,
  window,
  workspace,
  type CancellationToken,
  type CodeLensProvider,
  type Command,
  type TextDocument,
  type Uri,
} from 'vscode';
import { DisposableList, type Disposable } from '../../base/disposable';
import type { FileLensPlace, LensPlace, LensPlaces } from '../../language/lens-places';
import type { HostRegistry } from '../hosts/host-registry';
import { languageId, SettingId, settingsSection } from '../ids';
import type { CheckResults } from '../topology/check-results';
import type { LabStates } from '../topology/lab-states';
import type { TargetChooser } from '../topology/target-chooser';
import { fileLenses } from './lenses/file-lenses';
import { HostWatch } from './lenses/host-watch';
import { lensParts, thingLens, type LensPart, type ThingLensFacts } from './lenses/thing-lenses';
import type { TopologyDocuments } from './topology-documents';

export interface LensSources {
  readonly documents: TopologyDocuments;
  readonly registry: HostRegistry;
  readonly targets: TargetChooser;
  readonly results: CheckResults;
  readonly labs: Pick<LabStates, 'latest' | 'onDidChange'>;
}

/** Lenses above the file's first entry, and above each namespace, bridge, NAT rule, port forward and check. */
export function registerCodeLenses(sources: LensSources): Disposable {
  const list = new DisposableList();
  const provider = list.add(new TopologyLenses(sources));
  list.add(languages.registerCodeLensProvider(languageId, provider));
  return list;
}

/** A host's readings refresh lenses no more often than this, in milliseconds; longer where there are many. */
const shortestGap = 1000;
const gapOfMany = 5000;
const many = 500;

/** A lens on a thing in the file; what it says is worked out when it comes into view. */
class ThingLens extends CodeLens {
  constructor(
    range: Range,
    readonly document: TextDocument,
    readonly file: FileLensPlace,
    readonly place: LensPlace,
    readonly part: LensPart,
  ) {
    super(range);
  }
}

/** Provides them; a host's readings refresh what they say. */
export class TopologyLenses implements CodeLensProvider, Disposable {
  private readonly disposables = new DisposableList();
  private readonly changes = this.disposables.add(new EventEmitter<void>());
  private readonly places = new Map<string, LensPlaces>();
  private readonly watch: HostWatch<FileLensPlace>;
  private timer: NodeJS.Timeout | undefined;
  readonly onDidChangeCodeLenses = this.changes.event;

  constructor(private readonly sources: LensSources) {
    const { documents, registry, targets, results, labs } = sources;
    const { disposables } = this;
    this.watch = disposables.add(
      new HostWatch(
        (uri) => this.places.get(uri)?.file,
        (file) => targets.knownTarget(file),
      ),
    );
    disposables.add(
      registry.onDidChange((change) => {
        if (change.type === 'snapshot') this.refreshSoon();
        else this.refresh();
      }),
    );
    disposables.add(targets.onDidChange(() => this.refresh()));
    disposables.add(results.onDidChange(() => this.changes.fire()));
    disposables.add(labs.onDidChange(() => this.changes.fire()));
    disposables.add(workspace.onDidGrantWorkspaceTrust(() => this.changes.fire()));
    disposables.add(
      workspace.onDidChangeConfiguration((change) => {
        if (change.affectsConfiguration(`${settingsSection}.${SettingId.codeLens}`)) this.changes.fire();
      }),
    );
    disposables.add(documents.onDidClose((uri) => this.forget(uri)));
  }

  async provideCodeLenses(document: TextDocument, token: CancellationToken): Promise<CodeLens[] | undefined> {
    const shown = workspace.getConfiguration(settingsSection, document).get<string>(SettingId.codeLens);
    if (shown === 'none') {
      this.forget(document.uri);
      return [];
    }
    const { documents, results, labs } = this.sources;
    const places = await documents.askNewest(document, 'lensPlaces', [], token);
    if (places === undefined) return undefined;
    this.places.set(document.uri.toString(), places);
    this.watch.update();
    const facts = this.factsOf(document, places.file);
    const lenses: CodeLens[] = fileLenses({
      ...facts,
      checks: results.summary(document),
      drift: labs.latest(document)?.drift,
    }).map((command) => new CodeLens(lineRange(places.file.line), spaced(command)));
    if (shown === 'file') return lenses;
    for (const place of places.things) {
      const range = lineRange(place.line);
      for (const part of lensParts(place, facts)) lenses.push(new ThingLens(range, document, places.file, place, part));
    }
    return lenses;
  }

  resolveCodeLens(lens: CodeLens): CodeLens {
    if (!(lens instanceof ThingLens)) return lens;
    const { document, file, place, part } = lens;
    lens.command = spaced(thingLens(place, part, this.factsOf(document, file)) ?? { title: '', command: '' });
    return lens;
  }

  private factsOf(document: TextDocument, file: FileLensPlace): ThingLensFacts {
    const { targets, results } = this.sources;
    const host = targets.knownTarget(file);
    return { uri: document.uri, file, host, results: results.resultsOf(document), isTrusted: workspace.isTrusted };
  }

  dispose(): void {
    clearTimeout(this.timer);
    this.disposables.dispose();
  }

  private forget(uri: Uri): void {
    if (this.places.delete(uri.toString())) this.watch.update();
  }

  private refresh(): void {
    this.watch.update();
    this.changes.fire();
  }

  /** A host was read again: what the lenses say may have changed, and does so often where packets are counted. */
  private refreshSoon(): void {
    if (this.timer !== undefined || !this.isShown()) return;
    const count = Math.max(0, ...[...this.places.values()].map(({ things }) => things.length));
    this.timer = setTimeout(
      () => {
        this.timer = undefined;
        this.changes.fire();
      },
      count > many ? gapOfMany : shortestGap,
    );
  }

  private isShown(): boolean {
    return window.visibleTextEditors.some(({ document }) => this.places.has(document.uri.toString()));
  }
}

function lineRange(line: number): Range {
  return new Range(line, 0, line, 0);
}

/** VS Code lays icon and words of a lens side by side, and a usual space between them is lost. */
function spaced(command: Command): Command {
  return { ...command, title: command.title.replace(/^(\$\([a-z-]+\)) /, '$1\u00a0') };
}
