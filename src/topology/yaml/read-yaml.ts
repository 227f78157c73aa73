import { Composer, LineCounter, Parser, type Document } from 'yaml';
import type { Problem } from '../problem';
import type { ProblemCode } from '../problem-codes';
import { buildSourceTree } from './build-source-tree';
import { isDeeperThan } from './depth';
import type { SourceNode } from './source-tree';
import { describeYamlError } from './yaml-problems';

/** What could be read of a YAML text. */
export interface YamlReading {
  /** undefined: the text holds nothing, or nothing that can be read. */
  readonly root: SourceNode | undefined;
  readonly problems: readonly Problem[];
  /** The offset of each line's first character. */
  readonly lineStarts: readonly number[];
}

/** Longer texts are refused: the largest lab that a host can carry stays far below. In UTF-16 code units. */
const longestText = 10_000_000;
/** The language itself nests seven levels; a text that nests deeper is a mistake or an attack on the parser's stack. */
const deepestNesting = 100;

/** Reads YAML 1.2 and goes on after mistakes, so that the rest is read as well. Never throws. */
export function readYaml(text: string): YamlReading {
  const refuse = (code: ProblemCode, message: string): YamlReading => ({
    root: undefined,
    problems: [{ severity: 'error', code, message, range: { start: 0, end: Math.min(text.length, 1) } }],
    lineStarts: [0],
  });
  if (text.length > longestText) {
    return refuse('file-too-large', 'This file is over 10 million characters long and was not read.');
  }
  const lines = new LineCounter();
  const tokens = [...new Parser(lines.addNewLine).parse(text)];
  if (lines.lineStarts.length === 0) lines.lineStarts.push(0);
  if (tokens.some((token) => isDeeperThan(token, deepestNesting))) {
    return refuse(
      'nested-too-deep',
      `Something here is nested more than ${deepestNesting} levels deep. Look for brackets that are never closed.`,
    );
  }
  const composer = new Composer({
    merge: true,
    // We look for duplicate keys ourselves: the package compares each key with each, which a large map makes slow.
    uniqueKeys: false,
    // No `!!set`, `!!omap` and the like: a topology is made of maps, lists and scalars.
    resolveKnownTags: false,
    prettyErrors: false,
    keepSourceTokens: true,
    logLevel: 'silent',
  });
  const [first, second] = composer.compose(tokens, true, text.length) as Iterable<Document.Parsed>;
  const problems: Problem[] = [];
  if (second !== undefined) {
    const start = second.range[0];
    problems.push({
      severity: 'error',
      code: 'several-documents',
      message: 'A topology file is one YAML document; what follows this `---` is not read.',
      range: { start, end: Math.min(start + 3, text.length) },
    });
  }
  if (first === undefined) return { root: undefined, problems, lineStarts: lines.lineStarts };
  for (const error of [...first.errors, ...first.warnings]) problems.push(describeYamlError(error, text));
  if (first.directives.yaml.version === '1.1') {
    problems.push({
      severity: 'error',
      code: 'yaml-version',
      message:
        'Topology files are YAML 1.2. Remove the `%YAML 1.1` line: under it `yes`, `no` and `12:30` mean something else.',
      range: { start: 0, end: lines.lineStarts[1] === undefined ? text.length : lines.lineStarts[1] - 1 },
    });
  }
  const root = buildSourceTree(first, text, (problem) => problems.push(problem));
  return { root, problems, lineStarts: lines.lineStarts };
}
