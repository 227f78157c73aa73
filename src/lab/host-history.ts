import { isSameSnapshot } from '../host/compare-snapshots';
import { eventsBetween, type HostEvent } from '../host/host-events';
import type { HostSnapshot, ObservedNamespace } from '../host/model';

/** A host as it was after something had happened. */
export interface Moment {
  /** Counts from 1, in order. */
  readonly id: number;
  /** Milliseconds since 1970, by this machine's clock: when it was read. */
  readonly time: number;
  readonly events: readonly HostEvent[];
  readonly snapshot: HostSnapshot;
}

/** So many are kept; the oldest go. */
const mostMoments = 200;

/** What happened on a host since it was first looked at. Pure: it is handed readings, and the time of each. */
export class HostHistory {
  private kept: Moment[] = [];
  private last: HostSnapshot | undefined;
  private count = 0;

  /** The oldest first. */
  get moments(): readonly Moment[] {
    return this.kept;
  }

  find(id: number): Moment | undefined {
    return this.kept.find((moment) => moment.id === id);
  }

  /**
   * Takes a reading; the first is where the history begins.
   *
   * @returns whether something has happened
   */
  add(snapshot: HostSnapshot, time: number): boolean {
    const before = this.last;
    const shared = before === undefined ? snapshot : sharing(before, snapshot);
    this.last = shared;
    if (before === undefined) return false;
    const events = eventsBetween(before, shared);
    if (events.length === 0) return false;
    if (this.kept.length === 0) this.push({ time, events: [], snapshot: before });
    this.push({ time, events, snapshot: shared });
    return true;
  }

  private push(moment: Omit<Moment, 'id'>): void {
    this.kept = [...this.kept.slice(1 - mostMoments), { id: ++this.count, ...moment }];
  }
}

/** A reading in which every namespace that did not change is the very object that it was: so a history costs only what changed. */
function sharing(before: HostSnapshot, snapshot: HostSnapshot): HostSnapshot {
  const known = new Map(before.namespaces.map((each) => [each.id, each]));
  const namespaces = snapshot.namespaces.map((each): ObservedNamespace => {
    const earlier = known.get(each.id);
    return earlier !== undefined && isSameNamespace(earlier, each) ? earlier : each;
  });
  return { ...snapshot, namespaces };
}

function isSameNamespace(a: ObservedNamespace, b: ObservedNamespace): boolean {
  if (a === b) return true;
  const alone = (namespace: ObservedNamespace): HostSnapshot => ({
    hostname: '',
    kernel: '',
    namespaces: [namespace],
    labs: [],
    tools: {},
    unread: [],
  });
  return isSameSnapshot(alone(a), alone(b));
}
