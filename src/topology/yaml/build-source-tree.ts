import * as l10n from '@vscode/l10n';
import { isAlias, isMap, isScalar, isSeq, Scalar, type Document, type Node, type Pair, type YAMLMap } from 'yaml';
import type { Problem, TextRange } from '../problem';
import type { ProblemCode } from '../problem-codes';
import { suggest } from '../suggest';
import type { SourceEntry, SourceMap, SourceNode, SourceScalar } from './source-tree';

/** How many nodes aliases may add in all. A real file adds hundreds; a "billion laughs" would add 10⁹. */
const mostAliasedNodes = 50_000;

/**
 * Makes the source tree of a composed document: follows aliases, merges `<<`, finds duplicate keys. What makes no sense
 * is reported and left out.
 */
export function buildSourceTree(
  document: Document.Parsed,
  text: string,
  report: (problem: Problem) => void,
): SourceNode | undefined {
  return document.contents === null
    ? undefined
    : new TreeBuilder(text, report).node(document.contents, { start: 0, end: 0 });
}

/** A mapping's entry of the parser's. */
export type YamlPair = Pair<Node | null, Node | null>;

/** Builds nodes of one file, one after the other: an alias means what an anchor before it named. */
export class TreeBuilder {
  /** Where the offsets of the parser's nodes count from: they may be those of a part of the text. */
  base = 0;
  /** By anchor; `open` while its node is being built, so that one that refers to itself is found. */
  private readonly anchors = new Map<string, SourceNode | 'open'>();
  private aliasedNodes = 0;

  constructor(
    private readonly text: string,
    private readonly report: (problem: Problem) => void,
  ) {}

  /** `where`: the place to point at if the node has no text of its own. */
  node(node: Node | null | undefined, where: TextRange): SourceNode {
    if (!node) return emptyScalar(where);
    if (isAlias(node)) return this.followAlias(node.source, this.rangeOf(node, where));
    const anchor = node.anchor;
    if (anchor !== undefined) this.anchors.set(anchor, 'open');
    const made = this.content(node, this.rangeOf(node, where));
    if (anchor !== undefined) this.anchors.set(anchor, made);
    return made;
  }

  private content(node: Node, range: TextRange): SourceNode {
    if (isMap(node)) return this.map(node, range);
    if (isSeq(node)) {
      // An item is a Pair where a list was tagged as an ordered map; the tag is reported by the parser.
      const items = this.items(node.items, range);
      return { type: 'list', items, range, isAlias: false, size: 1 + sizeOf(items) };
    }
    return { type: 'scalar', value: scalarValue(node), range, isAlias: false, size: 1 };
  }

  /** A list's items. `range`: the place of the list. */
  items(items: readonly unknown[], range: TextRange): SourceNode[] {
    return items.map((item) => this.node(isNode(item) ? item : undefined, range));
  }

  private map(node: YAMLMap, range: TextRange): SourceMap {
    const entries = this.entries(node.items as YamlPair[], range);
    let size = 1;
    for (const { value } of entries.values()) size += value.size;
    return { type: 'map', entries, range, isAlias: false, size };
  }

  /**
   * A mapping's entries. `range`: the place of the mapping.
   *
   * @param own entries of the same mapping that stand before them; they are added there
   */
  entries(
    pairs: readonly YamlPair[],
    range: TextRange,
    own = new Map<string, SourceEntry>(),
  ): Map<string, SourceEntry> {
    const merged = new Map<string, SourceEntry>();
    for (const pair of pairs) {
      const keyRange = this.rangeOf(pair.key, range);
      if (isMergeKey(pair.key)) {
        this.merge(this.node(pair.value, keyRange), keyRange, merged);
        continue;
      }
      const key = this.keyText(pair.key, keyRange);
      const value = this.node(pair.value, { start: keyRange.end, end: keyRange.end });
      if (key !== undefined) this.addEntry(own, key, { key: keyRange, value, isMerged: false });
    }
    // What is written here wins over what is merged in (https://yaml.org/type/merge.html).
    for (const [key, entry] of merged) if (!own.has(key)) own.set(key, entry);
    return own;
  }

  addEntry(entries: Map<string, SourceEntry>, key: string, entry: SourceEntry): void {
    const earlier = entries.get(key);
    if (earlier === undefined) entries.set(key, entry);
    else this.reportDuplicate(key, entry, earlier.key);
  }

  private merge(from: SourceNode, where: TextRange, into: Map<string, SourceEntry>): void {
    const maps = from.type === 'list' ? from.items : [from];
    for (const map of maps) {
      if (map.type !== 'map') {
        this.error('merge-needs-mapping', l10n.t`A merge key \`<<\` takes a mapping, or a list of mappings.`, where);
        continue;
      }
      for (const [key, entry] of map.entries) if (!into.has(key)) into.set(key, { ...entry, isMerged: true });
    }
  }

  private keyText(key: Node | null, range: TextRange): string | undefined {
    const node = isAlias(key) ? this.followAlias(key.source, range) : key;
    if (isScalar(node)) {
      if (node.anchor !== undefined) this.anchors.set(node.anchor, this.content(node, range));
      // `8000`, `yes` and `null` as keys are names like any other, spelt as they stand.
      if (node.type !== Scalar.PLAIN) return String(node.value);
      if (node.source !== undefined && node.source !== '') return node.source;
    } else if (node !== null && 'value' in node && typeof node.value === 'string') {
      return node.value;
    }
    const message =
      node === null || isScalar(node)
        ? l10n.t`There is a \`:\` without a key before it.`
        : l10n.t`A key must be plain text.`;
    this.error('bad-key', message, range);
    return undefined;
  }

  private followAlias(anchor: string, range: TextRange): SourceNode {
    const target = this.anchors.get(anchor);
    if (target === undefined) {
      const near = suggest(anchor, this.anchors.keys());
      const hint = near === undefined ? '' : l10n.t` Did you mean \`*${near}\`?`;
      const message = l10n.t`There is no anchor \`&${anchor}\` before this.${hint}`;
      this.error('unknown-anchor', message, range, near === undefined ? undefined : { suggestion: `*${near}` });
    } else if (target === 'open') {
      this.error('alias-to-itself', l10n.t`\`*${anchor}\` stands inside \`&${anchor}\` itself.`, range);
    } else if (this.aliasedNodes + target.size > mostAliasedNodes) {
      this.error(
        'too-many-aliases',
        l10n.t`\`*${anchor}\` repeats so much that this file would become too large to read.`,
        range,
      );
    } else {
      this.aliasedNodes += target.size;
      return { ...target, range, isAlias: true };
    }
    return emptyScalar(range);
  }

  private rangeOf(node: Node | null, otherwise: TextRange): TextRange {
    if (!node?.range) return otherwise;
    const [start, end] = [node.range[0] + this.base, node.range[1] + this.base];
    // A block's end may lie on the next line; nothing is to be underlined there.
    const length = isScalar(node) ? end - start : this.text.slice(start, end).trimEnd().length;
    return { start, end: start + length };
  }

  private reportDuplicate(key: string, { key: range, value }: SourceEntry, first: TextRange): void {
    const message = l10n.t`\`${key}\` stands here twice; only the first counts.`;
    const related = [{ range: first, message: l10n.t`The first \`${key}\`` }];
    const data = { end: String(Math.max(range.end, value.range.end)) };
    this.report({ severity: 'error', code: 'duplicate-key', message, range, related, data });
  }

  private error(code: ProblemCode, message: string, range: TextRange, data?: Problem['data']): void {
    this.report({ severity: 'error', code, message, range, ...(data !== undefined && { data }) });
  }
}

/** With merge keys switched on, the parser gives an unquoted `<<` a symbol as its value. */
export function isMergeKey(key: Node | null): boolean {
  return isScalar(key) && key.type === Scalar.PLAIN && key.source === '<<';
}

function scalarValue(node: Node): SourceScalar['value'] {
  const value = isScalar(node) ? node.value : null;
  if (typeof value === 'string' || typeof value === 'boolean' || typeof value === 'number') return value;
  return typeof value === 'bigint' ? Number(value) : null;
}

function emptyScalar(range: TextRange): SourceScalar {
  return { type: 'scalar', value: null, range, isAlias: false, size: 1 };
}

function isNode(item: unknown): item is Node {
  return isMap(item) || isSeq(item) || isScalar(item) || isAlias(item);
}

/** How many nodes they hold in all. */
export function sizeOf(nodes: readonly SourceNode[]): number {
  return nodes.reduce((total, { size }) => total + size, 0);
}
