import * as l10n from '@vscode/l10n';
import { NetnsError } from '../base/errors';
import { assembleSnapshot, readHostFacts, type DraftPlace } from './assemble-snapshot';
import type { HostSnapshot, Unread } from './model';
import {
  draftNamespace,
  readNamespaceSections,
  unreadOf,
  whyUnread,
  type NamespacePlace,
  type NumberedNames,
} from './read-namespace';
import { readResolvConfs } from './read-resolv-confs';
import { titleOf } from './namespace-title';
import { isOurOwn, observedProcess, readContainers, readProcesses, type FoundProcess } from './read-processes';
import { readSocketOwners } from './read-sockets';
import { splitSections, type Sections } from './sections';

export interface ReadingOptions {
  /** As given to `readingScript`. */
  readonly boundary: string;
  readonly sysctls: readonly string[];
}

/**
 * Makes a snapshot of what the reading script printed. What could not be read is in `unread`; a namespace that vanished
 * meanwhile is left out. The same host gives the same snapshot, in the same order, apart from counters.
 *
 * @throws NetnsError `missingTool` for a host without a usable ip(8), `unexpectedOutput` for output that was cut off or
 *   without a root namespace.
 */
export function readSnapshot(output: string, { boundary, sysctls }: ReadingOptions): HostSnapshot {
  const sections = splitSections(output, boundary);
  const host = readHostFacts(sections);
  const unread: Unread[] = [];
  const processes = readProcesses(sections);
  const places = findPlaces(sections, processes, unread);
  const programs = sections.lines('programs').map((line) => line.replace(/^\/proc\/(\d+)\/comm:/, '$1 '));
  const owners = readSocketOwners(sections.lines('socket-files'), programs);
  if (!('ss' in host.facts.tools))
    unread.push({ what: l10n.t`listening sockets`, why: l10n.t`The host has no ss, of iproute2.` });
  const idOfName = new Map(places.flatMap(({ id, names }) => names.map((name) => [name, id] as const)));
  const read = places.flatMap((place): DraftPlace[] => {
    if (sections.get(`gone ${place.number}`) !== undefined) return [];
    const found = readNamespaceSections(sections, place.number, owners);
    if (found === undefined) {
      unread.push(unreadOf(place, '', whyUnread(sections, place.number)));
      return [];
    }
    return [
      {
        draft: draftNamespace(place, found.reading, sysctls),
        processes: (processes.get(place.id) ?? []).flatMap((process) => observedProcess(process) ?? []),
        numbers: numbersById(found.numbers, idOfName),
      },
    ];
  });
  requireRoot(read, unread);
  const labs = sections.all('lab').map((body) => {
    const lineEnd = body.indexOf('\n');
    return [body.slice(0, lineEnd), body.slice(lineEnd + 1)] as const;
  });
  const records = {
    labs,
    services: sections.all('service'),
    resolvConfs: readResolvConfs(sections.all('resolv-conf')),
    switchedOff: sections.all('switched-off'),
    natForwarding: sections.all('nat-forwarding'),
  };
  return assembleSnapshot(host, read, records, unread);
}

/** @throws NetnsError `unexpectedOutput` where the root namespace is not the first that was read */
export function requireRoot(places: readonly DraftPlace[], unread: readonly Unread[]): void {
  if (places[0]?.draft.facts.isRoot === true) return;
  throw new NetnsError('unexpectedOutput', l10n.t`The host's root namespace could not be read.`, {
    ...(unread[0] === undefined ? {} : { hostSaid: unread[0].why }),
  });
}

/** A place by the number under which the script read it. */
interface NumberedPlace extends NamespacePlace {
  readonly number: number;
}

/** The root namespace first, then the others in order. Several names of one namespace are one place. */
function findPlaces(
  sections: Sections,
  processes: ReadonlyMap<string, readonly FoundProcess[]>,
  unread: Unread[],
): NumberedPlace[] {
  const rootId = sections.lines('root')[0] ?? '';
  const containers = readContainers(sections);
  if (sections.get('odd-name') !== undefined) unread.push(oddName);
  const places = new Map<string, NumberedPlace & { readonly path?: string }>([
    [rootId, { number: 0, id: rootId, names: [], isRoot: true }],
  ]);
  for (const [index, line] of (sections.get('namespaces') ?? '').split('\n').entries()) {
    const [, id, path] = /^(\d+) (\/.+)$/.exec(line) ?? [];
    if (id === undefined || path === undefined) continue;
    const name = /^\/run\/netns\/(.+)$/.exec(path)?.[1];
    const known = places.get(id);
    if (known !== undefined) {
      if (name !== undefined) places.set(id, { ...known, names: [...known.names, name].sort(compareText) });
    } else if (name !== undefined || isShown(path, processes.get(id) ?? [])) {
      const road = name === undefined ? { names: [], path } : { names: [name] };
      places.set(id, { number: index + 1, id, isRoot: false, ...road });
    }
  }
  return [...places.values()]
    .map(({ path, ...place }) => {
      const facts = { names: place.names, processes: processes.get(place.id) ?? [], containers };
      return place.isRoot ? place : { ...place, ...titleOf({ ...facts, ...(path === undefined ? {} : { path }) }) };
    })
    .sort(comparePlaces);
}

/** A namespace without a name, if it is none of our own, nor one that only something which is just going away holds. */
function isShown(path: string, processes: readonly FoundProcess[]): boolean {
  if (isOurOwn(processes)) return false;
  return processes.length > 0 || !/^\/proc\/\d+\/task\/(\d+)\/ns\/net$/.test(path);
}

/** The root namespace first, then those with names, then those with titles. */
export function comparePlaces(a: NamespacePlace, b: NamespacePlace): number {
  const rank = ({ isRoot, names }: NamespacePlace): number => (isRoot ? 0 : names.length > 0 ? 1 : 2);
  if (rank(a) !== rank(b)) return rank(a) - rank(b);
  const key = ({ names, title, id }: NamespacePlace): string => names[0] ?? `${title ?? ''}\0${id.padStart(12, '0')}`;
  return compareText(key(a), key(b));
}

/** A namespace that cannot be shown. */
export const oddName: Unread = { what: 'a namespace', why: l10n.t`Its name under /run/netns holds a line break.` };

function numbersById(numbers: NumberedNames, idOfName: ReadonlyMap<string, string>): ReadonlyMap<number, string> {
  return new Map(
    numbers.flatMap(([number, name]) => {
      const id = idOfName.get(name);
      return id === undefined ? [] : [[number, id] as const];
    }),
  );
}

/** By code points, so that the order is the same everywhere. */
export function compareText(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
