import { randomBytes } from 'node:crypto';
import { NetnsError } from '../base/errors';
import type { Plan } from '../plan/model';
import { compileScript } from '../plan/script';
import { ScriptEvents } from '../plan/script-events';
import type { Transport } from '../transport/transport';
import { confirmAnew } from './confirm-anew';
import { untilUnlocked } from './host-lock';
import type { ApplyEvent } from './model';
import { cancelled, during, PlanRun, unconfirmed, type RunObstacle } from './plan-run';

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
  /** Whether to wait while someone else changes the host (default), or to fail with `busy`. */
  readonly ifBusy?: 'wait' | 'fail';
  /** Makes the plan anew, from a fresh reading, when the host was changed before this one could run. */
  readonly replan?: (signal?: AbortSignal) => Promise<Plan>;
}

const usualConfirmation = 30;

/** How often a plan is made anew before we say that the host does not come to rest. */
const mostReplans = 5;

/** Seconds that the host may take to undo and to tell, over the old connection, once it gave up waiting. */
const patience = 10;

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
    const obstacle = await runOnce(transport, current, options);
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

/** Seconds without a word from the host, after it was told to stop, until we no longer wait for it. */
const silenceLimit = 120;

/** Runs the script once. @returns what kept it from beginning; undefined if the work was done and kept. */
async function runOnce(
  transport: Transport,
  plan: Plan,
  { signal, onEvent, onStatus, confirmWithin = usualConfirmation }: RunPlanOptions,
): Promise<RunObstacle | undefined> {
  const isStopped = (): boolean => signal?.aborted === true;
  const token = randomBytes(16).toString('hex');
  const process = await transport.start(compileScript(plan, token, confirmWithin), { lifeline: 'script' });
  const run = new PlanRun(plan, onEvent);
  const events = new ScriptEvents(token);
  let stderr = '';
  let timer: NodeJS.Timeout | undefined;
  // The script is not killed: it is told to stop, and then undoes its work.
  const cancel = (): void => {
    process.write(`cancel ${token}\n`);
    listenForSilence();
  };
  let silence: NodeJS.Timeout | undefined;
  const listenForSilence = (): void => {
    clearTimeout(silence);
    silence = setTimeout(() => endElsewhere(connectionLost(plan, undefined)), silenceLimit * 1000);
  };
  let endElsewhere: (error?: Error) => void = () => undefined;
  const elsewhere = new Promise<void>((resolve, reject) => {
    endElsewhere = (error) => (error === undefined ? resolve() : reject(error));
  });
  elsewhere.catch(() => undefined);

  let confirming: Promise<Error | undefined> | undefined;
  /** Confirms over a fresh connection, which tells the outcome; resolves with what kept the work from being kept. */
  const confirm = (): Promise<Error | undefined> => (confirming ??= confirmOnce());
  const confirmOnce = async (): Promise<Error | undefined> => {
    run.protect(() => onStatus?.({ type: 'confirming', seconds: confirmWithin }));
    try {
      const options = { within: confirmWithin, ...(signal === undefined ? {} : { signal }) };
      run.isCommitted = await confirmAnew(transport, plan, token, options);
    } catch (error) {
      if (!isStopped()) run.unconfirmed = error instanceof Error ? error : new Error(String(error));
      // It need not wait for the rest of its time, if it still hears us.
      cancel();
    }
    if (run.isCommitted) {
      endElsewhere();
      return undefined;
    }
    const error = isStopped() ? cancelled(plan) : unconfirmed(plan, run.unconfirmed);
    // The old connection may still tell how the undoing went.
    timer = setTimeout(() => endElsewhere(error), patience * 1000);
    return error;
  };
  /** The connection was lost. The work itself may have cut it, and have left the host well: then it can be kept all the same. */
  const afterLoss = async (loss: unknown): Promise<void> => {
    const mayWait = confirmWithin > 0 && (plan.risks ?? []).length > 0 && run.hasBegun;
    // The host's answer may have come through just before.
    if (run.isCommitted) return;
    const failure = mayWait ? await confirm() : undefined;
    if (run.isArmed && failure !== undefined) throw failure;
    if (!mayWait || failure !== undefined) throw isStopped() ? cancelled(plan) : connectionLost(plan, loss);
  };

  process.onStderr((text) => (stderr = (stderr + text).slice(-4096)));
  process.onStdout((text) => {
    if (silence !== undefined) listenForSilence();
    for (const event of events.feed(text)) {
      run.take(event);
      // A cancellation that arrived before was sent before, and will be read first.
      if (event.type === 'ready') process.write(`commit ${token}\n`);
      if (event.type === 'armed') void confirm();
    }
  });
  signal?.addEventListener('abort', cancel, { once: true });
  if (isStopped()) cancel();
  try {
    await Promise.race([process.exited.catch(afterLoss), elsewhere]);
  } finally {
    clearTimeout(timer);
    clearTimeout(silence);
    signal?.removeEventListener('abort', cancel);
    process.dispose();
  }
  return run.settle(stderr);
}

function refuseProblems(plan: Plan): void {
  const [first, ...others] = plan.problems.filter(({ severity }) => severity === 'error');
  if (first === undefined) return;
  const more = others.map(({ message }) => `\n${message}`).join('');
  throw new NetnsError(first.reason, `${first.message}${more}`, {
    advice: [first.advice, 'Nothing was changed.'].filter((part) => part !== undefined).join(' '),
  });
}

function explain({ lab }: Plan, obstacle: RunObstacle): NetnsError {
  const advice = 'Try again: the plan will be made anew.';
  switch (obstacle.type) {
    case 'busy':
      return new NetnsError('busy', 'Someone else is changing this host right now.', {
        hostSaid: obstacle.holder,
        advice: 'Try again when that is done.',
      });
    case 'outdated':
      return new NetnsError('conflict', `Lab ${lab} was changed on the host after this plan was made.`, { advice });
    case 'recovered':
      return new NetnsError(
        'conflict',
        'An earlier run was killed halfway on this host; what it had done was undone now.',
        { advice },
      );
  }
}

function connectionLost(plan: Plan, cause: unknown): NetnsError {
  return new NetnsError('connectionLost', `The connection was lost ${during(plan)}.`, {
    advice: 'The host undoes by itself what had been done. Connect again to see it.',
    cause,
  });
}
