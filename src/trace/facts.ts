import { namespaceTitle, type HostSnapshot, type ObservedLink, type ObservedNamespace } from '../host/model';
import { isSame } from './packet';
import type { PacketFilter } from './filter/model';
import type { FlowAnswer } from './switch-flows';
import type { FilterTrace } from './filter/read-trace';

/** What is known when a packet's way is worked out: the host as observed, and what was read besides on the way. */
export interface TraceFacts {
  readonly snapshot: HostSnapshot;
  /** By namespace id; absent for namespaces that nobody has asked yet. */
  readonly details: ReadonlyMap<string, NamespaceDetails>;
  /** Open vSwitch's answers, by `flowQuestionKey`; undefined: asked, and not answered. */
  readonly flows?: ReadonlyMap<string, FlowAnswer | undefined>;
  /** By namespace id: what the kernel itself said of the probe's way through the packet filter. */
  readonly traced?: ReadonlyMap<string, FilterTrace>;
}

/** What only a trace reads of a namespace. */
export interface NamespaceDetails {
  /** By the name that sysctl(8) takes; with interfaces' own (`net.ipv4.conf.eth0.rp_filter`, `net.ipv4.conf.eth0/100.rp_filter`). */
  readonly sysctls: Readonly<Record<string, string>>;
  readonly neighbours: readonly Neighbour[];
  /** Bridge ports by interface: STP's word for each (`forwarding`, `blocking`, `learning` …). */
  readonly portStates: ReadonlyMap<string, string>;
  /** What somebody told bridges of where an address is. */
  readonly fixedFdb: readonly FixedFdbEntry[];
  readonly filter: PacketFilter;
  readonly sockets: readonly ListeningSocket[];
  readonly conntrack?: { readonly count: number; readonly max: number };
  /** The kernel's own answers to `ip route get`, by `routeQuestionKey`. */
  readonly answers: ReadonlyMap<string, KernelAnswer>;
  /** What could not be read, and why. */
  readonly unread: readonly string[];
}

export interface Neighbour {
  readonly address: string;
  readonly dev: string;
  readonly mac?: string;
  /** `REACHABLE`, `STALE`, `FAILED`, `INCOMPLETE`, `PERMANENT` … */
  readonly states: readonly string[];
}

/** An entry of a bridge's forwarding database that is not learned: `static`, or `permanent`, which is for the host itself (bridge(8)). */
export interface FixedFdbEntry {
  readonly mac: string;
  /** The port behind which the address is. */
  readonly dev: string;
  readonly bridge: string;
  readonly vlan?: number;
  readonly state: 'static' | 'permanent';
  /** It stays where it is when its address is heard behind another port, as one that is `permanent` does. */
  readonly isSticky?: true;
}

export interface ListeningSocket {
  readonly protocol: 'tcp' | 'udp';
  /** `*` for every address, of either family. */
  readonly address: string;
  readonly port: number;
  /** Of TCP: connections that wait to be accepted, and how many may. */
  readonly waiting?: number;
  readonly backlog?: number;
  readonly process?: string;
}

/** A question to the kernel's routing, asked as `ip route get` inside the namespace. */
export interface RouteQuestion {
  readonly namespaceId: string;
  readonly to: string;
  readonly from?: string;
  readonly iif?: string;
  /** What policy rules there ask for, in ip-route(8)'s words: `ipproto tcp sport 40123 dport 80`; only where one does. */
  readonly flow?: string;
}

export interface KernelAnswer {
  readonly dev?: string;
  readonly via?: string;
  readonly source?: string;
  readonly type?: string;
  /** The kernel's words where it has no way: `RTNETLINK answers: Network is unreachable`. */
  readonly error?: string;
}

export function routeQuestionKey({ to, from, iif, flow }: RouteQuestion): string {
  return `${to} from ${from ?? ''} iif ${iif ?? ''} ${flow ?? ''}`;
}

/** `host`, or what people call the namespace: its name, its container's. */
export function labelOf(namespace: ObservedNamespace): string {
  return namespace.isRoot ? 'host' : namespaceTitle(namespace);
}

/** Whether an address is one of the namespace's own. */
export function isOwn(namespace: ObservedNamespace, address: string): boolean {
  return ownerLink(namespace, address) !== undefined || /^127\.|^::1$/.test(address);
}

/** The interface that has the address. */
export function ownerLink({ links }: ObservedNamespace, address: string): ObservedLink | undefined {
  return links.find((link) => link.addresses.some(({ cidr }) => isSame(cidr.split('/')[0] ?? '', address)));
}

export function linkNamed({ links }: ObservedNamespace, name: string | undefined): ObservedLink | undefined {
  return name === undefined ? undefined : links.find((link) => link.name === name);
}

/** The value of a sysctl, from the trace's own reading or the snapshot's. */
export function sysctlOf(facts: TraceFacts, namespace: ObservedNamespace, name: string): string | undefined {
  return facts.details.get(namespace.id)?.sysctls[name] ?? namespace.sysctls[name];
}
