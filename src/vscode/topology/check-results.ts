import * as l10n from '@vscode/l10n';
import type { LogOutputChannel, TextDocument, Uri } from 'vscode';
import { DisposableList, type Disposable } from '../../base/disposable';
import { Emitter, type Event } from '../../base/events';
import type { CheckResult } from '../../lab/model';
import { checkOutline, type CheckOutline } from '../../language/check-outline';
import type { PingMatrix } from '../../protocol/ping-matrix';
import type { ParsedTopology } from '../../topology/parse';
import type { TopologyDocuments } from '../editor/topology-documents';
import { logError } from '../notify';
import { CheckMarks } from './check-marks';
import type { LabStates } from './lab-states';

/** A check's result, and where and when it was found. */
export interface KeptResult extends CheckResult {
  readonly hostId: string;
  readonly hostLabel: string;
  /** Milliseconds since 1970. */
  readonly at: number;
}

/** Where results come from: the text that was checked, as it stood when that began, and the host. */
export interface CheckSource {
  readonly document: TextDocument;
  readonly version: number;
  readonly parsed: ParsedTopology;
  readonly host: { readonly id: string; readonly label: string };
}

interface Verified {
  /** What the text looks like at `version`; older than the document while it is being edited. */
  outline: CheckOutline;
  version: number;
  readonly hostId: string;
  /** The lab on its host as it was when the checks ran; undefined while a change of it was still being looked at. */
  hostMark: string | undefined;
  readonly results: Map<string, KeptResult>;
  /** The newest ping matrix. */
  matrix?: PingMatrix;
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

  constructor(
    private readonly documents: TopologyDocuments,
    private readonly labs: Pick<LabStates, 'markOf' | 'onDidSettle'>,
    private readonly log: LogOutputChannel,
  ) {
    this.disposables.add(labs.onDidSettle(() => this.compareLabs()));
    this.disposables.add(documents.onDidChange((document) => this.follow(document)));
    this.disposables.add(documents.onDidClose((uri) => this.clear(uri)));
  }

  /** How many checks held, once each of the file as it stands has a result. */
  summary(document: TextDocument): { readonly passed: number; readonly total: number } | undefined {
    const results = this.resultsOf(document);
    if (results.length === 0 || results.includes(undefined)) return undefined;
    return { passed: results.filter((result) => result?.passed === true).length, total: results.length };
  }

  /**
   * One entry for each check of the file as it stands, in its order; undefined for those not run since the last change.
   * Empty where none was run, and while the text is being edited.
   */
  resultsOf(document: TextDocument): (KeptResult | undefined)[] {
    const known = this.verified.get(document.uri.toString());
    return known?.version === document.version ? resultsIn(known) : [];
  }

  /** The keys (as `checkKeys` makes them) of a file's checks that have a result. */
  keysOf(uri: Uri): ReadonlySet<string> {
    return new Set(this.verified.get(uri.toString())?.results.keys());
  }

  /** The newest ping matrix of a file's lab on that host. */
  matrixOf(uri: Uri, hostId: string): PingMatrix | undefined {
    const known = this.verified.get(uri.toString());
    return known?.hostId === hostId ? known.matrix : undefined;
  }

  /** What is known of a file's checks on that host. */
  foundOn(uri: Uri, hostId: string): readonly KeptResult[] {
    const known = this.verified.get(uri.toString());
    return known?.hostId === hostId ? [...known.results.values()] : [];
  }

  recordMatrix(source: CheckSource, matrix: PingMatrix): void {
    const known = this.verifiedOf(source);
    if (known === undefined) return;
    known.matrix = matrix;
    this.changes.fire(source.document.uri);
  }

  /** Keeps results, and marks the checks that failed at their place in the file. */
  record(source: CheckSource, results: readonly CheckResult[]): void {
    const known = this.verifiedOf(source);
    if (known === undefined) return;
    const { document, parsed, host } = source;
    const outline = checkOutline(parsed);
    const checks = parsed.topology?.checks ?? [];
    for (const result of results) {
      const key = outline.checks[checks.indexOf(result.check)]?.key;
      if (key !== undefined) {
        known.results.set(key, { ...result, hostId: host.id, hostLabel: host.label, at: Date.now() });
      }
    }
    if (known.version === document.version) this.show(document, known);
    else this.follow(document);
  }

  /** What is known of a lab on a host: of the same lab it stays, of another it begins anew. */
  private verifiedOf({ document, version, parsed, host }: CheckSource): Verified | undefined {
    if (document.isClosed) return undefined;
    const uri = document.uri.toString();
    const outline = checkOutline(parsed);
    const before = this.verified.get(uri);
    const isSame = before?.outline.labMark === outline.labMark && before.hostId === host.id;
    if (isSame) return before;
    const hostMark = this.labs.markOf(document);
    const known: Verified = { outline, version, hostId: host.id, hostMark, results: new Map() };
    this.verified.set(uri, known);
    return known;
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
    const { version } = document;
    this.documents.ask(document, 'checks', []).then(
      (outline) => {
        if (outline === undefined || this.verified.get(document.uri.toString()) !== known) return;
        if (outline.labMark !== known.outline.labMark) {
          this.clear(document.uri);
          return;
        }
        known.outline = outline;
        known.version = version;
        const keys = new Set(outline.checks.map(({ key }) => key));
        for (const key of known.results.keys()) if (!keys.has(key)) known.results.delete(key);
        this.show(document, known);
      },
      (error: unknown) => logError(this.log, l10n.t`The check results cannot follow the text`, error),
    );
  }

  /** Puts away the results of labs that changed on their hosts. */
  private compareLabs(): void {
    for (const document of this.documents.all) {
      const known = this.verified.get(document.uri.toString());
      const mark = known === undefined ? undefined : this.labs.markOf(document);
      if (known === undefined || mark === undefined) continue;
      known.hostMark ??= mark;
      if (known.hostMark !== mark) this.clear(document.uri);
    }
  }

  private show(document: TextDocument, known: Verified): void {
    this.marks.show(document, known.outline.checks, resultsIn(known));
    this.changes.fire(document.uri);
  }
}

function resultsIn({ outline, results }: Verified): (KeptResult | undefined)[] {
  return outline.checks.map(({ key }) => results.get(key));
}
