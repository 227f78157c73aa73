import type { ObservedLink, ObservedNamespace } from '../host/model';
import { switched } from './crossing';
import { isOwn, type TraceFacts } from './facts';
import type { ArpAsked, FilterWalk } from './filter-walk';
import type { ArpPacket } from './filter/run';
import type { Direction } from './model';
import { isSame, type Packet } from './packet';
import { isBridge, type Reach, type WireStep } from './wire';

/** Who sends a packet to a neighbour, and the way to that one. */
export interface ToNeighbour {
  readonly namespace: ObservedNamespace;
  readonly link: ObservedLink;
  /** The address that is asked for. */
  readonly next: string;
  readonly reach: Reach;
  readonly packet: Packet;
  readonly direction: Direction;
}

/** An entry in one of these states does not know the neighbour's address (ip-neighbour(8)). */
const unknowing: ReadonlySet<string> = new Set(['FAILED', 'INCOMPLETE', 'NONE']);

/**
 * The question who has an address, and its answer, through the packet filters that see ARP: nftables' and arptables' family of that
 * name, those of bridges and of interfaces. Notes what drops them.
 */
export class ArpExchanges {
  /** `NAMESPACE INTERFACE ADDRESS`: who knows whose address by an exchange before. */
  private readonly known = new Set<string>();

  constructor(
    private readonly facts: TraceFacts,
    private readonly filters: FilterWalk,
  ) {}

  /** Where an IPv4 packet leaves for a neighbour. Whoever answers knows by the question who has asked. */
  before(to: ToNeighbour): void {
    const { namespace, link, next, reach, packet } = to;
    const source = isOwn(namespace, packet.source) ? packet.source : firstAddress(link);
    if (packet.family !== 'inet' || link.mac === undefined || source === undefined || next === '') return;
    if (this.known.has(`${namespace.id} ${link.name} ${next}`)) return;
    this.known.add(`${namespace.id} ${link.name} ${next}`);
    const entry = this.facts.details
      .get(namespace.id)
      ?.neighbours.find((one) => one.dev === link.name && isSame(one.address, next));
    const isOutside = reach.isEdge === true;
    const answerer = isOutside ? undefined : reach.link.mac;
    // One that names somebody else is as good as none: it is a cause of its own, and then asked for anew.
    const isKnown = entry?.mac !== undefined && (answerer === undefined || entry.mac === answerer);
    const isNeeded = !isKnown || entry.states.some((state) => unknowing.has(state));
    if (isNeeded) this.known.add(`${reach.namespace.id} ${reach.link.name} ${source}`);
    this.send(
      to,
      reach.steps,
      {
        isNeeded,
        packet: { operation: 'request', source, sourceMac: link.mac, target: next, targetMac: '00:00:00:00:00:00' },
      },
      isOutside,
    );
    const answer: ArpPacket = {
      operation: 'reply',
      source: next,
      sourceMac: answerer ?? '',
      target: source,
      targetMac: link.mac,
    };
    this.send(to, reach.steps.map(turned).reverse(), { isNeeded, packet: answer }, false);
  }

  private send(
    { packet, direction }: ToNeighbour,
    steps: readonly WireStep[],
    arp: ArpAsked,
    isOutside: boolean,
  ): void {
    const [first, last] = [steps[0], steps.at(-1)];
    if (first === undefined || last === undefined) return;
    const common = { direction, layer: 'arp' as const, arp };
    // Of an answer from outside only its coming in is seen: its first step is the interface that leads there.
    const isFromOutside = arp.packet.sourceMac === '';
    if (!isFromOutside)
      this.filters.pass('output', { ...common, namespace: first.namespace, out: first.link.name }, packet);
    steps.forEach((step, index) => {
      const { namespace, link, way } = step;
      if (isBridge(link))
        switched(this.facts, this.filters, step, steps[index - 1], steps[index + 1], packet, direction, arp);
      else this.filters.passDevice(way === 'in' ? 'ingress' : 'egress', namespace, link, direction, packet, arp);
    });
    if (!isOutside) this.filters.pass('input', { ...common, namespace: last.namespace, in: last.link.name }, packet);
  }
}

function turned({ way, ...step }: WireStep): WireStep {
  return { ...step, way: way === 'in' ? 'out' : 'in' };
}

function firstAddress({ addresses }: ObservedLink): string | undefined {
  return addresses.find(({ family }) => family === 'inet')?.cidr.split('/')[0];
}
