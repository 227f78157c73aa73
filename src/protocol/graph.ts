/** What the graph draws. Built from a snapshot, a topology or both (src/lab/graph-view.ts); ids are stable between updates. */
export interface GraphView {
  /** The host's name for people; empty where only a file is drawn. */
  readonly hostName: string;
  readonly nodes: readonly GraphNode[];
  readonly cables: readonly GraphCable[];
  /** NAT drawn as what it does. */
  readonly nat: readonly GraphNat[];
  readonly forwarding: boolean | undefined;
}

/** Whether a thing is in the file, on the host, or both. */
export type Presence = 'both' | 'declared' | 'live' | 'different';

export interface GraphNode {
  /** `ns:earth`, `bridge:planet-br` (`bridge:NS/planet-br` inside a namespace), `host`, `outside`, `if:earth/earth-veth`, `if:/eth0`. */
  readonly id: string;
  readonly kind: 'namespace' | 'bridge' | 'host' | 'outside' | 'interface';
  readonly name: string;
  /** The node whose inside it is: an interface's namespace, a host's bridge. */
  readonly parent?: string;
  /** Short facts below the name: addresses, `web :8000`, `openvswitch`. */
  readonly facts: readonly string[];
  readonly state: LinkState;
  readonly presence: Presence;
  /** What differs, in words, where presence is `different`. */
  readonly difference?: string;
  /** The lab that made it. */
  readonly lab?: string;
}

export type LinkState = 'up' | 'down' | 'lower-layer-down' | 'no-carrier' | 'unknown';

export interface GraphCable {
  readonly id: string;
  /** Node ids: interfaces, or a bridge for its port. */
  readonly from: string;
  readonly to: string;
  /** `veth`, `uplink`, `vxlan` … */
  readonly kind: string;
  readonly label: string;
  readonly state: LinkState;
  readonly presence: Presence;
}

export interface GraphNat {
  readonly id: string;
  readonly kind: 'masquerade' | 'snat' | 'dnat' | 'redirect';
  /** `NAT 10.10.0.0/16`, `:8000 → earth:8000`. */
  readonly label: string;
  readonly enabled: boolean;
  readonly lab?: string;
}
