import type { Event } from '../base/events';
import type { GraphDrawn, LabSummary, NetnsApi } from './api';
import type { CapturePanels } from './capture/capture-panels';
import type { HostRegistry } from './hosts/host-registry';
import type { MeasurePanels } from './measure/measure-panels';
import type { ActionParts } from './topology/action';
import { applyTopology } from './topology/apply';
import { destroyTopology } from './topology/destroy';
import { verifyOnHost } from './topology/verify';
import type { TracePanels } from './trace/trace-panels';

export interface ApiParts extends ActionParts {
  readonly registry: HostRegistry;
  /** How a lab on a host stands to its file. */
  labs(hostId: string, name: string): Omit<LabSummary, 'name'> | undefined;
  readonly captures: Pick<CapturePanels, 'all'>;
  readonly measures: Pick<MeasurePanels, 'all'>;
  readonly traces: Pick<TracePanels, 'all'>;
  readonly drawings: Event<GraphDrawn>;
  readonly activationMilliseconds: number;
}

/** What other extensions get. Whatever they ask for is asked and told as if the person had asked for it. */
export function exportApi(parts: ApiParts): NetnsApi {
  const { registry, connector, plans, captures, measures, traces, drawings, activationMilliseconds } = parts;
  return {
    version: 1,
    activationMilliseconds,
    get hosts() {
      return registry.hosts.map(({ id, label, state }) => ({ id, label, status: state.status }));
    },
    snapshot: (hostId) => registry.find(hostId)?.snapshot,
    onDidChange: (listener) =>
      registry.onDidChange((change) => {
        if (change.type !== 'list') listener(change.host.id);
      }),
    connect: async (hostId) => {
      const host = registry.find(hostId);
      return host !== undefined && (await connector.ensureLive(host));
    },
    apply: (file) => applyTopology(parts, file),
    verify: (file) => verifyOnHost(parts, file),
    destroy: (file) => destroyTopology(parts, file, {}),
    labs: (hostId) =>
      (registry.find(hostId)?.snapshot?.labs ?? []).flatMap(({ name }) => {
        const face = parts.labs(hostId, name);
        return face === undefined ? [] : [{ name, ...face }];
      }),
    plans: () =>
      plans.open.map(({ uri, marks }) => ({
        uri: uri.toString(),
        marks: [...marks].sort(([a], [b]) => a - b).map(([, { state }]) => state),
      })),
    get captures() {
      return captures.all.map(({ facts }) => facts);
    },
    get measurements() {
      return measures.all.map(({ facts }) => facts);
    },
    get traces() {
      return traces.all.map(({ facts }) => facts);
    },
    onDidDrawGraph: drawings,
  };
}
