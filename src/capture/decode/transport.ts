import { endpointText, ipv4Text, ipv6Text, macText } from './address-text';
import { tcpPayload, udpPayload } from './application';
import type { Cursor } from './cursor';
import type { Content } from './summary';

const flagNames = ['FIN', 'SYN', 'RST', 'PSH', 'ACK', 'URG', 'ECE', 'CWR'];

/** RFC 9293. */
export function tcp(segment: Cursor): Content {
  const [sourcePort, destinationPort] = [segment.u16(0), segment.u16(2)];
  const ports = { sourcePort, destinationPort };
  const flags = segment.u8(13);
  const payload = segment.rest(Math.max(20, (segment.u8(12) >> 4) * 4));
  if (segment.isShort) return { protocol: 'TCP', text: 'cut short', group: 'tcp', ...ports };
  const isReset = (flags & 4) !== 0;
  const carried = payload.length === 0 ? undefined : tcpPayload(payload, [sourcePort, destinationPort]);
  if (carried !== undefined) return { group: 'tcp', ...carried, ...ports };
  const names = flagNames.filter((_, bit) => (flags & (1 << bit)) !== 0).join(', ');
  const acknowledged = (flags & 16) === 0 ? '' : ` Ack=${segment.u32(8)}`;
  const text = `[${names}] Seq=${segment.u32(4)}${acknowledged} Win=${segment.u16(14)} Len=${payload.length}`;
  return { protocol: 'TCP', text, group: isReset ? 'problem' : 'tcp', ...ports };
}

/** RFC 768. @param inner reads a frame that is carried in a tunnel */
export function udp(datagram: Cursor, inner: (frame: Cursor) => Pick<Content, 'text'>): Content {
  const [sourcePort, destinationPort] = [datagram.u16(0), datagram.u16(2)];
  const ports = { sourcePort, destinationPort };
  const length = datagram.u16(4);
  if (datagram.isShort) return { protocol: 'UDP', text: 'cut short', group: 'udp', ...ports };
  const payload = datagram.rest(8, Math.max(0, length - 8));
  if (destinationPort === 4789 || destinationPort === 8472) {
    const network = payload.u32(4) >>> 8;
    return { protocol: 'VXLAN', text: `VNI ${network}: ${inner(payload.rest(8)).text}`, group: 'udp', ...ports };
  }
  const carried = udpPayload(payload, [sourcePort, destinationPort]);
  if (carried !== undefined) return { ...carried, ...ports };
  return { protocol: 'UDP', text: `Len=${Math.max(0, length - 8)}`, group: 'udp', ...ports };
}

const unreachable: Readonly<Record<number, string>> = {
  0: 'network unreachable',
  1: 'host unreachable',
  2: 'protocol unreachable',
  3: 'port unreachable',
  4: 'fragmentation needed',
  9: 'network prohibited',
  10: 'host prohibited',
  13: 'communication prohibited',
};

/** RFC 792. */
export function icmp(message: Cursor): Content {
  const [type, code] = [message.u8(0), message.u8(1)];
  const protocol = 'ICMP';
  if (message.isShort) return { protocol, text: 'cut short', group: 'icmp' };
  const echo = `id=${message.u16(4)} seq=${message.u16(6)}`;
  switch (type) {
    case 0:
      return { protocol, text: `Echo reply ${echo}`, group: 'icmp' };
    case 8:
      return { protocol, text: `Echo request ${echo}`, group: 'icmp' };
    case 3: {
      const size = code === 4 ? ` (MTU ${message.u16(6)})` : '';
      const what = unreachable[code] ?? `unreachable (code ${code})`;
      return { protocol, text: `Destination ${what}${size} for ${quoted(message)}`, group: 'problem' };
    }
    case 5:
      return { protocol, text: `Redirect to ${ipv4Text(message, 4)} for ${quoted(message)}`, group: 'icmp' };
    case 11:
      return { protocol, text: `Time to live exceeded for ${quoted(message)}`, group: 'problem' };
    default:
      return { protocol, text: `Type ${type} code ${code}`, group: 'icmp' };
  }
}

/** The destination of the packet that an ICMP error is about. */
function quoted(message: Cursor): string {
  const packet = message.rest(8);
  const port = [6, 17].includes(packet.u8(9)) ? packet.u16((packet.u8(0) & 15) * 4 + 2) : undefined;
  const address = ipv4Text(packet, 16);
  return port === undefined ? address : endpointText(address, port);
}

const unreachable6 = ['no route', 'prohibited', 'beyond scope', 'address unreachable', 'port unreachable'];
const simple6: Readonly<Record<number, string>> = {
  130: 'Multicast listener query',
  131: 'Multicast listener report',
  132: 'Multicast listener done',
  133: 'Router solicitation',
  134: 'Router advertisement',
  143: 'Multicast listener report v2',
};

/** RFC 4443 and RFC 4861. */
export function icmp6(message: Cursor): Content {
  const [type, code] = [message.u8(0), message.u8(1)];
  const protocol = 'ICMPv6';
  if (message.isShort) return { protocol, text: 'cut short', group: 'icmp' };
  const echo = `id=${message.u16(4)} seq=${message.u16(6)}`;
  switch (type) {
    case 1:
      return { protocol, text: `Destination unreachable: ${unreachable6[code] ?? `code ${code}`}`, group: 'problem' };
    case 2:
      return { protocol, text: `Packet too big (MTU ${message.u32(4)})`, group: 'problem' };
    case 3:
      return { protocol, text: 'Time exceeded', group: 'problem' };
    case 128:
      return { protocol, text: `Echo request ${echo}`, group: 'icmp' };
    case 129:
      return { protocol, text: `Echo reply ${echo}`, group: 'icmp' };
    case 135:
      return { protocol, text: `Who has ${ipv6Text(message, 8)}?${linkAddress(message)}`, group: 'arp' };
    case 136:
      return { protocol, text: `${ipv6Text(message, 8)} is here${linkAddress(message)}`, group: 'arp' };
    default:
      return { protocol, text: simple6[type] ?? `Type ${type} code ${code}`, group: 'icmp' };
  }
}

/** The link-layer address option behind a neighbour solicitation or advertisement. */
function linkAddress(message: Cursor): string {
  const option = message.rest(24);
  return option.length >= 8 && option.u8(0) <= 2 && option.u8(1) === 1 ? ` (${macText(option, 2)})` : '';
}
