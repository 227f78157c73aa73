import type { Command } from '../base/command';
import type { ObservedRoute, RulePlace } from '../host/model';
import type { MendRequest } from '../topology/mend-request';
import type { FilterChain } from './filter/model';
import type { Packet } from './packet';

/** What is asked: does a packet from here get there, and does the answer come back? */
export interface TraceQuestion {
  readonly from: TraceSource;
  readonly destination: string;
  readonly protocol: 'icmp' | 'tcp' | 'udp';
  readonly port?: number;
  /** The port that the probe comes from. */
  readonly sourcePort?: number;
  /** Bytes of the whole packet, with its IP header; absent: as small as it comes. Nobody on the way may cut it up. */
  readonly size?: number;
  /** The namespace that is meant, where one was named; the address alone may be several namespaces' or nobody's. */
  readonly meantNamespaceId?: string;
}

export type TraceSource =
  | { readonly type: 'namespace'; readonly namespaceId: string; readonly address?: string }
  /** Somebody behind an interface of the host: nothing can be sent from there, so the way is worked out only. */
  | { readonly type: 'outside'; readonly dev: string; readonly address: string };

/** The direction: out with the packet, back with its answer. */
export type Direction = 'out' | 'back';

/** One place on the way, with what decided there. */
export interface Hop {
  readonly direction: Direction;
  /** Namespace id; undefined: outside the host. */
  readonly namespaceId?: string;
  /** `earth`, `host`, `outside`. */
  readonly place: string;
  readonly dev?: string;
  readonly kind: HopKind;
  /** What happens here, as one sentence without a full stop. */
  readonly text: string;
  /** The rule, route or entry that decided, in its tool's words. */
  readonly by?: string;
  /** What the host itself said became of the probe here: `nft monitor trace: rule 2, verdict drop`, conntrack's entry. */
  readonly fact?: string;
  /** Of leaving: the neighbour that is to take it. */
  readonly next?: string;
  /** Of NAT: the packet as it came. */
  readonly before?: Packet;
  /** Of NAT and a filter: where the rule that decided stands. */
  readonly rule?: RuleRef;
  /** Of a look-up: the entry of the table. */
  readonly route?: ObservedRoute;
  /** The packet as it leaves this place. */
  readonly packet: Packet;
}

/** Where a rule of the packet filter stands; without a position its chain's policy is meant. */
export interface RuleRef
  extends Pick<FilterChain, 'engine' | 'table' | 'backend'>, Partial<Pick<RulePlace, 'position' | 'handle'>> {
  readonly family: string;
  readonly chain: string;
}

export type HopKind =
  | 'send'
  | 'route'
  | 'filter'
  | 'nat'
  | 'leave'
  | 'wire'
  | 'bridge'
  | 'patch'
  | 'arrive'
  | 'forward'
  | 'local'
  | 'outside';

export type CauseId =
  | 'interface-down'
  | 'lower-layer-down'
  | 'bridge-down'
  | 'no-address'
  | 'wrong-prefix'
  | 'duplicate-address'
  | 'no-neighbour'
  | 'no-route'
  | 'no-default-route'
  | 'gateway-not-connected'
  | 'gateway-self'
  | 'gateway-nobody'
  | 'routing-loop'
  | 'route-refuses'
  | 'empty-table'
  | 'forwarding-off'
  | 'no-way-back'
  | 'missing-nat'
  | 'answer-from-elsewhere'
  | 'nat-inside'
  | 'nat-wrong-source'
  | 'dropped-by-rule'
  | 'rejected-by-rule'
  | 'dropped-by-policy'
  | 'dnat-missing'
  | 'dnat-not-for-host'
  | 'nobody-listens'
  | 'listens-on-loopback'
  | 'listens-elsewhere'
  | 'accept-queue-full'
  | 'ping-ignored'
  | 'rp-filter'
  | 'stp-not-forwarding'
  | 'not-plugged'
  | 'wrong-fdb-entry'
  | 'vlan-mismatch'
  | 'mtu'
  | 'loopback-down'
  | 'conntrack-full'
  | 'tunnel-end-missing'
  | 'patch-peer-missing'
  | 'flow-drops'
  | 'impairment'
  | 'kernel-refuses'
  | 'unknown-address'
  | 'not-known';

/** A change to the topology file that mends the cause, where there is one. */
export interface TopologyEdit {
  /** What to change, for people: `forwarding: true under host`. */
  readonly text: string;
  /** The lines as they stand in the file. */
  readonly yaml: string;
  /** The change as data, for `mendTopology` of src/language/edit; absent where no edit of a file can be worked out. */
  readonly request?: MendRequest;
}

/** How a cause is mended: the commands that a person would type, and those that take it back. */
export interface Fix {
  readonly title: string;
  readonly run: readonly Command[];
  readonly undo: readonly Command[];
  readonly edit?: TopologyEdit;
}

/** One reason why the packet or its answer does not arrive. */
export interface Cause {
  readonly id: CauseId;
  readonly direction: Direction;
  readonly namespaceId?: string;
  readonly place: string;
  readonly dev?: string;
  /** The index of the hop where it bites. */
  readonly hop?: number;
  /** One sentence. */
  readonly text: string;
  /** Of the packet filter: where what stops it stands. */
  readonly rule?: RuleRef;
  /** What was seen that shows it, in the host's words. */
  readonly evidence: readonly string[];
  readonly fix?: Fix;
  /** What mends it in the topology file where no command does: a program cannot be told anew where to listen. */
  readonly edit?: TopologyEdit;
  /** Not shown by what was read, only likely: nobody can look into the outside. */
  readonly isLikely?: true;
}
