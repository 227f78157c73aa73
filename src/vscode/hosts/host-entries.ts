/** Changes of the list in the setting `netns.hosts`. Pure: what is not understood stays as it is, and in its place. */

export type HostEntries = readonly unknown[];

function idOf(entry: unknown): unknown {
  return typeof entry === 'object' && entry !== null ? (entry as { readonly id?: unknown }).id : undefined;
}

export function withoutEntry(entries: HostEntries, id: string): HostEntries {
  return entries.filter((entry) => idOf(entry) !== id);
}

/**
 * @param changes key → its new value; undefined takes the key out
 * @returns the same list where there is no such entry
 */
export function withChangedEntry(
  entries: HostEntries,
  id: string,
  changes: Readonly<Record<string, unknown>>,
): HostEntries {
  return entries.map((entry) => {
    if (idOf(entry) !== id) return entry;
    const changed = { ...(entry as Readonly<Record<string, unknown>>), ...changes };
    return Object.fromEntries(Object.entries(changed).filter(([, value]) => value !== undefined));
  });
}

/** Moves an entry up (-1) or down (1), past one neighbour; at the list's end it stays. */
export function withMovedEntry(entries: HostEntries, id: string, by: -1 | 1): HostEntries {
  const from = entries.findIndex((entry) => idOf(entry) === id);
  const to = from + by;
  if (from < 0 || to < 0 || to >= entries.length) return entries;
  const moved = [...entries];
  moved.splice(to, 0, ...moved.splice(from, 1));
  return moved;
}
