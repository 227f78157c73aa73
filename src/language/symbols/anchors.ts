import * as l10n from '@vscode/l10n';
import { CST, Lexer } from 'yaml';
import { parseTopology, type ParsedTopology } from '../../topology/parse';
import type { TextRange } from '../../topology/problem';
import { editText } from '../text-edit';
import { isNewError, type Renaming } from './rename';

/** One place where YAML names an anchor (`&name`, its definition) or an alias (`*name`, a use). */
export interface AnchorPlace {
  readonly name: string;
  /** The name without its `&` or `*`. */
  readonly range: TextRange;
  readonly role: 'definition' | 'use';
  /** Which definition it means, counted over the file: a name may be given again further below (YAML 1.2.2, 3.2.2.2). */
  readonly definition: number | undefined;
}

const known = new WeakMap<ParsedTopology, readonly AnchorPlace[]>();

/** Every anchor and alias, in the order of the text; also in a text that is hardly YAML. */
export function anchorsIn(parsed: ParsedTopology): readonly AnchorPlace[] {
  let places = known.get(parsed);
  if (places === undefined) known.set(parsed, (places = findAnchors(parsed.text)));
  return places;
}

/** All places of the anchor that an offset is at; undefined where it is at none. */
export function anchorPlacesAt(parsed: ParsedTopology, offset: number): readonly AnchorPlace[] | undefined {
  // Cheap for all that is asked elsewhere.
  if (!/[&*]/.test(parsed.text.slice(Math.max(0, offset - longest), offset + 1))) return undefined;
  const all = anchorsIn(parsed);
  const here = all.find(({ range }) => range.start - 1 <= offset && offset <= range.end);
  return here && all.filter(({ name, definition }) => name === here.name && definition === here.definition);
}

/** Renames an anchor and its aliases. */
export function renameAnchor(parsed: ParsedTopology, places: readonly AnchorPlace[], newName: string): Renaming {
  if (!isAnchorName(newName)) {
    return { refusal: l10n.t`The name of an anchor has no spaces and none of these: , [ ] { }` };
  }
  const own = new Set(places.map(({ range }) => range.start));
  if (anchorsIn(parsed).some(({ name, range }) => name === newName && !own.has(range.start))) {
    return { refusal: l10n.t`There is an anchor "${newName}" already.` };
  }
  const edits = places.map(({ range }) => ({ range, newText: newName }));
  const broken = parseTopology(editText(parsed.text, edits), parsed).problems.find(isNewError(parsed));
  return broken === undefined ? { edits } : { refusal: broken.message.replaceAll('`', '"') };
}

/** YAML 1.2.2, 6.9.2; a `:` at the end would be read by some as the end of a key. */
function isAnchorName(name: string): boolean {
  return /^[^\s,[\]{}\ufeff\p{Cc}]+$/u.test(name) && !name.endsWith(':');
}

/** A name is hardly longer. */
const longest = 200;

function findAnchors(text: string): AnchorPlace[] {
  if (!/[&*]/.test(text)) return [];
  const places: AnchorPlace[] = [];
  const latest = new Map<string, number>();
  let offset = text.startsWith('\ufeff') ? 1 : 0;
  let isScalar = false;
  for (const token of new Lexer().lex(text.slice(offset))) {
    // Control tokens say what follows and are no part of the text.
    if (token === CST.DOCUMENT || token === CST.FLOW_END || token === CST.SCALAR || token === CST.BOM) {
      isScalar = token === CST.SCALAR;
      continue;
    }
    const isName = !isScalar && token.length > 1 && (token.startsWith('&') || token.startsWith('*'));
    if (isName) {
      const name = token.slice(1);
      const role = token.startsWith('&') ? 'definition' : 'use';
      if (role === 'definition') latest.set(name, places.length);
      const range = { start: offset + 1, end: offset + token.length };
      places.push({ name, range, role, definition: latest.get(name) });
    }
    isScalar = false;
    offset += token.length;
  }
  return places;
}
