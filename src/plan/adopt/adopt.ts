import * as l10n from '@vscode/l10n';
import type { HostSnapshot, ObservedNamespace } from '../../host/model';
import type { AdoptionDetails, NamespaceDetails } from '../../host/read-adoption';
import type { TopologyFile } from '../../topology/generated/topology-file';
import { writeTopology } from '../../topology/write/write-topology';
import { deviceKey } from '../planning';
import { refOf } from '../cables';
import { bridgeEntry, commonEntry, linkEntry, ownEntry, type HasChosenMac, type InterfaceEntry } from './devices';
import { natEntries } from './nat';
import { routeEntries, ruleEntries } from './routing';
import { select, type Device, type Selection } from './selection';
import { serviceEntries } from './services';
import { kernelEntries } from './sysctls';
import { defaultMtu } from '../manifest';

export interface AdoptOptions {
  /** The lab's name in the file. */
  readonly name: string;
  /** The namespaces to take; without it, all of the host but its hardware and what other programs look after. */
  readonly namespaces?: readonly string[];
  /** What a snapshot does not hold. */
  readonly details?: AdoptionDetails;
}

export interface AdoptedTopology {
  /** The file's text. */
  readonly text: string;
  /** What of the host is not in it, and why; it stands at the end of the text as well. */
  readonly leftOut: readonly string[];
}

type Scope = NonNullable<NonNullable<TopologyFile['namespaces']>[string]>;

/**
 * What is on a host, made by whomever, as a topology file: applied to a host that has nothing of it, it makes the same
 * network. What the language has no word for is named in comments at the end.
 */
export function adoptTopology(snapshot: HostSnapshot, { name, namespaces, details }: AdoptOptions): AdoptedTopology {
  const selection = select(snapshot, namespaces);
  const leftOut = [...selection.leftOut];
  const notes = new Map<object, readonly string[]>();
  const writer = new Writer(selection, details, notes, leftOut);
  const host = writer.scope(selection.root);
  const { nat, 'port-forwards': forwards, ...rest } = host;
  const file: TopologyFile = {
    name,
    description: l10n.t`What was on ${snapshot.hostname || 'a host'}${namespaces === undefined ? '' : `: ${namespaces.join(', ')}`}.`,
    ...some(
      'bridges',
      Object.fromEntries(selection.bridges.map((bridge) => [bridge.link.name, writer.bridge(bridge)])),
    ),
    ...some('namespaces', Object.fromEntries(selection.namespaces.map((one) => [one.name, writer.namespace(one)]))),
    ...(selection.cables.length === 0
      ? {}
      : { links: selection.cables.map((cable) => linkEntry(cable, selection, leftOut)) }),
    ...some('host', rest),
    ...some('nat', nat ?? {}),
    ...some('port-forwards', forwards ?? {}),
  };
  for (const { what, why } of snapshot.unread) leftOut.push(l10n.t`${what}: could not be read (${why.trim()}).`);
  const tail = leftOut.length === 0 ? [] : [l10n.t`Not in this file:`, ...leftOut.map((line) => `- ${line}`)];
  return { text: writeTopology(file, { head: [], tail, notes }), leftOut };
}

/** A name for the lab that a host's state becomes, which no lab of the host has. */
export function labNameFor({ hostname, labs }: HostSnapshot): string {
  const plain = hostname
    .toLowerCase()
    .replaceAll(/[^a-z0-9]+/g, '-')
    .replaceAll(/^-+|-+$/g, '')
    .slice(0, 22);
  const name = plain === '' ? 'adopted' : `${plain}-live`;
  const taken = new Set(labs.map((lab) => lab.name));
  let number = 2;
  while (taken.has(`${name}-${number}`)) number++;
  return taken.has(name) ? `${name}-${number}` : name;
}

/** A key only where there is something in it. */
function some<K extends string, T extends object>(key: K, value: T): Partial<Record<K, T>> {
  return Object.keys(value).length === 0 ? {} : ({ [key]: value } as Partial<Record<K, T>>);
}

class Writer {
  constructor(
    private readonly selection: Selection,
    private readonly details: AdoptionDetails | undefined,
    private readonly notes: Map<object, readonly string[]>,
    private readonly leftOut: string[],
  ) {}

  bridge(bridge: Device): ReturnType<typeof bridgeEntry> {
    const { own, given, lent } = this.selection;
    const ports = [...own, ...given, ...lent].filter(
      ({ link, namespace }) => namespace === bridge.namespace && link.master === bridge.link.name,
    );
    return bridgeEntry(
      bridge,
      ports.map(({ link }) => link.name),
      this.hasMac,
      this.leftOut,
    );
  }

  namespace(namespace: ObservedNamespace & { readonly name: string }): Scope {
    const { nameservers = [], processes = [], unread = [] } = this.detailsOf(namespace) ?? {};
    for (const what of unread) this.leftOut.push(`${what} of ${namespace.name}.`);
    for (const { chain, table } of namespace.firewall?.forwardChains ?? []) {
      this.leftOut.push(
        l10n.t`packet filter of ${namespace.name}: chain ${chain} of table ${table}; files say only what is translated.`,
      );
    }
    const services = serviceEntries(this.selection.snapshot, namespace.name, processes, this.notes, this.leftOut);
    return {
      ...this.scope(namespace),
      ...(nameservers.length === 0 ? {} : { nameservers: [...nameservers] }),
      ...some('services', services),
    };
  }

  /** What the root namespace and the others have in common. */
  scope(namespace: ObservedNamespace): Scope {
    const { nat, forwards } = natEntries(this.selection, namespace, this.leftOut);
    const translation = { ...some('nat', nat), ...some('port-forwards', forwards) };
    const devices = [...this.selection.devices.values()].filter((device) => device.namespace.id === namespace.id);
    const routes = routeEntries(this.selection, namespace, this.leftOut);
    const rules = namespace.isRoot && !this.selection.isWhole ? [] : ruleEntries(namespace, this.leftOut);
    // A host that has nothing of the file has its parameters for reasons of its own.
    const isConcerned = !namespace.isRoot || devices.length > 0;
    const differing = this.detailsOf(namespace)?.sysctls ?? {};
    return {
      ...some('interfaces', this.interfaces(namespace)),
      ...(routes.length === 0 ? {} : { routes }),
      ...(rules.length === 0 ? {} : { rules }),
      ...(isConcerned ? kernelEntries(namespace, translation, differing, devices) : {}),
      ...translation,
    };
  }

  private interfaces(namespace: ObservedNamespace): Record<string, NonNullable<InterfaceEntry>> {
    const { cables, own, lent } = this.selection;
    const here = (device: Device): boolean => device.namespace.id === namespace.id;
    const entries: [string, NonNullable<InterfaceEntry>][] = [
      ...this.loopback(namespace),
      ...cables
        .flat()
        .filter(here)
        .flatMap((end) => this.cableEnd(end)),
      ...lent
        .filter(here)
        .map(
          (one) =>
            [one.link.name, { kind: 'physical' as const, ...this.common(one) }] as [
              string,
              NonNullable<InterfaceEntry>,
            ],
        ),
      ...own
        .filter(here)
        .map(
          (one) =>
            [one.link.name, ownEntry(one, this.selection, this.hasMac, this.leftOut)] as [
              string,
              NonNullable<InterfaceEntry>,
            ],
        ),
    ];
    return Object.fromEntries(entries.sort(([a], [b]) => (a < b ? -1 : 1)));
  }

  /** Further addresses of `lo`. */
  private loopback(namespace: ObservedNamespace): [string, NonNullable<InterfaceEntry>][] {
    const lo = namespace.isRoot ? undefined : namespace.links.find(({ kind }) => kind === 'loopback');
    if (lo === undefined) return [];
    const { addresses } = commonEntry(
      { namespace, link: lo, ref: refOf(namespace.name, 'lo') },
      { mac: false, mtu: lo.mtu, leftOut: this.leftOut },
    );
    return addresses === undefined ? [] : [['lo', { addresses }]];
  }

  /** An end without settings needs no entry. */
  private cableEnd(end: Device): [string, NonNullable<InterfaceEntry>][] {
    const entry = this.common(end);
    return Object.keys(entry).length === 0 ? [] : [[end.link.name, entry]];
  }

  private common(device: Device): ReturnType<typeof commonEntry> {
    return commonEntry(device, {
      mac: device.link.kind !== 'physical' && this.hasMac(device),
      mtu: defaultMtu,
      leftOut: this.leftOut,
    });
  }

  private readonly hasMac: HasChosenMac = ({ ref, link }) => {
    const chosen =
      ref.namespace === undefined ? this.details?.hostMacs : this.details?.namespaces.get(ref.namespace)?.chosenMacs;
    return chosen?.includes(link.name) === true && this.selection.devices.has(deviceKey(ref));
  };

  private detailsOf({ name }: ObservedNamespace): NamespaceDetails | undefined {
    return name === undefined ? undefined : this.details?.namespaces.get(name);
  }
}
