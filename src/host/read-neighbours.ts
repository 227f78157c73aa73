import { objects, optional, text, texts } from './json';
import type { ObservedFdbEntry, ObservedNeighbour } from './model-live';

/** Reads `ip -j neigh show`, ordered by interface and address. */
export function readNeighbours(shown: unknown): ObservedNeighbour[] {
  return objects(shown)
    .flatMap((raw): ObservedNeighbour[] => {
      const [address, dev] = [text(raw['dst']), text(raw['dev'])];
      const state = stateOf(texts(raw['state']));
      if (address === undefined || dev === undefined || state === undefined) return [];
      const family = address.includes(':') ? 'inet6' : 'inet';
      return [{ family, address, dev, ...optional('mac', text(raw['lladdr'])), state }];
    })
    .sort((a, b) => compare(a.dev, b.dev) || compare(a.family, b.family) || compare(a.address, b.address));
}

/** NUD states of <linux/neighbour.h>; what needs no resolving is no neighbour. */
function stateOf(states: readonly string[]): ObservedNeighbour['state'] | undefined {
  if (states.includes('PERMANENT')) return 'permanent';
  if (states.includes('FAILED')) return 'failed';
  if (states.includes('INCOMPLETE')) return 'incomplete';
  return states.some((state) => ['REACHABLE', 'STALE', 'DELAY', 'PROBE'].includes(state)) ? 'resolved' : undefined;
}

/**
 * Reads `bridge -j fdb show`, ordered by interface and address: what bridges learned or were told, and what tunnels send
 * somewhere. An interface's own addresses, and the groups that it listens to, are left out.
 */
export function readFdb(shown: unknown): ObservedFdbEntry[] {
  const seen = new Set<string>();
  return objects(shown)
    .flatMap((raw): ObservedFdbEntry[] => {
      const [mac, dev, to, state] = [text(raw['mac']), text(raw['ifname']), text(raw['dst']), text(raw['state'])];
      const inBridge = text(raw['master']) !== undefined;
      if (mac === undefined || dev === undefined || (to === undefined && (!inBridge || state === 'permanent')))
        return [];
      const vlan = typeof raw['vlan'] === 'number' ? raw['vlan'] : undefined;
      const isStatic = state === 'static' || state === 'permanent';
      const entry = { mac, dev, ...optional('vlan', vlan), ...optional('to', to), ...(isStatic ? { isStatic } : {}) };
      const key = [mac, dev, vlan, to].join(' ');
      if (seen.has(key)) return [];
      seen.add(key);
      return [entry];
    })
    .sort(
      (a, b) => compare(a.dev, b.dev) || compare(a.mac, b.mac) || (a.vlan ?? 0) - (b.vlan ?? 0) || compare(a.to, b.to),
    );
}

function compare(a = '', b = ''): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
