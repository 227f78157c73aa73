import { l10n, commands, type Uri } from 'vscode';
import { summarizePlan } from '../../plan/describe';
import { planApplyOnHost } from '../../lab/plan-on-host';
import { CommandId } from '../ids';
import { showInformation, showWarning } from '../notify';
import { withCancellableProgress } from '../progress';
import { planRefusal, runExclusively, type ActionParts, type ActionResult } from './action';
import { adoptChoice } from './adoption';
import { applyTopology, readySubject } from './apply';

/** Shows what Apply would do, as a document, and does nothing. */
export async function planTopology(parts: ActionParts, uri: Uri | undefined): Promise<ActionResult> {
  const ready = await readySubject(parts, uri);
  if (ready === undefined) return { outcome: 'refused' };
  const { subject, host } = ready;
  const lab = subject.topology.name;
  const doing = l10n.t('Planning {0} on {1}', lab, host.label);
  const running = parts.plans.running(lab, host);
  if (running !== undefined) {
    await parts.plans.show(running);
    return { lab, hostId: host.id, outcome: 'unchanged', steps: running.plan.steps.length };
  }
  const result = await runExclusively(parts, host, doing, async () => {
    const { plan, snapshot } = await withCancellableProgress(doing, (signal) =>
      planApplyOnHost(host, subject.topology, {}, signal),
    );
    await parts.plans.show(parts.plans.put(plan, host, subject));
    const refusal = planRefusal(plan);
    const steps = plan.steps.length;
    if (refusal !== undefined) {
      const adopt = (): unknown => applyTopology(parts, subject.document.uri, { adopt: true });
      showWarning(
        parts.log,
        l10n.t('{0} cannot be applied to {1}: {2}', lab, host.label, refusal.message),
        adoptChoice(subject.topology, snapshot, adopt),
      );
      return { outcome: 'failed', reason: refusal.reason, steps };
    }
    if (steps === 0) {
      showInformation(parts.log, l10n.t('{0} already is as {1} declares. Nothing to do.', host.label, lab));
      return { outcome: 'unchanged', steps };
    }
    showInformation(parts.log, l10n.t('Plan of {0} on {1}: {2}.', lab, host.label, summarizePlan(plan)), [
      { title: l10n.t('Apply'), run: () => commands.executeCommand(CommandId.apply, subject.document.uri) },
      {
        title: l10n.t('Export Script'),
        run: () => commands.executeCommand(CommandId.exportScript, subject.document.uri, { hostId: host.id }),
      },
    ]);
    return { outcome: 'done', steps };
  });
  return { lab, hostId: host.id, ...result };
}
