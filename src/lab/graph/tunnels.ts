import type { LinkState } from '../../protocol/graph';
import { normalAddress, worstState } from './facts';
import { cableId, compareNames, type PictureCable } from './picture';

/** An interface whose packets travel inside others, to an end that has an address (ip-link(8): vxlan, geneve, gre, ipip, sit …). */
export interface TunnelEnd {
  /** Its node. */
  readonly id: string;
  /** iproute2's kind. */
  readonly kind: string;
  /** What tells it from others between the same ends: a VXLAN's number, a GRE key. */
  readonly key?: string;
  readonly local?: string;
  readonly remote: string;
  /** All addresses of its namespace, without prefixes: one that names no local end may be reached by any. */
  readonly addresses: readonly string[];
  /** Its own addresses, for its end of the picture's cable. */
  readonly label: string;
  readonly state: LinkState;
}

/** A cable for each two ends that lead to each other. One whose far end is somewhere else, or a group, has none. */
export function drawTunnels(ends: readonly TunnelEnd[]): PictureCable[] {
  const byAddress = new Map<string, TunnelEnd>();
  for (const end of ends) for (const address of reach(end)) byAddress.set(placeKey(end, address), end);
  const drawn = new Map<string, PictureCable>();
  for (const end of ends) {
    const other = byAddress.get(placeKey(end, end.remote));
    if (other === undefined || other === end) continue;
    if (!reach(other).some((address) => address === normalAddress(end.remote))) continue;
    if (!reach(end).includes(normalAddress(other.remote))) continue;
    const cable = tunnel(end, other);
    drawn.set(cable.id, cable);
  }
  return [...drawn.values()];
}

/** `VXLAN 42`, `GRE`. */
export function tunnelName(kind: string, key: string | undefined): string {
  const word = kind.toUpperCase();
  return key === undefined ? word : `${word} ${key}`;
}

function reach({ local, addresses }: TunnelEnd): string[] {
  return (local === undefined ? addresses : [local]).map(normalAddress);
}

function placeKey({ kind, key }: TunnelEnd, address: string): string {
  return [kind, key ?? '', normalAddress(address)].join(' ');
}

function tunnel(a: TunnelEnd, b: TunnelEnd): PictureCable {
  const [from, to] = compareNames(a.id, b.id) <= 0 ? [a, b] : [b, a];
  return {
    id: cableId(from.id, to.id),
    from: from.id,
    to: to.id,
    kind: 'tunnel',
    name: tunnelName(from.kind, from.key),
    label: [from.label, to.label].filter((text) => text !== '').join(' – '),
    ...(from.label === '' ? {} : { fromLabel: from.label }),
    ...(to.label === '' ? {} : { toLabel: to.label }),
    state: worstState(from.state, to.state),
  };
}
