import type { Uri } from 'vscode';
import { l10n, env, type WebviewPanel } from 'vscode';
import { printCommand } from '../../base/command';
import { DisposableList, type Disposable } from '../../base/disposable';
import { isCancelled, NetnsError } from '../../base/errors';
import type { HostSnapshot } from '../../host/model';
import { askedTitle, describeAsked } from '../../lab/trace/asked';
import { drawnPaper, drawnTrace } from '../../lab/trace/drawn-trace';
import { stopsOf } from '../../lab/trace/stops';
import { traceRoute } from '../../lab/trace/trace';
import { labOfStop, mendable, traceReportView } from '../../lab/trace/trace-view';
import { openChannel, type Channel } from '../../protocol/channel';
import type { DrawnTrace } from '../../protocol/graph-trace';
import type { FixCommand, FromTrace, StopCommand, ToTrace, TraceCommand, TraceView } from '../../protocol/trace';
import { parseFromTrace } from '../../protocol/trace-parse';
import { traceMarkdown } from '../../trace/describe';
import type { TraceReport } from '../../trace/report';
import type { ActionOutcome, ActionParts } from '../actions/action';
import { undo } from '../actions/carry-out';
import type { Undoable } from '../actions/undo';
import type { TraceSummary } from '../api';
import type { GraphPanels } from '../graph/graph-panels';
import type { TraceBoard } from '../graph/trace-board';
import { plainLine, plainLines } from '../host-data';
import type { Host } from '../hosts/host';
import { logError, showError, showInformation } from '../notify';
import { preparePanel, webviewPage } from '../webview-page';
import { askTrace } from './ask-trace';
import { applyFix } from './apply-fix';
import { saveMarkdown } from './save-markdown';
import { findTraceFiles, type TraceFiles } from './trace-files';
import type { TraceHistory } from './trace-history';
import type { TraceRequest, TraceResult } from './trace-request';

export interface TraceParts extends ActionParts {
  readonly graphs: GraphPanels;
  readonly board: TraceBoard;
  readonly history: TraceHistory;
  readonly extensionUri: Uri;
}

/** What a finished trace found. */
interface Found {
  readonly report: TraceReport;
  /** The reading that it went by. */
  readonly snapshot: HostSnapshot;
  readonly files: TraceFiles;
}

/** One trace in an editor tab: its question, how it runs, what it found, and what mends that. It ends with its tab. */
export class TracePanel implements Disposable {
  private readonly disposables = new DisposableList();
  private readonly channel: Channel<ToTrace>;
  private view: TraceView;
  private found: Found | undefined;
  private drawn: DrawnTrace | undefined;
  private running: AbortController | undefined;
  private applied: Undoable | undefined;
  private pageIsReady = false;

  constructor(
    readonly panel: WebviewPanel,
    private currentRequest: TraceRequest,
    private readonly parts: TraceParts,
    kept?: TraceView,
  ) {
    const { extensionUri, log, registry } = parts;
    preparePanel(panel, extensionUri);
    const host = registry.find(currentRequest.hostId);
    this.view = kept ?? {
      question: plainLine(describeAsked(currentRequest.asked, host?.snapshot)),
      host: plainLine(host?.label ?? currentRequest.hostId),
      phase: 'kept',
      at: Date.now(),
    };
    this.channel = this.disposables.add(
      openChannel<FromTrace, ToTrace>({
        send: (message) => panel.webview.postMessage(message),
        listen: (receive) => panel.webview.onDidReceiveMessage(receive),
        parse: parseFromTrace,
        onMessage: (message) => this.receive(message),
        onRejected: () => log.warn('The page of a trace sent something of unknown shape.'),
      }),
    );
    this.disposables.add(
      panel.onDidChangeViewState(() => {
        // A hidden page is thrown away; the new one says when it is ready.
        if (!panel.visible) this.pageIsReady = false;
        if (panel.active) this.draw();
      }),
    );
    panel.webview.html = webviewPage(panel.webview, extensionUri, 'trace', l10n.t('Trace'));
  }

  get request(): TraceRequest {
    return this.currentRequest;
  }

  get isRunning(): boolean {
    return this.running !== undefined;
  }

  /** For tests and other extensions. */
  get facts(): TraceSummary {
    const { phase, question, error } = this.view;
    const report = this.found?.report;
    return {
      question,
      phase,
      stops: (this.view.report?.stops ?? []).map(({ place, state, isEnd }) => ({ place, state, isEnd })),
      ...(report === undefined ? {} : resultOf(report)),
      ...(error === undefined ? {} : { error: error.message }),
    };
  }

  /** Asks the host. What goes wrong is said on the page. */
  async run(): Promise<ActionOutcome> {
    this.running?.abort();
    const controller = new AbortController();
    this.running = controller;
    const { signal } = controller;
    const { registry, connector, log, history } = this.parts;
    const { hostId, asked } = this.currentRequest;
    this.show({ phase: 'running', at: Date.now(), error: undefined });
    try {
      const host = registry.find(hostId);
      if (host === undefined) {
        throw new NetnsError('unsupported', l10n.t('The host “{0}” is not among your hosts any more.', hostId));
      }
      if (!(await connector.ensureLive(host))) {
        throw new NetnsError('unreachable', l10n.t('{0} is not connected.', host.label), {
          advice: l10n.t('Connect to it, then trace again.'),
        });
      }
      signal.throwIfAborted();
      log.info(plainLine(`Tracing ${describeAsked(asked, host.snapshot)} on ${host.label}`));
      const { report, snapshot } = await host.sharing(() => this.trace(host, signal));
      const files = await findTraceFiles(this.parts, this.currentRequest, report, snapshot);
      signal.throwIfAborted();
      this.found = { report, snapshot, files };
      history.remember(hostId, asked);
      log.info(plainLine(report.verdict));
      this.drawn = drawnTrace(askedTitle(asked, snapshot), report, snapshot);
      this.running = undefined;
      this.draw();
      this.show({ phase: 'done', report: traceReportView(report, snapshot, files) });
      return { outcome: 'done', value: resultOf(report) };
    } catch (error) {
      return this.fail(controller, error);
    }
  }

  /** Ends what is under way, on the host as well. @returns whether something was */
  stop(): boolean {
    this.running?.abort();
    return this.running !== undefined;
  }

  /** Asks for another question, and runs it. */
  async change(): Promise<ActionOutcome> {
    const { registry, history } = this.parts;
    const host = registry.find(this.currentRequest.hostId);
    if (host?.snapshot === undefined) return await this.run();
    const asked = await askTrace(host, {}, history.of(host.id));
    if (asked === undefined) return { outcome: 'cancelled' };
    return await this.ask({ ...this.currentRequest, asked });
  }

  /** Runs another question in this tab. */
  async ask(request: TraceRequest): Promise<ActionOutcome> {
    this.currentRequest = request;
    this.found = undefined;
    this.applied = undefined;
    const { snapshot } = this.parts.registry.find(request.hostId) ?? {};
    this.panel.title = titleOf(request, snapshot);
    this.view = { ...this.view, question: plainLine(describeAsked(request.asked, snapshot)) };
    this.show({ report: undefined, applied: undefined });
    this.keepForReload();
    return await this.run();
  }

  /** Carries a cause's fix out on the host, and traces again. */
  async apply(number: number): Promise<ActionOutcome> {
    const cause = this.found && mendable(this.found.report)[number];
    const host = this.parts.registry.find(this.currentRequest.hostId);
    if (cause?.fix === undefined || host === undefined) return { outcome: 'refused' };
    const done = await applyFix(this.parts, host, cause);
    if ('outcome' in done) return done;
    this.applied = done.undoable;
    this.show({ applied: plainLine(cause.fix.title) });
    return await this.run();
  }

  /** Changes the lab's file as a cause's fix says. @returns whether it did; the person has been told why not */
  async changeFile(number: number): Promise<boolean> {
    const cause = this.found && mendable(this.found.report)[number];
    return cause !== undefined && this.found !== undefined && (await this.found.files.change(cause));
  }

  async save(): Promise<boolean> {
    const { found } = this;
    if (found === undefined) return false;
    return await saveMarkdown(this.parts.log, this.panel.title, traceMarkdown(found.report));
  }

  async copy(): Promise<boolean> {
    if (this.found === undefined) return false;
    await env.clipboard.writeText(traceMarkdown(this.found.report));
    showInformation(this.parts.log, l10n.t('The trace is on the clipboard, as Markdown.'));
    return true;
  }

  /** Draws this trace over its host's graphs; another may have been drawn there. */
  draw(): void {
    if (this.drawn !== undefined) this.parts.board.set(this.currentRequest.hostId, this.drawn);
  }

  dispose(): void {
    this.running?.abort();
    this.running = undefined;
    const { board } = this.parts;
    const { hostId } = this.currentRequest;
    if (this.drawn !== undefined && board.get(hostId) === this.drawn) board.set(hostId, undefined);
    this.disposables.dispose();
  }

  private async trace(host: Host, signal: AbortSignal): Promise<Pick<Found, 'report' | 'snapshot'>> {
    const { asked } = this.currentRequest;
    const snapshot = await host.refresh(signal);
    const title = plainLine(askedTitle(asked, snapshot));
    const report = await traceRoute(host.transport(), snapshot, asked, {
      signal,
      onPaper: ({ hops }) => {
        this.drawn = drawnPaper(title, hops, snapshot);
        this.draw();
      },
    });
    return { report, snapshot };
  }

  private fail(controller: AbortController, error: unknown): ActionOutcome {
    const { log, board } = this.parts;
    const { hostId } = this.currentRequest;
    // A newer run has taken its place, or the tab is closed: nobody waits for this one.
    if (this.running !== controller) return { outcome: 'cancelled' };
    this.running = undefined;
    if (this.drawn?.outcome === 'running') {
      if (board.get(hostId) === this.drawn) board.set(hostId, undefined);
      this.drawn = undefined;
    }
    const stopped = controller.signal.aborted || isCancelled(error);
    if (!stopped) logError(log, plainLine(`Trace ${this.view.question} on ${this.view.host}`), error);
    this.show({ phase: 'failed', error: stopped ? { message: l10n.t('The trace was stopped.') } : problemOf(error) });
    if (stopped) return { outcome: 'cancelled' };
    return { outcome: 'failed', reason: error instanceof NetnsError ? error.reason : 'internal' };
  }

  private receive(message: FromTrace): void {
    if (message.type === 'ready') {
      this.pageIsReady = true;
      this.keepForReload();
      this.show({});
      return;
    }
    this.act(message).catch((error: unknown) => showError(this.parts.log, plainLine(this.panel.title), error));
  }

  private async act(message: Exclude<FromTrace, { type: 'ready' }>): Promise<void> {
    switch (message.type) {
      case 'command':
        await this.command(message.command);
        break;
      case 'fix':
        await this.fix(message.command, message.cause);
        break;
      case 'stop':
        await this.showStop(message.command, message.stop);
        break;
    }
  }

  private async command(command: TraceCommand): Promise<void> {
    switch (command) {
      case 'again':
        await this.run();
        break;
      case 'stop':
        this.stop();
        break;
      case 'change':
        await this.change();
        break;
      case 'graph':
        this.draw();
        this.parts.graphs.reveal(this.currentRequest.hostId, this.view.host);
        break;
      case 'save':
        await this.save();
        break;
      case 'copy':
        await this.copy();
        break;
      case 'undo':
        await this.undoFix();
        break;
      case 'log':
        this.parts.log.show(true);
        break;
    }
  }

  private async undoFix(): Promise<void> {
    const { applied } = this;
    if (applied === undefined || !(await undo(this.parts, applied))) return;
    this.applied = undefined;
    this.show({ applied: undefined });
    await this.run();
  }

  private async fix(command: FixCommand, number: number): Promise<void> {
    const { found } = this;
    const cause = found && mendable(found.report)[number];
    if (found === undefined || cause?.fix === undefined) return;
    switch (command) {
      case 'apply':
        await this.apply(number);
        break;
      case 'copy':
        await env.clipboard.writeText(cause.fix.run.map(printCommand).join('\n'));
        break;
      case 'file':
        await this.changeFile(number);
        break;
      case 'copyLines':
        await env.clipboard.writeText(`${cause.fix.edit?.yaml ?? ''}\n`);
        break;
    }
  }

  private async showStop(command: StopCommand, number: number): Promise<void> {
    const { found } = this;
    const stop = found === undefined ? undefined : stopsOf(found.report, found.snapshot)[number - 1];
    if (found === undefined || stop?.nodeId === undefined) return;
    if (command === 'graph') {
      this.draw();
      this.parts.graphs.reveal(this.currentRequest.hostId, this.view.host, stop.nodeId);
      return;
    }
    const lab = labOfStop(stop, found.snapshot);
    if (lab !== undefined) await found.files.showNode(lab, stop.nodeId);
  }

  private keepForReload(): void {
    const state = { version: 1, ...this.currentRequest } as const;
    if (this.pageIsReady) this.channel.post({ type: 'keep', state });
  }

  private show(changes: { readonly [K in keyof TraceView]?: TraceView[K] | undefined }): void {
    const next = Object.entries({ ...this.view, ...changes }).filter(([, value]) => value !== undefined);
    this.view = Object.fromEntries(next) as unknown as TraceView;
    if (this.pageIsReady) this.channel.post({ type: 'view', view: this.view });
  }
}

/** The title of a trace's tab. */
export function titleOf({ asked }: TraceRequest, snapshot: HostSnapshot | undefined): string {
  return plainLine(`Trace: ${askedTitle(asked, snapshot)}`);
}

function resultOf({ reached, verdict, causes }: TraceReport): TraceResult {
  return { reached, verdict: plainLine(verdict), causes: causes.map(({ id }) => id) };
}

function problemOf(error: unknown): NonNullable<TraceView['error']> {
  if (!(error instanceof NetnsError))
    return { message: plainLine(error instanceof Error ? error.message : String(error)) };
  const { message, hostSaid, advice } = error;
  return {
    message: plainLine(message),
    ...(hostSaid === undefined ? {} : { hostSaid: plainLines(hostSaid).join('\n') }),
    ...(advice === undefined ? {} : { advice: plainLine(advice) }),
  };
}
