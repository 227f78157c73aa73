import { lookup } from '../base/lookup';
import type { ObservedConntrack, ObservedFdbEntry, ObservedNeighbour, ObservedSocket } from './model-live';

/**
 * What was seen on a host at one moment, whoever made it. Plain data: it can be compared, sent to a webview and stored.
 * What could not be read is named in `unread`, never shown as absent.
 */
export interface HostSnapshot {
  readonly hostname: string;
  /** `uname -r`. */
  readonly kernel: string;
  /** The root namespace first, then the others in the order of their names. */
  readonly namespaces: readonly ObservedNamespace[];
  /** The labs whose manifests lie on the host. */
  readonly labs: readonly ObservedLab[];
  /** What the labs' services say of themselves; absent where there is none. */
  readonly services?: readonly ObservedService[];
  /** Programs found on the host, by name, with their version line where one was read: `ip`, `nft`, `iptables`, `tcpdump` … */
  readonly tools: Readonly<Record<string, string>>;
  /** What a topology may need and this kernel was seen to lack (`KernelNeed`); absent where nothing was, or nothing was tried. */
  readonly missingKinds?: readonly string[];
  /** Open vSwitch runs here: its bridges are known, and can be changed. */
  readonly openvswitch?: true;
  /** The path of the SSH connection that carried the reading, from the host's point of view. */
  readonly ssh?: SshConnection;
  /** NAT rules that somebody switched off through us, and that can be switched on again. */
  readonly switchedOff?: readonly SwitchedOffRule[];
  readonly unread: readonly Unread[];
}

export interface SshConnection {
  readonly clientAddress: string;
  readonly serverAddress: string;
  readonly serverPort: number;
  /** The entry of the routing tables that leads the answers to the client, as the kernel itself says. */
  readonly route?: ObservedRoute;
  /** `net.ipv6.conf.DEV.accept_ra` of the interface of that route. */
  readonly acceptRa?: string;
}

export interface Unread {
  /** What is missing, e.g. `NAT rules of namespace earth`. */
  readonly what: string;
  /** The host's own words. */
  readonly why: string;
}

export interface ObservedLab {
  readonly name: string;
  /** The manifest as parsed JSON; `src/plan` knows its shape and validates it. */
  readonly manifest: unknown;
}

/** A service of a lab, as what stays beside it on the host noted. */
export interface ObservedService {
  readonly lab: string;
  readonly namespace: string;
  readonly name: string;
  /** How often it was started again. */
  readonly restarts: number;
  /** The number of its first process, and when that was started, in seconds since 1970 by the host's clock. */
  readonly pid?: number;
  readonly since?: number;
  /** It has ended: with which code (128 and the signal's number, if by a signal), and when. */
  readonly ended?: { readonly code: number; readonly at: number };
  /** It was ended on purpose. */
  readonly isStopped?: true;
}

export interface ObservedNamespace {
  /** The inode of the namespace (`stat -L -c %i /run/netns/NAME`): the same for every road to it, as decimal text. */
  readonly id: string;
  /** The name under /run/netns. The root namespace has none. */
  readonly name?: string;
  /**
   * What people call it where the name under /run/netns is none of a person's, or there is none: a container's name, `h1` of
   * Mininet, a systemd unit, else a process. Two namespaces may have the same.
   */
  readonly title?: string;
  /** What made a namespace that has a title: `Podman`, `Docker`, `Mininet` …; absent where that cannot be told. */
  readonly maker?: string;
  readonly isRoot: boolean;
  readonly links: readonly ObservedLink[];
  readonly routes: readonly ObservedRoute[];
  readonly rules: readonly ObservedPolicyRule[];
  /** Values by dotted name, trimmed; at least `net.ipv4.ip_forward` and `net.ipv6.conf.all.forwarding`. */
  readonly sysctls: Readonly<Record<string, string>>;
  /** Those that are there and could not be read, with the host's words; absent where there are none. */
  readonly unreadSysctls?: Readonly<Record<string, string>>;
  readonly nat: readonly ObservedNatRule[];
  /** nftables tables, for ownership and for putting back. */
  readonly nftTables: readonly ObservedNftTable[];
  /** What else the packet filter says, as far as it matters to a lab; absent where nothing of it is there. */
  readonly firewall?: ObservedFirewall;
  /** What forwarding was (`0` or `1`, by nftables' family) before somebody switched NAT on through us. */
  readonly forwardingBefore?: Readonly<Partial<Record<'ip' | 'ip6', string>>>;
  /** What /etc/netns/NAME/resolv.conf holds, which `ip netns exec` lays over /etc/resolv.conf; absent where there is none. */
  readonly resolvConf?: string;
  /** Processes running inside, apart from the root namespace's. */
  readonly processes: readonly ObservedProcess[];
  /** Who is on its networks, as far as it asked; absent where that could not be read. So are the two that follow. */
  readonly neighbours?: readonly ObservedNeighbour[];
  readonly fdb?: readonly ObservedFdbEntry[];
  readonly sockets?: readonly ObservedSocket[];
  /** Absent where the kernel follows no connections. */
  readonly conntrack?: ObservedConntrack;
  /** What of it could not be read (`routes`), which is also in the snapshot's own list; absent where everything could. */
  readonly unread?: readonly Unread[];
}

export interface ObservedLink {
  /** ifindex, unique within the namespace. */
  readonly index: number;
  readonly name: string;
  /** iproute2's kind (`veth`, `bridge`, `tun`, `vxlan` …), `loopback`, `openvswitch`, or `physical` where the kernel names none. */
  readonly kind: string;
  /** Set up by the administrator (IFF_UP). */
  readonly up: boolean;
  /** iproute2's operstate in lower case: `up`, `down`, `lowerlayerdown`, `unknown` … */
  readonly operState: string;
  readonly carrier: boolean;
  readonly mtu: number;
  readonly mac?: string;
  /** The name of the bridge or bond it is enslaved to, in the same namespace. */
  readonly master?: string;
  /** Of a port of a Linux bridge: what the bridge does with it. */
  readonly port?: BridgePort;
  /** Of an Open vSwitch bridge: what ip(8) knows nothing of. */
  readonly openvswitch?: OpenVswitchFacts;
  /** The kernel's driver of a network card: `virtio_net`, `e1000e` … */
  readonly driver?: string;
  /** Of a bridge's port: what comes in by it may leave by it again (`hairpin`). Absent where not. */
  readonly hairpin?: true;
  /** The name of the interface it stands on (vlan, macvlan, vxlan …). */
  readonly parent?: string;
  /** The namespace of that interface, where it is another than this one's. */
  readonly parentNamespaceId?: string;
  /** The other end of a veth cable, where it could be found. */
  readonly peer?: { readonly namespaceId: string; readonly name: string };
  readonly addresses: readonly ObservedAddress[];
  /** What holds its packets back on the way out, where it is more than the kernel's own choice: `netem`, `tbf` … */
  readonly qdisc?: ObservedQdisc;
  /** On a port of a bridge that keeps VLANs apart: which it lets through. */
  readonly vlans?: PortVlans;
  /** The interface alias (`ip link set … alias`), where our ownership mark stands. */
  readonly alias?: string;
  readonly altNames: readonly string[];
  /** Kind-specific facts as iproute2 gives them (`linkinfo.info_data`), e.g. a bridge's `stp_state`. */
  readonly data: Readonly<Record<string, unknown>>;
}

/** The root queueing discipline of an interface (tc(8)). */
export interface ObservedQdisc {
  readonly kind: string;
  /** As tc(8) gives them, of netem and tbf; absent where it could not be asked. */
  readonly options?: Readonly<Record<string, unknown>>;
}

/** A port of a Linux bridge, in bridge(8)'s words. Without a spanning tree every port that is up is `forwarding`. */
export interface BridgePort {
  readonly state: string;
  /** The cost of the way through it in the spanning tree. */
  readonly cost?: number;
  readonly priority?: number;
}

/** What Open vSwitch's database says of a bridge (ovs-vswitchd.conf.db(5)). */
export interface OpenVswitchFacts {
  readonly controllers: readonly { readonly target: string; readonly isConnected: boolean }[];
  /** What it does without its controller: `standalone` or `secure`. */
  readonly failMode?: string;
  /** Its ports that are no interfaces of the host: patches to other bridges, tunnels … */
  readonly ports: readonly OpenVswitchPort[];
}

export interface OpenVswitchPort {
  readonly name: string;
  /** `patch`, `vxlan`, `geneve`, `internal` … */
  readonly type: string;
  readonly options: Readonly<Record<string, string>>;
  readonly vlans?: PortVlans;
}

/** The VLANs of a bridge's port. */
export interface PortVlans {
  /** The VLAN of frames without a tag; absent: none are taken. */
  readonly untagged?: number;
  /** The VLANs whose frames pass with their tags, in order. */
  readonly tagged: readonly number[];
}

export interface ObservedAddress {
  readonly family: 'inet' | 'inet6';
  /** With prefix: `10.10.0.1/16`. */
  readonly cidr: string;
  readonly scope: string;
  readonly broadcast?: string;
  /** The other end's address, with its prefix: then `cidr` is this end's, and the network is the peer's. */
  readonly peer?: string;
  /** Another label than the interface's name, as `eth0:1`. */
  readonly label?: string;
  /** Of the route to its network. */
  readonly metric?: number;
  /** `noprefixroute`, `nodad` …, in the words of ip-address(8). */
  readonly flags?: readonly string[];
  /** A router's advertisement brought it (RFC 4862), and will again. */
  readonly isAnnounced?: true;
}

export interface ObservedRoute {
  readonly family: 'inet' | 'inet6';
  /** A CIDR (host routes with /32 or /128) or `default`. */
  readonly to: string;
  readonly via?: string;
  readonly dev?: string;
  /** `main`, `local`, a number … */
  readonly table: string;
  readonly metric?: number;
  readonly src?: string;
  readonly scope?: string;
  readonly type: string;
  /** `kernel`, `boot`, `static` … */
  readonly protocol?: string;
  /** The gateway is taken for a neighbour, whatever the interface's networks. */
  readonly onLink?: true;
}

export interface ObservedPolicyRule {
  readonly family: 'inet' | 'inet6';
  readonly priority: number;
  readonly from?: string;
  readonly to?: string;
  readonly iif?: string;
  readonly fwmark?: string;
  /** The table that is looked up; absent where the rule does something else. */
  readonly table?: string;
  /** The rule is for all packets but those that it asks for. */
  readonly not?: true;
  /** Only packets of sockets that are bound to this interface. */
  readonly oif?: string;
  readonly tos?: string;
  /** The protocol's name, or its number. */
  readonly ipproto?: string;
  /** A port, a user's number, or a range of them: `80`, `1000-1999`. */
  readonly sport?: string;
  readonly dport?: string;
  readonly uidrange?: string;
  /** What it does instead of looking a table up; `goto`: it goes on with the rule of the priority `goto`. */
  readonly action?: 'blackhole' | 'unreachable' | 'prohibit' | 'goto' | 'nop';
  readonly goto?: number;
  /** Routes with prefixes of this length or shorter do not count. */
  readonly suppressPrefixLength?: number;
  readonly suppressIfgroup?: string;
  readonly realms?: string;
  /** It looks up the table of the VRF that the packet belongs to. */
  readonly l3mdev?: true;
}

/** A NAT rule understood from nftables or iptables; `text` is the rule in its own tool's words. */
export interface ObservedNatRule {
  readonly kind: 'masquerade' | 'snat' | 'dnat' | 'redirect';
  readonly engine: 'nftables' | 'iptables';
  readonly table: string;
  readonly chain: string;
  readonly text: string;
  readonly source?: string;
  readonly destination?: string;
  readonly in?: string;
  readonly out?: string;
  readonly notOut?: string;
  readonly protocol?: string;
  readonly port?: number;
  /** The packet mark that it asks for, as its tool writes it: `0x1`. */
  readonly mark?: string;
  /** `ADDRESS`, `ADDRESS:PORT` or `:PORT`. */
  readonly to?: string;
  /** What it has matched; NAT sees only the first packet of each connection. Absent where it does not count. */
  readonly packets?: number;
  readonly bytes?: number;
  /** The lab that owns it, if one of ours does. */
  readonly lab?: string;
  /** The program that made it, as far as that can be told: `Docker`, `Podman`, `libvirt` … */
  readonly maker?: string;
  /** Where it stands; not known of a rule that nft only names. */
  readonly place?: RulePlace;
}

/** iptables' two sets of rules: one in nftables' (iptables-nft), one of its own (iptables-legacy). */
export type IptablesBackend = 'nft' | 'legacy';

/** Where a rule of the packet filter stands. */
export interface RulePlace {
  /** nftables' word: `ip`, `ip6`, `inet`. */
  readonly family: string;
  /** Its number in its chain, from 1, as `iptables --line-numbers` counts. */
  readonly position: number;
  /** nftables' number for it, which it keeps as long as it exists. */
  readonly handle?: number;
  /** Of an iptables rule. */
  readonly backend?: IptablesBackend;
}

export interface ObservedFirewall {
  /** The chains that decide about packets that are passed on. */
  readonly forwardChains: readonly ObservedForwardChain[];
  /** Rules that carry a lab's mark in their comment, outside the lab's own nftables tables. */
  readonly marked: readonly ObservedMarkedRule[];
  /** iptables chains that are called like ours. */
  readonly ownChains: readonly ObservedOwnChain[];
  /** iptables' rule sets that hold rules. Only looked at where the host has iptables, and no nft or rules of the legacy one. */
  readonly iptablesInUse: readonly IptablesBackend[];
}

/** A chain at the hook `forward`. */
export interface ObservedForwardChain {
  readonly engine: ObservedNatRule['engine'];
  readonly backend?: IptablesBackend;
  readonly family: string;
  readonly table: string;
  readonly chain: string;
  /** Whether a packet that no rule in it lets through is dropped: by its policy, or by its last rule. */
  readonly drops: boolean;
  /** The chain that it asks first and that its maker leaves to others' rules: Docker's DOCKER-USER. */
  readonly userChain?: string;
}

export interface ObservedMarkedRule extends RulePlace {
  readonly engine: ObservedNatRule['engine'];
  readonly table: string;
  readonly chain: string;
  readonly lab: string;
  /** The rest of the comment. */
  readonly label: string;
  /** The rule in its tool's words. */
  readonly text: string;
}

export interface ObservedOwnChain {
  readonly backend: IptablesBackend;
  readonly family: string;
  readonly table: string;
  readonly chain: string;
}

/** A NAT rule that was taken out of its chain, with what it takes to put it back exactly as it was. */
export interface SwitchedOffRule {
  /** Names its record on the host. */
  readonly id: string;
  /** Who did it, and when (ISO 8601), as the host says. */
  readonly by: string;
  readonly since: string;
  /** The namespace that it was in. */
  readonly namespaceId: string;
  /** The rule with what it had counted and where it stood. */
  readonly rule: ObservedNatRule & { readonly place: RulePlace };
  /** The rules that stood before it in its chain, in their order; those among them that were switched off too. */
  readonly before: readonly string[];
}

export interface ObservedNftTable {
  readonly family: string;
  readonly name: string;
  /** The comments of its rules in order: how we recognise our own content. */
  readonly comments: readonly string[];
}

export interface ObservedProcess {
  readonly pid: number;
  readonly command: string;
  /** It is in the control group of a lab's service, so that one started it. */
  readonly isOfService?: true;
}

/** The root namespace of a snapshot; every snapshot has one. */
export function rootNamespace(snapshot: HostSnapshot): ObservedNamespace {
  const root = snapshot.namespaces.find((namespace) => namespace.isRoot);
  if (root === undefined) throw new Error('A snapshot without a root namespace was built.');
  return root;
}

/** A snapshot without the namespaces that have no name; the same object where there are none. */
export function namedOnly(snapshot: HostSnapshot): HostSnapshot {
  const namespaces = snapshot.namespaces.filter(({ isRoot, name }) => isRoot || name !== undefined);
  return namespaces.length === snapshot.namespaces.length ? snapshot : { ...snapshot, namespaces };
}

/** What people call a namespace other than the root one: its title or name, else its first process, else its inode. */
export function namespaceTitle({ name, title, id, processes: [first] }: ObservedNamespace): string {
  return title ?? name ?? (first === undefined ? `net:[${id}]` : `${first.command} (${first.pid})`);
}

/** The namespace of that name; `undefined` as a name means the root namespace. */
export function findNamespace(snapshot: HostSnapshot, name: string | undefined): ObservedNamespace | undefined {
  if (name === undefined) return rootNamespace(snapshot);
  return namespaceNamed(snapshot.namespaces, name);
}

/** The namespace of that identifier. */
export function findNamespaceById(snapshot: HostSnapshot, id: string | undefined): ObservedNamespace | undefined {
  return id === undefined ? undefined : namespaceOfId(snapshot.namespaces, id);
}

/** The interface of that name. */
export function findLink(
  namespace: Pick<ObservedNamespace, 'links'> | undefined,
  name: string,
): ObservedLink | undefined {
  return namespace === undefined ? undefined : linkNamed(namespace.links, name);
}

const namespaceNamed = lookup(({ name }: ObservedNamespace) => name);
const namespaceOfId = lookup(({ id }: ObservedNamespace) => id);
const linkNamed = lookup(({ name }: ObservedLink) => name);
