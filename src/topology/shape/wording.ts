import { quote } from '../names';
import type { Finding } from '../problem-list';
import { suggest } from '../suggest';
import { likelySpelling } from './likely-spelling';
import { pointerToPath, type SchemaError, type SchemaNode } from './schema-error';
import { describeWrongType, printValue, quoteAll } from './wrong-type';

/** Says what a schema error means, where to point, and what a quick fix could do. */
export function describeSchemaError(error: SchemaError): Finding {
  const path = pointerToPath(error.pointer);
  switch (error.keyword) {
    case 'additionalProperties':
      return describeUnknownKey(error, path);
    case 'required':
      return missing(path, error.schema, quote(String(error.params['missingProperty'])));
    case 'oneOf':
      return describeChoice(error, path);
    case 'not':
      return describeExclusion(error, path);
    case 'dependentRequired': {
      const key = String(error.params['property']);
      const other = String(error.params['missingProperty']);
      const message = `\`${key}\` needs \`${other}\` beside it.`;
      return { code: 'missing-key', message, path: [...path, key], at: 'key', data: { key: other, beside: key } };
    }
    case 'enum':
      return describeBadWord(error, path);
    case 'type':
    case 'anyOf':
      return { path, ...describeWrongType(error, path) };
    case 'minimum':
    case 'maximum':
      return describeOutOfRange(error, path);
    case 'minItems':
    case 'maxItems':
      return describeLength(error, path);
    default:
      return describeBadSpelling(error, path);
  }
}

function describeUnknownKey({ params, schema }: SchemaError, path: readonly string[]): Finding {
  const key = String(params['additionalProperty']);
  const known = Object.keys(schema.properties ?? {});
  const suggestion = suggest(key, known);
  const hint = suggestion === undefined ? `It may have ${quoteAll(known)}.` : `Did you mean \`${suggestion}\`?`;
  return {
    code: 'unknown-key',
    message: `${quote(key)} is not a key of ${withArticle(schema)}. ${hint}`,
    path: [...path, key],
    at: 'key',
    data: { key, suggestion },
  };
}

function missing(path: readonly string[], schema: SchemaNode, what: string): Finding {
  return {
    code: 'missing-key',
    message: `${subject(schema)} needs ${what}.`,
    path,
    data: { key: what.replaceAll('`', '') },
  };
}

function describeChoice({ schema, params }: SchemaError, path: readonly string[]): Finding {
  const keys = (schema.oneOf ?? []).flatMap(({ required }) => required ?? []);
  const passing = params['passingSchemas'];
  if (!Array.isArray(passing)) {
    return { code: 'missing-key', message: `${subject(schema)} needs one of ${quoteAll(keys, 'or')}.`, path };
  }
  const written = passing.map((index) => keys[Number(index)] ?? '');
  const message = `${subject(schema)} can have only one of ${quoteAll(keys, 'or')}; this one has ${quoteAll(written)}.`;
  return exclusion(message, path, written);
}

function describeExclusion({ schema }: SchemaError, path: readonly string[]): Finding {
  const keys = schema.not?.required ?? [];
  const message = `${subject(schema)} can have ${quoteAll(keys, 'or')}, but not both.`;
  return exclusion(message, path, keys);
}

function exclusion(message: string, path: readonly string[], [first, second]: readonly string[]): Finding {
  const data = { key: second, other: first };
  return { code: 'keys-exclude-each-other', message, path: [...path, second ?? ''], at: 'key', data };
}

/** Words that people write for good reasons and that stand for something else here. */
const knownMistakes: Readonly<Record<string, { readonly hint: string; readonly data?: Finding['data'] }>> = {
  'Interface kind: veth': {
    hint: "Every link's end is a veth by itself: leave `kind` out.",
    data: { key: 'kind' },
  },
  'Interface kind: bridge': { hint: 'A bridge is declared under `bridges`.' },
  'Bridge kind: bridge': {
    hint: 'A Linux bridge is what a bridge is without `kind`.',
    data: { key: 'kind' },
  },
  'Bridge kind: ovs': { hint: 'Its whole name is `openvswitch`.', data: { suggestion: 'openvswitch' } },
  'Bridge kind: ovs-bridge': { hint: 'Its whole name is `openvswitch`.', data: { suggestion: 'openvswitch' } },
};

function describeBadWord({ schema, value }: SchemaError, path: readonly string[]): Finding {
  if (value === null) return { code: 'value-missing', message: `${named(path, schema)} has no value.`, path };
  const words = (schema.enum ?? []).map(String);
  const written = typeof value === 'object' ? '' : printValue(value);
  const suggestion = suggest(written, words);
  const known = knownMistakes[`${schema.title ?? ''}: ${written}`];
  const hint = known?.hint ?? (suggestion === undefined ? '' : `Did you mean \`${suggestion}\`?`);
  const message = `${named(path, schema)} is one of ${quoteAll(words, 'or')}. ${hint}`.trimEnd();
  return { code: 'unknown-word', message, path, data: known === undefined ? { suggestion } : (known.data ?? {}) };
}

function describeOutOfRange({ schema, value }: SchemaError, path: readonly string[]): Finding {
  const { minimum, maximum } = schema;
  const range =
    maximum === undefined
      ? `at least ${minimum ?? 0}`
      : minimum === undefined
        ? `at most ${maximum}`
        : `from ${minimum} to ${maximum}`;
  return {
    code: 'out-of-range',
    message: `${named(path, schema)} must be ${range}; it is ${printValue(value)}.`,
    path,
  };
}

function describeLength({ schema, value }: SchemaError, path: readonly string[]): Finding {
  const { minItems, maxItems } = schema;
  const count = Array.isArray(value) ? value.length : 0;
  const wanted =
    minItems === maxItems
      ? `exactly ${minItems ?? 0}`
      : minItems === undefined
        ? `at most ${maxItems ?? 0}`
        : `at least ${minItems}`;
  return {
    code: 'wrong-count',
    message: `${named(path, schema)} takes ${wanted}; there ${count === 1 ? 'is' : 'are'} ${count}.`,
    path,
  };
}

/** A text of the right type that is none of what it should be: the schema's own description says what it should be. */
function describeBadSpelling({ schema, value, key }: SchemaError, path: readonly string[]): Finding {
  const written = key ?? printValue(value);
  const { title = 'value', description } = schema as { title?: string; description?: string };
  const what = written === '' ? 'An empty text' : quote(written);
  const message = `${what} is not a valid ${lowerFirst(title)}.${description === undefined ? '' : ` ${description}`}`;
  const code = written === '' ? 'value-missing' : 'bad-spelling';
  const data = { suggestion: likelySpelling(title, written) };
  return key === undefined ? { code, message, path, data } : { code, message, path: [...path, key], at: 'key', data };
}

/** `` `mtu` `` for a key's value; `This address` for a list's item. */
function named(path: readonly string[], schema: SchemaNode): string {
  const last = path.at(-1);
  return last === undefined || /^[0-9]+$/.test(last) ? subject(schema) : quote(last);
}

function subject({ title }: SchemaNode): string {
  return `This ${lowerFirst(title ?? 'entry')}`;
}

function withArticle({ title = 'entry' }: SchemaNode): string {
  return `${/^[aeiou]/i.test(title) ? 'an' : 'a'} ${lowerFirst(title)}`;
}

/** `Route` becomes `route`; `NAT rule` stays. */
function lowerFirst(title: string): string {
  return /^[A-Z][a-z]/.test(title) ? title.slice(0, 1).toLowerCase() + title.slice(1) : title;
}
