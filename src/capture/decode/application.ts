import type { Cursor } from './cursor';
import { ipv4Text } from './address-text';
import type { Content } from './summary';

/** What a TCP segment carries, where its first bytes say so. */
export function tcpPayload(payload: Cursor, ports: readonly number[]): Pick<Content, 'protocol' | 'text'> | undefined {
  const line = payload.ascii(0, 200);
  if (/^(GET|HEAD|POST|PUT|DELETE|OPTIONS|PATCH|CONNECT|TRACE) \S+ HTTP\/|^HTTP\/\d/.test(line)) {
    return { protocol: 'HTTP', text: line };
  }
  if (/^SSH-\d/.test(line)) return { protocol: 'SSH', text: line };
  if (isTlsRecord(payload)) return { protocol: 'TLS', text: tlsText(payload) };
  if (ports.includes(53) && payload.length > 14) return { protocol: 'DNS', text: dnsText(payload.rest(2)) };
  return undefined;
}

/** What a UDP datagram carries, by its well-known port. */
export function udpPayload(
  payload: Cursor,
  ports: readonly number[],
): Pick<Content, 'protocol' | 'text' | 'group'> | undefined {
  const isTo = (...some: number[]): boolean => ports.some((port) => some.includes(port));
  if (payload.length === 0) return undefined;
  if (isTo(53)) return { protocol: 'DNS', text: dnsText(payload), group: 'name' };
  if (isTo(5353)) return { protocol: 'mDNS', text: dnsText(payload), group: 'name' };
  if (isTo(67, 68)) return { protocol: 'DHCP', text: dhcpText(payload), group: 'name' };
  if (isTo(123)) return { protocol: 'NTP', text: `NTP version ${(payload.u8(0) >> 3) & 7}`, group: 'name' };
  return undefined;
}

const tlsContent: Readonly<Record<number, string>> = {
  20: 'Change Cipher Spec',
  21: 'Alert',
  22: 'Handshake',
  23: 'Application Data',
};
const tlsHandshake: Readonly<Record<number, string>> = {
  1: 'Client Hello',
  2: 'Server Hello',
  11: 'Certificate',
  16: 'Client Key Exchange',
};

function isTlsRecord(payload: Cursor): boolean {
  if (payload.length < 6 || tlsContent[payload.u8(0)] === undefined) return false;
  return payload.u8(1) === 3 && payload.u8(2) <= 4 && payload.u16(3) <= 16_640;
}

function tlsText(payload: Cursor): string {
  const content = tlsContent[payload.u8(0)] ?? '';
  return (payload.u8(0) === 22 ? tlsHandshake[payload.u8(5)] : undefined) ?? content;
}

const dnsTypes: Readonly<Record<number, string>> = {
  1: 'A',
  2: 'NS',
  5: 'CNAME',
  6: 'SOA',
  12: 'PTR',
  15: 'MX',
  16: 'TXT',
  28: 'AAAA',
  33: 'SRV',
  65: 'HTTPS',
  255: 'ANY',
};
const dnsErrors: Readonly<Record<number, string>> = {
  1: 'format error',
  2: 'server failure',
  3: 'no such name',
  5: 'refused',
};

/** The question, and for an answer how many there are (RFC 1035, 4.1). */
function dnsText(message: Cursor): string {
  if (message.length < 12) return 'cut short';
  const flags = message.u16(2);
  const isAnswer = (flags & 0x8000) !== 0;
  const { name, next } = dnsName(message, 12);
  const type = message.u16(4) === 0 ? '' : ` ${dnsTypes[message.u16(next)] ?? `type ${message.u16(next)}`}`;
  const question = message.u16(4) === 0 ? '' : `${type} ${name}`;
  if (!isAnswer) return `Query 0x${message.u16(0).toString(16)}${question}`;
  const code = flags & 15;
  const answers = message.u16(6);
  const outcome = code === 0 ? `${answers} answer${answers === 1 ? '' : 's'}` : (dnsErrors[code] ?? `error ${code}`);
  return `Response 0x${message.u16(0).toString(16)}${question}: ${outcome}`;
}

/** A name without compression: a question's, which comes first, cannot refer back to another. */
function dnsName(message: Cursor, offset: number): { readonly name: string; readonly next: number } {
  const labels: string[] = [];
  let at = offset;
  while (labels.length < 128) {
    const length = message.u8(at);
    if (length === 0 || length > 63 || message.isShort) return { name: labels.join('.') || '.', next: at + 1 };
    labels.push(message.ascii(at + 1, length));
    at += 1 + length;
  }
  return { name: labels.join('.'), next: at };
}

const dhcpMessages = ['', 'Discover', 'Offer', 'Request', 'Decline', 'ACK', 'NAK', 'Release', 'Inform'];

/** RFC 2131, with the type of message of RFC 2132. */
function dhcpText(message: Cursor): string {
  const id = `0x${message.u32(4).toString(16)}`;
  let at = 240;
  while (at < message.length && message.u8(at) !== 255) {
    if (message.u8(at) === 53) {
      const kind = dhcpMessages[message.u8(at + 2)] ?? `message ${message.u8(at + 2)}`;
      const offered = ipv4Text(message, 16);
      return `${kind} ${id}${offered === '0.0.0.0' ? '' : ` ${offered}`}`;
    }
    at += message.u8(at) === 0 ? 1 : 2 + message.u8(at + 1);
  }
  return `BOOTP ${id}`;
}
