import { describePlan, summarizePlan } from '../../plan/describe';
import { makePlan } from '../make-plan';
import { readTopologyFile } from '../topology-file';
import { planDocument } from '../plan-document';
import { fileOf, type RunCommand } from './work';

/** `plan FILE`: shows what `apply` would do. Succeeds if `apply` would not refuse. */
export const runPlanCommand: RunCommand = async (work) => {
  const { invocation, output, connect } = work;
  const topology = await readTopologyFile(fileOf(invocation), output);
  const plan = await makePlan(work, await connect(), topology);
  output.result(describePlan(plan));
  const ok = plan.problems.every(({ severity }) => severity !== 'error');
  return { ok, document: { ...planDocument(plan), summary: summarizePlan(plan) } };
};
