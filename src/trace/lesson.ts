import type { Hop } from './model';
import type { PaperWay } from './walk';

/** How a packet that arrived got there, in the tutorials' words: egress by gateway, forwarding, SNAT; ingress by DNAT, bridge, namespace. */
export function lessonOf({ hops }: PaperWay): string[] {
  const out = hops.filter(({ direction }) => direction === 'out');
  return out.flatMap((hop, index) => sentence(hop, out, index) ?? []);
}

function sentence(
  { kind, place, dev, by, packet, text }: Hop,
  hops: readonly Hop[],
  index: number,
): string | undefined {
  switch (kind) {
    case 'send':
      return `${place} sends the packet with its own address ${packet.source}.`;
    case 'leave': {
      const route = hops.slice(0, index).findLast((hop) => hop.kind === 'route' && hop.place === place)?.by ?? '';
      const via = / via (\S+)/.exec(route)?.[1];
      return via === undefined
        ? `${packet.destination} is on the network of ${dev ?? ''}, so ${place} hands the packet over without a gateway.`
        : `${packet.destination} is on none of its networks, so ${place} gives the packet to its gateway ${via} (${route.replace(' (asked: ip route get)', '')}).`;
    }
    case 'bridge':
      return `The bridge ${dev ?? ''} passes it on, as a switch does.`;
    case 'forward':
      return `${place} is not the goal, but forwarding is on: it passes the packet on to ${dev ?? ''}.`;
    case 'nat':
      return /dnat|DNAT|redirect|REDIRECT/.test(by ?? '')
        ? `DNAT changes where it goes, to ${packet.destination}${packet.destinationPort === undefined ? '' : `:${packet.destinationPort}`}; answers are changed back.`
        : `SNAT changes its source to ${packet.source}, to which those outside know the way back; answers are changed back.`;
    case 'local':
      return `${place} has the address ${packet.destination}: the packet has arrived, and the answer takes the way back.`;
    case 'outside':
      return `${text}.`;
    default:
      return undefined;
  }
}
