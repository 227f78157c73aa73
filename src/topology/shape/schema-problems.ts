import validate from '../generated/validate';
import type { ProblemList } from '../problem-list';
import type { Source } from '../source';
import type { YamlPath } from '../model';
import { placeAt, toPlain, type SourceNode } from '../yaml/source-tree';
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
    const finding = describeSchemaError(error);
    problems.find({ ...finding, path: withIndices(source.root, finding.path) });
  }
}

/** A path with a list's steps as the numbers that they are. */
function withIndices(root: SourceNode, path: YamlPath): YamlPath {
  let node: SourceNode | undefined = root;
  return path.map((step) => {
    const isList: boolean = node?.type === 'list';
    node = node && placeAt(node, [step])?.node;
    return isList ? Number(step) : step;
  });
}

function isAboutSpelling({ keyword }: SchemaError): boolean {
  return keyword === 'pattern' || keyword === 'maxLength' || keyword === 'minimum' || keyword === 'maximum';
}

function alreadyReported(error: SchemaError, source: Source, problems: ProblemList): boolean {
  const path = pointerToPath(error.pointer);
  const range = error.key === undefined ? source.rangeOf(path) : source.keyRangeOf([...path, error.key]);
  return range !== undefined && problems.hasErrorAt(range);
}
