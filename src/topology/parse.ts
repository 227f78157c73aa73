import * as l10n from '@vscode/l10n';
import type { TopologyFile } from './generated/topology-file';
import type { EndpointDeclaration, Topology, YamlPath } from './model';
import type { Problem, TextRange } from './problem';
import { ProblemList } from './problem-list';
import { Cursor } from './read/cursor';
import { readTopology } from './read/topology';
import { checkRules } from './rules';
import { findSchemaProblems } from './shape/schema-problems';
import { Source } from './source';
import { firstLine, type SourceNode } from './yaml/source-tree';
import { readYaml, type YamlReading } from './yaml/read-yaml';

/** A topology file, read as far as it can be read. */
export interface ParsedTopology {
  readonly text: string;
  /** All that is wrong, in the order of the text. A file without an `error` here can be applied. */
  readonly problems: readonly Problem[];
  /**
   * What the file declares; with errors, what of it makes sense (a missing name is then empty). Absent only if the text
   * holds no mapping at all.
   */
  readonly topology?: Topology;
  /** Every link end that could be read, also of links whose other end is wrong and which `topology` therefore lacks. */
  readonly ends: readonly EndpointDeclaration[];
  /** What the text says, with aliases followed and merge keys merged; undefined where nothing could be read. */
  readonly root: SourceNode | undefined;
  /** The offset of each line's first character, in UTF-16 code units. */
  readonly lineStarts: readonly number[];
  /** For the reading of the next version. */
  readonly yaml: YamlReading;
  /** Where to point for what stands at a path: the name of a block, the value of a setting. */
  readonly rangeOf: (path: YamlPath) => TextRange | undefined;
  /** The key at a path's end. */
  readonly keyRangeOf: (path: YamlPath) => TextRange | undefined;
  /** The whole value at a path, over all its lines. */
  readonly valueRangeOf: (path: YamlPath) => TextRange | undefined;
  /** The path of the innermost thing that an offset lies in; empty outside everything. */
  readonly pathAt: (offset: number) => YamlPath;
}

/** More problems than a person would ever read are not listed one by one. */
const mostProblems = 500;

/**
 * Reads a topology file: YAML, shape, meaning, rules. Goes on after each mistake, so that everything wrong is found at
 * once, at its exact place. Any text gives an answer; it never throws.
 *
 * @param before an earlier version of the file: what has not changed since is not read again
 */
export function parseTopology(text: string, before?: ParsedTopology): ParsedTopology {
  const yaml = readYaml(text, before?.yaml);
  const source = new Source(text, yaml.root, yaml.lineStarts);
  const problems = new ProblemList(source);
  for (const problem of yaml.problems) problems.add(problem);
  const located = {
    text,
    root: yaml.root,
    lineStarts: yaml.lineStarts,
    yaml,
    rangeOf: (path: YamlPath) => source.rangeOf(path),
    keyRangeOf: (path: YamlPath) => source.keyRangeOf(path),
    valueRangeOf: (path: YamlPath) => source.valueRangeOf(path),
    pathAt: (offset: number) => source.pathAt(offset),
  };
  if (yaml.root?.type !== 'map') {
    if (yaml.problems.length === 0) reportNoMapping(source, problems);
    return { ...located, problems: problems.all, ends: [] };
  }
  const file = new Cursor<TopologyFile>(yaml.root, [], problems);
  const { topology, ends } = readTopology(file);
  findSchemaProblems(source, problems);
  checkRules(topology, ends, file);
  return { ...located, problems: inOrder(problems.all), topology, ends };
}

function reportNoMapping({ root, text }: Source, problems: ProblemList): void {
  const isEmpty = root === undefined || (root.type === 'scalar' && root.value === null);
  problems.add({
    severity: 'error',
    code: isEmpty ? 'empty-file' : 'wrong-type',
    message: isEmpty
      ? l10n.t`This file declares nothing yet. Start with \`name:\` and \`namespaces:\`.`
      : l10n.t`A topology file is a mapping: it starts with \`name:\`.`,
    range: isEmpty ? { start: 0, end: Math.min(1, text.length) } : firstLine(root.range, text),
  });
}

function inOrder(problems: readonly Problem[]): Problem[] {
  const sorted = [...problems].sort((a, b) => a.range.start - b.range.start || a.range.end - b.range.end);
  if (sorted.length <= mostProblems) return sorted;
  const rest = sorted.slice(mostProblems);
  const message = l10n.t`There are ${rest.length} more problems from here on.`;
  const severity = rest.some((problem) => problem.severity === 'error') ? 'error' : 'warning';
  const range = rest[0]?.range ?? { start: 0, end: 0 };
  return [...sorted.slice(0, mostProblems), { severity, code: 'too-many-problems', message, range }];
}
