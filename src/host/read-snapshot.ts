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
import { readProcesses } from './read-processes';
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
  const places = findPlaces(sections, unread);
  const processes = readProcesses(sections);
  const idOfName = new Map(places.flatMap(({ id, names }) => names.map((name) => [name, id] as const)));
  const read = places.flatMap((place): DraftPlace[] => {
    if (sections.get(`gone ${place.number}`) !== undefined) return [];
    const found = readNamespaceSections(sections, place.number);
    if (found === undefined) {
      unread.push(unreadOf(place, '', whyUnread(sections, place.number)));
      return [];
    }
    return [
      {
        draft: draftNamespace(place, found.reading, sysctls),
        processes: processes.get(place.id) ?? [],
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
  throw new NetnsError('unexpectedOutput', "The host's root namespace could not be read.", {
    ...(unread[0] === undefined ? {} : { hostSaid: unread[0].why }),
  });
}

/** A place by the number under which the script read it. */
interface NumberedPlace extends NamespacePlace {
  readonly number: number;
}

/** The root namespace first, then the others by name. Several names of one namespace are one place. */
function findPlaces(sections: Sections, unread: Unread[]): NumberedPlace[] {
  const rootId = sections.lines('root')[0] ?? '';
  const named = (sections.get('namespaces') ?? '').split('\n').flatMap((line, index) => {
    const match = /^(\d+) \/run\/netns\/(.+)$/.exec(line);
    return match === null ? [] : { number: index + 1, id: match[1] ?? '', name: match[2] ?? '' };
  });
  if (sections.get('odd-name') !== undefined) unread.push(oddName);
  named.sort((a, b) => compareText(a.name, b.name));
  const places = new Map<string, NumberedPlace>([[rootId, { number: 0, id: rootId, names: [], isRoot: true }]]);
  for (const { number, id, name } of named) {
    const known = places.get(id);
    places.set(
      id,
      known === undefined ? { number, id, names: [name], isRoot: false } : { ...known, names: [...known.names, name] },
    );
  }
  return [...places.values()];
}

/** A namespace that cannot be shown. */
export const oddName: Unread = { what: 'a namespace', why: 'Its name under /run/netns holds a line break.' };

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
