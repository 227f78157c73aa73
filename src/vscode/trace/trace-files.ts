import { l10n, Uri, workspace, type TextDocument } from 'vscode';
import { NetnsError } from '../../base/errors';
import type { HostSnapshot } from '../../host/model';
import { declaredDecider, deciderOf } from '../../lab/trace/deciders';
import { paperOf, stopsOf, type TraceStop } from '../../lab/trace/stops';
import { labOfStop, mendable, type FilesOfTrace } from '../../lab/trace/trace-view';
import type { TextRange } from '../../topology/problem';
import { editOf } from '../../trace/mending';
import type { Cause, Hop } from '../../trace/model';
import type { TracedHop, TraceReport } from '../../trace/report';
import type { ActionParts } from '../actions/action';
import { toRange } from '../editor/topology-documents';
import { showText } from '../graph/file-history';
import { withoutIcons } from '../host-data';
import { showError, showInformation } from '../notify';
import { editTopologyFile } from '../topology/edit-file';
import { labFile } from '../topology/lab-file';
import type { TraceRequest } from './trace-request';

/** The topology files around a trace, and what can be done with them. */
export interface TraceFiles extends FilesOfTrace {
  /** Changes the file as a cause's fix says: one edit that one Undo takes back; not saved. The person is told why not. */
  change(cause: Cause): Promise<boolean>;
  /** Shows where a file declares what the graph calls so. */
  showNode(lab: string, nodeId: string): Promise<boolean>;
  /** Shows where a file declares what decided at a hop. */
  showDecider(hop: TracedHop): Promise<boolean>;
}

/** The files of labs, each looked for once. Searching a workspace can take longer than a probe that is answered: it is begun before. */
export class LabFiles {
  private readonly found = new Map<string, Promise<TextDocument | undefined>>();

  constructor(private readonly documents: ActionParts['documents']) {}

  of(lab: string): Promise<TextDocument | undefined> {
    const found = this.found.get(lab) ?? labFile(this.documents, { lab });
    this.found.set(lab, found);
    // Whoever asks for it is told of its failure.
    found.catch(() => undefined);
    return found;
  }

  /** Begins to look for those of a way's labs. */
  lookFor(hops: readonly Hop[], snapshot: HostSnapshot): void {
    for (const lab of labsOn(stopsOf(paperOf(hops), snapshot), snapshot)) void this.of(lab);
  }
}

function labsOn(stops: readonly TraceStop[], snapshot: HostSnapshot): ReadonlySet<string> {
  return new Set(stops.flatMap((stop) => labOfStop(stop, snapshot) ?? []));
}

/** Finds the files of the labs that a packet passes; the one that was asked from comes first. */
export async function findTraceFiles(
  parts: Pick<ActionParts, 'documents' | 'log'>,
  labFiles: LabFiles,
  { file }: TraceRequest,
  report: TraceReport,
  snapshot: HostSnapshot,
): Promise<TraceFiles> {
  const { documents, log } = parts;
  const asked = file === undefined ? undefined : await openOrNothing(file);
  const found = await mapOf([...labsOn(stopsOf(report, snapshot), snapshot)], (lab) => labFiles.of(lab));
  const changeable = await mapOf(mendable(report), async (cause) => {
    const request = editOf(cause)?.request;
    if (request === undefined) return undefined;
    let known: { document: TextDocument; isSo: boolean } | undefined;
    for (const document of new Set([...(asked === undefined ? [] : [asked]), ...found.values()])) {
      const answer = await documents.ask(document, 'mend', [request]);
      if (answer !== undefined && 'edits' in answer) return { document, isSo: false };
      if (answer?.saysSo === true) known ??= { document, isSo: true };
    }
    return known;
  });
  /** The place in a file that declares what decided, as the file reads now. */
  const placeOf = async (hop: TracedHop): Promise<{ document: TextDocument; range: TextRange } | undefined> => {
    const decider = deciderOf(hop, snapshot);
    const { lab, declared } = (decider && declaredDecider(decider)) ?? {};
    if (declared === undefined) return undefined;
    for (const [ofLab, document] of found) {
      if (lab !== undefined && ofLab !== lab) continue;
      const range = await documents.ask(document, 'rangeOfDecider', [declared]);
      if (range !== undefined) return { document, range };
    }
    return undefined;
  };
  const declaring = await mapOf(report.hops, async (hop) => {
    const place = await placeOf(hop);
    return place && nameOf(place.document);
  });
  const show = async (document: TextDocument | undefined, range: TextRange | undefined): Promise<true> => {
    if (document === undefined || range === undefined) {
      throw new NetnsError('unsupported', l10n.t('The file does not declare it any more.'));
    }
    await showText(document.uri.toString(), toRange(document, range));
    return true;
  };
  return {
    declaring: (hop) => declaring.get(hop),
    showDecider: async (hop) => {
      const place = await placeOf(hop);
      return await show(place?.document, place?.range);
    },
    fileOf: (lab) => {
      const document = found.get(lab);
      return document && nameOf(document);
    },
    changeable: (cause) => {
      const { document, isSo } = changeable.get(cause) ?? {};
      return document && { name: nameOf(document), isSo: isSo === true };
    },
    change: async (cause) => {
      const request = editOf(cause)?.request;
      const { document } = changeable.get(cause) ?? {};
      if (document === undefined || request === undefined) return false;
      try {
        await editTopologyFile(document, [() => documents.ask(document, 'mend', [request])]);
        showInformation(
          log,
          l10n.t('{0} is changed, and not saved yet. Apply it to bring its host to what it says.', nameOf(document)),
        );
        return true;
      } catch (error) {
        showError(log, l10n.t('Cannot edit {0}', nameOf(document)), error);
        return false;
      }
    },
    showNode: async (lab, nodeId) => {
      const document = found.get(lab);
      return await show(document, document && (await documents.ask(document, 'rangeOfNode', [nodeId])));
    },
  };
}

/** What each has, asked for all of them at once; a person waits for it. */
async function mapOf<K, V>(
  keys: readonly K[],
  valueOf: (key: K) => Promise<V | undefined>,
): Promise<ReadonlyMap<K, V>> {
  const values = await Promise.all(keys.map(valueOf));
  return new Map(
    keys.flatMap((key, index) => {
      const value = values[index];
      return value === undefined ? [] : [[key, value] as const];
    }),
  );
}

/** A file that is gone meanwhile is no reason for a trace to fail. */
async function openOrNothing(file: string): Promise<TextDocument | undefined> {
  try {
    return await workspace.openTextDocument(Uri.parse(file));
  } catch {
    return undefined;
  }
}

function nameOf({ uri }: TextDocument): string {
  return withoutIcons(workspace.asRelativePath(uri).split('/').at(-1) ?? '');
}
