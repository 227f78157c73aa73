import type { PlainValue } from '../../topology/yaml/source-tree';
import type { NewEntry, NewText } from '../insert';
import { writeScalar } from '../../topology/write/scalar-text';
import { isNothing } from './tree-change';

/** An entry `key: value` as new text: maps of maps become blocks where there is room for one. */
export function writeEntry(key: string, value: PlainValue): NewEntry {
  const name = writeScalar(key);
  const flow = `${name}: ${writeInline(value)}`;
  if (isNothing(value)) return { key, flow: `${name}: {}`, block: [`${name}:`] };
  if (!isMapOfMaps(value)) return { key, flow, block: [flow] };
  const lines = Object.entries(value).flatMap(([each, inner]) => writeEntry(each, inner).block);
  return { key, flow, block: [`${name}:`, ...lines.map((line) => `  ${line}`)] };
}

/** An item of a list as new text. In a block, a map of one entry needs no braces. */
export function writeItem(item: PlainValue): NewText {
  const flow = writeInline(item);
  const entries = typeof item === 'object' && item !== null && !Array.isArray(item) ? Object.entries(item) : [];
  const [only] = entries;
  if (only === undefined || entries.length > 1) return { flow, block: [flow] };
  return { flow, block: [`${writeScalar(only[0])}: ${writeInline(only[1])}`] };
}

/** A value on one line. */
export function writeInline(value: PlainValue): string {
  if (value === null) return 'null';
  if (typeof value === 'string') return writeScalar(value);
  if (typeof value !== 'object') return String(value);
  if (Array.isArray(value)) return `[${(value as readonly PlainValue[]).map(writeInline).join(', ')}]`;
  const entries = Object.entries(value).map(([key, inner]) => `${writeScalar(key)}: ${writeInline(inner)}`);
  return entries.length === 0 ? '{}' : `{ ${entries.join(', ')} }`;
}

function isMapOfMaps(value: PlainValue): value is Readonly<Record<string, PlainValue>> {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return false;
  return Object.values(value).some(
    (inner) => typeof inner === 'object' && inner !== null && !Array.isArray(inner) && !isNothing(inner),
  );
}
