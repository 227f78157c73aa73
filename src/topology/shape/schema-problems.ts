import validate from '../generated/validate';
import type { ProblemList } from '../problem-list';
import type { Source } from '../source';
import { toPlain } from '../yaml/source-tree';
import { pointerToPath, toSchemaError, withoutNoise, type SchemaError } from './schema-error';
import { describeSchemaError } from './wording';

/**
 * Validates the file's shape and reports what is wrong in a network person's words. A value that the readers have
 * already objected to, with more to say than a pattern has, is not reported again.
 */
export function findSchemaProblems(source: Source, problems: ProblemList): void {
  if (source.root === undefined || validate(toPlain(source.root))) return;
  for (const error of withoutNoise((validate.errors ?? []).map(toSchemaError))) {
    if (isAboutSpelling(error) && alreadyReported(error, source, problems)) continue;
    problems.find(describeSchemaError(error));
  }
}

function isAboutSpelling({ keyword }: SchemaError): boolean {
  return keyword === 'pattern' || keyword === 'maxLength' || keyword === 'minimum' || keyword === 'maximum';
}

function alreadyReported(error: SchemaError, source: Source, problems: ProblemList): boolean {
  const path = pointerToPath(error.pointer);
  const range = error.key === undefined ? source.rangeOf(path) : source.keyRangeOf([...path, error.key]);
  return range !== undefined && problems.hasErrorAt(range);
}
