import { randomBytes } from 'node:crypto';
import { printCommand } from '../base/command';
import { NetnsError } from '../base/errors';
import { stepTitle } from '../plan/describe';
import type { Plan, Step } from '../plan/model';
import { compileScript } from '../plan/script';
import { ScriptEvents, type ScriptEvent } from '../plan/script-events';
import type { Transport } from '../transport/transport';
import type { ApplyEvent } from './model';

export interface RunPlanOptions {
  /** Stops the work: what ran is undone on the host, and the promise rejects with `cancelled` when that is done. */
  readonly signal?: AbortSignal;
  readonly onEvent?: (event: ApplyEvent) => void;
}

/**
 * Runs a plan on the host: all of it, or, whatever happens, nothing. One script is sent; it undoes its work by itself
 * when a command fails, when it is told to stop, and when the connection is lost.
 *
 * @throws NetnsError `commandFailed` with the step, its command and the host's words, once everything was undone;
 *   `cancelled`; `connectionLost` (the host undoes by itself); `busy` when someone else is at work; `conflict` when the
 *   host changed since the plan was made; a problem of the plan, if it has one of severity `error`.
 */
export async function runPlan(transport: Transport, plan: Plan, options: RunPlanOptions = {}): Promise<void> {
  const { signal } = options;
  refuseProblems(plan);
  if (plan.steps.length === 0 && plan.record === undefined) return;
  const isStopped = (): boolean => signal?.aborted === true;
  if (isStopped()) throw cancelled(plan);

  const token = randomBytes(16).toString('hex');
  const process = await transport.start(compileScript(plan, token), { lifeline: 'script' });
  const run = new PlanRun(plan, options.onEvent);
  const events = new ScriptEvents(token);
  let stderr = '';
  // The script is not killed: it is told to stop, and then undoes its work.
  const cancel = (): void => process.write(`cancel ${token}\n`);
  process.onStderr((text) => (stderr = (stderr + text).slice(-4096)));
  process.onStdout((text) => {
    for (const event of events.feed(text)) {
      run.take(event);
      // A cancellation that arrived before was sent before, and will be read first.
      if (event.type === 'ready') process.write(`commit ${token}\n`);
    }
  });
  signal?.addEventListener('abort', cancel, { once: true });
  if (isStopped()) cancel();
  try {
    await process.exited;
  } catch (error) {
    // The host's answer may have come through just before.
    if (run.isCommitted) return;
    throw connectionLost(plan, error);
  } finally {
    signal?.removeEventListener('abort', cancel);
    process.dispose();
  }
  run.settle(stderr);
}

/** Follows the events of one run, and says in the end how it went. */
class PlanRun {
  isCommitted = false;
  private failure: Extract<ScriptEvent, { said: string }> | undefined;
  private last: ScriptEvent | undefined;
  private readonly notUndone: { readonly step: Step | undefined; readonly said: string }[] = [];
  private undone = 0;
  private listenerError: Error | undefined;

  constructor(
    private readonly plan: Plan,
    private readonly onEvent: ((event: ApplyEvent) => void) | undefined,
  ) {}

  take(event: ScriptEvent): void {
    this.last = event;
    switch (event.type) {
      case 'begin':
        this.tell('stepStarted', event.step);
        return;
      case 'done':
        this.tell('stepDone', event.step);
        return;
      case 'undo':
        this.tell('undoStarted', event.step);
        return;
      case 'undone':
        this.undone++;
        this.tell('undoDone', event.step);
        return;
      case 'failed':
        this.failure = event;
        this.tell('stepFailed', event.step, { code: event.code, hostSaid: event.said });
        return;
      case 'undo-failed':
        this.notUndone.push({ step: this.plan.steps[event.step], said: event.said });
        this.tell('undoFailed', event.step, { hostSaid: event.said });
        return;
      case 'record-failed':
      case 'failed-to-start':
      case 'busy':
        this.failure = event;
        return;
      case 'committed':
        this.isCommitted = true;
        return;
      default:
        return;
    }
  }

  private tell(type: 'stepStarted' | 'stepDone' | 'undoStarted' | 'undoDone', index: number): void;
  private tell(type: 'stepFailed', index: number, more: { code: number; hostSaid: string }): void;
  private tell(type: 'undoFailed', index: number, more: { hostSaid: string }): void;
  private tell(type: ApplyEvent['type'], index: number, more: object = {}): void {
    const step = this.plan.steps[index];
    if (step === undefined) return;
    try {
      this.onEvent?.({ type, index, step, ...more } as ApplyEvent);
    } catch (error) {
      // A listener's defect must not break off work on a host; it is reported once that is done.
      this.listenerError ??= error instanceof Error ? error : new Error(String(error));
    }
  }

  /** Returns if the work was done and kept; throws what went wrong otherwise. */
  settle(stderr: string): void {
    if (!this.isCommitted) throw this.explain(stderr);
    if (this.listenerError !== undefined) throw this.listenerError;
  }

  private explain(stderr: string): NetnsError {
    const { plan, last } = this;
    switch (last?.type) {
      case 'missing':
        return new NetnsError('missingTool', `The host has no ${last.tool}, which is needed to change it safely.`, {
          advice: 'Install util-linux on the host.',
        });
      case 'busy':
        return new NetnsError('busy', 'Someone else is changing this host right now.', {
          hostSaid: last.said,
          advice: 'Try again when that is done.',
        });
      case 'outdated':
        return new NetnsError('conflict', `Lab ${plan.lab} was changed on the host after this plan was made.`, {
          advice: 'Try again: the plan will be made anew.',
        });
      case 'recovered':
        return new NetnsError(
          'conflict',
          'An earlier run was killed halfway on this host; what it had done was undone now.',
          {
            advice: 'Try again: the plan will be made anew.',
          },
        );
      case 'failed-to-start':
        return new NetnsError('commandFailed', 'The host cannot write /run/netns-topology; nothing was changed.', {
          hostSaid: stderr,
        });
      case 'rolled-back':
        return this.explainRollback(last.why);
      default:
        return new NetnsError('unexpectedOutput', `The host broke off ${during(plan)}.`, {
          hostSaid: stderr,
          advice: 'What it did is undone by the host itself, at the latest when the next plan runs.',
        });
    }
  }

  private explainRollback(why: string): NetnsError {
    const { plan, failure } = this;
    const left = this.whatIsLeft();
    if (failure?.type === 'failed') {
      const step = plan.steps[failure.step];
      const command = step?.run[failure.command];
      const message = [
        `Step ${failure.step + 1} of ${plan.steps.length} failed: ${step === undefined ? '' : stepTitle(step)}.`,
        command === undefined ? '' : `Command (exit code ${failure.code}): ${printCommand(command)}`,
        left ?? (this.undone === 0 ? 'Nothing had been changed.' : 'Everything that had been done was undone.'),
      ];
      return new NetnsError('commandFailed', message.filter((line) => line !== '').join('\n'), {
        hostSaid: failure.said,
      });
    }
    if (failure?.type === 'record-failed') {
      const message = `The record of lab ${plan.lab} could not be written on the host. ${left ?? 'Everything was undone.'}`;
      return new NetnsError('commandFailed', message, { hostSaid: failure.said });
    }
    if (why === 'cancelled') return cancelled(plan, left);
    return new NetnsError('connectionLost', `The host stopped ${workOf(plan)} (${why || 'for no known reason'}).`, {
      advice: left ?? 'Everything that had been done was undone.',
    });
  }

  private whatIsLeft(): string | undefined {
    if (this.notUndone.length === 0) return undefined;
    const parts = this.notUndone.map(
      ({ step, said }) => `${step === undefined ? 'a step' : stepTitle(step)} (${said.trim()})`,
    );
    return `Not everything could be undone: ${parts.join('; ')}.`;
  }
}

function refuseProblems(plan: Plan): void {
  const [first, ...others] = plan.problems.filter(({ severity }) => severity === 'error');
  if (first === undefined) return;
  const more = others.map(({ message }) => `\n${message}`).join('');
  throw new NetnsError(first.reason, `${first.message}${more}`, {
    advice: [first.advice, 'Nothing was changed.'].filter((part) => part !== undefined).join(' '),
  });
}

function cancelled(plan: Plan, left?: string): NetnsError {
  return new NetnsError(
    'cancelled',
    `${plan.title === undefined ? `The work on lab ${plan.lab}` : workOf(plan)} was stopped. ${left ?? 'The host is as it was before.'}`,
  );
}

function connectionLost(plan: Plan, cause: unknown): NetnsError {
  return new NetnsError('connectionLost', `The connection was lost ${during(plan)}.`, {
    advice: 'The host undoes by itself what had been done. Connect again to see it.',
    cause,
  });
}

/** What was under way, for the middle of a sentence. */
function workOf({ lab, title }: Plan): string {
  return title === undefined ? `the work on lab ${lab}` : `“${title}”`;
}

function during(plan: Plan): string {
  return plan.title === undefined ? `while lab ${plan.lab} was being changed` : `during ${workOf(plan)}`;
}
