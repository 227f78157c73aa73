import type { HostSnapshot } from '../host/model';
import { driftOf, summarizeDrift, type Drift, type DriftEntry } from '../plan/drift';
import type { ParsedTopology } from '../topology/parse';
import type { TextRange } from '../topology/problem';

/** A lab's drift with the places in its file. */
export interface LocatedDrift {
  readonly state: Drift['state'];
  /** The whole of it in one line. */
  readonly summary: string;
  readonly entries: readonly (DriftEntry & {
    /** The entry of the file that it is about; undefined for what the file does not have. */
    readonly range?: TextRange;
  })[];
}

/** Compares a file with its host; undefined while the file has errors or no name. */
export function locatedDrift(parsed: ParsedTopology, snapshot: HostSnapshot): LocatedDrift | undefined {
  const { topology, problems } = parsed;
  if (topology === undefined || problems.some(({ severity }) => severity === 'error')) return undefined;
  const drift = driftOf(topology, snapshot);
  const entries = drift.entries.map((entry) => {
    const range = entry.path === undefined ? undefined : parsed.rangeOf(entry.path);
    return range === undefined ? entry : { ...entry, range };
  });
  return { state: drift.state, summary: summarizeDrift(drift), entries };
}
