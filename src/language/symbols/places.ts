import type { ParsedTopology } from '../../topology/parse';
import type { TextRange } from '../../topology/problem';
import { anchorPlacesAt, renameAnchor } from './anchors';
import { definitionsAt, referencesAt } from './navigate';
import { renamableAt, renameAt, type Renaming } from './rename';

/** A place of something that has a name: of what the topology names, or of YAML's anchors. */
export interface NamedPlace {
  readonly range: TextRange;
  readonly role: 'definition' | 'use';
}

/** Where what an offset is at is made. */
export function definitionPlaces(parsed: ParsedTopology, offset: number): NamedPlace[] {
  const anchors = anchorPlacesAt(parsed, offset);
  return (anchors?.filter(({ role }) => role === 'definition') ?? definitionsAt(parsed, offset)).map(placeOf);
}

/** Every place that names what an offset is at. */
export function referencePlaces(parsed: ParsedTopology, offset: number): NamedPlace[] {
  return (anchorPlacesAt(parsed, offset) ?? referencesAt(parsed, offset)).map(placeOf);
}

/** The name to rename at an offset; undefined where nothing has one. */
export function renamablePlace(parsed: ParsedTopology, offset: number): { range: TextRange; name: string } | undefined {
  const here = anchorPlacesAt(parsed, offset)?.find(({ range }) => range.start - 1 <= offset && offset <= range.end);
  return here === undefined ? renamableAt(parsed, offset) : { range: here.range, name: here.name };
}

/** Renames what an offset is at in all its places. */
export function renamePlaces(parsed: ParsedTopology, offset: number, newName: string): Renaming {
  const anchors = anchorPlacesAt(parsed, offset);
  return anchors === undefined ? renameAt(parsed, offset, newName) : renameAnchor(parsed, anchors, newName);
}

function placeOf({ range, role }: NamedPlace): NamedPlace {
  return { range, role };
}
