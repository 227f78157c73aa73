import * as l10n from '@vscode/l10n';
import type { HostSnapshot } from '../../host/model';
import type { Plan, PlanProblem, Step } from '../../plan/model';
import { judgeSafety } from '../../plan/safety/judge';
import { risksOf } from '../../plan/safety/risks';
import { nothingDeclared } from '../../plan/plan-destroy';
import type { Transport } from '../../transport/transport';
import { runPlan, type RunPlanOptions } from '../apply';

/** Stands where a lab's name does: under it nothing is recorded on the host. */
const noLab = 'by-hand';

/**
 * Carries out the steps of actions as a plan is: all of them or, whatever happens, none. Steps that would cut the connection
 * which carries them are refused.
 *
 * @param title for people, what is being done: `Set Down earth-veth`
 * @param snapshot the reading that the steps were made from
 * @throws NetnsError as `runPlan` does
 */
export async function runSteps(
  transport: Transport,
  title: string,
  snapshot: HostSnapshot,
  steps: readonly Step[],
  options: RunPlanOptions = {},
): Promise<void> {
  await runPlan(transport, planOf(title, snapshot, steps), options);
}

/** The steps as a plan, with what is wrong with them. */
export function planOf(title: string, snapshot: HostSnapshot, steps: readonly Step[]): Plan {
  const problems = judgeSafety(snapshot, nothingDeclared(noLab), steps).map(withOwnAdvice);
  const risks = risksOf(snapshot, steps);
  const plan: Plan = { action: 'apply', lab: noLab, title, steps, problems, basedOn: 0 };
  return risks.length === 0 ? plan : { ...plan, risks };
}

/** There is no file to take anything out of. */
function withOwnAdvice(problem: PlanProblem): PlanProblem {
  return { ...problem, advice: l10n.t`Reach the host over another interface first, or do it on its console.` };
}
