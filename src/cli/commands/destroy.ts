import { observe } from '../../lab/observe';
import { planDestroy } from '../../plan/plan-destroy';
import type { Plan } from '../../plan/model';
import { carryOut } from '../carry-out';
import { readLabName } from '../topology-file';
import { fileOf, type RunCommand } from './work';

/** Nothing is made, so it does not matter what the kernel lacks. */
const planReading = { forPlan: true, probeKernel: false };

/** `destroy FILE` or `destroy --lab NAME`: takes away what the lab created. */
export const runDestroy: RunCommand = async (work) => {
  const lab = work.invocation.lab ?? (await readLabName(fileOf(work.invocation)));
  const transport = await work.connect();
  const makePlan = async (): Promise<Plan> => planDestroy(lab, await observe(transport, work.signal, planReading));
  return await carryOut(work, transport, await makePlan(), makePlan);
};
