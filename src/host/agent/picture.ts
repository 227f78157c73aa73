import * as l10n from '@vscode/l10n';
import { NetnsError } from '../../base/errors';
import {
  assembleSnapshot,
  readHostFacts,
  type DraftPlace,
  type HostFacts,
  type HostRecords,
} from '../assemble-snapshot';
import { integer, isObject, text, texts, type JsonObject } from '../json';
import { readMissingKinds } from '../kernel-probe';
import type { HostSnapshot, ObservedNamespace, Unread } from '../model';
import {
  draftNamespace,
  readExtras,
  unreadOf,
  unreadWhy,
  type NamespacePlace,
  type NamespaceReading,
} from '../read-namespace';
import { titleOf } from '../namespace-title';
import { observedProcess } from '../read-processes';
import { readResolvConfs } from '../read-resolv-confs';
import { comparePlaces, compareText, oddName, requireRoot } from '../read-snapshot';
import { readAgentSockets } from '../read-sockets';
import { localnetPaths } from '../read-sysctls';
import { readPrinted, splitSections, type Sections } from '../sections';
import { readAgentProcesses, type AgentFrame } from './frames';

/** What is another than in the snapshot before. */
export interface SnapshotChange {
  /** The namespaces that came, went or changed, by their ids. The others are the same objects as before. */
  readonly namespaces: ReadonlySet<string>;
  /** Whether anything besides namespaces changed. */
  readonly host: boolean;
}

/** A namespace as the agent told of it, part by part. */
interface Told {
  readonly id: string;
  readonly isRoot: boolean;
  parts: JsonObject;
  /** What was made of the parts, until they change. */
  made?: DraftPlace & { readonly place: NamespacePlace };
  /** What it became in the last snapshot, and of what. */
  shown?: { readonly from: object; readonly ends: string; readonly namespace: ObservedNamespace };
}

/**
 * What the agent has told so far, as a snapshot. Only namespaces that changed are read again; the others stay the objects that
 * they were, so that whoever compares two snapshots can tell at a glance.
 */
export class AgentPicture {
  private readonly told = new Map<string, Told>();
  private readonly failed = new Map<string, { readonly place: NamespacePlace; readonly why: string }>();
  private host: Sections | undefined;
  private kernel: Sections | undefined;
  private containers: ReadonlyMap<string, string> = new Map();
  private records: HostRecords = { labs: [], services: [], resolvConfs: new Map(), switchedOff: [], natForwarding: [] };
  private hasOddName = false;
  private hostFacts: HostFacts | undefined;
  private current: HostSnapshot | undefined;
  /** Something was told since. */
  private isOld = true;
  private rest = '';
  /** The namespace that was told of last; more of it may follow at once. */
  private last: Told | undefined;

  /** @param sysctls the dotted names of those that a snapshot shall show */
  constructor(
    private readonly boundary: string,
    private sysctls: readonly string[],
  ) {}

  /** Other sysctls shall be shown from now on. */
  showSysctls(names: readonly string[]): void {
    this.sysctls = names;
    this.isOld = true;
    for (const told of this.told.values()) delete told.made;
  }

  /** Takes what the agent said. @throws NetnsError `unexpectedOutput` */
  accept(frame: AgentFrame): void {
    this.isOld = true;
    switch (frame.type) {
      case 'host': {
        const sections = splitSections(frame.text, this.boundary);
        if (frame.script === 'hostScript') this.host = sections;
        else this.kernel = sections;
        this.hostFacts = undefined;
        return;
      }
      case 'containers':
        this.containers = frame.names;
        for (const told of this.told.values()) delete told.made;
        return;
      case 'records':
        this.hasOddName = frame.records['hasOddName'] === true;
        this.records = readRecords(frame.records);
        return;
      case 'namespace':
        this.tell(frame.id, frame.isRoot, frame.parts);
        return;
      case 'gone':
        this.told.delete(frame.id);
        this.failed.delete(frame.id);
        return;
      case 'failed':
        this.told.delete(frame.id);
        this.failed.set(frame.id, { place: { id: frame.id, names: frame.names, isRoot: false }, why: frame.why });
        return;
      default:
        return;
    }
  }

  /**
   * The host as it is now, and what is another than at the call before.
   *
   * @throws NetnsError `missingTool` for a host without ip(8), `unexpectedOutput` without a root namespace
   */
  snapshot(): { readonly snapshot: HostSnapshot; readonly change: SnapshotChange } {
    if (this.current !== undefined && !this.isOld) {
      return { snapshot: this.current, change: { namespaces: new Set(), host: false } };
    }
    const host = this.readHost();
    const unread: Unread[] = [
      ...(this.hasOddName ? [oddName] : []),
      ...[...this.failed.values()].map(({ place, why }) => unreadOf(place, '', why)),
    ];
    const places = [...this.told.values()].map((told) => ({ told, made: this.make(told) }));
    places.sort((a, b) => comparePlaces(a.made.place, b.made.place));
    const made = places.map((place) => place.made);
    requireRoot(made, unread);
    const fresh = assembleSnapshot(host, made, this.records, unread);
    const before = new Set(this.current?.namespaces);
    const changed = new Set([...before].map(({ id }) => id));
    const namespaces = fresh.namespaces.map((namespace, index) => {
      const told = places[index]?.told;
      const kept = told === undefined ? namespace : keep(told, namespace);
      if (before.has(kept)) changed.delete(kept.id);
      else changed.add(kept.id);
      return kept;
    });
    const snapshot = { ...fresh, namespaces };
    const rest = JSON.stringify({ ...fresh, namespaces: [] });
    const change = { namespaces: changed, host: rest !== this.rest };
    this.rest = rest;
    this.isOld = false;
    // What was told anew and is as before makes no other picture: whoever holds the one that was need not look at it again.
    if (this.current === undefined || change.host || changed.size > 0) this.current = snapshot;
    return { snapshot: this.current, change };
  }

  private readHost(): HostFacts {
    if (this.hostFacts === undefined) {
      if (this.host === undefined) throw new NetnsError('unexpectedOutput', l10n.t`The host did not say what it is.`);
      const { facts, ...rest } = readHostFacts(this.host);
      const missing = this.kernel === undefined ? {} : readMissingKinds(this.kernel);
      this.hostFacts = { ...rest, facts: { ...facts, ...missing } };
    }
    return this.hostFacts;
  }

  private tell(id: string, isRoot: boolean, parts: JsonObject): void {
    this.failed.delete(id);
    // Read as they come, or the thread would be held up by all of them at the end.
    if (this.last !== undefined && this.last.id !== id && this.told.get(this.last.id) === this.last)
      this.make(this.last);
    const told = this.told.get(id) ?? { id, isRoot, parts: {} };
    told.parts = { ...told.parts, ...parts };
    delete told.made;
    this.told.set(id, told);
    this.last = told;
  }

  private make(told: Told): NonNullable<Told['made']> {
    told.made ??= makePlace(told, this.boundary, this.sysctls, this.containers);
    return told.made;
  }
}

function makePlace(
  { id, isRoot, parts }: Told,
  boundary: string,
  sysctls: readonly string[],
  containers: ReadonlyMap<string, string>,
): NonNullable<Told['made']> {
  const self = isObject(parts['self']) ? parts['self'] : {};
  const names = texts(self['names']).sort(compareText);
  const processes = readAgentProcesses(self['processes']);
  const path = text(self['path']);
  const title = isRoot ? {} : titleOf({ names, processes, containers, ...(path === undefined ? {} : { path }) });
  const place = { id, isRoot, names, ...title };
  return {
    place,
    draft: draftNamespace(place, readParts(parts, boundary), sysctls),
    processes: processes.flatMap((process) => observedProcess(process) ?? []),
    numbers: readNumbers(parts['numbers']),
  };
}

function readParts(parts: JsonObject, boundary: string): NamespaceReading {
  const printed = ['firewall', 'extras'].map((name) => text(parts[name]) ?? '').join('');
  const sections = readPrinted(printed, boundary);
  const known = (name: string): unknown => (Array.isArray(parts[name]) ? parts[name] : undefined);
  const missed = [
    ['routes', 'routes'],
    ['rules', l10n.t`policy rules`],
    ['rules6', l10n.t`IPv6 policy rules`],
    ['numbers', l10n.t`ends of cables`],
    ['neighbours', 'neighbours'],
    ['fdb', l10n.t`forwarding databases of bridges`],
    ['sockets', l10n.t`listening sockets`],
  ].flatMap(([name = '', what = '']) => {
    const why = unreadWhy(parts[name]);
    // A kernel without policy routing has no rules, rather than rules that cannot be read.
    return why === undefined || (name.startsWith('rules') && /not supported/i.test(why)) ? [] : [[what, why] as const];
  });
  return {
    links: parts['links'],
    extras: readExtras(sections, 0),
    routes: known('routes'),
    rules: known('rules'),
    rules6: known('rules6'),
    neighbours: known('neighbours'),
    fdb: known('fdb'),
    sockets: Array.isArray(parts['sockets']) ? readAgentSockets(parts['sockets']) : undefined,
    sysctls: {
      values: new Map([...textsOf(parts['sysctls']), ...localnetPaths(parts['links'])]),
      errors: new Map(textsOf(parts['unreadSysctls'])),
    },
    packetFilter: { sections, number: 0 },
    missed,
  };
}

function textsOf(raw: unknown): (readonly [string, string])[] {
  return Object.entries(isObject(raw) ? raw : {}).flatMap(([key, value]) =>
    typeof value === 'string' ? [[key, value] as const] : [],
  );
}

function readNumbers(raw: unknown): ReadonlyMap<number, string> {
  return new Map(
    (Array.isArray(raw) ? raw : []).flatMap((pair: unknown) => {
      const [number, id] = Array.isArray(pair) ? (pair as unknown[]) : [];
      return integer(number) === undefined || typeof id !== 'string' ? [] : [[number as number, id] as const];
    }),
  );
}

function readRecords(raw: JsonObject): HostRecords {
  const pairs = (key: string): [string, string][] =>
    (Array.isArray(raw[key]) ? (raw[key] as unknown[]) : []).flatMap((pair): [string, string][] => {
      const [name, content] = texts(pair);
      return name === undefined || content === undefined ? [] : [[name, content]];
    });
  return {
    labs: pairs('labs'),
    services: pairs('services').map(([file, content]) => `${file}\n${content}`),
    resolvConfs: readResolvConfs(pairs('resolvConfs').map(([file, content]) => `${file}\n${content}`)),
    switchedOff: texts(raw['switchedOff']),
    natForwarding: pairs('natForwarding').map(([name, content]) => `${name} ${content.trim()}`),
  };
}

/** The object of before, where a namespace is still the same. */
function keep(told: Told, namespace: ObservedNamespace): ObservedNamespace {
  const ends = JSON.stringify([
    namespace.isRoot
      ? namespace.links
      : namespace.links.map(({ peer, parent, parentNamespaceId }) => [peer, parent, parentNamespaceId]),
    namespace.forwardingBefore,
    namespace.resolvConf,
  ]);
  const from = told.made ?? {};
  if (told.shown?.from === from && told.shown.ends === ends) return told.shown.namespace;
  told.shown = { from, ends, namespace };
  return namespace;
}
