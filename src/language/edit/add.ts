import type { ParsedTopology } from '../../topology/parse';
import { factsOf } from '../facts';
import { objectToNewName } from '../symbols/rename';
import { editFile, inWords, type Editing } from './editing';

export type Addable = 'namespace' | 'bridge';

const bases: Readonly<Record<Addable, string>> = { namespace: 'ns', bridge: 'br' };

/** The next name that is free: `ns1`, `ns2`, …; bridges begin at `br0`, as people count them. */
export function proposeName(parsed: ParsedTopology, kind: Addable): string {
  for (let number = kind === 'bridge' ? 0 : 1; ; number++) {
    const name = `${bases[kind]}${number}`;
    if (objectToName(parsed, kind, name) === undefined) return name;
  }
}

/** Why a new namespace or bridge cannot have a name, in the words of the rules; undefined if it can. */
export function objectToName(parsed: ParsedTopology, kind: Addable, name: string): string | undefined {
  const objection = objectToNewName(parsed, { kind, name: '' }, name);
  return objection === undefined ? undefined : inWords(objection);
}

/** Adds a namespace or a bridge with nothing in it. */
export function addThing(parsed: ParsedTopology, kind: Addable, name: string): Editing {
  const refusal = objectToName(parsed, kind, name);
  if (refusal !== undefined) return { refusal };
  return editFile(parsed, [{ type: 'set', path: [`${kind}s`], key: name, value: {} }]);
}

/** The interfaces' names that are taken in a namespace, or in the root namespace. */
export function takenNames(parsed: ParsedTopology, namespace: string | undefined): ReadonlySet<string> {
  return factsOf(parsed).interfacesIn(namespace);
}
