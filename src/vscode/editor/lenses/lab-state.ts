import * as l10n from '@vscode/l10n';
import type { FileLensPlace } from '../../../language/lens-places';
import type { LocatedDrift } from '../../../language/located-drift';
import { readManifest } from '../../../plan/read-manifest';
import type { LiveFacts } from './live-facts';

/** How the host of a file is reached; `none` where it is not known which host that is. */
export type HostStatus = 'none' | 'disconnected' | 'connecting' | 'live' | 'lost' | 'failed';

/** What a lens says of a whole lab, and what a click on it leads to. */
export interface LabState {
  readonly words: string;
  readonly tooltip: string;
  readonly leadsTo: 'chooseHost' | 'connect' | 'plan' | 'nothing';
}

/** The state of a file's lab on its host: as it was compared, and until that is done as far as names tell. */
export function labState(
  file: FileLensPlace,
  status: HostStatus,
  facts: LiveFacts | undefined,
  drift?: LocatedDrift,
): LabState {
  switch (status) {
    case 'none':
      return {
        words: l10n.t`no host chosen`,
        tooltip: l10n.t`Choose the host that this lab is for`,
        leadsTo: 'chooseHost',
      };
    case 'disconnected':
      return { words: l10n.t`not connected`, tooltip: l10n.t`Connect, to see what is on the host`, leadsTo: 'connect' };
    case 'connecting':
      return { words: l10n.t`connecting…`, tooltip: l10n.t`The host is being connected`, leadsTo: 'nothing' };
    case 'lost':
      return { words: l10n.t`connection lost`, tooltip: l10n.t`Connect again`, leadsTo: 'connect' };
    case 'failed':
      return { words: l10n.t`cannot connect`, tooltip: l10n.t`Try again to connect`, leadsTo: 'connect' };
    case 'live':
      return facts === undefined
        ? { words: l10n.t`reading…`, tooltip: l10n.t`The host is being read`, leadsTo: 'nothing' }
        : { ...(drift === undefined ? liveState(file, facts) : comparedState(drift)), leadsTo: 'plan' };
  }
}

/** Differences that a tooltip lists. */
const mostDifferences = 10;

function comparedState({ state, summary, entries }: LocatedDrift): Pick<LabState, 'words' | 'tooltip'> {
  if (state === 'absent') return notApplied;
  const differences = entries.filter(({ follows }) => follows !== true).map(({ words }) => words);
  const rest = differences.length - mostDifferences;
  const lines = [...differences.slice(0, mostDifferences), ...(rest > 0 ? [l10n.t`… and ${rest} more`] : [])];
  return { words: summary, tooltip: lines.length === 0 ? l10n.t`The host is as this file declares` : lines.join('\n') };
}

const notApplied = { words: l10n.t`not applied`, tooltip: l10n.t`Nothing of this lab is on the host` };

function liveState(file: FileLensPlace, facts: LiveFacts): Pick<LabState, 'words' | 'tooltip'> {
  const observed = facts.snapshot.labs.find(({ name }) => name === file.name);
  if (observed === undefined) return notApplied;
  const manifest = readManifest(observed.manifest);
  if (manifest === undefined) {
    return { words: l10n.t`unreadable`, tooltip: l10n.t`What the host keeps about this lab cannot be read` };
  }
  const gone = [
    ...manifest.namespaces.filter((name) => facts.scope(name) === undefined),
    ...manifest.bridges
      .filter(({ namespace, name }) => facts.scope(namespace)?.links.has(name) !== true)
      .map(({ name }) => name),
  ];
  if (gone.length > 0) {
    const [first = '', ...rest] = gone;
    const words =
      rest.length === 0
        ? l10n.t`drifted: ${first} is gone`
        : l10n.t`drifted: ${first} and ${rest.length} more are gone`;
    return { words, tooltip: l10n.t`Something else took it away since the last apply` };
  }
  const made = [manifest.namespaces, manifest.bridges.map(({ name }) => name)];
  const isAsFiled = [file.namespaces, file.bridges].every((names, index) => isSameSet(names, made[index] ?? []));
  return isAsFiled
    ? { words: l10n.t`applied`, tooltip: l10n.t`Its namespaces and bridges are on the host. Plan compares everything` }
    : { words: l10n.t`file changed`, tooltip: l10n.t`The file declares other namespaces or bridges than were applied` };
}

function isSameSet(a: readonly string[], b: readonly string[]): boolean {
  const known = new Set(a);
  return known.size === new Set(b).size && b.every((name) => known.has(name));
}
