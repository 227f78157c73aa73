import type { ObservedLink, ObservedNamespace } from '../host/model';
import { labelOf, type TraceFacts } from './facts';
import { wrongFdbEntry } from './fdb-causes';
import type { AskedBefore, FilterWalk } from './filter-walk';
import type { Direction } from './model';
import { narrowPlace } from './mtu-causes';
import type { Packet } from './packet';
import { checkFlows, portsAround } from './switch-flows';
import type { WayLog } from './way-log';
import { isBridge, tunnelRemote, type Reach, type WireStep } from './wire';

/** A stretch of the way that is inside other packets. */
export interface Tunnelled {
  readonly namespace: ObservedNamespace;
  readonly link: ObservedLink;
  readonly remote: string;
}

/**
 * Takes a packet through cables and bridges: notes each interface, asks nftables' chains at interfaces and bridges, and what a
 * bridge hands to the packet filter, and looks whether it fits.
 *
 * @param next the address of the neighbour that is to take it
 * @param size bytes; undefined: small
 * @returns the tunnels that it went through
 */
export function cross(
  facts: TraceFacts,
  log: WayLog,
  filters: FilterWalk,
  reach: Reach,
  packet: Packet,
  next: string,
  direction: Direction,
  size: number | undefined,
): Tunnelled[] {
  const { steps } = reach;
  const tunnels: Tunnelled[] = [];
  steps.forEach((step, index) => {
    const { namespace, link, way } = step;
    log.pass(namespace);
    if (index > 0) {
      const kind = isBridge(link) ? 'bridge' : link.kind === 'patch' ? 'patch' : 'wire';
      log.hop(kind, direction, packet, `${labelOf(namespace)}:${link.name}`, { namespace, dev: link.name });
    }
    if (!isBridge(link)) filters.passDevice(way === 'in' ? 'ingress' : 'egress', namespace, link, direction, packet);
    const [before, after] = [steps[index - 1], steps[index + 1]];
    const [sender, taker] = [steps[0]?.link.mac, reach.isEdge === true ? undefined : reach.link.mac];
    if (isBridge(link)) switched(facts, filters, step, before, after, packet, direction);
    if (link.kind === 'bridge' && before?.way === 'in' && after?.way === 'out' && taker !== undefined) {
      const wrong = wrongFdbEntry(facts, direction, {
        namespace,
        bridge: link,
        from: before.link,
        to: after.link,
        taker,
      });
      if (wrong !== undefined) log.blame(wrong);
    }
    if (link.kind === 'openvswitch' && sender !== undefined && taker !== undefined) {
      const ports = portsAround(steps, index);
      checkFlows(facts, log, { namespace, direction, bridge: link.name, ...ports, packet, sender, taker, next });
    }
    const remote = way === 'out' && after?.way === 'in' ? tunnelRemote(link) : undefined;
    if (remote !== undefined) tunnels.push({ namespace, link, remote });
  });
  const narrow = narrowPlace(direction, steps);
  if (narrow !== undefined) {
    const { most, ...cause } = narrow;
    if (size !== undefined && size > most) log.blame(cause);
    else log.remark(cause);
  }
  return tunnels;
}

/** nftables' bridge family sees every frame of a bridge; the others what br_netfilter hands over of those that it passes on. */
export function switched(
  facts: TraceFacts,
  filters: FilterWalk,
  { namespace, link, way }: WireStep,
  before: WireStep | undefined,
  after: WireStep | undefined,
  packet: Packet,
  direction: Direction,
  asked?: AskedBefore,
): void {
  const from = before?.way === 'in' && before.namespace.id === namespace.id ? before.link.name : undefined;
  const to = after?.way === 'out' && after.namespace.id === namespace.id ? after.link.name : undefined;
  const point = { namespace, direction, layer: 'bridge' as const, asked };
  if (from !== undefined) filters.pass('prerouting', { ...point, in: from }, packet);
  if (from !== undefined && to !== undefined) filters.pass('forward', { ...point, in: from, out: to }, packet);
  else if (from !== undefined) filters.pass('input', { ...point, in: from }, packet);
  else if (way === 'out') filters.pass('output', { ...point, out: to }, packet);
  if (to !== undefined) filters.pass('postrouting', { ...point, out: to }, packet);
  if (from === undefined || to === undefined || asked?.arp !== undefined) return;
  const name = packet.family === 'inet' ? 'net.bridge.bridge-nf-call-iptables' : 'net.bridge.bridge-nf-call-ip6tables';
  if (facts.details.get(namespace.id)?.sysctls[name] !== '1') return;
  const bridge = link.name;
  filters.pass('forward', { namespace, direction, in: bridge, out: bridge, bridge, asked }, packet);
}
