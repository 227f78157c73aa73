import type { TextDocument } from 'vscode';
import type { HostSnapshot } from '../../host/model';
import type { LocatedDrift } from '../../language/located-drift';
import { summarizeDrift } from '../../plan/drift';
import { driftOfRecord } from '../../plan/record-drift';
import type { Host } from '../hosts/host';

/** How a lab on a host stands to its file, or to the record of its last apply where no file of it is open. */
export interface LabState {
  readonly hostId: string;
  readonly hostLabel: string;
  readonly lab: string;
  readonly drift: LocatedDrift;
  /** The open file that it was compared with. */
  readonly document?: TextDocument;
  /** Counts the applies on the host; 0 where the lab is not there. */
  readonly revision: number;
  /** When the two were compared, in milliseconds since 1970. */
  readonly at: number;
}

/** The state that a comparison with an open file gave. */
export function stateOfFile(
  host: Host,
  snapshot: HostSnapshot,
  document: TextDocument,
  lab: string,
  drift: LocatedDrift,
): LabState {
  return { ...about(host, snapshot, lab), drift, document };
}

/** The state of a lab whose file is not open. */
export function stateOfRecord(host: Host, snapshot: HostSnapshot, lab: string): LabState {
  const drift = driftOfRecord(lab, snapshot);
  return { ...about(host, snapshot, lab), drift: { ...drift, summary: summarizeDrift(drift) } };
}

function about(host: Host, { labs }: HostSnapshot, lab: string): Omit<LabState, 'drift'> {
  const manifest = labs.find(({ name }) => name === lab)?.manifest;
  const revision = (manifest as { readonly revision?: unknown } | null | undefined)?.revision;
  return {
    hostId: host.id,
    hostLabel: host.label,
    lab,
    revision: typeof revision === 'number' ? revision : 0,
    at: Date.now(),
  };
}

export function labKey({ hostId, lab }: Pick<LabState, 'hostId' | 'lab'>): string {
  return `${hostId} ${lab}`;
}

/** What of a state is the host's doing, not the text's: equal for as long as nothing of the lab changes there. */
export function hostMark({ revision, drift }: LabState): string {
  return JSON.stringify([revision, ...drift.entries.filter(({ cause }) => cause === 'host').map(({ words }) => words)]);
}

/** Two states say the same. */
export function isSameState(a: LabState, b: LabState): boolean {
  return a.document === b.document && a.revision === b.revision && JSON.stringify(a.drift) === JSON.stringify(b.drift);
}
