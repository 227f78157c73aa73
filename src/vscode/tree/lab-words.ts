import * as l10n from '@vscode/l10n';
import { plainLine } from '../../base/plain-text';
import type { Host } from '../hosts/host';
import type { LabFaces } from './lab-nodes';

/** How the labs of a host stand, for places with room for a word or two. */
export interface LabCounts {
  readonly total: number;
  /** Names of labs that no longer match their file. */
  readonly drifted: readonly string[];
  /** Names of labs of whose checks some do not hold. */
  readonly failing: readonly string[];
}

/** Counts the labs of a host; of one that is not live nothing is known. */
export function countLabs(host: Host, faces: LabFaces | undefined): LabCounts {
  const labs = host.state.status === 'live' ? (host.snapshot?.labs ?? []) : [];
  const drifted: string[] = [];
  const failing: string[] = [];
  for (const { name } of labs) {
    const face = faces?.faceOf(host.id, name);
    if (face?.state === 'drifted' || face?.state === 'blocked') drifted.push(plainLine(name));
    else if (face?.checks !== undefined && face.checks.passed < face.checks.total) failing.push(plainLine(name));
  }
  return { total: labs.length, drifted, failing };
}

/** `planets drifted`, `2 labs drifted`, `3 labs`; undefined for a host without labs. */
export function labWords(hosts: readonly Host[], faces: LabFaces | undefined): string | undefined {
  const counts = hosts.map((host) => countLabs(host, faces));
  const told = (names: readonly string[], words: string): string | undefined =>
    names.length === 0 ? undefined : `${names.length === 1 ? names[0] : l10n.t`${names.length} labs`} ${words}`;
  const total = counts.reduce((sum, one) => sum + one.total, 0);
  return (
    told(
      counts.flatMap(({ drifted }) => drifted),
      l10n.t`drifted`,
    ) ??
    told(
      counts.flatMap(({ failing }) => failing),
      l10n.t`with failing checks`,
    ) ??
    (total === 0 ? undefined : total === 1 ? l10n.t`1 lab` : l10n.t`${total} labs`)
  );
}
