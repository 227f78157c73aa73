import { quoteArgument } from '../base/shell-quote';
import { endingFunctions, programMark } from './script-ending';
import { requirePlainToken } from './script-token';
import { pingOptions, type MatrixPair } from './matrix';

/**
 * Pings that are made before the neighbour tables are emptied. The kernel keeps one table for all namespaces together, of at
 * most 1,024 entries where nobody changed it (`net.ipv4.neigh.default.gc_thresh3`, arp(7)); when it is full, pings fail that
 * are fine. Each ping makes up to two entries.
 */
const pairsInWave = 400;
/** Pings of one namespace at the same time. */
const atOnce = 64;

/**
 * All pairs as one POSIX shell script: in waves, in each of which the sources ping side by side. It says on standard output how
 * each ended, by its number: `@TOKEN 17 ok 0.053`, or `@TOKEN 17 no` and the tool's words, tabs between its lines; and
 * `@TOKEN gone 17` for what cannot be tried since its namespace is not there.
 *
 * @param pairs in the order of their sources
 * @param token unguessable text of letters and digits that marks our own lines among those of the host
 */
export function compileMatrix(pairs: readonly MatrixPair[], token: string): string {
  requirePlainToken(token);
  const waves = wavesOf(pairs);
  const namespaces = new Set(pairs.map(({ namespace }) => namespace).filter((name) => name !== undefined));
  return [
    `token=${token}`,
    `export LC_ALL=C ${programMark}=$token`,
    `probing='${probing(token)}'`,
    endingFunctions,
    functions,
    'forget() {',
    // Only of the lab's own namespaces; an entry that somebody set by hand stays.
    ...[...namespaces].map((name) => `  ip -n ${quoteArgument(name)} neigh flush all 2>/dev/null`),
    '  :',
    '}',
    ...waves.map(
      (wave, index) => `wave_${index}() {\n${wave.map((source) => compileSource(source, pairs)).join('\n')}\n  wait\n}`,
    ),
    'main() {',
    '  trap end_all HUP INT TERM',
    '  command -v ping >/dev/null 2>&1 || { say no-ping; return; }',
    ...waves.flatMap((_, index) => [...(index === 0 ? [] : ['  forget']), `  wave_${index}`]),
    '  say end',
    '}',
    'main',
    '',
  ].join('\n');
}

type Source = readonly number[];

/** The numbers of the pairs by their sources, as many sources to a wave as it may hold pairs. */
function wavesOf(pairs: readonly MatrixPair[]): Source[][] {
  const sources = new Map<string, number[]>();
  for (const [index, { from }] of pairs.entries()) sources.set(from, [...(sources.get(from) ?? []), index]);
  const waves: Source[][] = [];
  let room = 0;
  for (const source of sources.values()) {
    if (room < source.length) {
      waves.push([]);
      room = pairsInWave;
    }
    waves.at(-1)?.push(source);
    room -= source.length;
  }
  return waves;
}

function compileSource(source: Source, pairs: readonly MatrixPair[]): string {
  const lines = source.map((index) => {
    const pair = pairs[index];
    return `${index} ${pair?.family === 'inet6' ? '-6' : '-'} ${pair?.address ?? ''}`;
  });
  const [first = 0] = source;
  const namespace = pairs[first]?.namespace;
  const name = namespace === undefined ? '' : quoteArgument(namespace);
  // Addresses hold no character that a shell could read otherwise.
  return [`  source_of ${name === '' ? "''" : name} <<'PAIRS' &`, ...lines, 'PAIRS'].join('\n');
}

/** What runs in each namespace: reads `NUMBER -6|- ADDRESS` and pings, so many at a time. In single quotes: it holds none. */
function probing(token: string): string {
  return `
probe() {
  case $2 in
    -6) output=$(ping -6 ${pingOptions.join(' ')} "$3" 2>&1 </dev/null) ;;
    *) output=$(ping ${pingOptions.join(' ')} "$3" 2>&1 </dev/null) ;;
  esac
  code=$?
  if [ "$code" -eq 0 ]; then
    time=\${output##*time=}
    printf "@%s %s ok %s\\n" ${token} "$1" "\${time%% *}"
  else
    printf "@%s %s no %s\\n" ${token} "$1" "$(printf %s "$output" | tr "\\n" "\\t" | cut -c 1-1000)"
  fi
}
count=0
while read -r number family address; do
  probe "$number" "$family" "$address" &
  count=$((count + 1))
  [ "$count" -lt ${atOnce} ] || { wait; count=0; }
done
wait
`;
}

const functions = `
say() { printf '@%s %s\\n' "$token" "$*"; }

source_of() {
  if [ -z "$1" ]; then
    sh -c "$probing"
  elif [ -e "/run/netns/$1" ]; then
    ip netns exec "$1" sh -c "$probing"
  else
    while read -r number _; do say "gone $number"; done
  fi
}
`;
