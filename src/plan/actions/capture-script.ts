import { command, type Command } from '../../base/command';
import { quoteCommand, quoteText } from '../../base/shell-quote';
import type { SshConnection } from '../../host/model';
import { captureMux } from './capture-mux';
import { endGroup, endWhenSilent } from './keep-alive';
import { needsTool } from './needs-tool';
import { inside, type Place } from './place';

/** One tcpdump: where it runs, and what it takes. */
export interface CaptureSource {
  readonly place: Place;
  /** Without it all interfaces of the place. */
  readonly interface?: string;
  /** A filter for pcap-filter(7); empty: everything. */
  readonly filter: string;
}

export interface CaptureOptions {
  /** Bytes taken of each packet. */
  readonly snapLength: number;
  /** Seconds after which the host ends the capture when its client has said nothing; default `longestSilence`. */
  readonly silence?: number;
}

/** Most tcpdumps of one capture: each has buffers of its own in the host's memory. */
export const mostCaptureSources = 64;

/** KiB of the kernel's buffer for each tcpdump; its own 2 MiB lose packets of a burst while the connection is busy. */
const bufferSize = 8192;

/** tcpdump(8), one line of text a packet. */
export function captureTextCommand({ place, interface: name = 'any', filter }: CaptureSource): Command {
  return inside(place, command('tcpdump', '-l', '-nn', '--immediate-mode', '-i', name, ...filterWords(filter)));
}

/** tcpdump(8), packets as a pcap file on its standard output, each as soon as it was seen. */
export function captureBytesCommand(
  { place, interface: name = 'any', filter }: CaptureSource,
  { snapLength }: CaptureOptions,
): Command {
  const words = ['-U', '-w', '-', '--immediate-mode', '-nn', '-s', String(snapLength), '-B', String(bufferSize)];
  return inside(place, command('tcpdump', ...words, '-i', name, ...filterWords(filter)));
}

/** tcpdump(8) compiling the filter for the place, and nothing else: it says what is wrong with it. */
export function checkFilterCommand({ place, interface: name = 'any', filter }: CaptureSource): Command {
  return inside(place, command('tcpdump', '-d', '-i', name, ...filterWords(filter)));
}

/** A filter never is an option, whatever it begins with. */
function filterWords(filter: string): string[] {
  return filter === '' ? [] : ['--', filter];
}

/** A filter that leaves out the SSH connection which carries the packets: each of its packets would make the next. */
export function withoutOwnStream(filter: string, ssh: SshConnection | undefined): string {
  if (ssh === undefined) return filter;
  // An address of a link (fe80::1%eth0) is written without its zone in a filter.
  const client = ssh.clientAddress.replace(/%.*/, '');
  const own = `not (host ${client} and tcp port ${ssh.serverPort})`;
  return filter === '' ? own : `(${filter}) and ${own}`;
}

/** A capture as text, for sh on a terminal. */
export function captureTextScript(source: CaptureSource): string {
  return [
    'if ! command -v tcpdump >/dev/null 2>&1; then',
    '  echo "This host has no tcpdump. Install it there (Debian, Ubuntu: apt install tcpdump)."',
    '  exit 127',
    'fi',
    `exec ${quoteCommand(captureTextCommand(source).argv)}`,
  ].join('\n');
}

/**
 * Tries filters: the code is 0, or what tcpdump said is on the standard error. Where there is no tcpdump, see `needsTool`. Says
 * `python3` where there is one that can run `captureMux`.
 */
export function checkScript(sources: readonly CaptureSource[]): string {
  const checks = sources.map((source) => `${quoteCommand(checkFilterCommand(source).argv)} >/dev/null || exit 1`);
  return [
    needsTool('tcpdump'),
    ...checks,
    "python3 -c 'import selectors, fcntl' 2>/dev/null && echo python3",
    'exit 0',
  ].join('\n');
}

/** All sources over one connection, as frames. For sh with python3; it has to be told something from time to time. */
export function captureAllScript(sources: readonly CaptureSource[], options: CaptureOptions): string {
  const list = sources.map((source) => {
    const path = namespaceFile(source.place);
    return { argv: captureBytesCommand(source, options).argv, ...(path === undefined ? {} : { path }) };
  });
  return [
    endWhenSilent(options.silence),
    `printf %s ${quoteText(JSON.stringify(list))} | python3 -c ${quoteText(captureMux)}`,
    endGroup,
  ].join('\n');
}

/** One source: its output is tcpdump's own. For sh; it has to be told something from time to time. */
export function captureOneScript(source: CaptureSource, options: CaptureOptions): string {
  return [
    endWhenSilent(options.silence, namespaceFile(source.place)),
    quoteCommand(captureBytesCommand(source, options).argv),
    endGroup,
  ].join('\n');
}

function namespaceFile(place: Place): string | undefined {
  return place.type === 'named' ? `/run/netns/${place.name}` : undefined;
}
