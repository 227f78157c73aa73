import type { HostSnapshot } from '../../host/model';
import type { Topology } from '../../topology/model';
import { quoteArgument } from '../../base/shell-quote';
import { desiredOf } from '../desired';
import { freshHost } from '../fresh-host';
import type { PlanProblem } from '../model';
import { planApply } from '../plan-apply';
import { checkLines } from './check-lines';
import { natLines, type Lines } from './nat-lines';
import { partNames, partOf, partOfStep, type PartName } from './parts';
import { comment, heading } from './script-text';
import { endLines, serviceFunctions } from './service-lines';
import { stepLines, type StepContext } from './step-lines';
import { withoutLab } from './without-lab';

export interface ExportOptions {
  /** The host that the scripts are for; without it, one that has nothing of the lab. */
  readonly snapshot?: HostSnapshot;
  /** What an empty host translates addresses with; default nftables. A real one is seen to have the one or the other. */
  readonly filter?: 'nftables' | 'iptables';
}

/** A lab as two POSIX shell scripts that work without us. */
export interface ExportedScripts {
  /** Makes the lab. */
  readonly up: string;
  /** Takes it down again, also where `up` stopped in the middle. */
  readonly down: string;
  /** What keeps it from working on that host; with an error the scripts must not be used. */
  readonly problems: readonly PlanProblem[];
}

/**
 * The lab as a person would type it, in the order of the tutorials: namespaces, bridges, cables, addresses, routes, NAT,
 * services; each part with what it is for. On a host that has the lab already, the scripts are for that host without it.
 */
export function exportScripts(topology: Topology, { snapshot, filter }: ExportOptions = {}): ExportedScripts {
  const host = snapshot === undefined ? freshHost(topology, filter) : withoutLab(snapshot, topology.name);
  const { steps, problems } = planApply(topology, host);
  const context: StepContext = { topology, desired: desiredOf(topology), isSeen: snapshot !== undefined };
  const parts = new Map<PartName, Lines[]>();
  const add = (name: PartName, lines: Lines): void => {
    if (lines.up.length + lines.down.length > 0) parts.set(name, [...(parts.get(name) ?? []), lines]);
  };
  add('nat', natLines(topology, host));
  for (const step of steps) add(partOfStep(step), stepLines(step, context));
  return {
    up: upScript(topology, parts, host),
    down: downScript(topology, parts),
    problems: problems.filter(({ reason }) => snapshot !== undefined || reason === 'invalidTopology'),
  };
}

function upScript(topology: Topology, parts: ReadonlyMap<PartName, readonly Lines[]>, host: HostSnapshot): string {
  const { name } = topology;
  const written = partNames.flatMap((part) => {
    const lines = (parts.get(part) ?? []).filter(({ up }) => up.length > 0);
    if (lines.length === 0) return [];
    const { title, lesson } = partOf(part);
    const functions = part === 'services' ? [...serviceFunctions, ''] : [];
    return ['', heading(title), ...comment(lesson), '', ...functions, ...together(lines.map(({ up }) => up))];
  });
  const checks = checkLines(topology, host);
  const usesState = written.some((line) => line.includes('$state'));
  const text = [
    ...opening(topology, `Makes the lab ${name}: sudo sh ${name}-up.sh`, `${name}-down.sh takes it down again.`),
    '',
    'set -eu',
    ...asRoot,
    ...needs(written),
    ...refuseWhatIsThere(topology),
    `trap '[ $? -eq 0 ] || echo "Stopped. To take away what is there so far: sh ${name}-down.sh" >&2' EXIT`,
    ...(usesState ? [...stateDirectory(name), 'mkdir -p "$state"'] : []),
    ...written,
    ...(checks.length === 0 ? [] : ['', heading('Try it'), ...checks]),
  ];
  return `${text.join('\n')}\n`;
}

function downScript(topology: Topology, parts: ReadonlyMap<PartName, readonly Lines[]>): string {
  const { name, namespaces } = topology;
  const written = [...partNames].reverse().flatMap((part) => {
    const lines = (parts.get(part) ?? []).filter(({ down }) => down.length > 0);
    if (lines.length === 0) return [];
    return ['', heading(partOf(part).title), ...together([...lines].reverse().map(({ down }) => down))];
  });
  const processes =
    namespaces.length === 0
      ? []
      : [
          '',
          heading('Processes'),
          ...comment('A namespace lives on, without a name, as long as a process is in it.'),
          ...endLines(topology),
        ];
  const body = [...processes, ...written];
  const usesState = body.some((line) => line.includes('$state'));
  const text = [
    ...opening(
      topology,
      `Takes the lab ${name} down: sudo sh ${name}-down.sh`,
      'What is gone already is complained of, and no harm.',
    ),
    '',
    'set -u',
    ...asRoot,
    ...(usesState ? stateDirectory(name) : []),
    ...body,
    ...(usesState ? ['', 'rmdir "$state" 2>/dev/null || :'] : []),
    ...leftovers(topology),
  ];
  return `${text.join('\n')}\n`;
}

function opening({ description }: Topology, ...lines: readonly string[]): string[] {
  return [
    '#!/bin/sh',
    ...lines.flatMap(comment),
    ...(description === undefined ? [] : ['#', ...comment(description)]),
    ...comment('\nWritten by Netns Topology; it works without it.'),
  ];
}

const asRoot = ['[ "$(id -u)" -eq 0 ] || { echo "Run this as root: sudo sh $0" >&2; exit 1; }'];

/** The programs must be there before anything is made. */
function needs(lines: readonly string[]): string[] {
  const programs = ['ip', 'nft', 'iptables', 'ip6tables', 'ovs-vsctl', 'tc', 'bridge', 'sysctl', 'setsid', 'ss'].filter(
    (program) => lines.some((line) => !line.startsWith('#') && new RegExp(`(^|[ (])${program} `).test(line)),
  );
  return [
    `for program in ${programs.join(' ')}; do`,
    '  command -v "$program" >/dev/null || { echo "This needs $program." >&2; exit 1; }',
    'done',
  ];
}

function stateDirectory(lab: string): string[] {
  return [...comment('What has to be remembered until it is taken down.'), `state=/run/lab-${lab}`];
}

/** What each object needs stays together; single commands follow one another. */
function together(groups: readonly (readonly string[])[]): string[] {
  return groups.flatMap((group, index) => {
    const isSpaced = index > 0 && (group.length > 1 || (groups[index - 1]?.length ?? 0) > 1);
    return isSpaced ? ['', ...group] : [...group];
  });
}

/** Nothing is made where a name is taken: taking the lab down would else take away what somebody else has made. */
function refuseWhatIsThere(topology: Topology): string[] {
  const places = placesOf(topology);
  if (places.length === 0) return [];
  return [
    `for path in ${places.map(quoteArgument).join(' ')}; do`,
    '  [ ! -e "$path" ] || { echo "$path is there already. Nothing was changed." >&2; exit 1; }',
    'done',
  ];
}

/** Fails where something of the lab is still there. */
function leftovers(topology: Topology): string[] {
  const places = placesOf(topology);
  if (places.length === 0) return [];
  return [
    '',
    'left=',
    `for path in ${places.map(quoteArgument).join(' ')}; do`,
    '  [ ! -e "$path" ] || left="$left $path"',
    'done',
    '[ -z "$left" ] || { echo "Still there:$left" >&2; exit 1; }',
  ];
}

/** The files that are there as long as a namespace of the lab, or an interface of its in the host's own, is. */
function placesOf({ namespaces, bridges, links, host }: Topology): string[] {
  const ends = links.flatMap(({ endpoints }) => endpoints.filter(({ type }) => type !== 'namespace'));
  const inside = new Set(bridges.filter(({ namespace }) => namespace !== undefined).map(({ name }) => name));
  const devices = [
    ...bridges.flatMap(({ name }) => (inside.has(name) ? [] : [name])),
    ...ends.flatMap((end) => (end.type === 'bridge' && inside.has(end.bridge) ? [] : [end.interface])),
    ...host.interfaces.filter(({ kind }) => kind !== 'veth' && kind !== 'loopback').map(({ name }) => name),
  ];
  return [
    ...namespaces.map(({ name }) => `/run/netns/${name}`),
    ...[...new Set(devices)].map((name) => `/sys/class/net/${name}`),
  ];
}
