import type { IptablesBackend, ObservedNatRule } from '../../host/model';

/** The places on a packet's way where the packet filter is asked (nft(8), "hook"). */
export type Hook = 'prerouting' | 'input' | 'forward' | 'output' | 'postrouting' | 'ingress' | 'egress';

/** The packet filter of one namespace, nftables' and iptables' rules in one shape. */
export interface PacketFilter {
  readonly chains: readonly FilterChain[];
}

export interface FilterChain {
  /** What asks it: the packet filter, or what stands at an interface besides: filters of tc(8), an XDP program. */
  readonly engine: ObservedNatRule['engine'] | 'tc' | 'xdp';
  readonly backend?: IptablesBackend;
  /** nftables' word: `ip`, `ip6`, `inet`, `arp`, `bridge`, `netdev`. */
  readonly family: string;
  readonly table: string;
  readonly name: string;
  /** Of a base chain. */
  readonly hook?: Hook;
  /** Of a chain at `ingress` or `egress`: the interfaces where it is asked. */
  readonly devices?: readonly string[];
  readonly type?: 'filter' | 'nat' | 'route';
  /** Chains of one hook are asked in the order of their priorities, smallest first. */
  readonly priority: number;
  readonly policy: 'accept' | 'drop';
  readonly rules: readonly FilterRule[];
}

export interface FilterRule {
  /** In its tool's own words. */
  readonly text: string;
  /** Its number in its chain, from 1. */
  readonly position: number;
  readonly handle?: number;
  readonly packets?: number;
  readonly conditions: readonly Condition[];
  readonly action: Action;
}

/** What a rule asks of a packet. `unknown`: something that we do not understand, in the tool's words. */
export type Condition =
  | { readonly type: 'iif' | 'oif'; readonly names: readonly string[]; readonly negated: boolean }
  | { readonly type: 'source' | 'destination'; readonly networks: readonly string[]; readonly negated: boolean }
  | { readonly type: 'protocol'; readonly names: readonly string[]; readonly negated: boolean }
  | {
      readonly type: 'sourcePort' | 'destinationPort';
      readonly ranges: readonly PortRange[];
      readonly negated: boolean;
    }
  | { readonly type: 'state'; readonly states: readonly string[]; readonly negated: boolean }
  | { readonly type: 'family'; readonly family: 'inet' | 'inet6' }
  /** What a frame carries: `ip`, `ip6`, `arp` … */
  | { readonly type: 'etherType'; readonly names: readonly string[]; readonly negated: boolean }
  /** Who asks and who is asked, in an ARP question; the other way round in its answer. */
  | { readonly type: 'arpSource' | 'arpTarget'; readonly networks: readonly string[]; readonly negated: boolean }
  | { readonly type: 'arpSourceMac' | 'arpTargetMac'; readonly names: readonly string[]; readonly negated: boolean }
  | { readonly type: 'arpOperation'; readonly names: readonly string[]; readonly negated: boolean }
  /** ICMPv6's numbers; of no other protocol. */
  | { readonly type: 'icmpv6Type'; readonly types: readonly number[]; readonly negated: boolean }
  | { readonly type: 'hopLimit'; readonly limit: number; readonly negated: boolean }
  /** The destination is an address of the namespace itself (`fib daddr type local`, `--dst-type LOCAL`). */
  | { readonly type: 'toLocal'; readonly negated: boolean }
  | { readonly type: 'unknown'; readonly text: string };

export type PortRange = readonly [number, number];

export type Action =
  | { readonly type: 'accept' | 'drop' | 'return' | 'continue' | 'masquerade' }
  | { readonly type: 'reject'; readonly with?: string }
  | { readonly type: 'jump' | 'goto'; readonly chain: string }
  | { readonly type: 'snat' | 'dnat' | 'redirect'; readonly address?: string; readonly port?: number }
  | { readonly type: 'unknown'; readonly text: string };
