import type { SnapshotChange } from './agent/picture';
import type { HostSnapshot, ObservedNamespace } from './model';

/** Run by themselves with every connection; what NAT rules have counted as well, but people watch that. */
const running: ReadonlySet<string> = new Set(['connections']);
const counters: ReadonlySet<string> = new Set(['packets', 'bytes', ...running]);

/** Whether two readings of a host say the same. Counters do not count. */
export function isSameSnapshot(a: HostSnapshot, b: HostSnapshot): boolean {
  return a === b || without(counters, a) === without(counters, b);
}

/** What is another in a snapshot than in the one before it. */
export function changeBetween(before: HostSnapshot | undefined, after: HostSnapshot): SnapshotChange {
  const was = new Map((before?.namespaces ?? []).map((namespace) => [namespace.id, namespace]));
  const namespaces = new Set(was.keys());
  for (const namespace of after.namespaces) {
    const old = was.get(namespace.id);
    if (old === undefined || !isSameNamespace(old, namespace)) namespaces.add(namespace.id);
    else namespaces.delete(namespace.id);
  }
  return { namespaces, host: before === undefined || !isSameHost(before, after) };
}

/** The change without namespaces of which nothing is another that is worth telling: how many connections are followed, say. */
export function withoutRunningChanges(
  before: HostSnapshot,
  after: HostSnapshot,
  change: SnapshotChange,
): SnapshotChange {
  if (change.namespaces.size === 0) return change;
  const find = (snapshot: HostSnapshot, id: string): ObservedNamespace | undefined =>
    snapshot.namespaces.find((namespace) => namespace.id === id);
  const namespaces = [...change.namespaces].filter((id) => {
    const [old, now] = [find(before, id), find(after, id)];
    return old === undefined || now === undefined || !isSameNamespace(old, now);
  });
  return { ...change, namespaces: new Set(namespaces) };
}

function isSameNamespace(a: ObservedNamespace, b: ObservedNamespace): boolean {
  return a === b || without(running, a) === without(running, b);
}

function isSameHost(a: HostSnapshot, b: HostSnapshot): boolean {
  return without(running, { ...a, namespaces: [] }) === without(running, { ...b, namespaces: [] });
}

/** `readSnapshot` builds every snapshot in the same order, so equal ones have equal text. */
function without(keys: ReadonlySet<string>, value: unknown): string {
  return JSON.stringify(value, (key, own: unknown) => (keys.has(key) ? undefined : own));
}
