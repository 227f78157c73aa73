import type { CheckResult } from '../../lab/model';
import { runMatrix } from '../../lab/matrix';
import { observe } from '../../lab/observe';
import { verifyTopology } from '../../lab/verify';
import { describeMatrix } from '../../protocol/matrix-text';
import { isAsExpected, summarizeMatrix } from '../../protocol/ping-matrix';
import { readTopologyFile } from '../topology-file';
import { fileOf, type RunCommand } from './work';

/** `verify FILE`: runs the file's checks, or with `--matrix` pings every pair. Succeeds if every check held, or every ping. */
export const runVerify: RunCommand = async ({ invocation, output, signal, connect }) => {
  const topology = await readTopologyFile(fileOf(invocation), output);
  const transport = await connect();
  const snapshot = await observe(transport, signal);
  if (invocation.matrix === true) {
    const matrix = await runMatrix(transport, topology, snapshot.hostname, { signal, snapshot });
    output.result(describeMatrix(matrix));
    return { ok: matrix.cells.every(isAsExpected), document: { ...matrix, summary: summarizeMatrix(matrix) } };
  }
  const onResult = (result: CheckResult): void => output.progress(describeCheck(result));
  const results = await verifyTopology(transport, topology, { signal, snapshot, onResult });
  const held = results.filter(({ passed }) => passed).length;
  output.progress(results.length === 0 ? 'The file has no checks.' : `${held} of ${results.length} checks held.`);
  const checks = results.map(({ check, title, passed, command, output: evidence, milliseconds }) => {
    return { title, passed, expect: check.expect, command, output: evidence, milliseconds };
  });
  return { ok: held === results.length, document: { lab: topology.name, checks } };
};

/** `✓ earth can ping neptune (12 ms)`; a check that did not hold with its command and what that printed. */
function describeCheck({ title, passed, command, output, milliseconds }: CheckResult): string {
  if (passed) return `✓ ${title} (${milliseconds} ms)`;
  const evidence = [`$ ${command}`, ...output.trimEnd().split('\n')].filter((line) => line !== '');
  return [`✗ ${title} (${milliseconds} ms)`, ...evidence.map((line) => `    ${line}`)].join('\n');
}
