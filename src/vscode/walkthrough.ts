import { commands } from 'vscode';
import { DisposableList, type Disposable } from '../base/disposable';
import type { HostRegistry } from './hosts/host-registry';
import type { LabStates } from './topology/lab-states';

/** What steps of the walkthrough wait for (`completionEvents` of package.json): true once it has been so in this window. */
export const WalkthroughContext = {
  liveHost: 'netns.hadLiveHost',
  lab: 'netns.hadLab',
  drift: 'netns.hadDrift',
} as const;

/** Completes the walkthrough's steps that are about what is there, and not about which command was called. */
export function followWalkthrough(registry: HostRegistry, labs: LabStates): Disposable {
  const list = new DisposableList();
  const told = new Set<string>();
  const tell = (key: string, isSo: boolean): void => {
    if (!isSo || told.has(key)) return;
    told.add(key);
    commands.executeCommand('setContext', key, true).then(undefined, () => told.delete(key));
  };
  list.add(
    registry.onDidChange((change) => {
      if (change.type === 'list') return;
      const { host } = change;
      tell(WalkthroughContext.liveHost, host.state.status === 'live');
      tell(WalkthroughContext.lab, (host.snapshot?.labs.length ?? 0) > 0);
    }),
  );
  list.add(
    labs.onDidChange(({ hostId, lab }) => {
      const state = labs.ofLab(hostId, lab);
      const drifted = state?.drift.entries.some(({ cause }) => cause === 'host') ?? false;
      tell(WalkthroughContext.drift, drifted && (state?.revision ?? 0) > 0);
    }),
  );
  return list;
}
