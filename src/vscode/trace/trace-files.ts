import { l10n, Uri, workspace, type TextDocument } from 'vscode';
import { NetnsError } from '../../base/errors';
import type { HostSnapshot } from '../../host/model';
import { declaredDecider, deciderOf } from '../../lab/trace/deciders';
import { stopsOf } from '../../lab/trace/stops';
import { labOfStop, mendable, type FilesOfTrace } from '../../lab/trace/trace-view';
import type { TextRange } from '../../topology/problem';
import type { Cause } from '../../trace/model';
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

/** Finds the files of the labs that a packet passes; the one that was asked from comes first. */
export async function findTraceFiles(
  parts: Pick<ActionParts, 'documents' | 'log'>,
  { file }: TraceRequest,
  report: TraceReport,
  snapshot: HostSnapshot,
): Promise<TraceFiles> {
  const { documents, log } = parts;
  const labs = [...new Set(stopsOf(report, snapshot).flatMap((stop) => labOfStop(stop, snapshot) ?? []))];
  const found = new Map<string, TextDocument>();
  const asked = file === undefined ? undefined : await openOrNothing(file);
  for (const lab of labs) {
    const document = await labFile(documents, { lab });
    if (document !== undefined) found.set(lab, document);
  }
  const main = asked ?? [...found.values()][0];
  const changeable = new Map<Cause, string>();
  for (const cause of main === undefined ? [] : mendable(report)) {
    const request = cause.fix?.edit?.request;
    const answer = request && main && (await documents.ask(main, 'mend', [request]));
    if (main !== undefined && answer !== undefined && 'edits' in answer) changeable.set(cause, nameOf(main));
  }
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
  const declaring = new Map<TracedHop, string>();
  for (const hop of report.hops) {
    const place = await placeOf(hop);
    if (place !== undefined) declaring.set(hop, nameOf(place.document));
  }
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
    changeable: (cause) => changeable.get(cause),
    change: async (cause) => {
      const request = cause.fix?.edit?.request;
      if (main === undefined || request === undefined) return false;
      try {
        await editTopologyFile(main, [() => documents.ask(main, 'mend', [request])]);
        showInformation(
          log,
          l10n.t('{0} is changed, and not saved yet. Apply it to bring its host to what it says.', nameOf(main)),
        );
        return true;
      } catch (error) {
        showError(log, l10n.t('Cannot edit {0}', nameOf(main)), error);
        return false;
      }
    },
    showNode: async (lab, nodeId) => {
      const document = found.get(lab);
      return await show(document, document && (await documents.ask(document, 'rangeOfNode', [nodeId])));
    },
  };
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
