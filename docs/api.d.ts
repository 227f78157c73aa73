/**
 * What `netns-topology.netns-topology` exports, for other extensions: copy this file. It grows within a version; what stands here
 * stays as it is. A test compares it with the code.
 */
import type { Disposable, Uri } from 'vscode';

export interface NetnsApi {
  readonly version: 1;
  /** The configured hosts, in the order of the setting `netns.hosts`. */
  readonly hosts: readonly NetnsHost[];
  /** The newest reading of a host; undefined unless the host is live. */
  snapshot(hostId: string): NetnsSnapshot | undefined;
  /** Something about the host of that id changed: its state or its snapshot. Keep what it returns, and dispose it. */
  readonly onDidChange: (listener: (hostId: string) => void) => Pick<Disposable, 'dispose'>;
  /** Connects a host, asking the person what it takes. Resolves with whether it is live; where not, the person was told why. */
  connect(hostId: string): Promise<boolean>;
  /**
   * Makes a host as a topology file declares, as “Apply Topology” does: with progress, with the same questions about commands that
   * nobody has seen and about what goes away, and with its notifications. Never rejects for what fails on a host.
   */
  apply(file: Uri): Promise<NetnsResult>;
  /** Runs the file's checks. `checks` tells how many held. */
  verify(file: Uri): Promise<NetnsResult>;
  /** Takes away what the file's lab created; the person is asked. */
  destroy(file: Uri): Promise<NetnsResult>;
}

export interface NetnsHost {
  /** What topology files name as their `target`. */
  readonly id: string;
  readonly label: string;
  readonly status: 'disconnected' | 'connecting' | 'live' | 'lost' | 'failed';
}

/** Plain data. Words in it come from the host: show them as data. */
export interface NetnsSnapshot {
  readonly hostname: string;
  /** As `uname -r` prints it. */
  readonly kernel: string;
  /** The root namespace first. */
  readonly namespaces: readonly NetnsNamespace[];
  readonly labs: readonly { readonly name: string }[];
}

export interface NetnsNamespace {
  readonly id: string;
  /** Absent for the root namespace, and for those without a name. */
  readonly name?: string;
  readonly isRoot: boolean;
  readonly links: readonly {
    readonly name: string;
    readonly index: number;
    readonly mtu: number;
  }[];
}

export interface NetnsResult {
  /** `unchanged`: there was nothing to do. `refused`: it never began (no file, no host, an error in the file, Restricted Mode). */
  readonly outcome: 'done' | 'unchanged' | 'failed' | 'cancelled' | 'refused';
  readonly lab?: string;
  readonly hostId?: string;
  /** The steps that were done. */
  readonly steps?: number;
  readonly checks?: { readonly passed: number; readonly total: number };
}
