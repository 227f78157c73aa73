import * as l10n from '@vscode/l10n';
import type { ObservedNamespace } from '../host/model';
import { labelOf } from './facts';
import type { TraceQuestion } from './model';

/** The probe or its answer, or what it set off, as one interface saw it. */
export interface Sighting {
  readonly namespaceId: string;
  readonly place: string;
  readonly dev: string;
  readonly way: 'in' | 'out';
  readonly kind: 'request' | 'reply' | 'refusal' | 'error' | 'who-has' | 'is-at';
  readonly source: string;
  readonly destination: string;
  /** Milliseconds since the first sighting. */
  readonly after: number;
  /** tcpdump's own words. */
  readonly text: string;
  /** Its hardware address is another's: a bridge's port, or the end of a cable that a bridge flooded, hears it all the same. */
  readonly isForOthers?: true;
}

/** A packet as an interface saw it, whatever it was: the probe's own, and what else its filter let through. */
export interface WatchedPacket extends Pick<Sighting, 'namespaceId' | 'place' | 'dev' | 'way' | 'after' | 'text'> {
  /** Microseconds since 1970, by the host's clock. */
  readonly time: number;
  /** With the header of Linux' cooked capture (LINKTYPE_LINUX_SLL2), in hexadecimal; the end of a long one is not kept. */
  readonly bytes: string;
}

/** What came of the probe. */
export interface ProbeOutcome {
  readonly result: 'answered' | 'refused' | 'lost' | 'unreachable' | 'not-sent';
  readonly milliseconds?: number;
  /** The tool's own words. */
  readonly said?: string;
}

export interface WatchReading {
  readonly sightings: readonly Sighting[];
  /** All that was seen, in the order of its times. */
  readonly packets: readonly WatchedPacket[];
  readonly outcome: ProbeOutcome;
  /** Why some interface was not watched. */
  readonly notWatched: readonly string[];
}

/** Reads what `watch` printed: `NUMBER LINE` of the namespaces' tcpdumps, and `P …` of the probe. */
export function readWatch(
  printed: string,
  places: readonly ObservedNamespace[],
  { destination, protocol, sourcePort }: Pick<TraceQuestion, 'destination' | 'protocol' | 'sourcePort'>,
): WatchReading {
  // Datagrams have no flags: an answer is what goes to the port that the probe came from.
  const isAnswer = ({ destination: to }: { destination: string }): boolean =>
    protocol === 'udp' && to.endsWith(`:${sourcePort ?? ''}`);
  const seen: Seen[] = [];
  /** What each namespace's tcpdump spoke of last: its bytes follow. */
  const latest = new Map<string, Seen>();
  const probe: string[] = [];
  /** What an nft that marks the probe complained of first. */
  const nftSaid = new Map<string, string>();
  const notWatched: string[] = [];
  for (const line of printed.split('\n')) {
    const space = line.indexOf(' ');
    const head = line.slice(0, space);
    const rest = line.slice(space + 1);
    if (head === 'P') probe.push(rest);
    if (line === '- no-tcpdump') notWatched.push(l10n.t`The host has no tcpdump: no interface was watched.`);
    const namespace = /^\d+$/.test(head) ? places[Number(head)] : undefined;
    if (namespace === undefined) continue;
    const bytes = /^\t0x[\da-f]+: {2}([\da-f ]+)$/.exec(rest)?.[1]?.replaceAll(' ', '');
    const current = latest.get(head);
    const packet = readLine(rest);
    if (bytes !== undefined) {
      if (current !== undefined) current.bytes += bytes;
    } else if (packet !== undefined) {
      const answer = packet.kind === 'request' && isAnswer(packet) ? { kind: 'reply' as const } : {};
      const one = { ...packet, ...answer, namespaceId: namespace.id, place: labelOf(namespace), bytes: '' };
      latest.set(head, one);
      seen.push(one);
    } else if (rest === '@not-followed') {
      const said = nftSaid.get(head);
      const why = said === undefined ? '' : `: ${said}`;
      notWatched.push(`${labelOf(namespace)}: the packet filter’s own word was not heard (nft monitor trace)${why}`);
    } else if (rest.startsWith('Error: ')) {
      if (!nftSaid.has(head)) nftSaid.set(head, rest);
    } else if (
      /^tcpdump: (?!verbose|listening|data link|WARNING)/.test(rest) &&
      !/packets? (captured|received|dropped)/.test(rest)
    ) {
      notWatched.push(`${labelOf(namespace)}: ${rest}`);
    }
  }
  seen.sort((a, b) => a.seconds - b.seconds);
  const first = seen.find(({ kind }) => kind !== undefined)?.seconds ?? seen[0]?.seconds ?? 0;
  const after = (one: Seen): number => Math.round((one.seconds - first) * 1e6) / 1e3;
  return {
    sightings: seen.flatMap((one): Sighting[] => {
      const { namespaceId, place, dev, way, kind, source, destination, text, isForOthers } = one;
      if (kind === undefined) return [];
      const others = isForOthers === undefined ? {} : { isForOthers };
      return [{ namespaceId, place, dev, way, kind, source, destination, after: after(one), text, ...others }];
    }),
    packets: seen.map((one) => {
      const { namespaceId, place, dev, way, text, bytes } = one;
      return { namespaceId, place, dev, way, after: after(one), text, time: Math.round(one.seconds * 1e6), bytes };
    }),
    outcome: readOutcome(probe, destination),
    notWatched,
  };
}

/** A packet that was seen; without a kind it tells nothing of the probe's way. */
interface Seen extends Omit<Sighting, 'kind' | 'after'> {
  readonly kind?: Sighting['kind'];
  readonly seconds: number;
  bytes: string;
}

const linePattern =
  /^(\d+\.\d+) (?:(\S+) +(In|Out|P|B|M|Multicast) +)?(?:ethertype \S+ \([^)]*\), )?(IP6?|ARP),? (.*)$/;

function readLine(line: string): Omit<Seen, 'namespaceId' | 'place' | 'bytes'> | undefined {
  const match = linePattern.exec(line);
  if (match === null) return undefined;
  const [, time, dev = '', way, protocol, text = ''] = match;
  const common = {
    seconds: Number(time),
    dev,
    way: way === 'Out' ? ('out' as const) : ('in' as const),
    text: `${protocol ?? ''} ${text}`,
    source: '',
    destination: '',
    ...(way === 'P' ? { isForOthers: true as const } : {}),
  };
  if (protocol === 'ARP') {
    const request = /^Request who-has (\S+)(?: \([^)]*\))? tell (\S+?),/.exec(text);
    if (request !== null)
      return { ...common, kind: 'who-has', source: request[2] ?? '', destination: request[1] ?? '' };
    const reply = /^Reply (\S+) is-at/.exec(text);
    return reply === null ? common : { ...common, kind: 'is-at', source: reply[1] ?? '' };
  }
  const ends = /^(\S+) > (\S+): (.*)$/.exec(text);
  if (ends === null) return common;
  const [, source = '', destination = '', what = ''] = ends;
  const kind = kindOf(what);
  return {
    ...common,
    ...(kind === undefined ? {} : { kind }),
    source: withColon(source, what),
    destination: withColon(destination, what),
  };
}

function kindOf(what: string): Sighting['kind'] | undefined {
  if (/^ICMP6?,? echo request/.test(what)) return 'request';
  if (/^ICMP6?,? echo reply/.test(what)) return 'reply';
  if (/^ICMP6, neighbor solicitation/.test(what)) return 'who-has';
  if (/^ICMP6, neighbor advertisement/.test(what)) return 'is-at';
  if (/^ICMP6?,? .*(unreachable|exceeded|prohibited|too big)/.test(what)) return 'error';
  if (what.startsWith('ICMP')) return undefined;
  const flags = /^Flags \[([^\]]*)\]/.exec(what)?.[1];
  if (flags === undefined) return 'request';
  if (flags === 'S') return 'request';
  if (flags.startsWith('S')) return 'reply';
  return flags.startsWith('R') ? 'refusal' : undefined;
}

/** tcpdump writes `10.0.0.1.80`; we write `10.0.0.1:80`. */
function withColon(end: string, what: string): string {
  if (what.startsWith('ICMP')) return end;
  const match = /^(.*)\.([^.]+)$/.exec(end);
  if (match === null || (!end.includes(':') && end.split('.').length < 5)) return end;
  const [, address = '', port = ''] = match;
  return address.includes(':') ? `[${address}]:${port}` : `${address}:${port}`;
}

function readOutcome(lines: readonly string[], destination: string): ProbeOutcome {
  const said = lines.filter((line) => line.startsWith('said ')).map((line) => line.slice(5));
  for (const line of lines) {
    const [word, ...rest] = line.split(' ');
    const words = rest.join(' ');
    if (word === 'connected' || word === 'answered') {
      return { result: 'answered', ...(words === '' ? {} : { milliseconds: Number(words) }) };
    }
    if (word === 'refused') return { result: 'refused', said: 'Connection refused' };
    if (word === 'lost') return { result: 'lost' };
    if (word === 'error') return { result: 'unreachable', said: words };
    if (word === 'no-tool') return { result: 'not-sent', said: l10n.t`The host has no ${words}.` };
    if (word === 'code' && words === '0') {
      const time = /time=([\d.]+)/.exec(said.join('\n'))?.[1];
      return { result: 'answered', ...(time === undefined ? {} : { milliseconds: Number(time) }) };
    }
  }
  if (lines.length === 0) return { result: 'not-sent', said: l10n.t`The probe did not say what became of it.` };
  const error = said.find((line) => /^(ping|connect)[^:]*: /.test(line) || /^From \S+ /.test(line));
  if (error !== undefined && !error.startsWith(`From ${destination} `)) return { result: 'unreachable', said: error };
  return { result: 'lost', ...(error === undefined ? {} : { said: error }) };
}
