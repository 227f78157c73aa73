import type { AgentFrame, LinkCounters } from './agent/frames';

/** What passes an interface in one direction, a second. */
export interface DirectionRate {
  readonly packets: number;
  readonly bytes: number;
  readonly errors: number;
  readonly drops: number;
}

export interface LinkRate {
  readonly received: DirectionRate;
  readonly sent: DirectionRate;
}

/** Where something passes; interfaces where nothing does are left out. Plain data: a Map of Maps would not be. */
export interface HostRates {
  /** By namespace id, then by the interface's index. */
  readonly namespaces: Readonly<Record<string, Readonly<Record<number, LinkRate>>>>;
}

type Direction = LinkCounters['received'];

/** Makes rates of counters. The host's own count of time is used, so that a slow connection does not make them jump. */
export class RateMeter {
  private at: number | undefined;
  private readonly counters = new Map<string, Map<number, LinkCounters>>();

  /** The rates since the frame before; undefined for the first. */
  take({ at, rows }: Extract<AgentFrame, { type: 'rates' }>): HostRates | undefined {
    const seconds = this.at === undefined ? 0 : (at - this.at) / 1000;
    this.at = at;
    const namespaces: Record<string, Record<number, LinkRate>> = {};
    for (const [id, links] of rows) {
      const known = this.counters.get(id) ?? new Map<number, LinkCounters>();
      this.counters.set(id, known);
      for (const link of links) {
        const before = known.get(link.index);
        known.set(link.index, link);
        if (before === undefined || seconds <= 0) continue;
        (namespaces[id] ??= {})[link.index] = {
          received: rateOf(before.received, link.received, seconds),
          sent: rateOf(before.sent, link.sent, seconds),
        };
      }
    }
    return seconds > 0 ? { namespaces } : undefined;
  }
}

/** Counters that fell belong to another interface, or began anew: nothing is said of them. */
function rateOf(before: Direction, now: Direction, seconds: number): DirectionRate {
  const per = (key: keyof Direction): number => Math.max(0, (now[key] - before[key]) / seconds);
  return { packets: per('packets'), bytes: per('bytes'), errors: per('errors'), drops: per('drops') };
}
