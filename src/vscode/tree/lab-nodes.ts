import * as l10n from '@vscode/l10n';
import type { HostSnapshot } from '../../host/model';
import { labSubject } from '../../lab/actions/subjects';
import type { Event } from '../../base/events';
import { plainLine } from '../../base/plain-text';
import type { LabSummary } from '../api';
import type { CheckResults } from '../topology/check-results';
import type { LabStates } from '../topology/lab-states';
import { facts, type TreeIcon, type TreeNode } from './node';

/** How a lab stands, beyond its being there. */
export interface LabFace extends Omit<LabSummary, 'name'> {
  /** What differs, one thing a line. */
  readonly differences: readonly string[];
}

export interface LabFaces {
  faceOf(hostId: string, lab: string): LabFace | undefined;
  /** The id of the host on which the face of a lab changed. */
  readonly onDidChange: Event<string>;
}

/** Faces of labs by what is known of their drift and their checks. */
export function labFaces(labs: LabStates, results: CheckResults): LabFaces {
  return {
    faceOf: (hostId, lab) => {
      const state = labs.ofLab(hostId, lab);
      if (state === undefined) return undefined;
      const { drift, document } = state;
      const checks = document === undefined ? undefined : results.summary(document);
      return {
        state: drift.state,
        summary: drift.summary,
        differences: drift.entries.map(({ words }) => words),
        ...(checks === undefined ? {} : { checks }),
      };
    },
    onDidChange: (listener) => {
      const subscriptions = [
        labs.onDidChange(({ hostId }) => listener(hostId)),
        results.onDidChange((uri) => {
          const hostId = labs.hostOf(uri);
          if (hostId !== undefined) listener(hostId);
        }),
      ];
      return { dispose: () => subscriptions.forEach((subscription) => subscription.dispose()) };
    },
  };
}

/** The labs on a host; no row where there are none. */
export function labGroup(hostId: string, snapshot: HostSnapshot, faces?: LabFaces): TreeNode | undefined {
  if (snapshot.labs.length === 0) return undefined;
  const id = `${hostId}/labs`;
  return {
    id,
    hostId,
    context: 'labs',
    label: l10n.t`Labs`,
    description: String(snapshot.labs.length),
    icon: { name: 'beaker' },
    tooltip: [l10n.t`Labs that were applied to this host.`],
    expanded: true,
    children: snapshot.labs.map(({ name }) => labNode(id, hostId, name, faces?.faceOf(hostId, name))),
  };
}

/** Differences that a tooltip lists. */
const mostDifferences = 12;

function labNode(parentId: string, hostId: string, name: string, face: LabFace | undefined): TreeNode {
  const checks = face?.checks === undefined ? undefined : l10n.t`${face.checks.passed}/${face.checks.total} checks`;
  const rest = (face?.differences.length ?? 0) - mostDifferences;
  return {
    id: `${parentId}/${name}`,
    hostId,
    context: 'lab',
    label: plainLine(name),
    subject: labSubject(hostId, name),
    description: facts(face?.summary ?? l10n.t`applied`, checks),
    icon: iconOf(face),
    tooltip: [
      ...(face?.differences.slice(0, mostDifferences) ?? []),
      ...(rest > 0 ? [l10n.t`… and ${rest} more`] : []),
      ...(face?.state === 'drifted' ? [l10n.t`Apply Topology on its file mends just that.`] : []),
      l10n.t`Its manifest lies on the host. Destroy Lab takes away what it created.`,
    ],
    children: [],
  };
}

function iconOf(face: LabFace | undefined): TreeIcon {
  if (face?.checks !== undefined && face.checks.passed < face.checks.total && face.state === 'inSync') {
    return { name: 'error', color: 'testing.iconFailed' };
  }
  switch (face?.state) {
    case 'drifted':
    case 'blocked':
      return { name: 'warning', color: 'list.warningForeground' };
    case 'edited':
      return { name: 'edit' };
    default:
      return { name: 'pass', color: 'testing.iconPassed' };
  }
}
