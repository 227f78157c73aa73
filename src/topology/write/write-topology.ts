import type { TopologyFile } from '../generated/topology-file';
import { writeScalar } from './scalar-text';

type Value = string | number | boolean | null | undefined | readonly Value[] | { readonly [key: string]: Value };
type Mapping = { readonly [key: string]: Value };

/** What stands in comments. */
export interface Remarks {
  /** Lines before the first key. */
  readonly head: readonly string[];
  /** Lines behind everything else. */
  readonly tail: readonly string[];
  /** Lines before an entry, by its value. */
  readonly notes: ReadonlyMap<object, readonly string[]>;
}

/** The longest line that keeps an entry in braces. */
const width = 118;

/** The keys whose entries have a line each, whatever fits. */
const collections = new Set([
  ...['namespaces', 'bridges', 'links', 'host', 'nat', 'port-forwards', 'checks'],
  ...['interfaces', 'routes', 'rules', 'sysctls', 'services'],
]);

/** A topology as its file's text, in the style of the examples: entries of one line where that is not too long. */
export function writeTopology(file: TopologyFile, { head, tail, notes }: Remarks): string {
  const parts = Object.entries(file as unknown as Mapping).flatMap(([key, value]) =>
    value === undefined
      ? []
      : [{ isLong: isMapping(value) || Array.isArray(value), lines: writeEntry(key, value, '', notes) }],
  );
  const lines = parts.flatMap(({ isLong, lines: own }, index) => (isLong && index > 0 ? ['', ...own] : own));
  return `${[...comments(head, ''), ...lines, ...(tail.length === 0 ? [] : ['', ...comments(tail, '')])].join('\n')}\n`;
}

function writeEntry(key: string, value: Value, indent: string, notes: Remarks['notes']): string[] {
  const name = `${indent}${writeScalar(key)}:`;
  const above = comments(isMapping(value) || Array.isArray(value) ? (notes.get(value) ?? []) : [], indent);
  const flow = `${name} ${key === 'description' && typeof value === 'string' ? writeSentence(value) : inline(value)}`;
  const isCollection = collections.has(key);
  if (!hasEntries(value) || (!isCollection && !holdsCollection(value) && flow.length <= width)) return [...above, flow];
  return [...above, name, ...writeInside(value, `${indent}  `, notes, isCollection)];
}

/** A text of several words that YAML reads as it is. */
function writeSentence(text: string): string {
  return /^[A-Z][A-Za-z0-9_.,() -]*[A-Za-z0-9.)]$/.test(text) ? text : writeScalar(text);
}

function writeInside(value: Value, indent: string, notes: Remarks['notes'], isCollection: boolean): string[] {
  if (Array.isArray(value)) {
    return (value as readonly Value[]).flatMap((item) => [
      ...comments(isMapping(item) ? (notes.get(item) ?? []) : [], indent),
      ...writeItem(item, indent, isCollection),
    ]);
  }
  return Object.entries(value as Mapping).flatMap(([key, inner]) =>
    inner === undefined ? [] : writeEntry(key, inner, indent, notes),
  );
}

/** An item of a list: a mapping of one key needs no braces. */
function writeItem(item: Value, indent: string, isCollection: boolean): string[] {
  const entries = isMapping(item) ? Object.entries(item).filter(([, inner]) => inner !== undefined) : [];
  const [only] = entries;
  if (isCollection && entries.length === 1 && only !== undefined) {
    return [`${indent}- ${writeScalar(only[0])}: ${inline(only[1])}`];
  }
  return [`${indent}- ${inline(item)}`];
}

function comments(lines: readonly string[], indent: string): string[] {
  return lines.map((line) => `${indent}# ${line.replaceAll(/[\p{Cc}\u2028\u2029\ufeff]/gu, '\ufffd')}`.trimEnd());
}

function inline(value: Value): string {
  if (typeof value === 'string') return writeScalar(value);
  if (Array.isArray(value)) return `[${(value as readonly Value[]).map(inline).join(', ')}]`;
  if (typeof value === 'number' || typeof value === 'boolean') return String(value);
  if (!isMapping(value)) return 'null';
  const entries = Object.entries(value).flatMap(([key, inner]) =>
    inner === undefined ? [] : [`${writeScalar(key)}: ${inline(inner)}`],
  );
  return entries.length === 0 ? '{}' : `{ ${entries.join(', ')} }`;
}

function isMapping(value: Value): value is Mapping {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function hasEntries(value: Value): boolean {
  if (Array.isArray(value)) return value.length > 0;
  return isMapping(value) && Object.values(value).some((inner) => inner !== undefined);
}

/** A namespace, or the host: a mapping of collections. */
function holdsCollection(value: Value): boolean {
  return isMapping(value) && Object.entries(value).some(([key, inner]) => collections.has(key) && hasEntries(inner));
}
