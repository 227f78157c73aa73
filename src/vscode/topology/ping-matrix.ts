import { randomBytes } from 'node:crypto';
import { l10n, ViewColumn, window, type Uri, type WebviewPanel } from 'vscode';
import { runMatrix } from '../../lab/matrix';
import { planMatrix } from '../../plan/matrix';
import { matrixHtml } from '../../protocol/matrix-html';
import { isAsExpected, summarizeMatrix, type PingMatrix } from '../../protocol/ping-matrix';
import { plainLine } from '../host-data';
import { CommandId } from '../ids';
import type { Host } from '../hosts/host';
import { withCancellableProgress, type ProgressReport } from '../progress';
import { tellFailure, type ActionParts, type ActionResult } from './action';
import { readySubject } from './apply';
import type { Subject } from './subject';

/** One page for each file and host, shown again with its newest matrix. */
const panels = new Map<string, WebviewPanel>();

/** Pings every pair of the file's namespaces, and the host, and shows who reaches whom as a table. */
export async function showPingMatrix(parts: ActionParts, uri: Uri | undefined): Promise<ActionResult> {
  const ready = await readySubject(parts, uri);
  if (ready === undefined) return { outcome: 'refused' };
  const { subject, host } = ready;
  const { topology, document } = subject;
  const about = { lab: topology.name, hostId: host.id };
  const doing = l10n.t('Pinging every pair of {0} on {1}', topology.name, host.label);
  try {
    const matrix = await withCancellableProgress(doing, async (signal, report) => {
      return await pingEveryPair(subject, host, signal, report);
    });
    parts.log.info(plainLine(`${topology.name} on ${host.label}: ${summarizeMatrix(matrix)}.`));
    parts.checks.recordMatrix(subject, host, matrix);
    show(matrix, document.uri);
    const passed = matrix.cells.filter(isAsExpected).length;
    const total = matrix.cells.length;
    return { outcome: passed === total ? 'done' : 'failed', ...about, checks: { passed, total } };
  } catch (error) {
    return { ...about, ...tellFailure(parts, doing, error) };
  }
}

/** Pings every pair of a file's places on its live host; any number of such runs may be under way beside checks. */
export async function pingEveryPair(
  { topology }: Subject,
  host: Host,
  signal: AbortSignal,
  report: (report: ProgressReport) => void = () => undefined,
): Promise<PingMatrix> {
  const snapshot = host.snapshot ?? (await host.refresh(signal));
  const total = planMatrix(topology, snapshot).pairs.length;
  // A notification that changes thousands of times would be slower than the pings.
  const step = Math.max(1, Math.ceil(total / 100));
  let done = 0;
  const onCell = (): void => {
    done++;
    if (done % step === 0) report({ message: `${done}/${total}`, increment: (100 * step) / total });
  };
  return await host.sharing(() => runMatrix(host.transport(), topology, host.label, { signal, snapshot, onCell }));
}

function show(matrix: PingMatrix, uri: Uri): void {
  const key = `${uri.toString()} ${matrix.host}`;
  const title = plainLine(l10n.t('Ping Matrix: {0}', matrix.lab));
  const known = panels.get(key);
  // Over the text of the file rather than over its graph, which shows who reaches whom as well.
  const text = window.visibleTextEditors.find(({ document }) => document.uri.toString() === uri.toString());
  const panel =
    known ??
    window.createWebviewPanel('netns.pingMatrix', title, text?.viewColumn ?? ViewColumn.Active, {
      enableScripts: false,
      enableCommandUris: [CommandId.pingMatrix],
      localResourceRoots: [],
      enableFindWidget: true,
    });
  if (known === undefined) {
    panels.set(key, panel);
    panel.onDidDispose(() => panels.delete(key));
  } else {
    known.reveal();
  }
  const againUri = `command:${CommandId.pingMatrix}?${encodeURIComponent(JSON.stringify([uri.toString()]))}`;
  panel.webview.html = matrixHtml(matrix, { nonce: randomBytes(16).toString('hex'), againUri });
}
