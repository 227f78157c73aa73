import type { HostSnapshot } from './model';

const counters: ReadonlySet<string> = new Set(['packets', 'bytes']);

/** Whether two readings of a host say the same. Packet counters do not count: they run by themselves. */
export function isSameSnapshot(a: HostSnapshot, b: HostSnapshot): boolean {
  return a === b || withoutCounters(a) === withoutCounters(b);
}

/** `readSnapshot` builds every snapshot in the same order, so equal ones have equal text. */
function withoutCounters(snapshot: HostSnapshot): string {
  return JSON.stringify(snapshot, (key, value: unknown) => (counters.has(key) ? undefined : value));
}
