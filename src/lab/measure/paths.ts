import * as l10n from '@vscode/l10n';
import { NetnsError } from '../../base/errors';
import type { HostSnapshot, ObservedLink, ObservedNamespace } from '../../host/model';
import { contains, parseCidr, type Cidr } from '../../plan/cidr';
import type { MeasureKind, MeasurePath, Traffic } from '../../plan/actions/measure-script';
import { placeOfNamespace } from '../../plan/actions/place';
import { isSubject, subjectLabel, type Subject, type SubjectType } from '../../protocol/subject';
import { nameOf } from '../actions/shell';
import { namespaceSubject } from '../actions/subjects';
import { resolveTarget } from '../actions/target';

/** What can be an end of a measurement; an interface, a bridge and an address stand for where they are. */
export const measurableTypes = ['namespace', 'host', 'interface', 'bridge', 'address'] as const satisfies SubjectType[];

/** The most that one measurement measures at once: more lines cannot be told apart. */
export const mostPaths = 8;

/** What a person wants measured. Plain data: a page keeps it over a reload of the window. */
export interface MeasureRequest {
  readonly kind: MeasureKind;
  readonly from: Subject;
  /** Things of the same host; or what was typed: an address, a host's name, a URL. */
  readonly targets: readonly (Subject | string)[];
  readonly traffic?: Traffic;
}

/** One path of a request, as it is on the host now. */
export interface PlannedPath {
  readonly path: MeasurePath;
  /** `earth → neptune` */
  readonly name: string;
  /** Where it leads, if that is on this host. */
  readonly to?: Subject;
}

/**
 * Finds the addresses and places of a request.
 *
 * @throws NetnsError `unsupported` for what is not there, has no address, or is too much
 */
export function planPaths({ from, targets, kind }: MeasureRequest, snapshot: HostSnapshot): PlannedPath[] {
  if (targets.length === 0) throw new NetnsError('unsupported', l10n.t`There is nothing to measure to.`);
  if (targets.length > mostPaths) {
    throw new NetnsError('unsupported', l10n.t`${targets.length} targets are more than one measurement takes.`, {
      advice: l10n.t`Choose up to ${mostPaths}.`,
    });
  }
  const source = resolveTarget(from, snapshot).namespace;
  const place = placeOfNamespace(source);
  const sourceName = placeName(source, snapshot);
  return targets.map((target): PlannedPath => {
    if (typeof target === 'string') {
      const objection = objectToTarget(kind, target);
      if (objection !== undefined) throw new NetnsError('unsupported', objection);
      return { path: { from: place, to: target.trim() }, name: `${sourceName} → ${target.trim()}` };
    }
    const end = resolveTarget(target, snapshot);
    const address = addressToReach(source, target, snapshot);
    if (address === undefined) {
      throw new NetnsError('unsupported', l10n.t`${subjectLabel(target)} has no address that could be reached.`, {
        advice: l10n.t`Add an address to it first.`,
      });
    }
    const label =
      target.type === 'namespace' || target.type === 'host' ? placeName(end.namespace, snapshot) : subjectLabel(target);
    return {
      path: { from: place, to: address, at: placeOfNamespace(end.namespace) },
      name: `${sourceName} → ${label}`,
      to: target,
    };
  });
}

/**
 * The address by which a namespace reaches something: one on a network that it is connected to, else one of a family that it
 * has, else the first; undefined where the thing has none.
 */
export function addressToReach(source: ObservedNamespace, target: Subject, snapshot: HostSnapshot): string | undefined {
  return cidrToReach(source, target, snapshot)?.address;
}

/** As `addressToReach`, with the address's network. */
export function cidrToReach(source: ObservedNamespace, target: Subject, snapshot: HostSnapshot): Cidr | undefined {
  const { namespace, link, address } = resolveTarget(target, snapshot);
  if (address !== undefined) return parseCidr(address.cidr);
  const candidates = addressesOf(link === undefined ? namespace.links : [link]);
  const own = addressesOf(source.links);
  const families = new Set(own.map(({ family }) => family));
  return (
    candidates.find((one) => own.some((near) => contains(near, one.address))) ??
    candidates.find(({ family }) => families.has(family)) ??
    candidates[0]
  );
}

/** The same from the other end; undefined where that is not on this host, or where there are several. */
export function swapped({ from, targets: [only, ...others], ...rest }: MeasureRequest): MeasureRequest | undefined {
  if (only === undefined || typeof only === 'string' || others.length > 0 || rest.kind === 'http') return undefined;
  return { ...rest, from: only, targets: [from] };
}

/** Why a typed target will not do, as a sentence; undefined if it will. */
export function objectToTarget(kind: MeasureKind, text: string): string | undefined {
  const word = text.trim();
  if (kind === 'http') {
    return /^https?:\/\/[^\s/?#]+\S*$/.test(word) ? undefined : l10n.t`Write a URL such as http://10.10.0.10:8000/.`;
  }
  const isAddress = parseCidr(word) !== undefined && !word.includes('/');
  return isAddress || /^[A-Za-z0-9_][A-Za-z0-9_.-]*$/.test(word)
    ? undefined
    : l10n.t`Write an address or a host’s name, such as 10.10.0.20.`;
}

/** What an address on the way belongs to on this host: `earth`, `host`; undefined for one from outside. */
export function ownerOfAddress(address: string, snapshot: HostSnapshot | undefined): string | undefined {
  const owner = snapshot?.namespaces.find(({ links }) =>
    links.some(({ addresses }) => addresses.some(({ cidr }) => cidr.split('/')[0] === address)),
  );
  return owner === undefined || snapshot === undefined ? undefined : placeName(owner, snapshot);
}

/** A request that a page kept; undefined where it is none. */
export function parseRequest(value: unknown, kinds: readonly MeasureKind[]): MeasureRequest | undefined {
  if (typeof value !== 'object' || value === null) return undefined;
  const { kind, from, targets, traffic } = value as Record<string, unknown>;
  const known = kinds.find((one) => one === kind);
  if (known === undefined || !isSubject(from) || !Array.isArray(targets)) return undefined;
  const ends = targets.filter((one): one is Subject | string => typeof one === 'string' || isSubject(one));
  if (ends.length === 0 || ends.length !== targets.length) return undefined;
  return { kind: known, from, targets: ends, ...(isTraffic(traffic) ? { traffic } : {}) };
}

function isTraffic(value: unknown): value is Traffic {
  if (typeof value !== 'object' || value === null) return false;
  const { protocol, seconds } = value as Record<string, unknown>;
  return (protocol === 'tcp' || protocol === 'udp') && Number.isSafeInteger(seconds) && Number(seconds) > 0;
}

function placeName(namespace: ObservedNamespace, snapshot: HostSnapshot): string {
  return namespace.isRoot ? 'host' : nameOf(namespaceSubject('', namespace), snapshot);
}

function addressesOf(links: readonly ObservedLink[]): Cidr[] {
  return links
    .filter(({ kind }) => kind !== 'loopback')
    .flatMap(({ addresses }) => addresses.filter(({ scope }) => scope === 'global' || scope === 'site'))
    .flatMap(({ cidr }) => parseCidr(cidr) ?? []);
}
