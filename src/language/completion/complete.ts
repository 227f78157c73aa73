import { Facts } from '../facts';
import type { CursorPlace } from '../loose/place';
import { readLoosely } from '../loose/read-loosely';
import { roleOfValue } from '../roles';
import { writeInside, writeQuoted, writeScalar } from '../../topology/write/scalar-text';
import { itemOf, schemaAt, typesOf } from '../schema';
import { aliasProposals } from './aliases';
import { unique, type Idea } from './idea';
import { keyIdeas } from './keys';
import { cursorMark, type Proposal } from './proposal';
import { valueIdeas, type Surroundings } from './values';

/**
 * What may be written at a cursor, the likeliest first: keys, words, and what the file knows. It reads the text by its
 * indentation, so that it is right in a text that no parser takes. Never throws.
 *
 * @param offset in UTF-16 code units
 */
export function complete(text: string, offset: number, surroundings: Surroundings = {}): Proposal[] {
  const aliases = aliasProposals(text, offset);
  if (aliases !== undefined) return aliases;
  const { root, place } = readLoosely(text, offset);
  if (place === undefined) return [];
  const facts = new Facts(root);
  const proposals = proposalsAt(asEndpoint(place, offset), { facts, surroundings, cursor: offset });
  return proposals.sort((a, b) => a.rank - b.rank);
}

interface Knowledge {
  readonly facts: Facts;
  readonly surroundings: Surroundings;
  readonly cursor: number;
}

function proposalsAt(place: CursorPlace, knowledge: Knowledge): Proposal[] {
  const { facts, surroundings } = knowledge;
  const write = (ideas: readonly Idea[], before = '', after = ''): Proposal[] =>
    unique(ideas).map((idea) => toProposal(idea, place, knowledge.cursor, { before, after }));
  if (place.kind === 'key') return write(keyIdeas(place, facts));
  const schema = schemaAt(place.path);
  if (schema === undefined) return [];
  const types = typesOf(schema);
  const values = valueIdeas(place.path, facts, surroundings);
  if (place.kind === 'value') {
    const item = itemOf(schema);
    const items = item === undefined ? [] : valueIdeas([...place.path, 0], facts, surroundings);
    const keys = types.includes('object') ? keyIdeas({ ...place, isFlow: true }, facts) : [];
    return [...write(values), ...write(items, '[', `${cursorMark}]`), ...write(keys, '{ ', ' }')];
  }
  if (place.kind === 'node' && types.includes('array')) {
    return proposalsAt({ ...place, kind: 'item', path: [...place.path, 0] }, knowledge);
  }
  const dash = place.kind === 'item' ? '- ' : '';
  const keys = types.includes('object') ? keyIdeas(place, facts) : [];
  return [...write(values, dash), ...write(keys, dash)];
}

function toProposal(
  idea: Idea,
  place: CursorPlace,
  cursor: number,
  around: { before: string; after: string },
): Proposal {
  const { label, kind, detail, documentation, rank, asksAgain = false } = idea;
  const space = place.needsSpace ? ' ' : '';
  const scalar =
    place.quote !== '' ? writeInside(idea.text, place.quote) : idea.isWord === true ? idea.text : spell(idea.text);
  const text = space + around.before + scalar + (idea.after ?? '') + around.after;
  return {
    label,
    kind,
    rank,
    asksAgain,
    text: keepOneMark(text),
    inserting: { start: place.word.start, end: Math.max(cursor, place.word.start) },
    replacing: place.word,
    ...(detail !== undefined && { detail }),
    ...(documentation !== undefined && { documentation }),
    ...(place.indentation !== undefined && { also: place.indentation }),
  };
}

/** A scalar that the user goes on writing is quoted at once: what it ends with now, such as a `:`, means something else. */
function spell(text: string): string {
  if (!text.includes(cursorMark)) return writeScalar(text);
  const [before = '', after = ''] = text.split(cursorMark);
  return `${writeQuoted(before).slice(0, -1)}${cursorMark}${writeQuoted(after).slice(1)}`;
}

function keepOneMark(text: string): string {
  const [before = '', ...rest] = text.split(cursorMark);
  return rest.length === 0 ? before : before + cursorMark + rest.join('');
}

/** `- earth:` is a key by YAML's rules, and an endpoint that is being written by its place. */
function asEndpoint(place: CursorPlace, cursor: number): CursorPlace {
  const key = place.path.at(-1);
  const path = place.path.slice(0, -1);
  if (place.kind !== 'value' || typeof key !== 'string' || roleOfValue(path)?.role !== 'endpoint') return place;
  const start = cursor - key.length - 1;
  return place.needsSpace && schemaAt(place.path) === undefined
    ? { ...place, kind: 'node', path, word: { start, end: cursor }, prefix: `${key}:`, needsSpace: false }
    : place;
}
