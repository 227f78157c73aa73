import { isObject, objects, optional, parseJson, text, integer } from './json';
import type { HostSnapshot, ObservedLab, ObservedNamespace, Unread } from './model';
import { readMissingKinds } from './kernel-probe';
import { firstLines, readHost, requireTools } from './read-host';
import { readLinks, type LinkExtras, type ReadLink } from './read-links';
import { readFirewall } from './read-firewall';
import { forwardingBefore, readPacketFilter } from './read-packet-filter';
import { gatherNat } from './read-nat';
import { readNftTables } from './read-nft';
import { readOpenVswitch, withOpenVswitch, type OpenVswitchBridge } from './read-openvswitch';
import { connectPeers } from './read-peers';
import { readProcesses } from './read-processes';
import { readRoutes, readRules } from './read-routes';
import { readResolvConfs } from './read-resolv-confs';
import { readServices } from './read-services';
import { readSwitchedOff } from './switched-off';
import { splitSections, type Sections } from './sections';
import { localnetSysctl, sysctlPath } from './sysctl-names';
import { NetnsError } from '../base/errors';

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
  requireTools(sections);
  const unread: Unread[] = [];
  const places = findPlaces(sections, unread);
  const processes = readProcesses(sections);
  const drafts = places.flatMap((place) => readNamespace(sections, place, sysctls, unread) ?? []);
  if (drafts[0]?.facts.isRoot !== true) {
    throw new NetnsError('unexpectedOutput', "The host's root namespace could not be read.", {
      ...(unread[0] === undefined ? {} : { hostSaid: unread[0].why }),
    });
  }
  const idOfName = new Map(places.flatMap(({ id, names }) => names.map((name) => [name, id] as const)));
  const links = connectPeers(
    drafts.map(({ facts, links, numbers }) => ({
      id: facts.id,
      isNamed: facts.name !== undefined,
      links,
      numbers: numbers(idOfName),
    })),
  );
  const bridges = readBridges(sections, unread);
  const services = readServices(sections);
  const resolvConfs = readResolvConfs(sections);
  const switchedOff = readSwitchedOff(
    sections.all('switched-off'),
    drafts.map(({ facts }) => facts),
  );
  return {
    ...readHost(sections),
    ...readMissingKinds(sections),
    ...(bridges === undefined || sections.get('ovs-runs') === undefined ? {} : { openvswitch: true }),
    namespaces: drafts.map(({ facts }) => ({
      ...facts,
      ...optional('resolvConf', facts.name === undefined ? undefined : resolvConfs.get(facts.name)),
      ...optional('forwardingBefore', forwardingBefore(sections, facts.id)),
      links: withOpenVswitch(links.get(facts.id) ?? [], facts.isRoot ? (bridges ?? []) : []),
      processes: facts.isRoot ? [] : (processes.get(facts.id) ?? []),
    })),
    labs: readLabs(sections, unread),
    ...(services.length === 0 ? {} : { services }),
    ...(switchedOff.length === 0 ? {} : { switchedOff }),
    unread,
  };
}

/** A namespace that the script found, before it is read. */
interface Place {
  readonly number: number;
  readonly id: string;
  /** All names that lead to it, sorted; none for the root namespace unless someone named it. */
  readonly names: readonly string[];
  readonly isRoot: boolean;
}

/** The root namespace first, then the others by name. Several names of one namespace are one place. */
function findPlaces(sections: Sections, unread: Unread[]): Place[] {
  const rootId = sections.lines('root')[0] ?? '';
  const named = (sections.get('namespaces') ?? '').split('\n').flatMap((line, index) => {
    const match = /^(\d+) \/run\/netns\/(.+)$/.exec(line);
    return match === null ? [] : { number: index + 1, id: match[1] ?? '', name: match[2] ?? '' };
  });
  if (sections.get('odd-name') !== undefined) {
    unread.push({ what: 'a namespace', why: 'Its name under /run/netns holds a line break.' });
  }
  named.sort((a, b) => compareText(a.name, b.name));
  const places = new Map<string, Place>([[rootId, { number: 0, id: rootId, names: [], isRoot: true }]]);
  for (const { number, id, name } of named) {
    const known = places.get(id);
    places.set(
      id,
      known === undefined ? { number, id, names: [name], isRoot: false } : { ...known, names: [...known.names, name] },
    );
  }
  return [...places.values()];
}

/** A namespace as read by itself, before cables are followed into others. */
interface Draft {
  readonly facts: Omit<ObservedNamespace, 'links' | 'processes'>;
  readonly links: readonly ReadLink[];
  /** This namespace's numbers for others, once the names' ids are known. */
  readonly numbers: (idOfName: ReadonlyMap<string, string>) => ReadonlyMap<number, string>;
}

function readNamespace(
  sections: Sections,
  place: Place,
  sysctls: readonly string[],
  unread: Unread[],
): Draft | undefined {
  const { number, isRoot, names, id } = place;
  const called = isRoot ? 'the root namespace' : `namespace ${names[0] ?? id}`;
  const section = (kind: string): string | undefined => sections.get(`${kind} ${number}`);
  const miss = (what: string, why: string): void => {
    unread.push({
      what: what === '' ? called : `${what} of ${called}`,
      why: firstLines(why) || 'The host said nothing.',
    });
  };
  if (section('gone') !== undefined) return undefined;
  const network = readNetwork(section('ip'), {
    qdiscs: parseJson(section('qdiscs') ?? ''),
    bridgeVlans: parseJson(section('bridge-vlans') ?? ''),
  });
  if (section('done') === undefined || network.links === undefined) {
    miss('', section('failed') ?? section('ip-said') ?? '');
    return undefined;
  }
  const said = section('ip-said') ?? '';
  // With -force, ip says so for each line of its batch that failed; other complaints do not keep anything from being read.
  const failed = new Set([...said.matchAll(/^Command failed -:(\d+)/gm)].map((match) => Number(match[1])));
  if (failed.has(2) || network.isBroken) miss('routes', said);
  if (failed.has(3) && !/not supported/i.test(said)) miss('policy rules', said);
  const rules6 = section('rules6');
  if (rules6 !== undefined && parseJson(rules6) === undefined && rules6.trim() !== '')
    miss('IPv6 policy rules', rules6);

  const { ruleset, saved } = readPacketFilter(sections, number, miss);
  const firewall = readFirewall(ruleset, saved);

  return {
    facts: {
      id,
      ...(isRoot || names[0] === undefined ? {} : { name: names[0] }),
      isRoot,
      routes: network.routes,
      rules: [...readRules(network.rules, 'inet'), ...readRules(parseJson(rules6 ?? ''), 'inet6')],
      sysctls: readSysctls(section('sysctls') ?? '', sysctls),
      nat: gatherNat(ruleset, saved),
      nftTables: ruleset === undefined ? [] : readNftTables(ruleset),
      ...optional('firewall', firewall),
    },
    links: network.links,
    numbers: network.numbers,
  };
}

/**
 * Reads what `ip -j -d -batch` printed: one JSON list a line for addresses, routes, rules and namespace numbers. A command
 * that failed may print no line, so each is told by what is in it rather than by its place.
 */
function readNetwork(
  printed: string | undefined,
  extras: LinkExtras,
): {
  readonly links: readonly ReadLink[] | undefined;
  readonly routes: ReturnType<typeof readRoutes>;
  readonly rules: unknown;
  readonly numbers: Draft['numbers'];
  readonly isBroken: boolean;
} {
  const lines = (printed ?? '').split('\n').filter((line) => line.trim() !== '');
  const lists = lines.map((line) => objects(parseJson(line)));
  const having = (key: string): readonly Readonly<Record<string, unknown>>[] | undefined =>
    lists.find((list) => list.some((entry) => key in entry));
  const shown = having('ifindex');
  const named = having('nsid') ?? [];
  return {
    links: shown === undefined ? undefined : readLinks(shown, extras),
    routes: readRoutes(having('dst')),
    rules: having('priority'),
    numbers: (idOfName) =>
      new Map(
        named.flatMap((entry) => {
          const number = integer(entry['nsid']);
          const id = idOfName.get(text(entry['name']) ?? '');
          return number === undefined || id === undefined ? [] : [[number, id] as const];
        }),
      ),
    isBroken: lines.some((line) => parseJson(line) === undefined),
  };
}

function readSysctls(printed: string, names: readonly string[]): Record<string, string> {
  const byPath = new Map(
    printed.split('\n').map((line) => {
      const colon = line.indexOf(':');
      return [line.slice(0, colon), line.slice(colon + 1).trim()] as const;
    }),
  );
  // What is on is read of every interface, without being asked for.
  const localnet = [...byPath.keys()].flatMap((path) => {
    const device = /^\/proc\/sys\/net\/ipv4\/conf\/([^/]+)\/route_localnet$/.exec(path)?.[1];
    return device === undefined ? [] : localnetSysctl(device);
  });
  return Object.fromEntries(
    [...new Set([...names, ...localnet])].flatMap((name) => {
      const value = byPath.get(`/proc/sys/${sysctlPath(name)}`);
      return value === undefined ? [] : [[name, value] as const];
    }),
  );
}

/** Open vSwitch's bridges; undefined where it does not run, or did not answer. */
function readBridges(sections: Sections, unread: Unread[]): OpenVswitchBridge[] | undefined {
  const printed = sections.get('ovs');
  if (printed === undefined) return undefined;
  const bridges = readOpenVswitch(printed);
  const why = firstLines(sections.get('ovs-said') ?? '') || 'ovs-vsctl printed something else than its tables.';
  if (bridges === undefined) unread.push({ what: 'Open vSwitch bridges', why });
  return bridges;
}

function readLabs(sections: Sections, unread: Unread[]): ObservedLab[] {
  return sections.all('lab').flatMap((body) => {
    const lineEnd = body.indexOf('\n');
    const name = body.slice(0, lineEnd);
    const manifest = parseJson(body.slice(lineEnd + 1));
    if (isObject(manifest)) return { name, manifest };
    unread.push({ what: `the record of lab ${name}`, why: 'Its manifest is no JSON object.' });
    return [];
  });
}

/** By code points, so that the order is the same everywhere. */
function compareText(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
