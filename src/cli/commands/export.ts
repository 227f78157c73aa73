import { NetnsError } from '../../base/errors';
import { observe } from '../../lab/observe';
import { exportScripts, type ExportOptions } from '../../plan/export/export';
import { sysctlNames } from '../../plan/sysctls';
import type { Topology } from '../../topology/model';
import { readTopologyFile } from '../topology-file';
import { fileOf, type RunCommand, type Work } from './work';

/** `export FILE`: prints the script that makes the lab, or with `--down` the one that takes it down. Changes nothing. */
export const runExport: RunCommand = async (work) => {
  const { invocation, output } = work;
  // Standard output is the script and nothing else, so that it can be sent into a file.
  const topology = await readTopologyFile(fileOf(invocation), { progress: (text) => output.aside(text) });
  const { up, down, problems } = exportScripts(topology, await options(work, topology));
  const error = problems.find(({ severity }) => severity === 'error');
  if (error !== undefined) {
    throw new NetnsError(error.reason, error.message, error.advice === undefined ? {} : { advice: error.advice });
  }
  for (const { message } of problems) output.aside(`Warning: ${message}`);
  output.verbatim(invocation.down === true ? down : up);
  return { ok: true, document: { lab: topology.name, up, down } };
};

async function options({ invocation, connect, signal }: Work, topology: Topology): Promise<ExportOptions> {
  if (invocation.target === undefined) return invocation.filter === undefined ? {} : { filter: invocation.filter };
  return { snapshot: await observe(await connect(), signal, { sysctls: sysctlNames(topology) }) };
}
