import { randomUUID } from 'node:crypto';
import { l10n, env, type WebviewPanel } from 'vscode';
import { DisposableList, type Disposable } from '../../base/disposable';
import { isCancelled, NetnsError } from '../../base/errors';
import { askedTitle, describeAsked } from '../../lab/trace/asked';
import { drawnTrace } from '../../lab/trace/drawn-trace';
import { mendable, traceReportView } from '../../lab/trace/trace-view';
import { openChannel, type Channel } from '../../protocol/channel';
import type { DrawnTrace } from '../../protocol/graph-trace';
import type { FromTrace, ToTrace, TraceView } from '../../protocol/trace';
import { parseFromTrace } from '../../protocol/trace-parse';
import { traceMarkdown } from '../../trace/describe';
import type { ActionOutcome } from '../actions/action';
import { undo } from '../actions/carry-out';
import type { Undoable } from '../actions/undo';
import type { TraceSummary } from '../api';
import { plainLine } from '../host-data';
import { logError, showError, showInformation } from '../notify';
import { preparePanel, webviewPage } from '../webview-page';
import { askTrace } from './ask-trace';
import { applyFix } from './apply-fix';
import { actOnWish } from './page-wishes';
import { saveMarkdown } from './save-markdown';
import { TraceLinks } from './trace-links';
import type { FoundTrace, TraceParts } from './trace-parts';
import type { TraceRequest } from './trace-request';
import { runTrace } from './trace-run';
import { problemOf, resultOf, titleOf } from './trace-words';

/** One trace in an editor tab: its question, how it runs, what it found, and what mends that. It ends with its tab. */
export class TracePanel implements Disposable {
  private readonly disposables = new DisposableList();
  private readonly channel: Channel<ToTrace>;
  private view: TraceView;
  private foundTrace: FoundTrace | undefined;
  private drawn: DrawnTrace | undefined;
  private running: AbortController | undefined;
  private applied: Undoable | undefined;
  private readonly packetsId = randomUUID();
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

  /** What the trace that ended last found; nothing while another question has not been answered. */
  get found(): FoundTrace | undefined {
    return this.foundTrace;
  }

  get isRunning(): boolean {
    return this.running !== undefined;
  }

  /** For tests and other extensions. */
  get facts(): TraceSummary {
    const { phase, question, error } = this.view;
    const report = this.foundTrace?.report;
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
    if (this.disposables.isDisposed) return { outcome: 'cancelled' };
    this.running?.abort();
    const controller = new AbortController();
    this.running = controller;
    const { signal } = controller;
    this.show({ phase: 'running', at: Date.now(), error: undefined });
    try {
      const found = await runTrace(this.parts, this.currentRequest, signal, (drawn) => {
        if (this.running !== controller) return;
        this.drawn = drawn;
        this.draw();
      });
      // A newer run has taken its place, or the tab is closed: its way is not to be drawn.
      if (this.running !== controller) return { outcome: 'cancelled' };
      const { report, snapshot, files } = found;
      this.foundTrace = found;
      const at = Date.now();
      this.drawn = drawnTrace(askedTitle(this.currentRequest.asked, snapshot), report, snapshot, at);
      this.running = undefined;
      this.draw();
      this.show({ phase: 'done', at, report: traceReportView(report, snapshot, files) });
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
    if (this.disposables.isDisposed) return { outcome: 'cancelled' };
    this.currentRequest = request;
    this.foundTrace = undefined;
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
    const cause = this.foundTrace && mendable(this.foundTrace.report)[number];
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
    const cause = this.foundTrace && mendable(this.foundTrace.report)[number];
    return cause !== undefined && this.foundTrace !== undefined && (await this.foundTrace.files.change(cause));
  }

  /** Takes the fix back that was applied, and traces again. */
  async undoFix(): Promise<void> {
    const { applied } = this;
    if (applied === undefined || !(await undo(this.parts, applied))) return;
    this.applied = undefined;
    this.show({ applied: undefined });
    await this.run();
  }

  async save(): Promise<boolean> {
    const { found } = this;
    if (found === undefined) return false;
    return await saveMarkdown(this.parts.log, this.panel.title, traceMarkdown(found.report));
  }

  /** Opens what was captured in the packets' view. @returns whether there is a report */
  showPackets(): boolean {
    this.links?.showPackets();
    return this.links !== undefined;
  }

  /** Asks where to, and writes what was captured there, as pcapng. @returns whether it did */
  async savePackets(): Promise<boolean> {
    return (await this.links?.savePackets()) ?? false;
  }

  /** Where the report's links lead; undefined where there is none of now. */
  get links(): TraceLinks | undefined {
    const { foundTrace: found, packetsId } = this;
    if (found === undefined) return undefined;
    const { hostId, asked } = this.currentRequest;
    const title = plainLine(askedTitle(asked, found.snapshot));
    return new TraceLinks(
      this.parts,
      { hostId, host: this.view.host, title, packetsId, viewColumn: this.panel.viewColumn },
      found,
    );
  }

  async copy(): Promise<boolean> {
    if (this.foundTrace === undefined) return false;
    await env.clipboard.writeText(traceMarkdown(this.foundTrace.report));
    showInformation(this.parts.log, l10n.t('The trace is on the clipboard, as Markdown.'));
    return true;
  }

  showOnGraph(): void {
    this.draw();
    this.parts.graphs.reveal(this.currentRequest.hostId, this.view.host);
  }

  showLog(): void {
    this.parts.log.show(true);
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
    if (!stopped) logError(log, plainLine(l10n.t('Trace {0} on {1}', this.view.question, this.view.host)), error);
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
    actOnWish(this, message).catch((error: unknown) =>
      showError(this.parts.log, plainLine(l10n.t('Trace {0} on {1}', this.view.question, this.view.host)), error),
    );
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
