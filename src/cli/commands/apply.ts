import type { Plan } from '../../plan/model';
import { carryOut } from '../carry-out';
import { makePlan } from '../make-plan';
import { readTopologyFile } from '../topology-file';
import { fileOf, type RunCommand } from './work';

/** `apply FILE`: makes the host as the file says. */
export const runApply: RunCommand = async (work) => {
  const topology = await readTopologyFile(fileOf(work.invocation), work.output);
  const transport = await work.connect();
  const plan = (): Promise<Plan> => makePlan(work, transport, topology);
  return await carryOut(work, transport, await plan(), plan);
};
