import { endpointText, ipv4Text, ipv6Text, macText } from './address-text';
import type { Cursor } from './cursor';
import type { Content, Summary } from './summary';
import { icmp, icmp6, tcp, udp } from './transport';

/** Tunnels in tunnels end here. */
const deepest = 4;

const ipProtocols: Readonly<Record<number, string>> = {
  2: 'IGMP',
  50: 'ESP',
  51: 'AH',
  88: 'EIGRP',
  89: 'OSPF',
  103: 'PIM',
  112: 'VRRP',
  132: 'SCTP',
};

/** What an EtherType carries (IEEE 802 numbers). @param link the addresses of the frame, where no other are known */
export function network(type: number, packet: Cursor, link: Pick<Summary, 'from' | 'to'>, depth = 0): Summary {
  if (depth > deepest) return { ...link, protocol: 'Tunnel', text: 'more tunnels than are followed', group: 'other' };
  switch (type) {
    case 0x0800:
      return ipv4(packet, depth);
    case 0x86dd:
      return ipv6(packet, depth);
    case 0x0806:
      return arp(packet, link);
    case 0x8100:
    case 0x88a8: {
      const inside = network(packet.u16(2), packet.rest(4), link, depth + 1);
      return { ...inside, text: `VLAN ${packet.u16(0) & 0xfff}: ${inside.text}` };
    }
    case 0x88cc:
      return { ...link, protocol: 'LLDP', text: 'Link layer discovery', group: 'control' };
    case 0x8847:
      return { ...link, protocol: 'MPLS', text: `Label ${packet.u32(0) >>> 12}`, group: 'other' };
    default:
      if (type < 0x0600) return llc(packet, link);
      return {
        ...link,
        protocol: 'Ethernet',
        text: `EtherType 0x${type.toString(16).padStart(4, '0')}`,
        group: 'other',
      };
  }
}

/** An Ethernet frame, also one inside a tunnel. */
export function ethernet(frame: Cursor, depth = 0): Summary {
  const link = { from: macText(frame, 6), to: macText(frame, 0) };
  if (frame.isShort) return { ...link, protocol: 'Ethernet', text: 'cut short', group: 'other' };
  return network(frame.u16(12), frame.rest(14), link, depth);
}

function ipv4(packet: Cursor, depth: number): Summary {
  const header = (packet.u8(0) & 15) * 4;
  const link = { from: ipv4Text(packet, 12), to: ipv4Text(packet, 16) };
  if (packet.isShort || header < 20) return { ...link, protocol: 'IPv4', text: 'cut short', group: 'other' };
  // A packet whose segments the interface will make (TSO) has no length of its own yet.
  const total = packet.u16(2) === 0 ? packet.length : packet.u16(2);
  const payload = packet.rest(header, Math.max(0, total - header));
  const offset = (packet.u16(6) & 0x1fff) * 8;
  const protocol = packet.u8(9);
  if (offset > 0) {
    const more = (packet.u16(6) & 0x2000) === 0 ? ', the last' : '';
    return {
      ...link,
      protocol: 'IPv4',
      text: `Fragment at ${offset} of packet ${packet.u16(4)}${more}`,
      group: 'other',
    };
  }
  return withEnds(link, ipPayload(protocol, payload, depth));
}

const extensions6 = new Set([0, 43, 60]);

function ipv6(packet: Cursor, depth: number): Summary {
  const link = { from: ipv6Text(packet, 8), to: ipv6Text(packet, 24) };
  if (packet.isShort) return { ...link, protocol: 'IPv6', text: 'cut short', group: 'other' };
  const length = packet.u16(4);
  let next = packet.u8(6);
  let payload = packet.rest(40, length === 0 ? Infinity : length);
  for (let count = 0; extensions6.has(next) && count < 8; count++) {
    next = payload.u8(0);
    payload = payload.rest((payload.u8(1) + 1) * 8);
  }
  if (next === 44) return { ...link, protocol: 'IPv6', text: 'Fragment', group: 'other' };
  return withEnds(link, ipPayload(next, payload, depth));
}

function ipPayload(protocol: number, payload: Cursor, depth: number): Content {
  switch (protocol) {
    case 1:
      return icmp(payload);
    case 6:
      return tcp(payload);
    case 17:
      return udp(payload, (frame) => describeInner(ethernet(frame, depth + 1)));
    case 58:
      return icmp6(payload);
    case 4:
      return tunnel('IPIP', network(0x0800, payload, noEnds, depth + 1));
    case 41:
      return tunnel('6in4', network(0x86dd, payload, noEnds, depth + 1));
    case 47: {
      const type = payload.u16(2);
      const flags = payload.u8(0);
      const header = 4 + [0x80, 0x20, 0x10].filter((bit) => (flags & bit) !== 0).length * 4;
      const inside = payload.rest(header);
      return tunnel('GRE', type === 0x6558 ? ethernet(inside, depth + 1) : network(type, inside, noEnds, depth + 1));
    }
    default:
      return {
        protocol: ipProtocols[protocol] ?? 'IP',
        text: `Protocol ${protocol}, ${payload.length} bytes`,
        group: [2, 89, 103, 112].includes(protocol) ? 'control' : 'other',
      };
  }
}

const noEnds = { from: '', to: '' };

function tunnel(protocol: string, inside: Summary): Content {
  return { protocol, text: describeInner(inside).text, group: inside.group };
}

function describeInner({ from, to, protocol, text }: Summary): Pick<Content, 'text'> {
  return { text: `${from} → ${to} ${protocol} ${text}` };
}

function withEnds({ from, to }: Pick<Summary, 'from' | 'to'>, content: Content): Summary {
  const { sourcePort, destinationPort, protocol, text, group } = content;
  return {
    from: sourcePort === undefined ? from : endpointText(from, sourcePort),
    to: destinationPort === undefined ? to : endpointText(to, destinationPort),
    protocol,
    text,
    group,
  };
}

/** RFC 826. */
function arp(packet: Cursor, link: Pick<Summary, 'from' | 'to'>): Summary {
  const operation = packet.u16(6);
  const [sender, target] = [ipv4Text(packet, 14), ipv4Text(packet, 24)];
  const mac = macText(packet, 8);
  const shown = { from: link.from === '' ? mac : link.from, to: link.to, protocol: 'ARP', group: 'arp' as const };
  if (packet.isShort) return { ...shown, text: 'cut short' };
  if (operation === 2) return { ...shown, text: `${sender} is at ${mac}` };
  if (operation !== 1) return { ...shown, text: `Operation ${operation}` };
  if (sender === target) return { ...shown, text: `Announcement of ${sender}` };
  return { ...shown, text: `Who has ${target}? Tell ${sender}` };
}

/** Frames with a length in the place of a type (IEEE 802.2). */
function llc(packet: Cursor, link: Pick<Summary, 'from' | 'to'>): Summary {
  if (packet.u16(0) !== 0x4242) return { ...link, protocol: 'LLC', text: 'Logical link control', group: 'control' };
  const kind = packet.u8(6);
  const text = kind === 0x80 ? 'Topology change notification' : `Configuration, port 0x${packet.u16(28).toString(16)}`;
  return { ...link, protocol: 'STP', text, group: 'control' };
}
