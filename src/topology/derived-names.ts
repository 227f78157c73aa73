import { byteLength, longestInterfaceName, shortenName } from './names';

/**
 * The name of a bridge's port that the file does not name: the start of the other end's name, for people, and a hash of
 * what the cable connects, which keeps it apart from other cables' on the same host. It depends on nothing else in the
 * file, so that it is the same in the next run and after other cables were added.
 *
 * @param taken the names in the bridge's namespace so far; the result is none of them
 */
export function derivePortName(
  cable: {
    readonly lab: string;
    readonly bridge: string;
    readonly otherPlace: string;
    readonly otherInterface?: string;
  },
  taken: ReadonlySet<string>,
): string {
  const identity = JSON.stringify([cable.lab, cable.bridge, cable.otherPlace, cable.otherInterface ?? null]);
  const readable = cable.otherPlace.replaceAll(/[^A-Za-z0-9_.-]/g, '').replace(/^[-.]+/, '') || 'p';
  for (let turn = 0; ; turn++) {
    const hash = hashText(turn === 0 ? identity : `${identity}#${turn}`);
    const name = `${shortenName(readable, longestInterfaceName - 1 - byteLength(hash))}-${hash}`;
    if (!taken.has(name)) return name;
  }
}

/** FNV-1a (32 bits, draft-eastlake-fnv) over UTF-16 code units, as six characters of base 36. */
function hashText(text: string): string {
  let hash = 0x811c9dc5;
  for (let index = 0; index < text.length; index++) {
    hash = Math.imul(hash ^ text.charCodeAt(index), 0x01000193);
  }
  return (hash >>> 0).toString(36).slice(-6).padStart(6, '0');
}
