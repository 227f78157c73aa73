import { observe } from '../../lab/observe';
import { planApply } from '../../plan/plan-apply';
import type { Plan } from '../../plan/model';
import { carryOut } from '../carry-out';
import { readTopologyFile } from '../topology-file';
import { fileOf, type RunCommand } from './work';

/** `apply FILE`: makes the host as the file says. */
export const runApply: RunCommand = async (work) => {
  const topology = await readTopologyFile(fileOf(work.invocation), work.output);
  const transport = await work.connect();
  const makePlan = async (): Promise<Plan> => planApply(topology, await observe(transport, work.signal));
  return await carryOut(work, transport, await makePlan(), makePlan);
};
