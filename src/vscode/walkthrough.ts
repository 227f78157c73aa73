import { commands, TabInputWebview, window } from 'vscode';
import { DisposableList, type Disposable } from '../base/disposable';
import type { HostRegistry } from './hosts/host-registry';
import { ViewId } from './ids';
import { ShellTerminal } from './terminals/shell-terminal';
import type { CheckResults } from './topology/check-results';
import type { LabStates } from './topology/lab-states';
import type { PlanDocuments } from './topology/plan-documents';

/** What steps of the walkthrough wait for (`completionEvents` of package.json): true once it has been so in this window. */
export const WalkthroughContext = {
  liveHost: 'netns.hadLiveHost',
  plan: 'netns.hadPlan',
  lab: 'netns.hadLab',
  graph: 'netns.hadGraph',
  shell: 'netns.hadShell',
  checked: 'netns.hadChecks',
  drift: 'netns.hadDrift',
  destroyed: 'netns.hadLabGone',
} as const;

/** Completes the walkthrough's steps: by what is there, and not by which command was called. */
export function followWalkthrough(
  registry: HostRegistry,
  labs: LabStates,
  results: Pick<CheckResults, 'onDidChange' | 'keysOf'>,
  plans: Pick<PlanDocuments, 'onDidChange' | 'open'>,
): Disposable {
  const list = new DisposableList();
  const told = new Set<string>();
  /** The labs of each host, as they were the last time. */
  const seen = new Map<string, ReadonlySet<string>>();
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
      if (host.snapshot === undefined || host.state.status !== 'live') return;
      const now = new Set(host.snapshot.labs.map(({ name }) => name));
      tell(WalkthroughContext.lab, now.size > 0);
      const before = seen.get(host.id) ?? [];
      tell(
        WalkthroughContext.destroyed,
        [...before].some((name) => !now.has(name)),
      );
      seen.set(host.id, now);
    }),
  );
  list.add(
    results.onDidChange((uri) => {
      tell(WalkthroughContext.checked, results.keysOf(uri).size > 0);
    }),
  );
  list.add(
    labs.onDidChange(({ hostId, lab }) => {
      const state = labs.ofLab(hostId, lab);
      const drifted = state?.drift.entries.some(({ cause }) => cause === 'host') ?? false;
      tell(WalkthroughContext.drift, drifted && (state?.revision ?? 0) > 0);
    }),
  );
  list.add(plans.onDidChange(() => tell(WalkthroughContext.plan, plans.open.length > 0)));
  list.add(
    window.tabGroups.onDidChangeTabs(({ opened }) => {
      // VS Code puts something of its own before the type.
      const isGraph = opened.some(
        ({ input }) => input instanceof TabInputWebview && input.viewType.endsWith(ViewId.graph),
      );
      tell(WalkthroughContext.graph, isGraph);
    }),
  );
  list.add(
    window.onDidOpenTerminal(({ creationOptions }) => {
      tell(WalkthroughContext.shell, 'pty' in creationOptions && creationOptions.pty instanceof ShellTerminal);
    }),
  );
  return list;
}
