import type { ParsedTopology } from '../../topology/parse';
import { isSameThing, occurrencesIn, type Occurrence } from './occurrences';

/** The name that an offset is at, also directly behind it. */
export function occurrenceAt(parsed: ParsedTopology, offset: number): Occurrence | undefined {
  const here = occurrencesIn(parsed).filter(({ range }) => range.start <= offset && offset <= range.end);
  // Between two names, the one that begins there.
  return here.at(-1);
}

/** Every place that names what an offset is at, that place included. */
export function referencesAt(parsed: ParsedTopology, offset: number): Occurrence[] {
  const here = occurrenceAt(parsed, offset);
  return here === undefined ? [] : occurrencesIn(parsed).filter(({ thing }) => isSameThing(thing, here.thing));
}

/** Where what an offset is at comes from: its own entry, or else the ends of links that make it. */
export function definitionsAt(parsed: ParsedTopology, offset: number): Occurrence[] {
  const all = referencesAt(parsed, offset);
  const entries = all.filter(({ role }) => role === 'definition');
  if (entries.length > 0) return entries;
  return all.filter(({ word }) => parsed.pathAt(word.start)[0] === 'links');
}
