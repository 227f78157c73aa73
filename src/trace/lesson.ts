import * as l10n from '@vscode/l10n';
import type { Hop } from './model';
import type { PaperWay } from './walk';

/** How a packet that arrived got there, in the tutorials' words: egress by gateway, forwarding, SNAT; ingress by DNAT, bridge, namespace. */
export function lessonOf({ hops }: PaperWay): string[] {
  const out = hops.filter(({ direction }) => direction === 'out');
  const back = hops.filter(({ direction, kind }) => direction === 'back' && kind === 'nat');
  return [...out.flatMap((hop, index) => sentences(hop, out, index)), ...back.flatMap(turnedBack)];
}

function sentences(hop: Hop, hops: readonly Hop[], index: number): string[] {
  const { kind, place, dev, by, packet, text } = hop;
  switch (kind) {
    case 'send':
      return [l10n.t`${place} sends the packet with its own address ${packet.source}.`];
    case 'leave':
      return [handedOver(hop, hops.slice(0, index)), ...overBridge(hop, hops.slice(index + 1))];
    case 'bridge':
      return [l10n.t`The bridge ${dev ?? ''} passes it on, as a switch does.`];
    case 'forward':
      return [l10n.t`${place} is not the goal, but forwarding is on: it passes the packet on to ${dev ?? ''}.`];
    case 'nat':
      return [
        /dnat|DNAT|redirect|REDIRECT/.test(by ?? '')
          ? l10n.t`DNAT changes where it goes, to ${packet.destination}${packet.destinationPort === undefined ? '' : `:${packet.destinationPort}`}; answers are changed back.`
          : l10n.t`SNAT changes its source to ${packet.source}, to which those outside know the way back; answers are changed back.`,
      ];
    case 'local':
      return [
        l10n.t`${place} has the address ${packet.destination}: the packet has arrived, and the answer takes the way back.`,
      ];
    case 'outside':
      return [`${text}.`];
    default:
      return [];
  }
}

/** To whom a place gives the packet: to the goal itself, or to its gateway, by which route. */
function handedOver({ place, dev, packet }: Hop, before: readonly Hop[]): string {
  const route = before.findLast((hop) => hop.kind === 'route' && hop.place === place)?.by ?? '';
  const via = / via (\S+)/.exec(route)?.[1];
  return via === undefined
    ? l10n.t`${packet.destination} is on the network of ${dev ?? ''}, so ${place} hands the packet over without a gateway.`
    : l10n.t`${packet.destination} is on none of its networks, so ${place} gives the packet to its gateway ${via} (${route.replace(' (asked: ip route get)', '')}).`;
}

/** What leaves by a bridge is in the switch at once: the next interface is one of its ports, in the same place. */
function overBridge({ place, dev }: Hop, after: readonly Hop[]): string[] {
  const [port, end] = after.filter(({ kind }) => kind !== 'filter' && kind !== 'nat');
  if (port?.kind !== 'wire' || port.place !== place || port.dev === undefined || dev === undefined) return [];
  const goal = end?.place === undefined || end.place === place ? '' : l10n.t`, the cable to ${end.place}`;
  return [l10n.t`The bridge ${dev} passes it on by its port ${port.dev}${goal}, as a switch does.`];
}

/** Of the answer only what NAT does to it: the rest is the way out again. */
function turnedBack({ place, before, packet }: Hop): string[] {
  if (before === undefined) return [];
  const [was, is] =
    before.destination === packet.destination
      ? [before.source, packet.source]
      : [before.destination, packet.destination];
  return [l10n.t`The answer comes back to ${place}, which remembers the translation: ${was} becomes ${is} again.`];
}
