import type { HostSnapshot } from '../host/model';
import type { GraphView } from '../protocol/graph';
import type { Topology } from '../topology/model';
import { drawSnapshot } from './graph/from-snapshot';
import { drawTopology } from './graph/from-topology';
import { overlay, single } from './graph/overlay';

export interface GraphViewInput {
  /** The host's name as the user knows it; empty where there is none. */
  readonly hostName: string;
  readonly snapshot?: HostSnapshot | undefined;
  readonly topology?: Topology | undefined;
}

/**
 * What the graph draws of a host, of a file, or of both laid over each other. Pure: the same input gives the same view,
 * and a thing keeps its id from view to view. Without a snapshot and a topology the view is empty.
 */
export function buildGraphView({ hostName, snapshot, topology }: GraphViewInput): GraphView {
  const live = snapshot === undefined ? undefined : drawSnapshot(snapshot);
  const declared = topology === undefined ? undefined : drawTopology(topology);
  if (live !== undefined && declared !== undefined) {
    return { hostName, ...overlay(live, declared), forwarding: live.forwarding, compared: true };
  }
  if (live !== undefined) return { hostName, ...single(live, 'live'), forwarding: live.forwarding };
  if (declared !== undefined) return { hostName, ...single(declared, 'declared'), forwarding: declared.forwarding };
  return { hostName, nodes: [], cables: [], nat: [], forwarding: undefined };
}
