/**
 * The declared lab with defaults filled in and references parsed: what the planner, the graph and the editor work on.
 * The raw shape of the file is the schema's (`generated/`); this is what it means.
 */

/** The keys that lead from the file's root to a value: `['namespaces', 'earth', 'routes', 0]`. */
export type YamlPath = readonly (string | number)[];

/** Everything declared remembers where it stands, so that a diagnostic, a plan or a check can point there. */
export interface Declared {
  readonly path: YamlPath;
}

export interface Topology extends Declared {
  readonly name: string;
  readonly description?: string;
  /** The id of a configured host, or an alias from the user's SSH configuration. */
  readonly target?: string;
  readonly namespaces: readonly NamespaceDeclaration[];
  readonly bridges: readonly BridgeDeclaration[];
  readonly links: readonly LinkDeclaration[];
  /** The root namespace: the file's `host`, and its top-level `nat` and `port-forwards`. */
  readonly host: NetworkScope;
  readonly checks: readonly CheckDeclaration[];
}

/** What the host's root namespace and a declared namespace have in common. */
export interface NetworkScope extends Declared {
  readonly interfaces: readonly InterfaceDeclaration[];
  readonly routes: readonly RouteDeclaration[];
  readonly rules: readonly PolicyRuleDeclaration[];
  /** undefined: not said. */
  readonly forwarding?: boolean;
  readonly sysctls: readonly SysctlDeclaration[];
  readonly nat: readonly NatDeclaration[];
  readonly portForwards: readonly PortForwardDeclaration[];
}

export interface NamespaceDeclaration extends NetworkScope {
  readonly name: string;
  readonly nameservers: readonly string[];
  readonly services: readonly ServiceDeclaration[];
}

export type InterfaceKind =
  'loopback' | 'veth' | 'dummy' | 'tun' | 'tap' | 'macvlan' | 'ipvlan' | 'vlan' | 'vxlan' | 'physical';

export interface InterfaceDeclaration extends Declared {
  readonly name: string;
  /** `veth` where the interface is a link's end; `loopback` for `lo`, which is there by itself. */
  readonly kind: InterfaceKind;
  /** CIDR notation, as written. */
  readonly addresses: readonly string[];
  readonly mtu?: number;
  readonly mac?: string;
  readonly up: boolean;
  readonly description?: string;
  /** The kind's own options as written: `user`, `group`, `parent`, `mode`, `id`, `remote`, `local`, `port`. */
  readonly options: Readonly<Record<string, string | number>>;
}

export interface BridgeDeclaration extends Declared {
  readonly name: string;
  readonly kind: 'linux' | 'openvswitch';
  /** undefined: the host's root namespace. */
  readonly namespace?: string;
  readonly addresses: readonly string[];
  readonly mtu?: number;
  readonly mac?: string;
  readonly up: boolean;
  readonly stp?: boolean;
  readonly vlanFiltering?: boolean;
  readonly multicastSnooping?: boolean;
  /** Seconds. */
  readonly ageingTime?: number;
  /** Seconds. */
  readonly forwardDelay?: number;
  /** Existing interfaces to enslave. */
  readonly ports: readonly string[];
  readonly datapath?: 'system' | 'netdev';
}

export interface LinkDeclaration extends Declared {
  readonly endpoints: readonly [EndpointDeclaration, EndpointDeclaration];
  readonly mtu?: number;
  readonly up: boolean;
  readonly impair?: { readonly toA: ImpairmentDeclaration; readonly toB: ImpairmentDeclaration };
}

/** One end of a cable. `interface` is the name of the veth end, also where it is a bridge's port. */
export type EndpointDeclaration = Declared & { readonly interface: string } & (
    | { readonly type: 'namespace'; readonly namespace: string }
    | { readonly type: 'host' }
    | {
        readonly type: 'bridge';
        readonly bridge: string;
        /** The port's name was not written but derived. */
        readonly derived: boolean;
        readonly vlan?: number;
        readonly trunk?: readonly number[];
      }
  );

/** `tc netem` options as written: `delay: 20ms`, `loss: 1%`, `rate: 10mbit`. */
export type ImpairmentDeclaration = Readonly<
  Partial<Record<'delay' | 'jitter' | 'loss' | 'duplicate' | 'reorder' | 'corrupt' | 'rate', string>>
>;

export interface RouteDeclaration extends Declared {
  /** A CIDR, or `default`; an address without prefix has become /32 or /128. */
  readonly to: string;
  readonly via?: string;
  readonly dev?: string;
  readonly metric?: number;
  readonly table?: string;
  readonly src?: string;
  readonly scope?: string;
  readonly type: 'unicast' | 'blackhole' | 'unreachable' | 'prohibit';
}

export interface PolicyRuleDeclaration extends Declared {
  readonly from?: string;
  readonly to?: string;
  readonly iif?: string;
  readonly fwmark?: string;
  readonly table: string;
  readonly priority?: number;
}

export interface SysctlDeclaration extends Declared {
  /** With dots: `net.ipv4.conf.all.rp_filter`. */
  readonly name: string;
  readonly value: string;
}

export interface NatDeclaration extends Declared {
  readonly name: string;
  readonly kind: 'masquerade' | 'snat';
  /** The source network, CIDR. */
  readonly source: string;
  /** The address to translate to; only with `snat`. */
  readonly to?: string;
  readonly out?: string;
  readonly notOut?: string;
  readonly enabled: boolean;
}

export interface PortForwardDeclaration extends Declared {
  readonly name: string;
  readonly protocol: 'tcp' | 'udp';
  readonly listenAddress?: string;
  readonly listenPort: number;
  /** A declared namespace, or an address. */
  readonly to: { readonly namespace: string } | { readonly address: string };
  readonly toPort: number;
  readonly in?: string;
  readonly enabled: boolean;
}

export interface ServiceDeclaration extends Declared {
  readonly name: string;
  /** A string is a shell command, a list is a program with its arguments. */
  readonly command: string | readonly string[];
  readonly env: Readonly<Record<string, string>>;
  readonly user?: string;
  readonly directory?: string;
  readonly ready?: { readonly tcp: number } | { readonly seconds: number };
}

export type CheckAction =
  | { readonly type: 'ping'; readonly target: string }
  | { readonly type: 'tcp' | 'udp'; readonly target: string; readonly port: number }
  | { readonly type: 'http'; readonly url: string; readonly status?: number; readonly body?: string }
  | { readonly type: 'dns'; readonly name: string }
  | { readonly type: 'command'; readonly command: string };

export interface CheckDeclaration extends Declared {
  /** A declared namespace, or `host`. */
  readonly from: string;
  readonly action: CheckAction;
  readonly expect: 'pass' | 'fail';
  /** Seconds. */
  readonly within: number;
}
