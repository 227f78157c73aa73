import { NetnsError } from '../base/errors';
import { quoteArgument, quoteCommand, quoteText } from '../base/shell-quote';
import type { HostSnapshot, ObservedNamespace } from '../host/model';
import { endingFunctions, programMark } from '../plan/script-ending';
import { placed, placeOfNamespace } from '../plan/actions/place';
import type { RouteQuestion } from './facts';
import { detailsScript } from './details-script';
import { probeScript, type Probe } from './probe-script';
import { watchFilter, watchScript } from './watch-script';

export interface TraceScriptOptions {
  /** Marks where a section begins; letters and digits only, random. */
  readonly boundary: string;
  /** The namespaces to look into, by their ids; those that are not there (any more) or have no road to them are left out. */
  readonly namespaces: readonly string[];
  readonly questions: readonly RouteQuestion[];
  /** Absent: nothing is sent. */
  readonly probe?: Probe;
}

/**
 * One script for one trace, in one round trip, run as root: reads what only a trace needs to know of the namespaces on the
 * way, then sends a probe while every interface of theirs is watched, then reads again what the probe may have changed.
 *
 * It changes nothing on the host. What it starts ends with it, by its trap or with its channel; a tcpdump besides by itself.
 */
export function traceScript(snapshot: HostSnapshot, options: TraceScriptOptions): string {
  const { boundary, probe, questions } = options;
  if (!/^[A-Za-z0-9]{8,}$/.test(boundary)) throw new NetnsError('internal', 'A boundary needs letters or digits.');
  const places = placesOf(snapshot, options.namespaces);
  const enter = (namespace: ObservedNamespace): string[] => enterWords(namespace);
  const details = places.map(
    (namespace, number) =>
      `${quoteCommand([...enter(namespace), 'sh', '-c'])} "$details" netns-trace "$boundary" ${number} ${quoteText(questionLines(questions, namespace.id))} 2>/dev/null`,
  );
  const source = places.find(({ id }) => id === probe?.namespaceId);
  return [
    `boundary=${boundary} token=${boundary}`,
    'PATH=$PATH:/usr/local/sbin:/usr/sbin:/sbin:/usr/bin:/bin',
    `export PATH LC_ALL=C ${programMark}=$token`,
    'exec </dev/null',
    endingFunctions,
    'trap end_all HUP INT TERM PIPE',
    `section() { printf '\\n@%s %s\\n' "$boundary" "$*"; }`,
    `details=${quoteText(detailsScript)}`,
    ...details,
    ...(probe === undefined || source === undefined
      ? []
      : [
          watchScript(
            places.map((namespace) => quoteCommand(enter(namespace))),
            watchFilter(probe),
          ),
          probeScript(quoteCommand(enter(source)), probe),
          'section watch',
          // Waited for, not run in front: a shell hears a signal at once only while it waits.
          'watch &',
          'wait $!',
          ...places.map(
            (namespace, number) =>
              `${quoteCommand([...enter(namespace), 'sh', '-c'])} "$details" netns-trace "$boundary" after${number} '' 2>/dev/null`,
          ),
        ]),
    'section end',
    '',
  ].join('\n');
}

/** The namespaces that the script looks into, in the order of their numbers. */
export function placesOf({ namespaces }: HostSnapshot, ids: readonly string[]): ObservedNamespace[] {
  return ids.flatMap((id) => {
    const found = namespaces.find((one) => one.id === id);
    const hasRoad = found !== undefined && (found.isRoot || found.name !== undefined || found.processes.length > 0);
    return hasRoad ? [found] : [];
  });
}

/** nsenter(1) leaves /sys and /etc alone, which costs time and changes nothing here. */
function enterWords(namespace: ObservedNamespace): string[] {
  const place = placeOfNamespace(namespace);
  if (place.type === 'root') return ['env'];
  if (place.type === 'named') return ['nsenter', `--net=/run/netns/${place.name}`];
  return placed(place, { argv: [] }).argv.slice();
}

/** One question a line: `FAMILY TO FROM IIF`, `-` where there is none. Interfaces' names hold no white space. */
function questionLines(questions: readonly RouteQuestion[], id: string): string {
  return questions
    .filter(({ namespaceId }) => namespaceId === id)
    .map(({ to, from, iif }) =>
      [to.includes(':') ? '-6' : '-4', to, from ?? '-', iif ?? '-'].map((word) => checked(word)).join(' '),
    )
    .join('\n');
}

function checked(word: string): string {
  quoteArgument(word);
  if (/\s/.test(word)) throw new NetnsError('internal', 'An interface of that name cannot be asked about.');
  return word;
}
