import { l10n, TabInputText, window, type LogOutputChannel, type TextDocument, type Uri } from 'vscode';
import { DisposableList, type Disposable } from '../../base/disposable';
import { Emitter, type Event } from '../../base/events';
import type { HostSnapshot } from '../../host/model';
import type { CheckOutline } from '../../language/check-outline';
import type { TopologyDocuments } from '../editor/topology-documents';
import { HostWatch } from '../editor/lenses/host-watch';
import type { HostRegistry } from '../hosts/host-registry';
import { logError } from '../notify';
import { hostMark, isSameState, labKey, stateOfFile, stateOfRecord, type LabState } from './lab-state';
import type { TargetChooser } from './target-chooser';

export interface LabStatesSources {
  readonly registry: HostRegistry;
  readonly documents: TopologyDocuments;
  readonly targets: TargetChooser;
  readonly log: LogOutputChannel;
}

/** How long changes are gathered before labs are compared, in milliseconds: nobody waits for it. */
const gatheringTime = 250;

interface Compared {
  readonly version: number;
  readonly snapshot: HostSnapshot;
  readonly outline: CheckOutline;
  /** undefined while the file has errors. */
  readonly state: LabState | undefined;
}

/**
 * Compares the labs of live hosts with their files whenever either changes. The comparison runs in the language's thread.
 * Hosts whose files are on the screen are watched, so that what is said of them stays true.
 */
export class LabStates implements Disposable {
  private readonly disposables = new DisposableList();
  private readonly changes = new Emitter<{ readonly hostId: string; readonly lab: string }>();
  private readonly settles = new Emitter<void>();
  private readonly byDocument = new Map<string, Compared>();
  private byLab: ReadonlyMap<string, LabState> = new Map();
  private readonly records = new WeakMap<HostSnapshot, readonly LabState[]>();
  private readonly watch: HostWatch<CheckOutline>;
  /** Labs that have gone and were told of, by their keys, until they are compared. */
  private readonly told = new Set<string>();
  private timer: NodeJS.Timeout | undefined;
  private comparing = false;

  /** What is known of a lab changed, or it has gone. */
  readonly onDidChange: Event<{ readonly hostId: string; readonly lab: string }> = this.changes.event;
  /** All that had happened was looked at. */
  readonly onDidSettle: Event<void> = this.settles.event;

  constructor(private readonly sources: LabStatesSources) {
    const { registry, documents, targets } = sources;
    this.watch = this.disposables.add(
      new HostWatch(
        (uri) => this.byDocument.get(uri)?.outline,
        (outline) => targets.knownTarget(outline),
      ),
    );
    this.disposables.add(
      registry.onDidChange(() => {
        this.tellGone();
        this.schedule();
      }),
    );
    this.disposables.add(documents.onDidChange(() => this.schedule()));
    this.disposables.add(
      documents.onDidClose((uri) => {
        this.byDocument.delete(uri.toString());
        this.schedule();
      }),
    );
    this.disposables.add(targets.onDidChange(() => this.schedule()));
    this.disposables.add(window.onDidChangeVisibleTextEditors(() => this.schedule()));
    this.disposables.add(window.tabGroups.onDidChangeTabs(() => this.schedule()));
    this.schedule();
  }

  /** The state of an open file's lab on its host; undefined where the host is not live or the file cannot be compared. */
  of(document: TextDocument): LabState | undefined {
    const known = this.byDocument.get(document.uri.toString());
    return known?.version === document.version && this.isLive(known.state) ? known.state : undefined;
  }

  /** As `of`, but while the text is being edited what was known before. */
  latest(document: TextDocument): LabState | undefined {
    const known = this.byDocument.get(document.uri.toString())?.state;
    return this.isLive(known) ? known : undefined;
  }

  /** The state of a lab on a live host: by the file on the screen, another open file, or the record on the host. */
  ofLab(hostId: string, lab: string): LabState | undefined {
    const known = this.byLab.get(labKey({ hostId, lab }));
    return this.isLive(known) ? known : undefined;
  }

  /** The host with which an open file was compared at last. */
  hostOf(uri: Uri): string | undefined {
    return this.byDocument.get(uri.toString())?.state?.hostId;
  }

  /** Equal for as long as nothing of the file's lab changes on its host; undefined while that is still being looked at. */
  markOf(document: TextDocument): string | undefined {
    const state = this.byDocument.get(document.uri.toString())?.state;
    return this.isSettled && state !== undefined ? hostMark(state) : undefined;
  }

  dispose(): void {
    clearTimeout(this.timer);
    this.disposables.dispose();
    this.changes.dispose();
    this.settles.dispose();
  }

  private get isSettled(): boolean {
    return this.timer === undefined && !this.comparing;
  }

  private isLive(state: LabState | undefined): boolean {
    if (state === undefined) return false;
    const host = this.sources.registry.find(state.hostId);
    return host?.state.status === 'live' && !this.isGone(state);
  }

  /** A lab that has just been destroyed is not in sync until all files are compared again. */
  private isGone({ hostId, lab, drift }: LabState): boolean {
    const snapshot = this.sources.registry.find(hostId)?.snapshot;
    return drift.state !== 'absent' && snapshot?.labs.some(({ name }) => name === lab) === false;
  }

  /** Nobody is to wait for the comparison to see that a lab has gone. */
  private tellGone(): void {
    for (const [key, state] of this.byLab) {
      const wasTold = this.told.has(key);
      if (!this.isGone(state)) this.told.delete(key);
      else if (!wasTold) {
        this.told.add(key);
        this.changes.fire(state);
      }
    }
  }

  private schedule(): void {
    if (this.timer !== undefined || this.disposables.isDisposed) return;
    this.timer = setTimeout(() => {
      this.timer = undefined;
      this.compareAll().catch((error: unknown) =>
        logError(this.sources.log, l10n.t('Comparing labs with hosts failed'), error),
      );
    }, gatheringTime);
  }

  private async compareAll(): Promise<void> {
    const { documents, registry } = this.sources;
    // In the middle of an apply nothing is as it should be; it is looked at again when that is done.
    if (this.comparing || registry.hosts.some(({ isBusy }) => isBusy)) {
      this.schedule();
      return;
    }
    this.comparing = true;
    try {
      for (const document of documents.all) await this.compareDocument(document);
    } finally {
      this.comparing = false;
    }
    if (this.disposables.isDisposed) return;
    this.watch.update();
    const before = this.byLab;
    this.byLab = this.statesByLab();
    for (const key of new Set([...before.keys(), ...this.byLab.keys()])) {
      const [old, now] = [before.get(key), this.byLab.get(key)];
      const { hostId, lab } = now ?? old ?? {};
      if (hostId === undefined || lab === undefined) continue;
      if (old === undefined || now === undefined || !isSameState(old, now)) this.changes.fire({ hostId, lab });
    }
    if (this.isSettled) this.settles.fire();
  }

  private async compareDocument(document: TextDocument): Promise<void> {
    const { documents, targets } = this.sources;
    const uri = document.uri.toString();
    const { version } = document;
    const before = this.byDocument.get(uri);
    const outline = before?.version === version ? before.outline : await documents.ask(document, 'checks', []);
    if (outline === undefined) return;
    const host = targets.knownTarget(outline);
    const snapshot = host?.snapshot;
    if (host === undefined || snapshot === undefined || outline.lab === undefined) {
      this.byDocument.delete(uri);
      return;
    }
    if (before?.version === version && before.snapshot === snapshot) return;
    const drift = await documents.ask(document, 'drift', [snapshot]);
    if (document.version !== version || document.isClosed) return;
    const state = drift === undefined ? undefined : stateOfFile(host, snapshot, document, outline.lab, drift);
    this.byDocument.set(uri, { version, snapshot, outline, state });
  }

  /** What is on the screen counts before what is in another tab; what is in no tab counts no more. */
  private statesByLab(): ReadonlyMap<string, LabState> {
    const byLab = new Map<string, LabState>();
    for (const { id, snapshot } of this.sources.registry.hosts) {
      for (const state of snapshot === undefined ? [] : this.recordsOf(id, snapshot)) byLab.set(labKey(state), state);
    }
    const tabs = uriSet(window.tabGroups.all.flatMap(({ tabs }) => tabs).map(({ input }) => input));
    const visible = new Set(window.visibleTextEditors.map(({ document }) => document));
    const states = [...this.byDocument.values()]
      .map(({ state }) => state)
      .filter((state) => state?.document !== undefined && tabs.has(state.document.uri.toString()));
    const rank = (state: LabState | undefined): number =>
      state?.document === undefined ? 0 : Number(visible.has(state.document)) + Number(isActive(state.document));
    for (const state of states.sort((a, b) => rank(a) - rank(b))) {
      // A file whose lab is not there says nothing of a lab on the host.
      if (state !== undefined && state.drift.state !== 'absent') byLab.set(labKey(state), state);
    }
    return byLab;
  }

  private recordsOf(hostId: string, snapshot: HostSnapshot): readonly LabState[] {
    const known = this.records.get(snapshot);
    if (known !== undefined) return known;
    const host = this.sources.registry.find(hostId);
    const states = host === undefined ? [] : snapshot.labs.map(({ name }) => stateOfRecord(host, snapshot, name));
    this.records.set(snapshot, states);
    return states;
  }
}

function isActive(document: TextDocument): boolean {
  return window.activeTextEditor?.document === document;
}

function uriSet(inputs: readonly unknown[]): ReadonlySet<string> {
  return new Set(inputs.filter((input) => input instanceof TabInputText).map(({ uri }) => uri.toString()));
}
