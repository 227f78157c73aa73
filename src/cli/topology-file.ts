import { readFile } from 'node:fs/promises';
import { NetnsError } from '../base/errors';
import { isLabName } from '../plan/names';
import type { Topology } from '../topology/model';
import { parseTopology, type ParsedTopology } from '../topology/parse';
import type { Problem } from '../topology/problem';
import type { Output } from './output';
import { UsageError } from './usage';

/** A problem as compilers print it; line and column count from 1, columns in UTF-16 code units as editors do. */
export interface LocatedProblem {
  readonly severity: Problem['severity'];
  readonly code: string;
  readonly message: string;
  readonly file: string;
  readonly line: number;
  readonly column: number;
}

/** The file has errors. The message lists them. */
export class FileProblemsError extends NetnsError {
  constructor(
    file: string,
    readonly problems: readonly LocatedProblem[],
  ) {
    const errors = problems.filter(({ severity }) => severity === 'error');
    const count = errors.length === 1 ? '1 error' : `${errors.length} errors`;
    super('invalidTopology', [`${file} has ${count}.`, ...errors.map(printProblem)].join('\n'), {
      advice: 'Mend the file; nothing was changed on the host.',
    });
  }
}

/**
 * Reads a topology file that is to be worked with; warnings are printed.
 *
 * @throws FileProblemsError when it has errors; UsageError when it cannot be read.
 */
export async function readTopologyFile(file: string, output: Pick<Output, 'progress'>): Promise<Topology> {
  const parsed = parseTopology(await readText(file));
  const problems = parsed.problems.map((problem) => locate(file, parsed, problem));
  if (parsed.topology === undefined || problems.some(({ severity }) => severity === 'error')) {
    throw new FileProblemsError(file, problems);
  }
  for (const problem of problems) output.progress(printProblem(problem));
  return parsed.topology;
}

/**
 * The lab's name in a file, which may otherwise be as wrong as it likes: what a lab left on a host can then still be removed.
 *
 * @throws FileProblemsError when it has no name; UsageError when it cannot be read.
 */
export async function readLabName(file: string): Promise<string> {
  const hint = isLabName(file) ? ` To destroy the lab ${file} without its file: destroy --lab ${file}.` : '';
  const parsed = parseTopology(await readText(file, hint));
  const name = parsed.topology?.name ?? '';
  if (name !== '') return name;
  throw new FileProblemsError(
    file,
    parsed.problems.map((problem) => locate(file, parsed, problem)),
  );
}

async function readText(file: string, hint = ''): Promise<string> {
  try {
    return await readFile(file, 'utf8');
  } catch (error) {
    throw new UsageError(`The file cannot be read: ${error instanceof Error ? error.message : String(error)}.${hint}`);
  }
}

function locate(file: string, { lineStarts }: ParsedTopology, problem: Problem): LocatedProblem {
  const line = Math.max(1, lineStarts.filter((start) => start <= problem.range.start).length);
  const column = problem.range.start - (lineStarts[line - 1] ?? 0) + 1;
  const { severity, code, message } = problem;
  return { severity, code, message, file, line, column };
}

function printProblem({ file, line, column, severity, message, code }: LocatedProblem): string {
  return `${file}:${line}:${column}: ${severity}: ${message} [${code}]`;
}
