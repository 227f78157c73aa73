import type { YamlPath } from '../../topology/model';
import type { PlainValue } from '../../topology/yaml/source-tree';

/** One change of what a file says, whatever its style: the text edit that carries it out is worked out from it. */
export type TreeChange =
  /** A new entry of the map at `path`; maps that are missing on the way are made. */
  | { readonly type: 'set'; readonly path: YamlPath; readonly key: string; readonly value: PlainValue }
  /** A new last item of the list at `path`, which is made where it is missing. */
  | { readonly type: 'append'; readonly path: YamlPath; readonly item: PlainValue }
  /** Another value in the place of a scalar; a map or a list is written on one line. */
  | { readonly type: 'replace'; readonly path: YamlPath; readonly value: PlainValue }
  /** Entries and items, all at once. */
  | { readonly type: 'remove'; readonly paths: readonly YamlPath[] };

type PlainMap = Readonly<Record<string, PlainValue>>;

/** What the file says after a change; the tree itself stays as it is. Throws where the change cannot be made. */
export function changeTree(tree: PlainValue, change: TreeChange): PlainValue {
  switch (change.type) {
    case 'set':
      return alter(tree, change.path, (map) => {
        if (!isMap(map) || Object.hasOwn(map, change.key)) throw new TypeError('no place for an entry');
        return assign(map, change.key, change.value);
      });
    case 'append':
      return alter(tree, change.path, (list) => {
        if (isNothing(list)) return [change.item];
        if (!Array.isArray(list)) throw new TypeError('no place for an item');
        return [...(list as readonly PlainValue[]), change.item];
      });
    case 'replace':
      return alter(tree, change.path, (value) => {
        if (typeof value === 'object') throw new TypeError('no scalar');
        return change.value;
      });
    case 'remove':
      return removeAll(tree, change.paths);
  }
}

/** Whether two trees say the same; nothing, an empty map and an empty list are the same. */
export function sameTree(a: PlainValue, b: PlainValue): boolean {
  if (isNothing(a) || isNothing(b)) return isNothing(a) && isNothing(b);
  if (Array.isArray(a) || Array.isArray(b)) {
    if (!Array.isArray(a) || !Array.isArray(b) || a.length !== b.length) return false;
    return a.every((item, index) => sameTree(item as PlainValue, b[index] as PlainValue));
  }
  if (typeof a !== 'object' || typeof b !== 'object') return a === b;
  const keys = Object.keys(a as PlainMap);
  return (
    keys.length === Object.keys(b as PlainMap).length &&
    keys.every(
      (key) =>
        Object.hasOwn(b as PlainMap, key) && sameTree((a as PlainMap)[key] ?? null, (b as PlainMap)[key] ?? null),
    )
  );
}

export function isNothing(value: PlainValue | undefined): boolean {
  if (value === null || value === undefined) return true;
  return typeof value === 'object' && Object.keys(value).length === 0;
}

function isMap(value: PlainValue): value is PlainMap {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function alter(tree: PlainValue, path: YamlPath, change: (value: PlainValue) => PlainValue): PlainValue {
  const [step, ...rest] = path;
  if (step === undefined) return change(tree === null ? emptyMap() : tree);
  if (Array.isArray(tree)) {
    const items = tree as readonly PlainValue[];
    return items.map((item, index) => (index === step ? alter(item, rest, change) : item));
  }
  const map = tree === null ? emptyMap() : tree;
  if (!isMap(map)) throw new TypeError('the path leads into a scalar');
  const inside = Object.hasOwn(map, String(step)) ? (map[String(step)] ?? null) : null;
  return assign(map, String(step), alter(inside, rest, change));
}

/** Without a prototype, so that `__proto__` is a key like any other. */
function emptyMap(): PlainMap {
  return Object.create(null) as PlainMap;
}

function assign(map: PlainMap, key: string, value: PlainValue): PlainMap {
  const copy = Object.assign(emptyMap(), map) as Record<string, PlainValue>;
  copy[key] = value;
  return copy;
}

function removeAll(tree: PlainValue, paths: readonly YamlPath[]): PlainValue {
  if (paths.length === 0 || typeof tree !== 'object' || tree === null) return tree;
  const below = new Map<string, YamlPath[]>();
  for (const [step, ...rest] of paths) {
    const key = String(step);
    const others = below.get(key);
    if (others === undefined) below.set(key, [rest]);
    else others.push(rest);
  }
  const isGone = (key: string): boolean => below.get(key)?.some(({ length }) => length === 0) === true;
  if (Array.isArray(tree)) {
    const items = tree as readonly PlainValue[];
    return items.flatMap((item, index) =>
      isGone(String(index)) ? [] : [removeAll(item, below.get(String(index)) ?? [])],
    );
  }
  const copy = emptyMap() as Record<string, PlainValue>;
  for (const [key, value] of Object.entries(tree as PlainMap)) {
    if (!isGone(key)) copy[key] = removeAll(value, below.get(key) ?? []);
  }
  return copy;
}
