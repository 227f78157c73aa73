import * as l10n from '@vscode/l10n';
import { printCommand } from '../base/command';
import { NetnsError } from '../base/errors';
import { stepTitle } from '../plan/describe';
import type { Plan, Step } from '../plan/model';
import type { ScriptEvent } from '../plan/script-events';
import type { ApplyEvent } from './model';

/** Of a command in an error's message. */
const longestCommand = 300;

/** How ovs-vsctl ends when nobody answered in the time that we gave it: by SIGALRM. */
const ovsTimedOut = 142;
const ovsAdvice = l10n.t`Open vSwitch did not answer in time. Look whether its daemon runs on the host: systemctl status openvswitch-switch`;

/** Why a run may be worth another try: nothing of it was done. */
export type RunObstacle =
  { readonly type: 'busy'; readonly holder: string } | { readonly type: 'recovered' | 'outdated' };

/** Follows the events of one run, and says in the end how it went. */
export class PlanRun {
  isCommitted = false;
  /** The first step was begun. */
  hasBegun = false;
  /** All steps are done, and the host waits for a fresh connection. */
  isArmed = false;
  /** Why no fresh connection confirmed the work. */
  unconfirmed: Error | undefined;
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
        this.hasBegun = true;
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
      case 'armed':
        this.isArmed = true;
        return;
      case 'committed':
        this.isCommitted = true;
        return;
      default:
        return;
    }
  }

  /** Calls a listener; its defect must not break off work on a host, and is reported once that is done. */
  protect(call: () => void): void {
    try {
      call();
    } catch (error) {
      this.listenerError ??= error instanceof Error ? error : new Error(String(error));
    }
  }

  private tell(type: 'stepStarted' | 'stepDone' | 'undoStarted' | 'undoDone', index: number): void;
  private tell(type: 'stepFailed', index: number, more: { code: number; hostSaid: string }): void;
  private tell(type: 'undoFailed', index: number, more: { hostSaid: string }): void;
  private tell(type: ApplyEvent['type'], index: number, more: object = {}): void {
    const step = this.plan.steps[index];
    if (step !== undefined) this.protect(() => this.onEvent?.({ type, index, step, ...more } as ApplyEvent));
  }

  /**
   * What stood in the way; undefined if the work was done and kept.
   *
   * @throws NetnsError what went wrong otherwise
   */
  settle(stderr: string): RunObstacle | undefined {
    if (this.isCommitted) {
      if (this.listenerError !== undefined) throw this.listenerError;
      return undefined;
    }
    const { last } = this;
    if (last?.type === 'busy') return { type: 'busy', holder: last.said };
    if (last?.type === 'recovered' || last?.type === 'outdated') return { type: last.type };
    throw this.explain(stderr);
  }

  private explain(stderr: string): NetnsError {
    const { plan, last } = this;
    switch (last?.type) {
      case 'missing':
        return new NetnsError(
          'missingTool',
          l10n.t`The host has no ${last.tool}, which is needed to change it safely.`,
          {
            advice: l10n.t`Install util-linux on the host.`,
          },
        );
      case 'failed-to-start':
        return new NetnsError(
          'commandFailed',
          l10n.t`The host cannot write /run/netns-topology; nothing was changed.`,
          {
            hostSaid: stderr,
            advice: l10n.t`Look whether /run is full (df /run), and try again.`,
          },
        );
      case 'rolled-back':
        return this.explainRollback(last.why);
      default:
        return new NetnsError('unexpectedOutput', l10n.t`The host broke off ${during(plan)}.`, {
          hostSaid: stderr,
          advice: l10n.t`What it did is undone by the host itself, at the latest when the next plan runs.`,
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
        l10n.t`Step ${failure.step + 1} of ${plan.steps.length} failed: ${step === undefined ? '' : stepTitle(step)}.`,
        command === undefined ? '' : l10n.t`Command (exit code ${failure.code}): ${shortened(printCommand(command))}`,
        left ??
          (this.undone === 0 ? l10n.t`Nothing had been changed.` : l10n.t`Everything that had been done was undone.`),
      ];
      return new NetnsError('commandFailed', message.filter((line) => line !== '').join('\n'), {
        hostSaid: failure.said,
        ...(command?.argv[0] === 'ovs-vsctl' && failure.code === ovsTimedOut ? { advice: ovsAdvice } : {}),
      });
    }
    if (failure?.type === 'record-failed') {
      const message = l10n.t`The record of lab ${plan.lab} could not be written on the host. ${left ?? l10n.t`Everything was undone.`}`;
      return new NetnsError('commandFailed', message, { hostSaid: failure.said });
    }
    if (this.unconfirmed !== undefined || why === 'overdue') return unconfirmed(plan, this.unconfirmed, left);
    if (why === 'cancelled') return cancelled(plan, left);
    return new NetnsError(
      'connectionLost',
      l10n.t`The host stopped ${workOf(plan)} (${why || l10n.t`for no known reason`}).`,
      {
        advice: left ?? l10n.t`Everything that had been done was undone.`,
      },
    );
  }

  private whatIsLeft(): string | undefined {
    if (this.notUndone.length === 0) return undefined;
    const parts = this.notUndone.map(
      ({ step, said }) =>
        `${step === undefined ? 'a step' : stepTitle(step)} (${[...new Set(said.trim().split('\n'))].join('\n')})`,
    );
    return l10n.t`Not everything could be undone: ${parts.join('; ')}.`;
  }
}

/** The work was stopped by whoever asked for it. */
export function cancelled(plan: Plan, left?: string): NetnsError {
  return new NetnsError(
    'cancelled',
    l10n.t`${plan.title === undefined ? l10n.t`The work on lab ${plan.lab}` : workOf(plan)} was stopped. ${left ?? l10n.t`The host is as it was before.`}`,
  );
}

/** The host could not be reached anew once all was done. */
export function unconfirmed(plan: Plan, why: Error | undefined, left?: string): NetnsError {
  const cause = why instanceof NetnsError ? why : undefined;
  const changed = (plan.risks ?? []).join(', ');
  const message = l10n.t`${plan.title === undefined ? l10n.t`Lab ${plan.lab}` : workOf(plan)} changes the host's own network (${changed}), and afterwards the host could not be reached over a new connection${why === undefined ? '' : `: ${why.message}`}`;
  const undone = left ?? l10n.t`The host undid everything by itself.`;
  return new NetnsError(cause?.reason ?? 'unreachable', `${message.replace(/\.?$/, '.')} ${undone}`, {
    ...(cause?.hostSaid === undefined ? {} : { hostSaid: cause.hostSaid }),
    advice: l10n.t`Look what in the plan leads the way back elsewhere: an address, a route, a rule or a kernel parameter.`,
    cause: why,
  });
}

/** What was under way, for the middle of a sentence. */
function workOf({ lab, title }: Plan): string {
  return title === undefined ? l10n.t`the work on lab ${lab}` : `“${title}”`;
}

/** When it was, for the end of a sentence. */
export function during(plan: Plan): string {
  return plan.title === undefined ? l10n.t`while lab ${plan.lab} was being changed` : l10n.t`during ${workOf(plan)}`;
}

/** A script can fill a notification, and what the host said stands behind it; whoever runs the plan has logged all of it. */
function shortened(command: string): string {
  return command.length <= longestCommand ? command : `${command.slice(0, longestCommand)}…`;
}
