import type { ImpairmentDeclaration } from './model';

/**
 * A change to a topology file that mends something seen on its host, as data: what to say, not where. Names are the file's; no
 * namespace means the root namespace.
 */
export type MendRequest =
  /** An interface, a bridge or a cable that is declared down. */
  | { readonly type: 'up'; readonly namespace?: string; readonly interface: string }
  /** The other way; of a bridge's port, which has no settings of its own, its cable. */
  | { readonly type: 'down'; readonly namespace?: string; readonly interface: string }
  | {
      readonly type: 'address';
      readonly namespace?: string;
      /** An interface or a bridge. */
      readonly interface: string;
      readonly add?: string;
      readonly remove?: string;
    }
  | { readonly type: 'route'; readonly namespace?: string; readonly add?: MendRoute; readonly remove?: MendRoute }
  /** Without a family, of both. */
  | { readonly type: 'forwarding'; readonly namespace?: string; readonly family?: 'inet' | 'inet6' }
  /** Kernel parameters as sysctl(8) names them, all of them at once. */
  | { readonly type: 'sysctl'; readonly namespace?: string; readonly settings: readonly SysctlSetting[] }
  | {
      readonly type: 'masquerade';
      readonly namespace?: string;
      /** CIDR. */
      readonly source: string;
      readonly out?: string;
      readonly notOut?: string;
      /** A rule of the file that gives these packets an address of its own gives them the host's. */
      readonly insteadOfSnat?: true;
    }
  /** `listen` and `to` as the language writes them; one that the file has for the same port leads there from then on. */
  | { readonly type: 'port-forward'; readonly namespace?: string; readonly listen: string; readonly to: string }
  /** The cable end of that name ends in this bridge. */
  | { readonly type: 'plug'; readonly bridge: string; readonly port: string }
  /** The cable end of that name ends in no bridge. */
  | { readonly type: 'unplug'; readonly port: string }
  | { readonly type: 'spanning-tree-off'; readonly bridge: string }
  | { readonly type: 'vlan'; readonly bridge: string; readonly port: string; readonly vlan?: number }
  | { readonly type: 'mtu'; readonly namespace?: string; readonly interface: string; readonly mtu: number }
  /** The cable that has this end, in what the end sends (`out`), in what it gets (`in`), or in both. */
  | {
      readonly type: 'impair';
      readonly namespace?: string;
      readonly interface: string;
      readonly direction: 'both' | 'out' | 'in';
      readonly impair: ImpairmentDeclaration;
    }
  /** The service of a namespace that listens on this port listens on another address. */
  | {
      readonly type: 'listen-address';
      readonly namespace?: string;
      readonly port: number;
      readonly before: string;
      readonly after: string;
    }
  /** What impairs the cable that has this end. */
  | { readonly type: 'unimpaired'; readonly namespace?: string; readonly interface: string };

export interface SysctlSetting {
  readonly name: string;
  readonly value: string;
}

export interface MendRoute {
  /** A CIDR or `default`. */
  readonly to: string;
  readonly via?: string;
  readonly dev?: string;
  readonly metric?: number;
  readonly src?: string;
  readonly type?: string;
  readonly table?: string;
}
