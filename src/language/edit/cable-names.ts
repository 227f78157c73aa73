import { byteLength, longestInterfaceName, objectToInterfaceName, shortenName } from '../../topology/names';

/** An interface that leads where a new one is to lead, and the place that it belongs to. */
export interface Sibling {
  readonly place: string;
  readonly name: string;
}

/**
 * A name for the end of a new cable at `place`: as its siblings are named (`earth-veth` and `mars-veth` have `venus-veth`
 * beside them, `veth0` and `veth1` have `veth2`), else the first free of `base` and a number.
 *
 * @param taken the names in the namespace that the end is in
 */
export function nameEnd(place: string, siblings: readonly Sibling[], taken: ReadonlySet<string>, base = 'eth'): string {
  return nameLikeSiblings(place, siblings, taken) ?? firstFree(base, taken);
}

/** As `nameEnd`, only where the siblings' names show how. */
export function nameLikeSiblings(
  place: string,
  siblings: readonly Sibling[],
  taken: ReadonlySet<string>,
): string | undefined {
  const isFree = (name: string): boolean => objectToInterfaceName(name) === undefined && !taken.has(name);
  const last = siblings.at(-1);
  if (last === undefined) return undefined;
  const candidates =
    last.place !== '' && last.name.includes(last.place) ? [afterPlace(place, last)] : afterNumbers(siblings);
  return candidates.find(isFree);
}

/** `blue` → `veth-blue`: the prefix and what a name has room for behind it, with a number where that is taken. */
export function nameAfter(prefix: string, place: string, taken: ReadonlySet<string>): string {
  const readable = place.replaceAll(/[^A-Za-z0-9_.-]/g, '').replace(/^[-.]+/, '');
  const name = shortenName(prefix + readable);
  if (readable !== '' && objectToInterfaceName(name) === undefined && !taken.has(name)) return name;
  const short = shortenName(prefix + readable, longestInterfaceName - 4);
  return firstFree(byteLength(short) > prefix.length ? `${short}-` : prefix, taken);
}

function afterPlace(place: string, sibling: Sibling): string {
  const at = sibling.name.indexOf(sibling.place);
  return sibling.name.slice(0, at) + place + sibling.name.slice(at + sibling.place.length);
}

/** The name that all have, or the number behind the highest. */
function afterNumbers(siblings: readonly Sibling[]): string[] {
  const names = [...new Set(siblings.map(({ name }) => name))];
  if (names.length === 1) return names;
  const parts = names.map((name) => /^(.*?)([0-9]{1,4})$/s.exec(name)?.slice(1) ?? []);
  const stem = parts[0]?.[0];
  if (stem === undefined || stem === '' || parts.some(([each]) => each !== stem)) return [];
  return [`${stem}${Math.max(...parts.map(([, number]) => Number(number))) + 1}`];
}

function firstFree(base: string, taken: ReadonlySet<string>): string {
  for (let number = 0; ; number++) if (!taken.has(`${base}${number}`)) return `${base}${number}`;
}
