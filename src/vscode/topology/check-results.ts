import type { TextDocument, Uri } from 'vscode';
import { DisposableList, type Disposable } from '../../base/disposable';
import { Emitter, type Event } from '../../base/events';
import type { CheckResult } from '../../lab/model';
import { checkKeys } from '../../plan/checks';
import type { Topology } from '../../topology/model';
import type { TopologyDocuments } from '../editor/topology-documents';
import { CheckMarks } from './check-marks';

/** A check's result, and where and when it was found. */
export interface KeptResult extends CheckResult {
  readonly hostId: string;
  readonly hostLabel: string;
  /** Milliseconds since 1970. */
  readonly at: number;
}

/** Where results come from: the text that was checked, and the host. */
export interface CheckSource {
  readonly document: TextDocument;
  readonly topology: Topology;
  readonly host: { readonly id: string; readonly label: string };
}

interface Verified {
  readonly labMark: string;
  readonly lab: string;
  readonly hostId: string;
  readonly results: Map<string, KeptResult>;
}

/**
 * The newest result of each check of the open files, with its evidence. A result holds for one lab on one host: an edit of
 * anything but comments, descriptions and other checks puts it away, and so does a change of the lab on its host.
 */
export class CheckResults implements Disposable {
  private readonly disposables = new DisposableList();
  private readonly marks = this.disposables.add(new CheckMarks());
  private readonly verified = new Map<string, Verified>();
  private readonly changes = new Emitter<Uri>();

  /** The results of that file changed. */
  readonly onDidChange: Event<Uri> = this.changes.event;

  constructor(private readonly documents: TopologyDocuments) {
    this.disposables.add(documents.onDidChange((document) => this.follow(document)));
    this.disposables.add(documents.onDidClose((uri) => this.clear(uri)));
  }

  /** How many checks held, once each of the file as it stands has a result. */
  summary(document: TextDocument): { readonly passed: number; readonly total: number } | undefined {
    const results = this.resultsOf(document);
    if (results.length === 0 || results.includes(undefined)) return undefined;
    return { passed: results.filter((result) => result?.passed === true).length, total: results.length };
  }

  /** One entry for each check of the file as it stands, in its order; undefined for those not run since the last change. */
  resultsOf(document: TextDocument): (KeptResult | undefined)[] {
    const { topology } = this.documents.parse(document);
    if (topology === undefined) return [];
    const known = this.verified.get(document.uri.toString());
    const current = known?.labMark === markOf(topology) ? known : undefined;
    return checkKeys(topology.checks).map((key) => current?.results.get(key));
  }

  /** Keeps results, and marks the checks that failed at their place in the file. Results of an older text are left out. */
  record({ document, topology, host }: CheckSource, results: readonly CheckResult[]): void {
    const now = this.documents.parse(document).topology;
    if (document.isClosed || now === undefined) return;
    const labMark = markOf(topology);
    if (markOf(now) !== labMark) return;
    const uri = document.uri.toString();
    const before = this.verified.get(uri);
    const isSame = before?.labMark === labMark && before.hostId === host.id;
    const kept = isSame ? before.results : new Map<string, KeptResult>();
    const keys = checkKeys(topology.checks);
    for (const result of results) {
      const key = keys[topology.checks.indexOf(result.check)];
      if (key === undefined) continue;
      kept.set(key, { ...result, hostId: host.id, hostLabel: host.label, at: Date.now() });
    }
    this.verified.set(uri, { labMark, lab: topology.name, hostId: host.id, results: kept });
    this.show(document);
  }

  /** Puts away what is known of a lab on a host: it changed there. */
  forgetLab(hostId: string, lab: string): void {
    for (const document of this.documents.all) {
      const known = this.verified.get(document.uri.toString());
      if (known?.hostId === hostId && known.lab === lab) this.clear(document.uri);
    }
  }

  clear(uri: Uri): void {
    this.marks.clear(uri);
    if (this.verified.delete(uri.toString())) this.changes.fire(uri);
  }

  dispose(): void {
    this.disposables.dispose();
    this.changes.dispose();
  }

  /** The text changed: results of another lab go, the others move with their checks. */
  private follow(document: TextDocument): void {
    const known = this.verified.get(document.uri.toString());
    if (known === undefined) return;
    const { topology } = this.documents.parse(document);
    if (topology === undefined || known.labMark !== markOf(topology)) {
      this.clear(document.uri);
      return;
    }
    const keys = new Set(checkKeys(topology.checks));
    for (const key of known.results.keys()) if (!keys.has(key)) known.results.delete(key);
    this.show(document);
  }

  private show(document: TextDocument): void {
    this.marks.show(document, this.documents.parse(document), this.resultsOf(document));
    this.changes.fire(document.uri);
  }
}

/** Equal for two texts that declare the same lab, whatever they check and however they are laid out. */
function markOf(topology: Topology): string {
  return JSON.stringify({ ...topology, checks: undefined }, (key, value: unknown) =>
    key === 'path' || key === 'description' ? undefined : value,
  );
}
