import * as l10n from '@vscode/l10n';
import { integer, isObject, objects, optional, parseJson, text } from './json';
import type { ObservedNamespace, Unread } from './model';
import type { ObservedSocket } from './model-live';
import { readFirewall } from './read-firewall';
import { firstLines } from './read-host';
import { readLinks, type LinkExtras, type ReadLink } from './read-links';
import { readFdb, readNeighbours } from './read-neighbours';
import { gatherNat } from './read-nat';
import { readNftTables } from './read-nft';
import { readPacketFilter } from './read-packet-filter';
import { readRoutes, readRules } from './read-routes';
import { readSsSockets, type SocketOwners } from './read-sockets';
import {
  missedParameters,
  namedSysctls,
  readConntrack,
  sysctlsFromGrep,
  unreadSysctls,
  type SysctlReading,
} from './read-sysctls';
import type { Sections } from './sections';

/** A namespace that was found, before it is read. */
export interface NamespacePlace {
  readonly id: string;
  /** All names that lead to it, sorted; none for the root namespace unless someone named it. */
  readonly names: readonly string[];
  readonly isRoot: boolean;
  /** What people call a namespace without a name. */
  readonly title?: string;
  readonly maker?: string;
}

/** What programs said in the place of what they were asked for. */
export interface ReadExtras extends LinkExtras {
  readonly qdiscsSaid?: string;
  readonly vlansSaid?: string;
}

/** What was read of a namespace, in the shapes of `ip -j -d`; by either road. */
export interface NamespaceReading {
  /** `ip -j -d addr show`. */
  readonly links: unknown;
  readonly extras: ReadExtras;
  /** `ip -j -d route show table all`. */
  readonly routes: unknown;
  /** `ip -j rule show`, of either family. */
  readonly rules: unknown;
  readonly rules6: unknown;
  /** `ip -j neigh show` and `bridge -j fdb show`; undefined where they could not be read. */
  readonly neighbours: unknown;
  readonly fdb: unknown;
  readonly sockets: readonly ObservedSocket[] | undefined;
  readonly sysctls: SysctlReading;
  /** What nft and iptables printed, in sections numbered so. */
  readonly packetFilter: { readonly sections: Sections; readonly number: number };
  /** What could not be read: what it is, and why. */
  readonly missed: readonly (readonly [what: string, why: string])[];
}

/** A namespace as read by itself, before cables are followed into others. */
export interface NamespaceDraft {
  readonly facts: Omit<ObservedNamespace, 'links' | 'processes'>;
  readonly links: readonly ReadLink[];
  readonly unread: readonly Unread[];
}

/** What a person calls it, for messages. */
export function describePlace({ isRoot, names, id, title }: NamespacePlace): string {
  return isRoot ? l10n.t`the root namespace` : l10n.t`namespace ${names[0] ?? title ?? id}`;
}

/** Says that something of a namespace, or all of it (`''`), could not be read. */
export function unreadOf(place: NamespacePlace, what: string, why: string): Unread {
  const called = describePlace(place);
  return { what: what === '' ? called : `${what} of ${called}`, why: hostsWords(why) };
}

function hostsWords(why: string): string {
  return firstLines(why) || l10n.t`The host said nothing.`;
}

/** Makes a namespace of what was read in it. @param sysctls dotted names of those that were asked for */
export function draftNamespace(
  place: NamespacePlace,
  reading: NamespaceReading,
  sysctls: readonly string[],
): NamespaceDraft {
  const missed = [...reading.missed, ...missedParameters(reading.sysctls, sysctls), ...missedExtras(reading.extras)];
  const { sections, number } = reading.packetFilter;
  const { ruleset, saved } = readPacketFilter(sections, number, (what, why) => missed.push([what, why]));
  const { id, isRoot, names, title, maker } = place;
  return {
    facts: {
      id,
      ...(isRoot || names[0] === undefined ? {} : { name: names[0] }),
      ...optional('title', isRoot ? undefined : title),
      ...optional('maker', isRoot ? undefined : maker),
      isRoot,
      routes: readRoutes(reading.routes),
      rules: [...readRules(reading.rules, 'inet'), ...readRules(reading.rules6, 'inet6')],
      sysctls: namedSysctls(reading.sysctls, sysctls),
      ...optional('unreadSysctls', unreadSysctls(reading.sysctls, sysctls)),
      nat: gatherNat(ruleset, saved),
      nftTables: ruleset === undefined ? [] : readNftTables(ruleset),
      ...optional('firewall', readFirewall(ruleset, saved)),
      ...optional('neighbours', reading.neighbours === undefined ? undefined : readNeighbours(reading.neighbours)),
      ...optional('fdb', reading.fdb === undefined ? undefined : readFdb(reading.fdb)),
      ...optional('sockets', reading.sockets),
      ...optional('conntrack', readConntrack(reading.sysctls)),
      ...(missed.length === 0 ? {} : { unread: missed.map(([what, why]) => ({ what, why: hostsWords(why) })) }),
    },
    links: readLinks(reading.links, reading.extras),
    unread: missed.map(([what, why]) => unreadOf(place, what, why)),
  };
}

/** The namespaces' numbers as counted in one → ids, before it is known whose names these are. */
export type NumberedNames = readonly (readonly [number: number, name: string])[];

/**
 * Takes the sections of one namespace apart. `ip -j -d -batch` prints one JSON list a line for addresses, routes, rules and
 * namespace numbers; a command that failed may print no line, so each is told by what is in it rather than by its place.
 *
 * @returns undefined where no interface could be read: then nothing else is believed
 */
export function readNamespaceSections(
  sections: Sections,
  number: number,
  owners: SocketOwners,
): { readonly reading: NamespaceReading; readonly numbers: NumberedNames } | undefined {
  const section = (kind: string): string | undefined => sections.get(`${kind} ${number}`);
  const lines = (section('ip') ?? '').split('\n').filter((line) => line.trim() !== '');
  const lists = lines.map((line) => objects(parseJson(line)));
  const having = (key: string, notKey = ''): readonly Readonly<Record<string, unknown>>[] | undefined =>
    lists.find((list) => list.some((entry) => key in entry && !(notKey in entry)));
  const links = having('ifindex');
  if (section('done') === undefined || links === undefined) return undefined;

  const missed: [string, string][] = [];
  const said = section('ip-said') ?? '';
  // With -force, ip says so for each line of its batch that failed; other complaints do not keep anything from being read.
  const failed = new Set([...said.matchAll(/^Command failed -:(\d+)/gm)].map((match) => Number(match[1])));
  if (failed.has(2) || lines.some((line) => parseJson(line) === undefined)) missed.push(['routes', said]);
  if (failed.has(3) && !/not supported/i.test(said)) missed.push([l10n.t`policy rules`, said]);
  if (failed.has(4) && links.some((link) => 'link_netnsid' in link)) missed.push([l10n.t`ends of cables`, said]);
  if (failed.has(5)) missed.push(['neighbours', said]);
  const fdb = section('fdb');
  if (fdb !== undefined && parseJson(fdb) === undefined) missed.push([l10n.t`forwarding databases of bridges`, fdb]);
  const sockets = section('sockets');
  const socketsSaid = section('sockets-said');
  if (sockets?.trim() === '' && socketsSaid !== undefined) missed.push([l10n.t`listening sockets`, socketsSaid]);
  const rules6 = section('rules6') ?? '';
  if (parseJson(rules6) === undefined && rules6.trim() !== '') missed.push([l10n.t`IPv6 policy rules`, rules6]);
  return {
    reading: {
      links,
      extras: readExtras(sections, number),
      routes: having('dst', 'state'),
      rules: having('priority'),
      rules6: parseJson(rules6),
      neighbours: failed.has(5) ? undefined : (having('state') ?? []),
      fdb: fdb === undefined ? [] : parseJson(fdb),
      sockets: sockets === undefined ? undefined : readSsSockets(sockets.split('\n'), owners),
      sysctls: sysctlsFromGrep(section('sysctls') ?? '', section('sysctls-said') ?? ''),
      packetFilter: { sections, number },
      missed,
    },
    numbers: (having('nsid') ?? []).flatMap((entry) => {
      const [nsid, name] = [integer(entry['nsid']), text(entry['name'])];
      return nsid === undefined || name === undefined ? [] : [[nsid, name] as const];
    }),
  };
}

/** What `tc` and `bridge` printed in a namespace, where they were asked, and the drivers of its network cards. */
export function readExtras(sections: Sections, number: number): ReadExtras {
  const [qdiscs, vlans] = ['qdiscs', 'bridge-vlans'].map((kind) => readAsked(sections, kind, number));
  return {
    qdiscs: qdiscs?.shown,
    bridgeVlans: vlans?.shown,
    ...optional('qdiscsSaid', qdiscs?.said),
    ...optional('vlansSaid', vlans?.said),
    drivers: new Map(
      sections.lines(`drivers ${number}`).map((line) => {
        const [device = '', driver = ''] = line.split(' ');
        return [device, driver];
      }),
    ),
  };
}

/** What a program printed that was asked, and what it said where that was not JSON. */
function readAsked(sections: Sections, kind: string, number: number): { shown: unknown; said?: string } | undefined {
  const printed = sections.get(`${kind} ${number}`);
  if (printed === undefined) return undefined;
  const shown = parseJson(printed);
  if (shown !== undefined) return { shown };
  const said = sections.get(`${kind}-said ${number}`) ?? printed;
  return { shown, said };
}

function missedExtras({ qdiscsSaid, vlansSaid }: ReadExtras): [what: string, why: string][] {
  return [
    ...(qdiscsSaid === undefined ? [] : [[l10n.t`impairments`, qdiscsSaid] as [string, string]]),
    ...(vlansSaid === undefined ? [] : [[l10n.t`VLANs of ports`, vlansSaid] as [string, string]]),
  ];
}

/** Why a namespace could not be read, in the host's words. */
export function whyUnread(sections: Sections, number: number): string {
  return sections.get(`failed ${number}`) ?? sections.get(`ip-said ${number}`) ?? '';
}

/** What a part of a reading is that says why it could not be read. */
export function unreadWhy(part: unknown): string | undefined {
  return isObject(part) ? text(part['unread']) : undefined;
}
