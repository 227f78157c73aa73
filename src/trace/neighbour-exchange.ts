import type { ObservedLink, ObservedNamespace } from '../host/model';
import { parseAddress } from '../topology/addresses';
import { switched } from './crossing';
import { isOwn, type TraceFacts } from './facts';
import type { AskedBefore, FilterWalk } from './filter-walk';
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

/** What is asked and answered: ARP's question or neighbour discovery's, with all that filters can see of it. */
interface Exchange {
  readonly question: Omit<AskedBefore, 'isNeeded'>;
  readonly answer: Omit<AskedBefore, 'isNeeded'>;
}

/**
 * The question who has an address, and its answer, through the packet filters that see them. ARP: nftables' and arptables' family of
 * that name, those of bridges and of interfaces. Neighbour discovery: all those that see IPv6 packets. Notes what drops them.
 */
export class NeighbourExchanges {
  /** `NAMESPACE INTERFACE ADDRESS`: who knows whose address by an exchange before. */
  private readonly known = new Set<string>();

  constructor(
    private readonly facts: TraceFacts,
    private readonly filters: FilterWalk,
  ) {}

  /** Where a packet leaves for a neighbour. Whoever answers knows by the question who has asked. */
  before(to: ToNeighbour): void {
    const { namespace, link, next, reach, packet } = to;
    const source = packet.family === 'inet' ? arpSource(to) : discoverySource(to);
    if (link.mac === undefined || source === undefined || next === '') return;
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
    const { question, answer } =
      packet.family === 'inet' ? arp(source, next, link.mac, answerer) : discovery(source, next);
    this.send(to, reach.steps, { ...question, isNeeded }, { isToOutside: isOutside });
    const back = reach.steps.map(turned).reverse();
    this.send(to, back, { ...answer, isNeeded }, { isFromOutside: isOutside });
  }

  private send(
    { packet, direction }: ToNeighbour,
    steps: readonly WireStep[],
    asked: AskedBefore,
    { isToOutside = false, isFromOutside = false },
  ): void {
    const [first, last] = [steps[0], steps.at(-1)];
    if (first === undefined || last === undefined) return;
    const common = { direction, asked, ...(asked.arp === undefined ? {} : { layer: 'arp' as const }) };
    // Of an answer from outside only its coming in is seen: its first step is the interface that leads there.
    if (!isFromOutside) {
      const point = { ...common, namespace: first.namespace, out: first.link.name };
      this.filters.pass('output', point, packet);
      this.filters.pass('postrouting', point, packet);
    }
    steps.forEach((step, index) => {
      const { namespace, link, way } = step;
      if (isBridge(link))
        switched(this.facts, this.filters, step, steps[index - 1], steps[index + 1], packet, direction, asked);
      else this.filters.passDevice(way === 'in' ? 'ingress' : 'egress', namespace, link, direction, packet, asked);
    });
    if (isToOutside) return;
    const point = { ...common, namespace: last.namespace, in: last.link.name };
    this.filters.pass('prerouting', point, packet);
    this.filters.pass('input', point, packet);
  }
}

function turned({ way, ...step }: WireStep): WireStep {
  return { ...step, way: way === 'in' ? 'out' : 'in' };
}

function arpSource({ namespace, link, packet }: ToNeighbour): string | undefined {
  return isOwn(namespace, packet.source)
    ? packet.source
    : addressesOf(link).find((address) => parseAddress(address)?.kind() === 'ipv4');
}

/** The packet's own where the interface has it, else the link-local one; nobody asks without (ndisc_solicit of the kernel's ndisc.c). */
function discoverySource({ link, packet }: ToNeighbour): string | undefined {
  const own = addressesOf(link);
  return (
    own.find((address) => isSame(address, packet.source)) ??
    own.find((address) => address.includes(':') && parseAddress(address)?.range() === 'linkLocal')
  );
}

function addressesOf({ addresses }: ObservedLink): string[] {
  return addresses.map(({ cidr }) => cidr.split('/')[0] ?? '');
}

function arp(source: string, target: string, sourceMac: string, targetMac = ''): Exchange {
  return {
    question: { arp: { operation: 'request', source, sourceMac, target, targetMac: '00:00:00:00:00:00' } },
    answer: {
      arp: { operation: 'reply', source: target, sourceMac: targetMac, target: source, targetMac: sourceMac },
    },
  };
}

function discovery(source: string, target: string): Exchange {
  const common = { family: 'inet6', protocol: 'icmp', state: 'new' } as const;
  return {
    question: {
      discovery: {
        ...common,
        source,
        destination: solicitedNode(target),
        discovery: { type: 'solicitation', target },
      },
    },
    answer: {
      discovery: { ...common, source: target, destination: source, discovery: { type: 'advertisement', target } },
    },
  };
}

/** The group that whoever has an address is in (RFC 4291, 2.7.1). */
function solicitedNode(address: string): string {
  const [a = 0, b = 0, c = 0] = parseAddress(address)?.toByteArray().slice(-3) ?? [];
  const low = ((b << 8) | c).toString(16);
  return `ff02::1:ff${a.toString(16).padStart(2, '0')}:${low}`;
}
