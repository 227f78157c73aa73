import type { ObservedNamespace, ObservedRoute } from '../host/model';
import { contains, parseCidr } from '../plan/cidr';
import type { NamespaceDetails, TraceFacts } from './facts';
import { linkNamed } from './facts';
import type { Action } from './filter/model';
import { takes } from './local-causes';
import type { Cause } from './model';
import type { Packet } from './packet';

/** What a NAT rule makes of a packet; the packet itself where nothing. */
export function translate(
  namespace: ObservedNamespace,
  packet: Packet,
  action: Action,
  iif: string | undefined,
  oif: string | undefined,
): Packet {
  switch (action.type) {
    case 'masquerade': {
      const own = linkNamed(namespace, oif)?.addresses.find(
        ({ family, scope }) => family === packet.family && scope === 'global',
      );
      return own === undefined ? packet : { ...packet, source: own.cidr.split('/')[0] ?? packet.source, isSnat: true };
    }
    case 'snat':
      return { ...packet, source: action.address ?? packet.source, isSnat: true };
    case 'dnat':
      return {
        ...packet,
        destination: action.address ?? packet.destination,
        ...(action.port === undefined || packet.protocol === 'icmp' ? {} : { destinationPort: action.port }),
        isDnat: true,
      };
    case 'redirect': {
      const own = linkNamed(namespace, iif)
        ?.addresses.find(({ family }) => family === packet.family)
        ?.cidr.split('/')[0];
      const here = packet.family === 'inet' ? '127.0.0.1' : '::1';
      return {
        ...packet,
        destination: iif === undefined ? here : (own ?? packet.destination),
        ...(action.port === undefined ? {} : { destinationPort: action.port }),
        isDnat: true,
      };
    }
    default:
      return packet;
  }
}

export function sameNetwork(cidr: string, address: string): boolean {
  const parsed = parseCidr(cidr);
  return parsed !== undefined && contains(parsed, address);
}

/** The address of a namespace by which others reach what it serves on the packet's port. */
export function servedAt(namespace: ObservedNamespace, packet: Packet, facts: TraceFacts): string | undefined {
  const details: NamespaceDetails | undefined = facts.details.get(namespace.id);
  const own = namespace.links
    .flatMap(({ addresses }) => addresses)
    .filter(({ family, scope }) => family === packet.family && scope === 'global')
    .map(({ cidr }) => cidr.split('/')[0] ?? '');
  return own.find((address) =>
    details?.sockets.some(
      (socket) =>
        socket.protocol === packet.protocol &&
        socket.port === packet.destinationPort &&
        takes(socket, { ...packet, destination: address }),
    ),
  );
}

export function plainRoute({ family }: Packet, via: string, dev: string): ObservedRoute {
  return { family, to: 'default', via, dev, table: 'main', type: 'unicast' };
}

/** Each cause once: an interface that is down bites on the way out and on the way back. */
export function distinct(causes: readonly Cause[]): Cause[] {
  const seen = new Set<string>();
  return causes.filter((cause) => {
    const { id, namespaceId, dev, text, direction } = cause;
    const what = shown(cause) ?? `${dev ?? ''} ${wire.has(id) ? '' : `${direction} ${text}`}`;
    const key = `${id} ${namespaceId ?? ''} ${what}`;
    if (seen.has(key)) return false;
    seen.add(key);
    return true;
  });
}

/** Two ports that differ in their VLANs are named in the order of the way, and one flow drops packets of both directions: by its evidence it is one. */
function shown({ id, evidence: [first] }: Cause): string | undefined {
  return id === 'vlan-mismatch' || id === 'flow-drops' ? first?.split(/[ ;]+/).sort().join(' ') : undefined;
}

/** What stands in the way of both directions alike. */
const wire: ReadonlySet<string> = new Set([
  'interface-down',
  'lower-layer-down',
  'bridge-down',
  'loopback-down',
  'not-plugged',
  'patch-peer-missing',
  'stp-not-forwarding',
  'forwarding-off',
  'no-address',
  'impairment',
  'conntrack-full',
  'mtu',
]);
