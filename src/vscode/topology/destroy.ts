import { window, type Uri } from 'vscode';
import { summarizePlan } from '../../plan/describe';
import type { Plan } from '../../plan/model';
import { planDestroy } from '../../plan/plan-destroy';
import type { Host } from '../hosts/host';
import { showInformation } from '../notify';
import { withCancellableProgress } from '../progress';
import { counted, planRefusal, runExclusively, type ActionParts, type ActionResult } from './action';
import { planChoice, readySubject, runWithProgress, type PlanRun } from './apply';
import { listed } from './listed';
import { stepLine } from './run-log';
import type { Subject } from './subject';

export interface DestroyOptions {
  /** The caller has asked already; without it the person is. */
  readonly confirmed?: boolean;
}

/** Takes away the lab that the file declares. Needs only the lab's name of it, so a file with errors will do. */
export async function destroyTopology(
  parts: ActionParts,
  uri: Uri | undefined,
  options: DestroyOptions,
): Promise<ActionResult> {
  const ready = await readySubject(parts, uri, { evenWithErrors: true });
  if (ready === undefined) return { outcome: 'refused' };
  return await destroyLab(parts, ready.host, ready.subject.topology.name, options, ready.subject);
}

/** Takes away what a lab created on a host and nothing else; asks once, plainly. */
export async function destroyLab(
  parts: ActionParts,
  host: Host,
  lab: string,
  options: DestroyOptions,
  subject?: Subject,
): Promise<ActionResult> {
  if (!(await parts.connector.ensureLive(host))) return { outcome: 'refused' };
  const doing = `Destroying ${lab} on ${host.label}`;
  const run: PlanRun = { parts, host, subject };
  const work = (): Promise<ActionResult> =>
    withCancellableProgress(doing, async (signal, report) => {
      report({ message: 'reading the host…' });
      const makePlan = async (): Promise<Plan> => planDestroy(lab, await host.refresh(signal));
      const plan = await makePlan();
      const refusal = planRefusal(plan);
      if (refusal !== undefined) throw refusal;
      if (plan.steps.length === 0 && plan.record === undefined) {
        showInformation(parts.log, `There is no lab ${lab} on ${host.label}. Nothing to do.`);
        return { outcome: 'unchanged', steps: 0 };
      }
      if (options.confirmed !== true && !(await confirm(plan, host))) return { outcome: 'cancelled' };
      parts.log.info(`${doing}: ${summarizePlan(plan)}`);
      const { steps } = await runWithProgress(run, plan, signal, report, makePlan);
      showInformation(
        parts.log,
        `${lab} is gone from ${host.label}: ${counted(steps.length, 'step')} done.`,
        planChoice(run),
      );
      return { outcome: 'done', steps: steps.length };
    });
  const result = await runExclusively(parts, host, doing, work, () => planChoice(run));
  return { lab, hostId: host.id, ...result };
}

async function confirm(plan: Plan, host: Host): Promise<boolean> {
  const destroy = 'Destroy';
  const answer = await window.showWarningMessage(
    `Destroy the lab ${plan.lab} on ${host.label}?`,
    { modal: true, detail: `${summarizePlan(plan)}.\n\n${listed(plan.steps.map(stepLine))}` },
    destroy,
  );
  return answer === destroy;
}
