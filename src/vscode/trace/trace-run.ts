import { l10n } from 'vscode';
import { NetnsError } from '../../base/errors';
import { askedTitle, describeAsked } from '../../lab/trace/asked';
import { currentPicture } from '../../lab/trace/current-picture';
import { drawnPaper } from '../../lab/trace/drawn-trace';
import { traceRoute } from '../../lab/trace/trace';
import type { DrawnTrace } from '../../protocol/graph-trace';
import { plainLine } from '../host-data';
import type { Host } from '../hosts/host';
import { findTraceFiles, LabFiles } from './trace-files';
import type { FoundTrace, TraceParts } from './trace-parts';
import type { TraceRequest } from './trace-request';

/**
 * Runs a trace on its host, connecting to that where needed.
 *
 * @param onPaper told at once where the packet should go
 * @throws NetnsError as `traceRoute` does, and where the host is not there; what `signal` is aborted with
 */
export async function runTrace(
  parts: TraceParts,
  request: TraceRequest,
  signal: AbortSignal,
  onPaper: (drawn: DrawnTrace) => void,
): Promise<FoundTrace> {
  const { log, history } = parts;
  const { hostId, asked } = request;
  const host = await liveHost(parts, hostId);
  signal.throwIfAborted();
  log.info(plainLine(l10n.t('Tracing {0} on {1}', describeAsked(asked, host.snapshot), host.label)));
  const labFiles = new LabFiles(parts.documents);
  const { report, snapshot } = await host.sharing(async () => {
    const current = await currentPicture(host, asked, signal);
    const title = plainLine(askedTitle(asked, current));
    const found = await traceRoute(host.transport(), current, asked, {
      signal,
      onPaper: ({ hops }) => {
        labFiles.lookFor(hops, current);
        onPaper(drawnPaper(title, hops, current));
      },
    });
    return { report: found, snapshot: current };
  });
  const files = await findTraceFiles(parts, labFiles, request, report, snapshot);
  signal.throwIfAborted();
  history.remember(hostId, asked);
  log.info(plainLine(report.verdict));
  return { report, snapshot, files };
}

async function liveHost({ registry, connector }: TraceParts, hostId: string): Promise<Host> {
  const host = registry.find(hostId);
  if (host === undefined) {
    throw new NetnsError('unsupported', l10n.t('The host “{0}” is not among your hosts any more.', hostId));
  }
  if (!(await connector.ensureLive(host))) {
    throw new NetnsError('unreachable', l10n.t('{0} is not connected.', host.label), {
      advice: l10n.t('Connect to it, then trace again.'),
    });
  }
  return host;
}
