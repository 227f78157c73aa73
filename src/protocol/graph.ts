/** What the graph draws. Built from a snapshot, a topology or both (src/lab/graph-view.ts); ids are stable between updates. */
export interface GraphView {
  /** The host's name for people; empty where only a file is drawn. */
  readonly hostName: string;
  readonly nodes: readonly GraphNode[];
  readonly cables: readonly GraphCable[];
  /** NAT drawn as what it does. */
  readonly nat: readonly GraphNat[];
  readonly forwarding: boolean | undefined;
  /** A file and a host were laid over each other: only then does `presence` say anything about the other side. */
  readonly compared?: boolean;
}

/**
 * Whether a thing is in the file, on the host, or both. The host's own equipment (its frame, its NICs, the outside), which
 * no file declares, counts as `both`.
 */
export type Presence = 'both' | 'declared' | 'live' | 'different';

export type NodeKind = 'namespace' | 'bridge' | 'host' | 'outside' | 'interface';

/** What things of the graph have in common, where a file is drawn. */
interface Drawn {
  /** The file declares it, so that it can be renamed and deleted there. */
  readonly declared?: boolean;
}

export interface GraphNode extends Drawn {
  /**
   * `ns:earth`, `bridge:planet-br` (`bridge:NS/planet-br` inside a namespace), `host`, `outside`, `if:earth/earth-veth`,
   * `if:/eth0`. A bridge's ports are interfaces too, with the bridge as their parent.
   */
  readonly id: string;
  readonly kind: NodeKind;
  readonly name: string;
  /** The node whose inside it is: an interface's namespace or bridge, the host for its bridges and NICs. */
  readonly parent?: string;
  /** Short facts below the name: addresses, `web :8000`, `openvswitch`. */
  readonly facts: readonly string[];
  /** How many it reached of those that it pinged, beside its name: `✓ 2/2`; `✗ 1/2` where one should have been. */
  readonly reach?: string;
  /** How many of the checks that were run from it held: `✓ 2/2`, `✗ 1/2`. */
  readonly checked?: string;
  readonly state: LinkState;
  readonly presence: Presence;
  /** What differs, in words, where presence is `different`. */
  readonly difference?: string;
  /** The lab that made it. */
  readonly lab?: string;
  /** An interface's or a bridge's kind in iproute2's words: `veth`, `bridge`, `openvswitch`, `tun`, `physical` … */
  readonly linkKind?: string;
  /** An interface or a bridge whose packets are delayed, lost or slowed on purpose (`tc qdisc … netem`). */
  readonly impaired?: boolean;
  /** The interface of the same namespace that it stands on (vlan, macvlan …). */
  readonly on?: string;
  /** All that is known of it, for the details panel. */
  readonly details?: readonly FactGroup[];
}

/** Facts that belong together, one a line. */
export interface FactGroup {
  readonly heading: string;
  readonly lines: readonly string[];
}

export type LinkState = 'up' | 'down' | 'lower-layer-down' | 'no-carrier' | 'unknown';

export interface GraphCable extends Drawn {
  readonly id: string;
  /** Node ids: interfaces, or a bridge or the outside where there is no port of its own. */
  readonly from: string;
  readonly to: string;
  /**
   * `veth`; `uplink` to the outside; `tunnel` between two ends that know each other; `stacked` from an interface to what it
   * stands on in another namespace.
   */
  readonly kind: string;
  /** Which tunnel it is (`VXLAN 42`), the kind of what is stacked (`macvlan`). */
  readonly name?: string;
  readonly label: string;
  /** The addresses at each end, drawn beside it. */
  readonly fromLabel?: string;
  readonly toLabel?: string;
  readonly state: LinkState;
  readonly presence: Presence;
  readonly difference?: string;
}

export interface GraphNat extends Drawn {
  readonly id: string;
  readonly kind: 'masquerade' | 'snat' | 'dnat' | 'redirect';
  /** `NAT 10.10.0.0/16`, `:8000 → earth:8000`. */
  readonly label: string;
  readonly enabled: boolean;
  /** As its subject's. */
  readonly key?: string;
  readonly lab?: string;
  readonly presence?: Presence;
  /** The bridge or interface on the lab's side of it, where that is known. */
  readonly inside?: string;
  /** The host interface on the other side, where that is known. */
  readonly outside?: string;
  /** The rule in its tool's words or the file's, for the tooltip. */
  readonly text?: string;
}
