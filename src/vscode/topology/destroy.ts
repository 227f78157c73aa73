import { l10n, window, type Uri } from 'vscode';
import { summarizePlan } from '../../plan/describe';
import type { Plan } from '../../plan/model';
import { planDestroyOnHost } from '../../lab/plan-on-host';
import type { Host } from '../hosts/host';
import { plainLine } from '../host-data';
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
  const doing = l10n.t('Destroying {0} on {1}', lab, host.label);
  const run: PlanRun = { parts, host, subject };
  const work = (): Promise<ActionResult> =>
    withCancellableProgress(doing, async (signal, report) => {
      report({ message: l10n.t('reading the host…') });
      const makePlan = async (): Promise<Plan> => (await planDestroyOnHost(host, lab, signal)).plan;
      const plan = await makePlan();
      const refusal = planRefusal(plan);
      if (refusal !== undefined) throw refusal;
      if (plan.steps.length === 0 && plan.record === undefined) {
        showInformation(parts.log, l10n.t('There is no lab {0} on {1}. Nothing to do.', lab, host.label));
        return { outcome: 'unchanged', steps: 0 };
      }
      if (options.confirmed !== true && !(await confirm(plan, host))) return { outcome: 'cancelled' };
      for (const { message } of plan.problems) parts.log.warn(plainLine(message));
      parts.log.info(`${doing}: ${summarizePlan(plan)}`);
      const { steps } = await runWithProgress(run, plan, signal, report, makePlan);
      showInformation(
        parts.log,
        l10n.t('{0} is gone from {1}: {2} done.', lab, host.label, counted(steps.length, 'step')),
        planChoice(run),
      );
      return { outcome: 'done', steps: steps.length };
    });
  const result = await runExclusively(parts, host, doing, work, () => planChoice(run));
  return { lab, hostId: host.id, ...result };
}

async function confirm(plan: Plan, host: Host): Promise<boolean> {
  const destroy = l10n.t('Destroy');
  const answer = await window.showWarningMessage(
    l10n.t('Destroy the lab {0} on {1}?', plan.lab, host.label),
    {
      modal: true,
      detail: [
        `${summarizePlan(plan)}.`,
        ...plan.problems.map(({ message }) => plainLine(message)),
        listed(plan.steps.map(stepLine)),
      ].join('\n\n'),
    },
    destroy,
  );
  return answer === destroy;
}
