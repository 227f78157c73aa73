import ipaddr from 'ipaddr.js';
import { optional } from './json';

/** One direction of a connection that the kernel follows, as its packets look there. */
export interface TrackedFlow {
  readonly source: string;
  readonly destination: string;
  /** Of TCP, UDP and their like. */
  readonly sourcePort?: number;
  readonly destinationPort?: number;
  /** Of ICMP: the message's type, code and identifier (what ping numbers itself by). */
  readonly icmp?: { readonly type: number; readonly code: number; readonly id: number };
  /** Counted only where `net.netfilter.nf_conntrack_acct` is on. */
  readonly packets?: number;
  readonly bytes?: number;
}

/** A connection that the kernel follows (conntrack(8)): for NAT, and for rules that ask for `ct state`. */
export interface TrackedConnection {
  readonly family: 'inet' | 'inet6';
  /** `tcp`, `udp`, `icmp`, `icmpv6` …, or its number where the kernel has no name. */
  readonly protocol: string;
  /** Of TCP: `SYN_SENT`, `ESTABLISHED`, `TIME_WAIT` … */
  readonly state?: string;
  /** Seconds until it is forgotten, if no packet comes. */
  readonly expires?: number;
  /** How packets of whoever began look before any translation. */
  readonly original: TrackedFlow;
  /** How answers look when they come back: its ends are the other way round, and others where an address was translated. */
  readonly reply: TrackedFlow;
  /** No answer was seen yet. */
  readonly isUnreplied: boolean;
  /** Packets went both ways: it is not thrown out first when the table is full. */
  readonly isAssured: boolean;
  readonly mark?: number;
}

/** An address, with its port where the protocol has ports. */
export interface TranslatedEnd {
  readonly address: string;
  readonly port?: number;
}

/** What NAT made of a connection: the ends that it gave it in the place of its own. */
export interface Translation {
  /** The source that the destination sees (masquerade, SNAT). */
  readonly source?: TranslatedEnd;
  /** Where it really goes (DNAT, a port forward). */
  readonly destination?: TranslatedEnd;
}

/**
 * Reads lines of `/proc/net/nf_conntrack`, of `conntrack -L` and of `conntrack -L -o extended`, which differ in little; what is no
 * such line is left out. The order is the kernel's, which means nothing.
 */
export function readConnections(lines: readonly string[]): TrackedConnection[] {
  return lines.flatMap((line) => readConnection(line) ?? []);
}

function readConnection(line: string): TrackedConnection | undefined {
  const words = line.trim().split(/\s+/);
  // `ipv4 2 tcp 6 119 …`, or without the first two words.
  if (words[0] === 'ipv4' || words[0] === 'ipv6') words.splice(0, 2);
  const [protocol = '', number = ''] = words;
  const flows = splitFlows(words);
  const [original, reply] = flows.map(readFlow);
  if (!/^\d+$/.test(number) || original === undefined || reply === undefined) return undefined;
  const seconds = /^\d+$/.test(words[2] ?? '') ? Number(words[2]) : undefined;
  const state = words.slice(2, 4).find((word) => /^[A-Z][A-Z_0-9]*$/.test(word));
  const mark = decimal(words.find((word) => word.startsWith('mark='))?.slice('mark='.length));
  return {
    family: original.source.includes(':') ? 'inet6' : 'inet',
    protocol: protocol === 'unknown' ? number : protocol,
    ...optional('state', state),
    ...optional('expires', seconds),
    original,
    reply,
    isUnreplied: words.includes('[UNREPLIED]'),
    isAssured: words.includes('[ASSURED]'),
    ...optional('mark', mark === 0 ? undefined : mark),
  };
}

/** The words of each direction: `src=` begins one. */
function splitFlows(words: readonly string[]): string[][] {
  const starts = words.flatMap((word, index) => (word.startsWith('src=') ? [index] : []));
  return starts.map((start, index) => words.slice(start, starts[index + 1]));
}

function readFlow(words: readonly string[]): TrackedFlow | undefined {
  const values = new Map(words.map((word) => [word.slice(0, word.indexOf('=')), word.slice(word.indexOf('=') + 1)]));
  const number = (key: string): number | undefined => decimal(values.get(key));
  const [source, destination] = [address(values.get('src')), address(values.get('dst'))];
  if (source === undefined || destination === undefined) return undefined;
  const [type, code, id] = [number('type'), number('code'), number('id')];
  const icmp = type === undefined || code === undefined ? undefined : { type, code, id: id ?? 0 };
  return {
    source,
    destination,
    ...optional('sourcePort', number('sport')),
    ...optional('destinationPort', number('dport')),
    ...optional('icmp', icmp),
    ...optional('packets', number('packets')),
    ...optional('bytes', number('bytes')),
  };
}

function decimal(text: string | undefined): number | undefined {
  return text !== undefined && /^\d+$/.test(text) ? Number(text) : undefined;
}

/** In the spelling of ip(8): /proc writes IPv6 addresses out in full. */
function address(text: string | undefined): string | undefined {
  if (text === undefined || !ipaddr.isValid(text)) return undefined;
  const read = ipaddr.parse(text);
  return read instanceof ipaddr.IPv6 ? read.toRFC5952String() : text;
}

/** What NAT made of it; undefined where its ends are its own. */
export function translationOf({ original, reply }: TrackedConnection): Translation | undefined {
  const source = changedEnd(end(original, 'source'), end(reply, 'destination'));
  const destination = changedEnd(end(original, 'destination'), end(reply, 'source'));
  if (source === undefined && destination === undefined) return undefined;
  return { ...optional('source', source), ...optional('destination', destination) };
}

function end(flow: TrackedFlow, which: 'source' | 'destination'): TranslatedEnd {
  const port = which === 'source' ? flow.sourcePort : flow.destinationPort;
  return { address: flow[which], ...optional('port', port) };
}

function changedEnd(before: TranslatedEnd, after: TranslatedEnd): TranslatedEnd | undefined {
  return before.address === after.address && before.port === after.port ? undefined : after;
}

/** What an end is called: `10.10.0.10:8000`, `[2001:db8::1]:80`, `10.10.0.10`. */
export function printEnd({ address, port }: TranslatedEnd): string {
  if (port === undefined) return address;
  return `${address.includes(':') ? `[${address}]` : address}:${port}`;
}

/** The ends of a direction as text. */
export function endsOf(flow: TrackedFlow): { readonly source: string; readonly destination: string } {
  return { source: printEnd(end(flow, 'source')), destination: printEnd(end(flow, 'destination')) };
}
