import * as l10n from '@vscode/l10n';
import type { Problem } from '../problem';
import type { ProblemCode } from '../problem-codes';
import { buildSourceTree } from './build-source-tree';
import { composeDocuments, deepestNesting } from './compose';
import { findEncodingProblems } from './encoding';
import { readInPieces, type PieceMemory } from './read-in-pieces';
import type { SourceNode } from './source-tree';
import { describeYamlError } from './yaml-problems';

/** What could be read of a YAML text. */
export interface YamlReading {
  /** undefined: the text holds nothing, or nothing that can be read. */
  readonly root: SourceNode | undefined;
  readonly problems: readonly Problem[];
  /** The offset of each line's first character. */
  readonly lineStarts: readonly number[];
  /** For the reading of the next version. */
  readonly memory?: PieceMemory;
}

/** Longer texts are refused: the largest lab that a host can carry stays far below. In UTF-16 code units. */
const longestText = 10_000_000;
/** Shorter texts are read at once, in a few milliseconds. */
const shortestInPieces = 10_000;

/**
 * Reads YAML 1.2 and goes on after mistakes, so that the rest is read as well. Never throws.
 *
 * @param before of an earlier version of the text: only what has changed is read anew then
 */
export function readYaml(text: string, before?: YamlReading): YamlReading {
  if (text.length > longestText) {
    return refuse(text, 'file-too-large', l10n.t`This file is over 10 million characters long and was not read.`);
  }
  const encoding = findEncodingProblems(text);
  if (encoding.isUnreadable) return { root: undefined, problems: encoding.problems, lineStarts: [0] };
  const lineStarts = lineStartsOf(text);
  const pieces = text.length < shortestInPieces ? undefined : readInPieces(text, before?.memory);
  const reading = pieces === undefined ? readAtOnce(text, lineStarts) : { ...pieces, lineStarts };
  if (encoding.problems.length === 0) return reading;
  return { ...reading, problems: [...encoding.problems, ...reading.problems] };
}

/** Reads the whole text with the parser, with nothing known of it. */
export function readAtOnce(text: string, lineStarts = lineStartsOf(text)): YamlReading {
  const documents = composeDocuments(text);
  if (documents === undefined) {
    return refuse(
      text,
      'nested-too-deep',
      l10n.t`Something here is nested more than ${deepestNesting} levels deep. Look for brackets that are never closed.`,
    );
  }
  const [first, second] = documents;
  const problems: Problem[] = [];
  if (second !== undefined) {
    const start = second.range[0];
    problems.push({
      severity: 'error',
      code: 'several-documents',
      message: l10n.t`A topology file is one YAML document; what follows this \`---\` is not read.`,
      range: { start, end: Math.min(start + 3, text.length) },
    });
  }
  if (first === undefined) return { root: undefined, problems, lineStarts };
  for (const error of [...first.errors, ...first.warnings]) problems.push(describeYamlError(error, text));
  if (first.directives.yaml.version === '1.1') {
    problems.push({
      severity: 'error',
      code: 'yaml-version',
      message: l10n.t`Topology files are YAML 1.2. Remove the \`%YAML 1.1\` line: under it \`yes\`, \`no\` and \`12:30\` mean something else.`,
      range: { start: 0, end: lineStarts[1] === undefined ? text.length : lineStarts[1] - 1 },
    });
  }
  const root = buildSourceTree(first, text, (problem) => problems.push(problem));
  return { root, problems, lineStarts };
}

function refuse(text: string, code: ProblemCode, message: string): YamlReading {
  const range = { start: 0, end: Math.min(text.length, 1) };
  return { root: undefined, problems: [{ severity: 'error', code, message, range }], lineStarts: [0] };
}

function lineStartsOf(text: string): number[] {
  const starts = [0];
  for (let at = text.indexOf('\n'); at >= 0; at = text.indexOf('\n', at + 1)) starts.push(at + 1);
  return starts;
}
