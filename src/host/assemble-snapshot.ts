import * as l10n from '@vscode/l10n';
import { isObject, optional, parseJson } from './json';
import { readMissingKinds } from './kernel-probe';
import type { HostSnapshot, ObservedLab, ObservedLink, ObservedNamespace, ObservedProcess, Unread } from './model';
import { firstLines, readHost, requireTools } from './read-host';
import type { NamespaceDraft } from './read-namespace';
import { readOpenVswitch, withOpenVswitch, type OpenVswitchBridge } from './read-openvswitch';
import { forwardingBefore } from './read-packet-filter';
import { connectPeers } from './read-peers';
import type { Sections } from './sections';
import { readServices } from './read-services';
import { readSwitchedOff } from './switched-off';

/** Any of them tells of the packet filter. */
const filterPrograms = ['nft', 'iptables-save', 'iptables-nft-save', 'iptables-legacy-save'];

/** The host itself, without its namespaces. */
export interface HostFacts {
  readonly facts: Omit<HostSnapshot, 'namespaces' | 'labs' | 'switchedOff' | 'unread'>;
  /** Open vSwitch's bridges; undefined where it does not run, or did not answer. */
  readonly bridges?: readonly OpenVswitchBridge[];
  readonly unread: readonly Unread[];
}

/** What we keep on the host ourselves. */
export interface HostRecords {
  /** Each lab's name and manifest. */
  readonly labs: readonly (readonly [name: string, manifest: string])[];
  /** What services noted of themselves, each with its file's path before it. */
  readonly services: readonly string[];
  /** The name servers of namespaces by their names. */
  readonly resolvConfs: ReadonlyMap<string, string>;
  readonly switchedOff: readonly string[];
  /** Lines `NAMESPACE.FAMILY VALUE`. */
  readonly natForwarding: readonly string[];
}

/** A namespace with what is known from outside of it. */
export interface DraftPlace {
  readonly draft: NamespaceDraft;
  readonly processes: readonly ObservedProcess[];
  /** Its numbers for others, as far as they are known for sure. */
  readonly numbers: ReadonlyMap<number, string>;
}

/**
 * Reads the sections of the host itself.
 *
 * @throws NetnsError `missingTool` for a host without a usable ip(8)
 */
export function readHostFacts(sections: Sections): HostFacts {
  requireTools(sections);
  const unread: Unread[] = [];
  const bridges = readBridges(sections, unread);
  const facts = readHost(sections);
  if (!filterPrograms.some((program) => program in facts.tools))
    unread.push({
      what: l10n.t`NAT and filter rules`,
      why: l10n.t`The host has neither nft nor iptables-save.`,
    });
  return {
    facts: {
      ...facts,
      ...readMissingKinds(sections),
      ...(bridges === undefined || sections.get('ovs-runs') === undefined ? {} : { openvswitch: true }),
    },
    ...optional('bridges', bridges),
    unread,
  };
}

/**
 * Puts a snapshot together. What it is made of may be kept and given again with changes elsewhere.
 *
 * @param places the root namespace first, the others in the order in which they shall stand
 */
export function assembleSnapshot(
  host: HostFacts,
  places: readonly DraftPlace[],
  records: HostRecords,
  unread: readonly Unread[],
): HostSnapshot {
  const links = connectPeers(
    places.map(({ draft: { facts, links: own }, numbers }) => ({
      id: facts.id,
      isNamed: facts.name !== undefined,
      links: own,
      numbers,
    })),
  );
  const labs = records.labs.map(([name, manifest]) => readLab(name, manifest));
  const services = readServices(records.services);
  const switchedOff = readSwitchedOff(
    records.switchedOff,
    places.map(({ draft }) => draft.facts),
  );
  return {
    ...host.facts,
    namespaces: places.map(({ draft: { facts }, processes }) =>
      finishNamespace(facts, links.get(facts.id) ?? [], processes, host, records),
    ),
    labs: labs.filter((lab) => 'manifest' in lab),
    ...(services.length === 0 ? {} : { services }),
    ...(switchedOff.length === 0 ? {} : { switchedOff }),
    unread: [
      ...unread,
      ...places.flatMap(({ draft }) => draft.unread),
      ...host.unread,
      ...labs.filter((lab) => 'why' in lab),
    ],
  };
}

function finishNamespace(
  facts: NamespaceDraft['facts'],
  links: readonly ObservedLink[],
  processes: readonly ObservedProcess[],
  { bridges = [] }: HostFacts,
  { natForwarding, resolvConfs }: HostRecords,
): ObservedNamespace {
  return {
    ...facts,
    ...optional('resolvConf', facts.name === undefined ? undefined : resolvConfs.get(facts.name)),
    ...optional('forwardingBefore', forwardingBefore(natForwarding, facts.id)),
    links: withOpenVswitch(links, facts.isRoot ? bridges : []),
    processes: facts.isRoot ? [] : processes,
  };
}

function readBridges(sections: Sections, unread: Unread[]): OpenVswitchBridge[] | undefined {
  const printed = sections.get('ovs');
  if (printed === undefined) return undefined;
  const bridges = readOpenVswitch(printed);
  const why = firstLines(sections.get('ovs-said') ?? '') || l10n.t`ovs-vsctl printed something else than its tables.`;
  if (bridges === undefined) unread.push({ what: l10n.t`Open vSwitch bridges`, why });
  return bridges;
}

function readLab(name: string, text: string): ObservedLab | Unread {
  const manifest = parseJson(text);
  return isObject(manifest)
    ? { name, manifest }
    : { what: l10n.t`the record of lab ${name}`, why: l10n.t`Its manifest is no JSON object.` };
}
