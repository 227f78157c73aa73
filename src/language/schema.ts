import topologySchema from '../../schemas/netns-topology.schema.json';
import type { YamlPath } from '../topology/model';

/** What we use of JSON Schema, of the language's one source of shape. */
export interface Schema {
  readonly title?: string;
  /** Markdown. */
  readonly description?: string;
  readonly type?: string | readonly string[];
  readonly enum?: readonly string[];
  readonly default?: string | number | boolean;
  readonly properties?: Readonly<Record<string, Schema>>;
  readonly additionalProperties?: boolean | Schema;
  readonly items?: Schema;
  readonly required?: readonly string[];
  readonly dependentRequired?: Readonly<Record<string, readonly string[]>>;
  readonly oneOf?: readonly Schema[];
  readonly anyOf?: readonly Schema[];
  readonly not?: Schema;
  readonly minimum?: number;
  readonly maximum?: number;
  readonly $ref?: string;
}

const root: Schema & { readonly $defs: Readonly<Record<string, Schema>> } = topologySchema;

/** The schema of what stands at a path; undefined where the language has nothing. */
export function schemaAt(path: YamlPath): Schema | undefined {
  let schema: Schema | undefined = root;
  for (const step of path) {
    if (schema === undefined) return undefined;
    const here: readonly Schema[] = alternatives(schema);
    schema = here.map((one) => stepInto(one, step)).find((next) => next !== undefined);
  }
  return schema;
}

/** A schema, or each of the schemas that a value may follow. */
export function alternatives(schema: Schema): readonly Schema[] {
  return schema.anyOf?.map(resolve) ?? [schema];
}

/** The types that a value may have. */
export function typesOf(schema: Schema): readonly string[] {
  return alternatives(schema).flatMap(({ type, enum: words }) => type ?? (words === undefined ? [] : ['string']));
}

/** The schema of a list's items. */
export function itemOf({ items }: Schema): Schema | undefined {
  return items && resolve(items);
}

/** The schema of the values in a mapping whose keys are names. */
export function entryOf({ additionalProperties }: Schema): Schema | undefined {
  return typeof additionalProperties === 'object' ? resolve(additionalProperties) : undefined;
}

/** The keys that a mapping may have besides those that it has, as they stand in the schema. */
export function possibleKeys(schema: Schema, present: ReadonlySet<string>): readonly (readonly [string, Schema])[] {
  return alternatives(schema).flatMap((one) =>
    Object.entries(one.properties ?? {})
      .filter(([key]) => !present.has(key) && isPossible(one, key, present))
      .map(([key, property]) => [key, resolve(property)] as const),
  );
}

/** Whether a mapping with these keys may have this one too: it excludes none, and what it needs is not excluded. */
function isPossible(
  { oneOf = [], not, dependentRequired = {} }: Schema,
  key: string,
  present: ReadonlySet<string>,
): boolean {
  const choices = oneOf.flatMap(({ required = [] }) => required);
  if (choices.includes(key) && choices.some((choice) => present.has(choice))) return false;
  if (not?.required?.includes(key) === true && not.required.some((other) => present.has(other))) return false;
  const needs = Object.hasOwn(dependentRequired, key) ? (dependentRequired[key] ?? []) : [];
  // Two that need each other come one after the other.
  return needs.every((other) => present.has(other) || choices.includes(key));
}

function stepInto(schema: Schema, step: string | number): Schema | undefined {
  if (typeof step === 'number') return itemOf(schema);
  const own =
    schema.properties !== undefined && Object.hasOwn(schema.properties, step) ? schema.properties[step] : undefined;
  if (own !== undefined) return resolve(own);
  return entryOf(schema);
}

/** Follows `$ref`; words beside it win over those of what it refers to. */
function resolve(schema: Schema): Schema {
  if (schema.$ref === undefined) return schema;
  const { $ref, ...own } = schema;
  const target = root.$defs[$ref.replace('#/$defs/', '')];
  return target === undefined ? own : { ...resolve(target), ...own };
}
