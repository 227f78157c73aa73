import type { Event } from '../base/events';
import type { HostSnapshot } from '../host/model';
import type { HostState } from './hosts/host';

/** What `activate` returns: for other extensions, and for the tests inside the extension host. */
export interface NetnsApi {
  readonly version: 1;
  /** How long `activate` took, in milliseconds. */
  readonly activationMilliseconds: number;
  /** The configured hosts in the order of the settings. */
  readonly hosts: readonly HostSummary[];
  /** The newest reading of a host; undefined unless the host is live. */
  snapshot(hostId: string): HostSnapshot | undefined;
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

export interface GraphDrawn {
  readonly hostId?: string;
  readonly topologyUri?: string;
  readonly nodes: number;
  readonly cables: number;
}
