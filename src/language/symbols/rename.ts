import * as l10n from '@vscode/l10n';
import { objectToInterfaceName, objectToNamespaceName } from '../../topology/names';
import { parseTopology, type ParsedTopology } from '../../topology/parse';
import type { Problem, TextRange } from '../../topology/problem';
import { factsOf } from '../facts';
import { writeInside, writeScalar } from '../../topology/write/scalar-text';
import { editText, type TextEdit } from '../text-edit';
import { occurrenceAt, referencesAt } from './navigate';
import type { NamedThing, Occurrence } from './occurrences';

/** The edits, or in a person's words why there are none. */
export type Renaming = { readonly edits: readonly TextEdit[] } | { readonly refusal: string };

/** The name to rename at an offset; undefined where nothing has one. */
export function renamableAt(parsed: ParsedTopology, offset: number): { range: TextRange; name: string } | undefined {
  const here = occurrenceAt(parsed, offset);
  return here === undefined || here.isEscaped ? undefined : { range: here.range, name: here.thing.name };
}

/**
 * Renames what an offset is at in all its uses. Only the names change: quotes, comments and layout stay. What the kernel
 * or the language would refuse is refused, and so is a name that is taken.
 */
export function renameAt(parsed: ParsedTopology, offset: number, newName: string): Renaming {
  const here = occurrenceAt(parsed, offset);
  if (here === undefined) return { refusal: l10n.t`Here stands no namespace, bridge or interface.` };
  const { thing } = here;
  if (newName === thing.name) return { edits: [] };
  const refusal = objectToNewName(parsed, thing, newName);
  if (refusal !== undefined) return { refusal: refusal.replaceAll('`', '"') };
  const uses = referencesAt(parsed, offset);
  if (uses.some(({ isEscaped }) => isEscaped)) {
    return { refusal: l10n.t`"${thing.name}" is written with escapes in one place. Write it plainly there first.` };
  }
  const edits = uses.map((use) => spell(parsed.text, use, newName));
  const after = parseTopology(editText(parsed.text, edits), parsed);
  const broken = after.problems.find(isNewError(parsed));
  if (broken === undefined) return { edits };
  return {
    refusal: l10n.t`Not everything that means "${thing.name}" could be renamed: ${broken.message.replaceAll('`', '"')}`,
  };
}

/** Why a thing that is there, or is to be, cannot have a name; undefined if it can. */
export function objectToNewName(parsed: ParsedTopology, thing: NamedThing, newName: string): string | undefined {
  const facts = factsOf(parsed);
  const isNamespace = thing.kind === 'namespace';
  const objection = isNamespace ? objectToNamespaceName(newName) : objectToInterfaceName(newName, thing.kind);
  if (objection !== undefined) return objection.message;
  if (thing.kind !== 'interface') {
    if (facts.namespaces.has(newName)) return l10n.t`There is a namespace \`${newName}\` already.`;
    if (facts.bridges.has(newName)) return l10n.t`There is a bridge \`${newName}\` already.`;
  }
  if (isNamespace) return undefined;
  if (newName === 'lo') return l10n.t`\`lo\` is the loopback interface, which every namespace has.`;
  if (thing.kind === 'bridge' && newName === 'host') return l10n.t`\`host\` means the host itself in an endpoint.`;
  const namespace = thing.kind === 'interface' ? thing.namespace : facts.bridges.get(thing.name);
  if (!facts.interfacesIn(namespace).has(newName)) return undefined;
  return l10n.t`${namespace === undefined ? l10n.t`The host` : `\`${namespace}\``} has an interface \`${newName}\` already.`;
}

/** Changes the name alone, or where that would not be read as it is meant, the word around it, with quotes. */
function spell(text: string, use: Occurrence, newName: string): TextEdit {
  const { word, range, before, after, isSysctl } = use;
  const name = isSysctl ? newName.replaceAll('.', '/') : newName;
  const quote = text[word.start];
  if (quote === '"' || quote === "'") return { range, newText: writeInside(name, quote) };
  const whole = before + name + after;
  const spelt = writeScalar(whole);
  return spelt === whole || (use.role === 'definition' && spelt === `"${whole}"` && isPlainKey(whole))
    ? { range, newText: name }
    : { range: word, newText: spelt };
}

/** Keys are names however they look: `8000` needs no quotes there. */
function isPlainKey(text: string): boolean {
  return /^[0-9]+$/.test(text);
}

/** Finds errors that a file did not have: of a kind of which there were fewer. */
export function isNewError({ problems: before }: ParsedTopology): (problem: Problem) => boolean {
  const left = new Map<string, number>();
  for (const { code } of before) left.set(code, (left.get(code) ?? 0) + 1);
  return ({ severity, code }) => {
    left.set(code, (left.get(code) ?? 0) - 1);
    return severity === 'error' && (left.get(code) ?? 0) < 0;
  };
}
