/**
 * Makes what finds an item of a list by its key, by an index that is kept for each list: for lists that do not change and are
 * searched once for each of many things. Of items with the same key the first is found, as by `find`.
 *
 * @param keyOf the key of an item; undefined for one that cannot be found
 */
export function lookup<T extends object, K>(
  keyOf: (item: T) => K | undefined,
): (list: readonly T[], key: K) => T | undefined {
  const all = lookupAll(keyOf);
  return (list, key) => all(list, key)[0];
}

/** Makes what finds all items of a list that have a key, in the list's order; otherwise as `lookup`. */
export function lookupAll<T extends object, K>(
  keyOf: (item: T) => K | undefined,
): (list: readonly T[], key: K) => readonly T[] {
  const indexes = new WeakMap<readonly T[], ReadonlyMap<K, readonly T[]>>();
  return (list, key) => {
    let index = indexes.get(list);
    if (index === undefined) {
      index = indexOf(list, keyOf);
      indexes.set(list, index);
    }
    return index.get(key) ?? [];
  };
}

function indexOf<T, K>(list: readonly T[], keyOf: (item: T) => K | undefined): ReadonlyMap<K, readonly T[]> {
  const index = new Map<K, T[]>();
  for (const item of list) {
    const key = keyOf(item);
    if (key === undefined) continue;
    const found = index.get(key);
    if (found === undefined) index.set(key, [item]);
    else found.push(item);
  }
  return index;
}
