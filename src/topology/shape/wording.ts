import * as l10n from '@vscode/l10n';
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
      const message = l10n.t`\`${key}\` needs \`${other}\` beside it.`;
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
  const hint =
    suggestion === undefined ? l10n.t`It may have ${quoteAll(known)}.` : l10n.t`Did you mean \`${suggestion}\`?`;
  return {
    code: 'unknown-key',
    message: l10n.t`${quote(key)} is not a key of ${withArticle(schema)}. ${hint}`,
    path: [...path, key],
    at: 'key',
    data: { key, suggestion },
  };
}

function missing(path: readonly string[], schema: SchemaNode, what: string): Finding {
  return {
    code: 'missing-key',
    message: l10n.t`${subject(schema)} needs ${what}.`,
    path,
    data: { key: what.replaceAll('`', '') },
  };
}

function describeChoice({ schema, params }: SchemaError, path: readonly string[]): Finding {
  const keys = (schema.oneOf ?? []).flatMap(({ required }) => required ?? []);
  const passing = params['passingSchemas'];
  if (!Array.isArray(passing)) {
    return {
      code: 'missing-key',
      message: l10n.t`${subject(schema)} needs one of ${quoteAll(keys, l10n.t` or `)}.`,
      path,
    };
  }
  const written = passing.map((index) => keys[Number(index)] ?? '');
  const message = l10n.t`${subject(schema)} can have only one of ${quoteAll(keys, l10n.t` or `)}; this one has ${quoteAll(written)}.`;
  return exclusion(message, path, written);
}

function describeExclusion({ schema }: SchemaError, path: readonly string[]): Finding {
  const keys = schema.not?.required ?? [];
  const message = l10n.t`${subject(schema)} can have ${quoteAll(keys, l10n.t` or `)}, but not both.`;
  return exclusion(message, path, keys);
}

function exclusion(message: string, path: readonly string[], [first, second]: readonly string[]): Finding {
  const data = { key: second, other: first };
  return { code: 'keys-exclude-each-other', message, path: [...path, second ?? ''], at: 'key', data };
}

/** Words that people write for good reasons and that stand for something else here. */
const knownMistakes: Readonly<Record<string, { readonly hint: string; readonly data?: Finding['data'] }>> = {
  'Interface kind: veth': {
    hint: l10n.t`Every link's end is a veth by itself: leave \`kind\` out.`,
    data: { key: 'kind' },
  },
  'Interface kind: bridge': { hint: l10n.t`A bridge is declared under \`bridges\`.` },
  'Bridge kind: bridge': {
    hint: l10n.t`A Linux bridge is what a bridge is without \`kind\`.`,
    data: { key: 'kind' },
  },
  'Bridge kind: ovs': { hint: l10n.t`Its whole name is \`openvswitch\`.`, data: { suggestion: 'openvswitch' } },
  'Bridge kind: ovs-bridge': { hint: l10n.t`Its whole name is \`openvswitch\`.`, data: { suggestion: 'openvswitch' } },
};

function describeBadWord({ schema, value }: SchemaError, path: readonly string[]): Finding {
  if (value === null) return { code: 'value-missing', message: l10n.t`${named(path, schema)} has no value.`, path };
  const words = (schema.enum ?? []).map(String);
  const written = typeof value === 'object' ? '' : printValue(value);
  const suggestion = suggest(written, words);
  const known = knownMistakes[`${schema.title ?? ''}: ${written}`];
  const hint = known?.hint ?? (suggestion === undefined ? '' : l10n.t`Did you mean \`${suggestion}\`?`);
  const message = l10n.t`${named(path, schema)} is one of ${quoteAll(words, l10n.t` or `)}. ${hint}`.trimEnd();
  return { code: 'unknown-word', message, path, data: known === undefined ? { suggestion } : (known.data ?? {}) };
}

function describeOutOfRange({ schema, value }: SchemaError, path: readonly string[]): Finding {
  const { minimum, maximum } = schema;
  const range =
    maximum === undefined
      ? l10n.t`at least ${minimum ?? 0}`
      : minimum === undefined
        ? l10n.t`at most ${maximum}`
        : l10n.t`from ${minimum} to ${maximum}`;
  return {
    code: 'out-of-range',
    message: l10n.t`${named(path, schema)} must be ${range}; it is ${printValue(value)}.`,
    path,
  };
}

function describeLength({ schema, value }: SchemaError, path: readonly string[]): Finding {
  const { minItems, maxItems } = schema;
  const count = Array.isArray(value) ? value.length : 0;
  const wanted =
    minItems === maxItems
      ? l10n.t`exactly ${minItems ?? 0}`
      : minItems === undefined
        ? l10n.t`at most ${maxItems ?? 0}`
        : l10n.t`at least ${minItems}`;
  return {
    code: 'wrong-count',
    message:
      count === 1
        ? l10n.t`${named(path, schema)} takes ${wanted}; there is 1.`
        : l10n.t`${named(path, schema)} takes ${wanted}; there are ${count}.`,
    path,
  };
}

/** A text of the right type that is none of what it should be: the schema's own description says what it should be. */
function describeBadSpelling({ schema, value, key }: SchemaError, path: readonly string[]): Finding {
  const written = key ?? printValue(value);
  const { title, description } = schema as { title?: string; description?: string };
  const kind = lowerFirst(title === undefined ? l10n.t`value` : l10n.t(title));
  const what = written === '' ? l10n.t`An empty text` : quote(written);
  const message = l10n.t`${what} is not a valid ${kind}.${description === undefined ? '' : ` ${l10n.t(description)}`}`;
  const code = written === '' ? 'value-missing' : 'bad-spelling';
  const data = { suggestion: likelySpelling(title ?? '', written) };
  return key === undefined ? { code, message, path, data } : { code, message, path: [...path, key], at: 'key', data };
}

/** `` `mtu` `` for a key's value; `This address` for a list's item. */
function named(path: readonly string[], schema: SchemaNode): string {
  const last = path.at(-1);
  return last === undefined || /^[0-9]+$/.test(last) ? subject(schema) : quote(last);
}

function subject({ title }: SchemaNode): string {
  return l10n.t`This ${lowerFirst(title === undefined ? l10n.t`entry` : l10n.t(title))}`;
}

function withArticle({ title }: SchemaNode): string {
  const thing = lowerFirst(title === undefined ? l10n.t`entry` : l10n.t(title));
  return /^[aeiou]/i.test(thing) ? l10n.t`an ${thing}` : l10n.t`a ${thing}`;
}

/** `Route` becomes `route`; `NAT rule` stays. */
function lowerFirst(title: string): string {
  return /^[A-Z][a-z]/.test(title) ? title.slice(0, 1).toLowerCase() + title.slice(1) : title;
}
