import * as l10n from '@vscode/l10n';
import { quote } from '../names';
import type { Finding } from '../problem-list';
import { likelySpelling } from './likely-spelling';
import type { SchemaError } from './schema-error';

const typeWords: Readonly<Record<string, string>> = {
  string: 'text',
  integer: l10n.t`a whole number`,
  number: 'a number',
  boolean: l10n.t`\`true\` or \`false\``,
  object: l10n.t`a mapping (\`key: value\`)`,
  array: l10n.t`a list`,
};

/** YAML 1.1's other words for true and false, which many still know. */
const oldBooleans: Readonly<Record<string, string>> = { yes: 'true', on: 'true', no: 'false', off: 'false' };

/** Says that a value is of another type than the one that belongs there, and what was probably meant. */
export function describeWrongType(
  { schema, value }: SchemaError,
  path: readonly string[],
): Pick<Finding, 'code' | 'message' | 'data'> {
  const last = path.at(-1);
  const isItem = last === undefined || /^[0-9]+$/.test(last);
  const what = last === undefined ? l10n.t`A topology file` : isItem ? l10n.t`Each item here` : quote(last);
  if (value === null && last !== undefined) {
    return {
      code: 'value-missing',
      message: isItem ? l10n.t`There is nothing after this \`-\`.` : l10n.t`${what} has no value.`,
    };
  }
  const types = schema.anyOf === undefined ? [schema.type ?? []].flat() : ['string', 'object'];
  const wanted = types.filter((type) => type !== 'null').map((type) => typeWords[type] ?? type);
  const { hint, suggestion } = guess(types, value, schema.title);
  const message = l10n.t`${what} must be ${wanted.join(l10n.t` or `)}, not ${describeValue(value)}.${hint}`;
  return { code: 'wrong-type', message, data: { suggestion } };
}

function guess(types: readonly string[], value: unknown, title = ''): { hint: string; suggestion?: string } {
  if (types.includes('integer') && typeof value === 'boolean') {
    const suggestion = value ? '1' : '0';
    return { hint: l10n.t` Write \`${suggestion}\`.`, suggestion };
  }
  if (types.includes('string') && (typeof value === 'number' || typeof value === 'boolean')) {
    const spelt = likelySpelling(title, String(value));
    // A number without its unit.
    if (spelt !== undefined && spelt !== String(value))
      return { hint: l10n.t` Write \`${spelt}\`.`, suggestion: spelt };
    const suggestion = JSON.stringify(String(value));
    return { hint: l10n.t` Put it in quotes: \`${suggestion}\`.`, suggestion };
  }
  if (typeof value !== 'string' || value.length > 60 || value.includes('\n')) return { hint: '' };
  const boolean = types.includes('boolean') ? oldBooleans[value.toLowerCase()] : undefined;
  if (boolean !== undefined) return { hint: l10n.t` Write \`${boolean}\`.`, suggestion: boolean };
  if ((types.includes('integer') || types.includes('number')) && /^[0-9]+$/.test(value)) {
    return { hint: l10n.t` Leave the quotes out.`, suggestion: value };
  }
  if (types.includes('array'))
    return { hint: l10n.t` For a list of one write ${quote(`[${value}]`)}.`, suggestion: `[${value}]` };
  return { hint: '' };
}

function describeValue(value: unknown): string {
  if (value === null || value === undefined) return l10n.t`nothing`;
  if (Array.isArray(value)) return l10n.t`a list`;
  if (typeof value === 'object') return l10n.t`a mapping`;
  if (typeof value === 'string') return value === '' ? l10n.t`an empty text` : l10n.t`the text ${quote(value)}`;
  return `\`${printValue(value)}\``;
}

/** A scalar as text. */
export function printValue(value: unknown): string {
  if (typeof value === 'string') return value;
  return typeof value === 'number' ? value.toString() : JSON.stringify(value);
}

/** `a`, `b` and `c`, each as code. */
export function quoteAll(words: readonly string[], conjunction = l10n.t` and `): string {
  const quoted = words.map(quote);
  const last = quoted.pop();
  if (last === undefined) return l10n.t`nothing`;
  return quoted.length === 0 ? last : `${quoted.join(', ')}${conjunction}${last}`;
}
