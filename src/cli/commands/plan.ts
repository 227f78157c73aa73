import { observe } from '../../lab/observe';
import { describePlan, summarizePlan } from '../../plan/describe';
import { planApply } from '../../plan/plan-apply';
import { readTopologyFile } from '../topology-file';
import { planDocument } from '../plan-document';
import { fileOf, type RunCommand } from './work';

/** `plan FILE`: shows what `apply` would do. Succeeds if `apply` would not refuse. */
export const runPlanCommand: RunCommand = async ({ invocation, output, signal, connect }) => {
  const topology = await readTopologyFile(fileOf(invocation), output);
  const plan = planApply(topology, await observe(await connect(), signal));
  output.result(describePlan(plan));
  const ok = plan.problems.every(({ severity }) => severity !== 'error');
  return { ok, document: { ...planDocument(plan), summary: summarizePlan(plan) } };
};
