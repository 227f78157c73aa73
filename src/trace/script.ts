import * as l10n from '@vscode/l10n';
import { NetnsError } from '../base/errors';
import { quoteArgument, quoteCommand, quoteText } from '../base/shell-quote';
import type { HostSnapshot, ObservedNamespace } from '../host/model';
import { endingFunctions, programMark } from '../plan/script-ending';
import { placed, placeOfNamespace } from '../plan/actions/place';
import type { RouteQuestion } from './facts';
import { detailsScript, savesLine } from './details-script';
import { probeScript, type Probe } from './probe-script';
import { flowLines, type FlowQuestion } from './switch-flows';
import { watchScript } from './watch-script';

export interface TraceScriptOptions {
  /** Marks where a section begins; letters and digits only, random. */
  readonly boundary: string;
  /** The namespaces to look into, by their ids; those that are not there (any more) or have no road to them are left out. */
  readonly namespaces: readonly string[];
  readonly questions: readonly RouteQuestion[];
  readonly flowQuestions?: readonly FlowQuestion[];
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
  if (!/^[A-Za-z0-9]{8,}$/.test(boundary))
    throw new NetnsError('internal', l10n.t`A boundary needs letters or digits.`);
  const places = placesOf(snapshot, options.namespaces);
  const connections = probe === undefined ? '' : connectionPattern(probe);
  const details = (part: 'changing' | 'lasting' | 'all', when = ''): string[] =>
    places.map((namespace, number) => {
      const asked = part === 'changing' ? '' : questionLines(questions, namespace.id);
      const words = [`${when}${number}`, part, quoteText(asked), quoteText(connections)].join(' ');
      return `${quoteCommand([...enterWords(namespace), 'sh', '-c'])} "$details" netns-trace "$boundary" ${words} 2>/dev/null`;
    });
  const flows = flowLines(options.flowQuestions ?? []);
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
    savesLine,
    ...(probe === undefined || source === undefined
      ? [...details('all'), ...flows]
      : [
          ...details('changing'),
          watchScript(
            places.map((namespace) => quoteCommand(enterWords(namespace))),
            probe,
            boundary,
          ),
          probeScript(quoteCommand(enterWords(source)), probe),
          'section watch',
          'watch &',
          'watching=$!',
          // Read while the probe is on its way, and printed when all is said of that.
          'lasting=$(',
          ...details('lasting'),
          ...flows,
          ')',
          // Waited for, not run in front: a shell hears a signal at once only while it waits.
          'wait $watching',
          `printf '%s\\n' "$lasting"`,
          ...details('changing', 'after'),
        ]),
    'section end',
    '',
  ].join('\n');
}

/** What lines of conntrack may be of the probe: those of its port; pings are told from others by what was there before. */
function connectionPattern({ protocol, sourcePort = 0 }: Probe): string {
  return protocol === 'icmp' ? 'icmp' : `${protocol} .*[sd]port=${sourcePort} `;
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

/** One question a line: `FAMILY TO FROM IIF FLOW…`, `-` where there is none. Interfaces' names hold no white space. */
function questionLines(questions: readonly RouteQuestion[], id: string): string {
  return questions
    .filter(({ namespaceId }) => namespaceId === id)
    .map(({ to, from, iif, flow = '' }) =>
      [to.includes(':') ? '-6' : '-4', to, from ?? '-', iif ?? '-', ...flow.split(' ')]
        .map((word) => checked(word))
        .join(' '),
    )
    .join('\n');
}

function checked(word: string): string {
  quoteArgument(word);
  if (/\s/.test(word)) throw new NetnsError('internal', l10n.t`An interface of that name cannot be asked about.`);
  return word;
}
