import * as l10n from '@vscode/l10n';
import {
  bitsOf,
  explainBadAddress,
  networkAddress,
  parseAddress,
  parseCidr,
  parseNetwork,
  printNetwork,
  sameAddress,
} from '../addresses';
import { objectToInterfaceName, quote, type NamedThing } from '../names';
import { suggest } from '../suggest';
import type { Cursor } from './cursor';

/** Reads an interface's name; reports one that the kernel would refuse. */
export function readInterfaceName(cursor: Cursor<string>, what?: NamedThing): string | undefined {
  const name = cursor.text;
  return name !== undefined && acceptInterfaceName(name, cursor, { what }) ? name : undefined;
}

/** Reports a name that the kernel would refuse. `at: 'key'` where the name is the key of what the cursor stands on. */
export function acceptInterfaceName(
  name: string,
  cursor: Cursor,
  { what, at = 'name' }: { what?: NamedThing | undefined; at?: 'name' | 'key' } = {},
): boolean {
  const objection = objectToInterfaceName(name, what);
  if (objection === undefined) return true;
  const { code, message, suggestion } = objection;
  cursor.problems.find({ code, message, path: cursor.path, at, data: { name, suggestion } });
  return false;
}

/** Reads `ADDRESS/PREFIX`. */
export function readCidr(cursor: Cursor<string>): string | undefined {
  const { text } = cursor;
  if (text === undefined || parseCidr(text) !== undefined) return text;
  reportBadAddress(cursor, text, 'needed');
  return undefined;
}

/** Reads an address without a prefix. */
export function readAddress(cursor: Cursor<string>): string | undefined {
  const { text } = cursor;
  if (text === undefined || parseAddress(text) !== undefined) return text;
  reportBadAddress(cursor, text, 'none');
  return undefined;
}

/**
 * Reads a network (or a single address, which becomes /32 or /128); reports one with host bits set, which `ip` refuses.
 *
 * @param alsoKnown a word that may stand here as well and may have been meant
 */
export function readNetwork(cursor: Cursor<string>, { alsoKnown }: { alsoKnown?: string } = {}): string | undefined {
  const { text } = cursor;
  if (text === undefined) return undefined;
  const network = parseNetwork(text);
  if (network === undefined) {
    reportBadAddress(cursor, text, 'possible', alsoKnown);
    return undefined;
  }
  if (!sameAddress(network.address, networkAddress(network))) {
    const suggestion = printNetwork(network);
    const message = l10n.t`${quote(text)} is an address inside a network; the network is \`${suggestion}\`.`;
    cursor.problems.find({ code: 'network-host-bits', message, path: cursor.path, data: { suggestion } });
    return undefined;
  }
  return text.includes('/') ? text : `${text}/${bitsOf(network.address)}`;
}

function reportBadAddress(
  cursor: Cursor,
  text: string,
  prefix: 'needed' | 'possible' | 'none',
  alsoKnown?: string,
): void {
  const word = alsoKnown === undefined ? undefined : suggest(text, [alsoKnown]);
  const { message, suggestion = word } = explainBadAddress(text, prefix);
  const hint = word === undefined ? '' : l10n.t` Did you mean \`${word}\`?`;
  cursor.problems.find({ code: 'bad-address', message: message + hint, path: cursor.path, data: { suggestion } });
}

/** The values of a list that could be read. */
export function readEach<T, R>(items: readonly T[], read: (item: T) => R | undefined): R[] {
  const values: R[] = [];
  for (const item of items) {
    const value = read(item);
    if (value !== undefined) values.push(value);
  }
  return values;
}
