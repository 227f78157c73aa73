import * as l10n from '@vscode/l10n';
import { forget, remember } from './nat-switch-commands';
import { objectRef, type Planning } from './planning';

/**
 * Forgets what was switched off of the lab: an apply makes it what the file says, a destroy ends it. Also what lies in a
 * namespace that goes.
 */
export function planSwitchedOff(planning: Planning): void {
  const { snapshot } = planning;
  for (const record of snapshot.switchedOff ?? []) {
    const namespace = snapshot.namespaces.find(({ id }) => id === record.namespaceId);
    if (record.rule.lab !== planning.lab && !planning.isNamespaceGone(namespace?.name)) continue;
    planning.addStep('nat', {
      action: 'remove',
      object: objectRef('nat', `${record.rule.chain}: ${record.rule.text}`, namespace?.name),
      why: l10n.t`switched off by ${record.by}; from now on it is as the file says`,
      run: [forget(record.id)],
      undo: [remember(record)],
    });
  }
}
