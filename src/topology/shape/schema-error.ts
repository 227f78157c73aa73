import type { ErrorObject } from 'ajv';

/** The parts of a JSON Schema that our messages take words from. */
export interface SchemaNode {
  readonly title?: string;
  readonly type?: string | readonly string[];
  readonly properties?: Readonly<Record<string, unknown>>;
  readonly enum?: readonly unknown[];
  readonly oneOf?: readonly { readonly required?: readonly string[] }[];
  readonly anyOf?: readonly unknown[];
  readonly not?: { readonly required?: readonly string[] };
  readonly minimum?: number;
  readonly maximum?: number;
  readonly minItems?: number;
  readonly maxItems?: number;
}

/** An error of the generated validator, which carries the schema it comes from (ajv's option `verbose`). */
export interface SchemaError {
  readonly keyword: string;
  /** The path of the value, as ajv's JSON pointer. */
  readonly pointer: string;
  /** Where in the schema the rule stands. */
  readonly schemaPath: string;
  readonly params: Readonly<Record<string, unknown>>;
  readonly schema: SchemaNode;
  readonly value: unknown;
  /** The key that is wrong, where a rule on keys (`propertyNames`) is broken. */
  readonly key?: string;
}

export function toSchemaError(error: ErrorObject): SchemaError {
  return {
    keyword: error.keyword,
    pointer: error.instancePath,
    schemaPath: error.schemaPath,
    params: error.params as Record<string, unknown>,
    schema: (error.parentSchema ?? {}) as SchemaNode,
    value: error.data,
    ...(error.propertyName !== undefined && { key: error.propertyName }),
  };
}

/** A JSON pointer (RFC 6901) as keys. Indices stay text, which lookups in the source tree take as well. */
export function pointerToPath(pointer: string): string[] {
  if (pointer === '') return [];
  return pointer
    .slice(1)
    .split('/')
    .map((step) => step.replaceAll('~1', '/').replaceAll('~0', '~'));
}

/**
 * Keeps, of the errors that belong to a choice, those that say something to a person.
 *
 * - Of alternatives of different types (`anyOf`) ajv reports all: that the value is not of this type, not of that. If
 *   something else is wrong as well, then the value is of one of the types, and that is the mistake; else the choice is.
 * - Of alternatives that differ in their required keys (`oneOf`) the choice says all that its alternatives say.
 * - Nothing can be said of the keys of what is no mapping.
 * - A rule on keys is reported by what it says of the key.
 */
export function withoutNoise(errors: readonly SchemaError[]): SchemaError[] {
  const choices = new Set(errors.filter(({ keyword }) => keyword === 'anyOf').map(({ pointer }) => pointer));
  const ofWrongType = new Set(errors.filter(({ keyword }) => keyword === 'type').map(({ pointer }) => pointer));
  const telling = errors.filter(
    ({ keyword, pointer, schemaPath }) =>
      !((keyword === 'oneOf' || keyword === 'not') && ofWrongType.has(pointer)) &&
      keyword !== 'propertyNames' &&
      !(keyword === 'required' && /\/oneOf\/[0-9]+\/required$/.test(schemaPath)) &&
      !(keyword === 'type' && choices.has(pointer)),
  );
  const answered = new Set<string>();
  for (const { keyword, pointer } of telling) {
    if (keyword === 'anyOf') continue;
    // The choices are few and their values small: one or two steps up is where a choice can be.
    answered
      .add(pointer)
      .add(parentOf(pointer))
      .add(parentOf(parentOf(pointer)));
  }
  return telling.filter(({ keyword, pointer }) => keyword !== 'anyOf' || !answered.has(pointer));
}

function parentOf(pointer: string): string {
  return pointer.slice(0, Math.max(pointer.lastIndexOf('/'), 0));
}
