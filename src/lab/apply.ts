import * as l10n from '@vscode/l10n';
import { NetnsError } from '../base/errors';
import type { Plan } from '../plan/model';
import type { Transport } from '../transport/transport';
import { untilUnlocked } from './host-lock';
import type { ApplyEvent } from './model';
import { cancelled, type RunObstacle } from './plan-run';
import { runScript } from './script-run';

/** What a run is at besides its steps. */
export type RunStatus =
  /** Someone else changes the host; `holder` says who, from where and since when, in the host's words. */
  | { readonly type: 'waiting'; readonly holder: string }
  /** All steps are done, and a fresh connection has `seconds` to show that the host can still be reached. */
  | { readonly type: 'confirming'; readonly seconds: number };

export interface RunPlanOptions {
  /** Stops the work: what ran is undone on the host, and the promise rejects with `cancelled` when that is done. */
  readonly signal?: AbortSignal;
  readonly onEvent?: (event: ApplyEvent) => void;
  readonly onStatus?: (status: RunStatus) => void;
  /**
   * For a plan with risks: how many seconds the host waits for a fresh connection to confirm before it undoes everything.
   * Default 30. With 0 such a plan is kept as any other.
   */
  readonly confirmWithin?: number;
  /** A command that does nothing for so many seconds hangs: it is ended, and everything undone. Default 60. */
  readonly hangAfter?: number;
  /** Whether to wait while someone else changes the host (default), or to fail with `busy`. */
  readonly ifBusy?: 'wait' | 'fail';
  /** Makes the plan anew, from a fresh reading, when the host was changed before this one could run. */
  readonly replan?: (signal?: AbortSignal) => Promise<Plan>;
}

/** How often a plan is made anew before we say that the host does not come to rest. */
const mostReplans = 5;

/**
 * Runs a plan on the host: all of it, or, whatever happens, nothing. One script is sent; it undoes its work by itself
 * when a command fails, when it is told to stop, and when the connection is lost. A plan that could cut the host off is
 * undone by the host, too, unless a fresh connection confirms it in time.
 *
 * @returns the plan that was run, which is another one where `replan` had to make it
 * @throws NetnsError `commandFailed` with the step, its command and the host's words, once everything was undone;
 *   `cancelled`; `connectionLost` (the host undoes by itself); `unreachable` or what else kept the fresh connection from being
 *   made; `busy` when someone else is at work and we are not to wait; `conflict` when the host changed since the plan was made;
 *   a problem of the plan, if it has one of severity `error`.
 */
export async function runPlan(transport: Transport, plan: Plan, options: RunPlanOptions = {}): Promise<Plan> {
  const { signal, replan, ifBusy = 'wait' } = options;
  const isStopped = (): boolean => signal?.aborted === true;
  let current = plan;
  for (let replans = 0; ; replans++) {
    refuseProblems(current);
    if (current.steps.length === 0 && current.record === undefined) return current;
    if (isStopped()) throw cancelled(current);
    const obstacle = await runScript(transport, current, options);
    if (obstacle === undefined) return current;
    if (obstacle.type === 'busy') {
      if (ifBusy === 'fail') throw explain(current, obstacle);
      try {
        options.onStatus?.({ type: 'waiting', holder: obstacle.holder });
        await untilUnlocked(transport, signal);
      } catch (error) {
        throw isStopped() ? cancelled(current) : error;
      }
    } else if (replan === undefined || replans >= mostReplans) throw explain(current, obstacle);
    current = (await replan?.(signal)) ?? current;
  }
}

function refuseProblems(plan: Plan): void {
  const [first, ...others] = plan.problems.filter(({ severity }) => severity === 'error');
  if (first === undefined) return;
  const more = others.map(({ message }) => `\n${message}`).join('');
  throw new NetnsError(first.reason, `${first.message}${more}`, {
    advice: [first.advice, l10n.t`Nothing was changed.`].filter((part) => part !== undefined).join(' '),
  });
}

function explain({ lab }: Plan, obstacle: RunObstacle): NetnsError {
  const advice = l10n.t`Try again: the plan will be made anew.`;
  switch (obstacle.type) {
    case 'busy':
      return new NetnsError('busy', l10n.t`Someone else is changing this host right now.`, {
        hostSaid: obstacle.holder,
        advice: l10n.t`Try again when that is done.`,
      });
    case 'outdated':
      return new NetnsError('conflict', l10n.t`Lab ${lab} was changed on the host after this plan was made.`, {
        advice,
      });
    case 'recovered':
      return new NetnsError(
        'conflict',
        l10n.t`An earlier run was killed halfway on this host; what it had done was undone now.`,
        { advice },
      );
  }
}
