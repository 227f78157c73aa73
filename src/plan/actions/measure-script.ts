import * as l10n from '@vscode/l10n';
import { command, type Command } from '../../base/command';
import { NetnsError } from '../../base/errors';
import { quoteCommand, quoteText } from '../../base/shell-quote';
import { endGroup, endWhenSilent } from './keep-alive';
import { needsTool } from './needs-tool';
import { inside, type Place } from './place';

/** What is measured between two places. */
export const measureKinds = ['ping', 'route', 'throughput', 'http'] as const;
export type MeasureKind = (typeof measureKinds)[number];

/** From where to what. */
export interface MeasurePath {
  readonly from: Place;
  /** An address or a host's name; for `http` a URL. */
  readonly to: string;
  /** Where the other end is, if it is on this host: iperf3's server is started there. Without it one has to run there. */
  readonly at?: Place;
}

/** How iperf3 sends. */
export interface Traffic {
  readonly protocol: 'tcp' | 'udp';
  /** The other end sends. */
  readonly reverse?: boolean;
  readonly seconds: number;
}

export const usualTraffic: Traffic = { protocol: 'tcp', seconds: 10 };

/** Mbit/s that UDP is sent with: it does not find out by itself how much goes through. */
const udpRate = '100M';
const usualPort = 5201;
/** Seconds between two requests, and until one is given up. */
const httpGap = 1;
const httpPatience = 5;
const mostHops = 30;

/** The command by hand, on the host; of `throughput` the server's first. */
export function measureCommands(kind: MeasureKind, { from, to, at }: MeasurePath, traffic = usualTraffic): Command[] {
  switch (kind) {
    case 'ping':
      return [inside(from, command('ping', '-n', plainTarget(to)))];
    case 'route':
      return [inside(from, command('traceroute', '-n', plainTarget(to)))];
    case 'throughput': {
      const server = at === undefined ? [] : [inside(at, command('iperf3', '-s', '-1'))];
      return [...server, inside(from, command('iperf3', ...clientWords(to, traffic)))];
    }
    case 'http':
      return [inside(from, command('curl', '-i', plainTarget(to)))];
  }
}

/**
 * Measures several paths at once until its input ends: each line of their programs comes with the path's number (from 0) in front,
 * and after a path's last line `NUMBER ended CODE`. For sh, as root; it has to be told something from time to time (`longestSilence`).
 */
export function measureScript(kind: MeasureKind, paths: readonly MeasurePath[], traffic = usualTraffic): string {
  return [
    needs[kind],
    endWhenSilent(),
    'export LC_ALL=C',
    ...paths.map((path, index) =>
      [
        `{ ( ${scripts[kind](path, traffic)} ) 2>&1; printf '\\nended %s\\n' "$?"; } |`,
        `while IFS= read -r line; do printf '%s %s\\n' ${index} "$line"; done &`,
        // The keeper is a child too, and ends with the input alone.
        'measures="${measures:-} $!"',
      ].join(' '),
    ),
    'wait $measures',
    ':',
    endGroup,
  ].join('\n');
}

const needs: Readonly<Record<MeasureKind, string>> = {
  ping: needsTool('ping'),
  route: `command -v traceroute >/dev/null 2>&1 || command -v tracepath >/dev/null 2>&1 || {\n${needsTool('ping')}\n}`,
  throughput: needsTool('iperf3'),
  http: `command -v python3 >/dev/null 2>&1 || {\n${needsTool('curl')}\n}`,
};

const scripts: Readonly<Record<MeasureKind, (path: MeasurePath, traffic: Traffic) => string>> = {
  ping: pingScript,
  route: routeScript,
  throughput: throughputScript,
  http: httpScript,
};

/** iputils' ping tells each lost request by itself (`-O`); of any other each is run by itself. */
function pingScript({ from, to }: MeasurePath): string {
  const words = (...options: string[]): string =>
    quoteCommand(inside(from, command('ping', ...options, plainTarget(to))).argv);
  return `
if ping -V 2>&1 | grep -q iputils; then
  ${words('-n', '-O')}
else
  n=0
  while :; do
    n=$((n + 1))
    echo "ping $n"
    ${words('-c', '1', '-W', '1')} 2>&1
    sleep 1
  done
fi
`;
}

/** Without traceroute or tracepath, pings that may pass one router more each time. */
function routeScript({ from, to }: MeasurePath): string {
  const words = (...argv: string[]): string => quoteCommand(inside(from, command(...argv, plainTarget(to))).argv);
  const limited = quoteCommand(inside(from, command('ping', '-n', '-c', '1', '-W', '1', '-t')).argv);
  return `
if command -v traceroute >/dev/null 2>&1; then
  ${words('traceroute', '-n', '-q', '3', '-w', '1', '-m', String(mostHops))}
elif command -v tracepath >/dev/null 2>&1; then
  ${words('tracepath', '-n', '-m', String(mostHops))}
else
  n=0
  while [ "$n" -lt ${mostHops} ]; do
    n=$((n + 1))
    echo "hop $n"
    said=$(${limited} "$n" ${quoteCommand([plainTarget(to)])} 2>&1)
    code=$?
    printf '%s\\n' "$said"
    case $code-$said in 0-* | 2-*) break ;; esac
  done
fi
`;
}

/** The server takes the first port from the usual one that nobody listens on, answers one client and ends. */
function throughputScript({ from, to, at }: MeasurePath, traffic: Traffic): string {
  const client = quoteCommand(inside(from, command('iperf3', ...clientWords(to, traffic), '--forceflush', '-p')).argv);
  if (at === undefined) return `${client} ${usualPort}`;
  const server = quoteCommand(inside(at, command('iperf3', '-s', '-1', '-p')).argv);
  const sockets = quoteCommand(inside(at, command('cat', '/proc/net/tcp', '/proc/net/tcp6')).argv);
  return `
listens() { ${sockets} 2>/dev/null | grep -q "$(printf ':%04X [0-9A-F]*:0000 0A' "$port")"; }
port=${usualPort}
while [ "$port" -lt ${usualPort + 50} ] && listens; do port=$((port + 1)); done
${server} "$port" >/dev/null 2>&1 &
server=$!
tries=0
until listens || [ "$tries" -ge 50 ]; do sleep 0.1; tries=$((tries + 1)); done
${client} "$port"
code=$?
kill "$server" 2>/dev/null
( exit "$code" )
`;
}

function clientWords(to: string, { protocol, reverse, seconds }: Traffic): string[] {
  const words = ['-c', plainTarget(to), '-t', String(seconds), '-i', '1', '-f', 'm'];
  return [...words, ...(reverse === true ? ['-R'] : []), ...(protocol === 'udp' ? ['-u', '-b', udpRate] : [])];
}

/** One request after the other, each with its line for `HttpParser`. */
function httpScript({ from, to }: MeasurePath): string {
  const format = '\\n%{http_code} %{time_total} %{size_download}';
  const options = ['-sS', '-g', '-o', '/dev/null', '--noproxy', '*', '--max-time', String(httpPatience), '-w', format];
  const curl = quoteCommand(inside(from, command('curl', ...options, plainTarget(to))).argv);
  const python = quoteCommand(inside(from, command('python3', '-c')).argv);
  return `
n=0
if command -v curl >/dev/null 2>&1; then
  while :; do
    n=$((n + 1))
    said=$(${curl} 2>&1)
    code=$?
    if [ "$code" -eq 0 ]; then
      set -- $said
      awk -v n="$n" -v status="$1" -v seconds="$2" -v bytes="$3" 'BEGIN { printf "http %d %s %.3f %d\\n", n, status, seconds * 1000, bytes }' </dev/null
    else
      printf 'http %s failed %s %s\\n' "$n" "$code" "$(printf '%s' "$said" | grep '^curl: ' | head -n 1)"
    fi
    sleep ${httpGap}
  done
else
  ${python} ${quoteText(httpInPython)} ${quoteCommand([plainTarget(to)])} ${httpPatience} ${httpGap}
fi
`;
}

const httpInPython = `import sys, time, urllib.request, urllib.error
opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
n = 0
while True:
    n += 1
    begun = time.monotonic()
    try:
        try: answer = opener.open(sys.argv[1], timeout=float(sys.argv[2]))
        except urllib.error.HTTPError as error: answer = error
        size = len(answer.read())
        print("http %d %03d %.3f %d" % (n, answer.status, (time.monotonic() - begun) * 1000, size), flush=True)
    except Exception as error:
        print("http %d failed 1 %s" % (n, str(error).split("\\n")[0]), flush=True)
    time.sleep(float(sys.argv[3]))
`;

/** What a person typed never is an option. */
function plainTarget(to: string): string {
  if (to === '' || to.startsWith('-') || /[\s\0]/.test(to)) {
    throw new NetnsError('unsupported', l10n.t`“${to}” is no address.`);
  }
  return to;
}
