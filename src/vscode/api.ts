import type { Uri } from 'vscode';
import type { Event } from '../base/events';
import type { HostSnapshot } from '../host/model';
import type { HostState } from './hosts/host';
import type { ActionResult } from './topology/action';

/**
 * What `activate` returns: for other extensions, and for the tests inside the extension host. What other extensions may count on is
 * docs/api.d.ts; the rest is for our own tests and may change.
 */
export interface NetnsApi {
  readonly version: 1;
  /** How long `activate` took, in milliseconds. */
  readonly activationMilliseconds: number;
  /** The configured hosts in the order of the settings. */
  readonly hosts: readonly HostSummary[];
  /** The newest reading of a host; undefined unless the host is live. */
  snapshot(hostId: string): HostSnapshot | undefined;
  /** Connects a host, asking the person what it takes; resolves with whether it is live. */
  connect(hostId: string): Promise<boolean>;
  /** As the commands of these names on the same file, with all that they ask and tell. */
  apply(file: Uri): Promise<ActionResult>;
  verify(file: Uri): Promise<ActionResult>;
  destroy(file: Uri): Promise<ActionResult>;
  /** The labs on a live host, and how they stand to their files. */
  labs(hostId: string): readonly LabSummary[];
  /** The plans whose documents are open, with how far their steps are: `done`, `failed`, `undone` … */
  plans(): readonly { readonly uri: string; readonly marks: readonly string[] }[];
  /** The open captures. */
  readonly captures: readonly CaptureSummary[];
  /** The open measurements. */
  readonly measurements: readonly MeasureSummary[];
  /** The open traces, the newest last. */
  readonly traces: readonly TraceSummary[];
  /** Something about that host changed: its state or its snapshot. */
  readonly onDidChange: Event<string>;
  /** A graph was drawn in a panel. */
  readonly onDidDrawGraph: Event<GraphDrawn>;
}

export interface HostSummary {
  readonly id: string;
  readonly label: string;
  readonly status: HostState['status'];
}

export interface LabSummary {
  readonly name: string;
  readonly state: 'absent' | 'inSync' | 'drifted' | 'edited' | 'blocked';
  /** `in sync`, `drifted: veth1 is down`. */
  readonly summary: string;
  /** Once each check of its open file was run. */
  readonly checks?: { readonly passed: number; readonly total: number };
}

export interface CaptureSummary {
  /** `earth, mars @ lab1` */
  readonly title: string;
  readonly phase: 'starting' | 'running' | 'ended';
  /** Packets that came. */
  readonly seen: number;
  /** Why it ended, what is not captured. */
  readonly notes: readonly string[];
}

export interface MeasureSummary {
  /** `Ping: earth → mars @ lab1` */
  readonly title: string;
  readonly phase: 'starting' | 'running' | 'ended';
  /** Why it ended. */
  readonly notes: readonly string[];
  readonly paths: readonly {
    readonly name: string;
    readonly sent: number;
    readonly lost: number;
    readonly hops: number;
  }[];
}

export interface TraceSummary {
  /** `earth → 8.8.8.8, ICMP` */
  readonly question: string;
  readonly phase: 'running' | 'done' | 'failed' | 'kept';
  /** The places on the way, out and back. */
  readonly stops: readonly { readonly place: string; readonly state: string; readonly isEnd: boolean }[];
  readonly reached?: 'yes' | 'no' | 'unknown';
  readonly verdict?: string;
  /** The causes' ids, in the order in which they bite. */
  readonly causes?: readonly string[];
  /** Why it found nothing. */
  readonly error?: string;
}

export interface GraphDrawn {
  readonly hostId?: string;
  readonly topologyUri?: string;
  readonly nodes: number;
  readonly cables: number;
}
