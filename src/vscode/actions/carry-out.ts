import * as l10n from '@vscode/l10n';
import { NetnsError } from '../../base/errors';
import type { HostSnapshot } from '../../host/model';
import { runSteps } from '../../lab/actions/run-change';
import type { Step } from '../../plan/model';
import { confirmSetting } from '../confirm-setting';
import { plainLine } from '../host-data';
import type { Host } from '../hosts/host';
import { showError, showInformation } from '../notify';
import { withLateProgress } from '../progress';
import { readAgain } from '../topology/action';
import { logApplyEvent } from '../topology/run-log';
import type { ActionParts } from './action';
import type { Undoable } from './undo';

/**
 * Reads the host, makes the steps of that reading and carries them out; each command is logged as it runs.
 *
 * @param title for people: `Set Down earth-veth`
 * @returns the steps that were done; none where everything was so already
 * @throws NetnsError as the steps' maker and `runPlan` do; `busy` while a topology is being applied or checked
 */
export async function carryOut(
  { log, turns }: Pick<ActionParts, 'log' | 'turns'>,
  host: Host,
  title: string,
  makeSteps: (snapshot: HostSnapshot, signal: AbortSignal) => readonly Step[] | Promise<readonly Step[]>,
): Promise<readonly Step[]> {
  const work = (): Promise<readonly Step[]> =>
    withLateProgress(l10n.t`${title} on ${host.label}`, async (signal) => {
      const snapshot = await host.refresh(signal);
      const steps = await makeSteps(snapshot, signal);
      if (steps.length === 0) return steps;
      log.info(plainLine(`${title} on ${host.label}`));
      try {
        await runSteps(host.transport(), title, snapshot, steps, {
          signal,
          onEvent: (event) => logApplyEvent(log, event, steps.length),
          ...confirmSetting(),
        });
      } finally {
        await readAgain(host, log);
      }
      return steps;
    });
  // Who clicks twice means both; only an apply that is under way is in the way.
  return await turns.take(host.id, () => host.exclusively(work));
}

/** Takes a change back, and tells how that went. @returns whether it did. */
export async function undo({ registry, undo: list, log, turns }: ActionParts, entry: Undoable): Promise<boolean> {
  const doing = l10n.t`Undo ${entry.title}`;
  try {
    const host = registry.find(entry.hostId);
    if (host === undefined || !list.has(entry)) {
      throw new NetnsError('conflict', l10n.t`It was undone already, or its host is not among yours any more.`);
    }
    await carryOut({ log, turns }, host, doing, (snapshot, signal) => entry.plan(host.transport(), snapshot, signal));
    list.remove(entry);
    showInformation(log, l10n.t`Undone on ${host.label}: ${entry.title}.`);
    return true;
  } catch (error) {
    showError(log, l10n.t`${doing} failed`, error);
    return false;
  }
}
