import { l10n, commands, window, type Uri } from 'vscode';
import { runPlan, type RunStatus } from '../../lab/apply';
import type { ApplyEvent } from '../../lab/model';
import { summarizePlan } from '../../plan/describe';
import { NetnsError } from '../../base/errors';
import { adoptionKey } from '../../plan/adoption';
import { planApplyOnHost } from '../../lab/plan-on-host';
import type { PlanOptions } from '../../plan/build-plan';
import type { Plan } from '../../plan/model';
import { serviceCommands } from '../../topology/file-commands';
import type { Host } from '../hosts/host';
import { plainLine } from '../host-data';
import { confirmSetting } from '../confirm-setting';
import { CommandId } from '../ids';
import { showError, showInformation, type Choice } from '../notify';
import { withCancellableProgress, type ProgressReport } from '../progress';
import { mayRun } from '../restricted-mode';
import { counted, planRefusal, readAgain, runExclusively, type ActionParts, type ActionResult } from './action';
import type { PlanView } from './plan-documents';
import { adoptChoice, confirmAdoption } from './adoption';
import { listed } from './listed';
import { logApplyEvent, stepLine } from './run-log';
import { fileNameOf, findSubject, revealPath, type Subject } from './subject';

export interface ApplyOptions {
  /** Ask whether what others made under names of the file is to become the lab's, in place of refusing it. */
  readonly adopt?: boolean;
}

/** Makes a host as the file declares. */
export async function applyTopology(
  parts: ActionParts,
  uri: Uri | undefined,
  options: ApplyOptions = {},
): Promise<ActionResult> {
  const ready = await readySubject(parts, uri);
  if (ready === undefined) return { outcome: 'refused' };
  const { subject, host } = ready;
  const lab = subject.topology.name;
  const about = { lab, hostId: host.id };
  const doing = l10n.t('Applying {0} to {1}', lab, host.label);
  const run: PlanRun = { parts, host, subject };
  let adopting: Choice[] = [];
  const adoptAfterAsking = (): unknown => applyTopology(parts, subject.document.uri, { adopt: true });
  const work = (): Promise<ActionResult> =>
    withCancellableProgress(doing, async (signal, report) => {
      report({ message: l10n.t('reading the host…') });
      const adopt: PlanOptions = options.adopt === true ? { adopt: 'everything' } : {};
      const { plan, snapshot } = await planApplyOnHost(host, subject.topology, adopt, signal);
      // Only what the person has seen is adopted, also where the plan has to be made anew.
      const agreed: PlanOptions = { adopt: new Set(plan.adopts?.map(adoptionKey)) };
      const replan = async (): Promise<Plan> => {
        const { plan: next } = await planApplyOnHost(host, subject.topology, agreed, signal);
        const isNew = lossesOf(next).join() !== lossesOf(plan).join();
        if (isNew && !(await confirmLosses(next, host)))
          throw new NetnsError('cancelled', l10n.t('{0} was stopped.', doing));
        return next;
      };
      const refusal = planRefusal(plan);
      if (refusal !== undefined) {
        adopting = options.adopt === true ? [] : adoptChoice(subject.topology, snapshot, adoptAfterAsking);
        await revealPath(subject, plan.problems.find((problem) => problem.severity === 'error')?.path);
        throw refusal;
      }
      for (const problem of plan.problems) parts.log.warn(problem.message);
      if (plan.steps.length === 0) {
        // Only what the host keeps about the lab is out of date.
        if (plan.record !== undefined) await runWithProgress(run, plan, signal, report, replan);
        showInformation(
          parts.log,
          l10n.t('{0} already is as {1} declares. Nothing to do.', host.label, lab),
          verifyChoice(subject),
        );
        return { outcome: 'unchanged', steps: 0 };
      }
      if (plan.adopts !== undefined && !(await confirmAdoption(plan, host))) return { outcome: 'cancelled' };
      await parts.approval.ensure(serviceCommands(subject.topology), fileNameOf(subject.document), host.label);
      if (!(await confirmLosses(plan, host))) return { outcome: 'cancelled' };
      parts.log.info(`${doing}: ${summarizePlan(plan)}`);
      const { steps } = await runWithProgress(run, plan, signal, report, replan);
      showInformation(parts.log, l10n.t('{0} is on {1}: {2} done.', lab, host.label, counted(steps.length, 'step')), [
        ...verifyChoice(subject),
        graphChoice(subject),
        ...planChoice(run),
      ]);
      return { outcome: 'done', steps: steps.length };
    });
  const result = await runExclusively(parts, host, doing, work, () => [...adopting, ...planChoice(run)]);
  return { ...about, ...result };
}

/**
 * The file and its live host, for actions that need both.
 *
 * @returns undefined if the person stopped, or was told why it does not go on.
 */
export async function readySubject(
  parts: ActionParts,
  uri: Uri | undefined,
  options: { readonly evenWithErrors?: boolean } = {},
): Promise<{ readonly subject: Subject; readonly host: Host } | undefined> {
  if (!mayRun(parts.log)) return undefined;
  const subject = await findSubject(parts.documents, parts.log, uri, options);
  if (subject === undefined) return undefined;
  try {
    const host = await parts.targets.choose(subject.topology);
    if (host === undefined || !(await parts.connector.ensureLive(host))) return undefined;
    return { subject, host };
  } catch (error) {
    await revealPath(subject, subject.topology.target === undefined ? undefined : ['target']);
    showError(parts.log, l10n.t('{0} has no host to work on', subject.topology.name), error, [
      { title: l10n.t('Add Host…'), run: () => commands.executeCommand(CommandId.addHost) },
    ]);
    return undefined;
  }
}

/** A plan that is carried out on a host. */
export interface PlanRun {
  readonly parts: ActionParts;
  readonly host: Host;
  /** The file that it is made of. */
  readonly subject: Subject | undefined;
  /** The newest plan's document, once something of it runs. */
  view?: PlanView;
}

/**
 * Runs a plan's steps; each is logged as it runs, moves the progress on and is marked in the plan's document. Reads the host
 * again at the end, also after a failure.
 */
export async function runWithProgress(
  run: PlanRun,
  plan: Plan,
  signal: AbortSignal,
  report: (report: ProgressReport) => void,
  replan: () => Promise<Plan>,
): Promise<Plan> {
  const { host, subject } = run;
  const { log, plans } = run.parts;
  let view = plans.put(plan, host, subject);
  plans.setRunning(view, true);
  run.view = view;
  let total = plan.steps.length;
  const onEvent = (event: ApplyEvent): void => {
    logApplyEvent(log, event, total);
    plans.mark(view, event);
    if (event.type === 'stepStarted') {
      report({ message: `${event.index + 1}/${total} ${stepLine(event.step)}`, increment: 100 / total });
    } else if (event.type === 'undoStarted') {
      report({ message: l10n.t('putting back: {0}', stepLine(event.step)) });
    }
  };
  const onStatus = (status: RunStatus): void => {
    const message = statusLine(status);
    log.info(message);
    report({ message });
  };
  try {
    return await runPlan(host.transport(), plan, {
      signal,
      onEvent,
      onStatus,
      replan: async () => {
        const next = await replan();
        total = next.steps.length;
        view = run.view = plans.put(next, host, subject);
        return next;
      },
      ...confirmSetting(),
    });
  } finally {
    plans.setRunning(view, false);
    await readAgain(host, log, subject?.topology);
  }
}

/** Shows what was done, and to what it led; nothing where nothing was begun. */
export function planChoice({ parts, view }: PlanRun): Choice[] {
  return view === undefined || view.plan.steps.length === 0
    ? []
    : [{ title: l10n.t('Show Plan'), run: () => parts.plans.show(view) }];
}

function statusLine(status: RunStatus): string {
  if (status.type === 'confirming') return l10n.t('Confirming over a new connection…');
  return plainLine(l10n.t('waiting until someone else is done: {0}', status.holder));
}

/** Asks once where applying takes away or replaces something that is there; creating and changing is what was asked for. */
async function confirmLosses(plan: Plan, host: Host): Promise<boolean> {
  const losses = lossesOf(plan);
  if (losses.length === 0) return true;
  const apply = l10n.t('Apply');
  const answer = await window.showWarningMessage(
    l10n.t('Applying {0} to {1} takes away or replaces {2}.', plan.lab, host.label, counted(losses.length, 'thing')),
    { modal: true, detail: listed(losses) },
    apply,
  );
  return answer === apply;
}

/** What applying takes away or replaces, a line each. */
function lossesOf({ steps }: Plan): string[] {
  return steps.filter(({ action }) => action === 'remove' || action === 'replace').map(stepLine);
}

function verifyChoice({ document, topology }: Subject): { title: string; run(): unknown }[] {
  if (topology.checks.length === 0) return [];
  return [{ title: l10n.t('Verify'), run: () => commands.executeCommand(CommandId.verify, document.uri) }];
}

function graphChoice({ document }: Subject): { title: string; run(): unknown } {
  return { title: l10n.t('Show Graph'), run: () => commands.executeCommand(CommandId.showTopologyGraph, document.uri) };
}
