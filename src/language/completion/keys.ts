import * as l10n from '@vscode/l10n';
import { roleOfKey } from '../roles';
import type { CursorPlace } from '../loose/place';
import { entryOf, itemOf, possibleKeys, schemaAt, typesOf, type Schema } from '../schema';
import type { Facts } from '../facts';
import { cursorMark } from './proposal';
import { sysctlNames } from './sysctls';
import type { Idea } from './idea';

/** The keys that the mapping at a place may have, with what makes each one's value easy to write. */
export function keyIdeas(place: CursorPlace, facts: Facts): Idea[] {
  const schema = schemaAt(place.path);
  if (schema === undefined) return [];
  const present = new Set(place.siblings?.entries.keys());
  // The key under the cursor may be written anew.
  present.delete(place.siblings === undefined ? '' : keyAt(place));
  const known = possibleKeys(schema, present).map(([key, property]): Idea => {
    const isRequired = schema.required?.includes(key) === true;
    return {
      label: key,
      kind: 'key',
      text: key,
      after: afterKey(property, place),
      rank: isRequired ? 0 : 1,
      asksAgain: !place.hasColon && hasWords(property),
      ...(property.title !== undefined && { detail: l10n.t(property.title) }),
      ...(property.description !== undefined && { documentation: l10n.t(property.description) }),
    };
  });
  return [...known, ...nameIdeas(place, schema, present, facts)];
}

/** Names that the file uses and has no entry for yet, where a mapping's keys are names. */
function nameIdeas(place: CursorPlace, schema: Schema, present: ReadonlySet<string>, facts: Facts): Idea[] {
  const value = entryOf(schema);
  if (value === undefined) return [];
  const role = roleOfKey([...place.path, '-']);
  const names =
    role?.role === 'namespace'
      ? undeclaredPlaces(facts).map((name) => ({
          name,
          kind: 'namespace' as const,
          detail: l10n.t`used, not declared yet`,
        }))
      : role?.role === 'interface'
        ? facts
            .endsIn(role.namespace)
            .map((name) => ({ name, kind: 'interface' as const, detail: l10n.t`end of a link` }))
        : role?.role === 'sysctl'
          ? sysctlNames(facts.interfacesIn(role.namespace)).map((name) => ({
              name,
              kind: 'setting' as const,
              detail: '',
            }))
          : [];
  return names
    .filter(({ name }) => !present.has(name))
    .map(({ name, kind, detail }) => ({
      label: name,
      kind,
      detail,
      text: name,
      after: afterKey(value, place),
      rank: 0,
      asksAgain: false,
    }));
}

/** What link ends and checks name, and nothing declares. */
function undeclaredPlaces(facts: Facts): string[] {
  const places = facts.ends.flat().map((end) => end.split(':')[0] ?? '');
  return [...new Set(places)].filter(
    (place) => place !== '' && place !== 'host' && !facts.namespaces.has(place) && !facts.bridges.has(place),
  );
}

/** The `:`, and the beginning of a value of the key's type, in the style of the place. */
function afterKey(schema: Schema, { hasColon, isFlow, column, kind }: CursorPlace): string {
  if (hasColon) return '';
  const types = typesOf(schema);
  const below = `\n${' '.repeat(column + (kind === 'item' ? 2 : 0) + 2)}`;
  if (types.includes('array') && !types.includes('string')) {
    const item = itemOf(schema);
    const holdsMaps = item !== undefined && typesOf(item).every((type) => type === 'object');
    return isFlow || !holdsMaps ? `: [${cursorMark}]` : `:${below}- ${cursorMark}`;
  }
  if (types.includes('object') && !types.includes('string'))
    return isFlow ? `: { ${cursorMark} }` : `:${below}${cursorMark}`;
  return `: ${cursorMark}`;
}

/** Whether there is a list of values to choose from. */
function hasWords(schema: Schema): boolean {
  return schema.enum !== undefined || typesOf(schema).includes('boolean');
}

function keyAt({ siblings, word }: CursorPlace): string {
  for (const [name, { key }] of siblings?.entries ?? [])
    if (key.start === word.start && key.end === word.end) return name;
  return '';
}
