import { l10n, Uri, workspace, type LogOutputChannel, type WebviewPanel } from 'vscode';
import { DisposableList, type Disposable } from '../../base/disposable';
import { openChannel, type Channel } from '../../protocol/channel';
import type { GraphEdit } from '../../protocol/graph-edit';
import type { MenuItem } from '../../protocol/menu';
import type { FromGraph, Side, ToGraph } from '../../protocol/messages';
import { parseFromGraph } from '../../protocol/parse';
import type { Subject } from '../../protocol/subject';
import { isLayoutName, type LayoutName } from '../../protocol/places';
import type { TopologyDocuments } from '../editor/topology-documents';
import { plainLine } from '../host-data';
import type { Host } from '../hosts/host';
import type { HostConnector } from '../hosts/host-connector';
import type { HostRegistry } from '../hosts/host-registry';
import { SettingId, settingsSection } from '../ids';
import { logError } from '../notify';
import type { CheckResults } from '../topology/check-results';
import type { TargetChooser } from '../topology/target-chooser';
import { copyGraph, exportGraph } from './export-graph';
import { FileDesign } from './file-design';
import type { FileEditor } from './file-editor';
import { stepThroughHistory } from './file-history';
import { graphContent, graphVerdicts, type GraphInput } from './graph-content';
import { GraphThings } from './graph-things';
import type { HostHistories } from './host-histories';
import type { MeasurePanels } from '../measure/measure-panels';
import { preparePanel, webviewPage } from '../webview-page';
import { MeasureTeller } from './measure-teller';
import { MomentTeller } from './moment-teller';
import { actOnNotice } from './notice-actions';
import type { PlaceStore } from './place-store';
import { RateTeller } from './rate-teller';
import { ReadingTeller } from './reading-teller';
import { RenderRequests } from './render-requests';
import { TextLink } from './text-link';
import { measureBetween } from './measure-between';
import type { TraceBoard } from './trace-board';
import { TraceTeller } from './trace-teller';
import { VerdictTeller } from './verdict-teller';
import { ViewSender } from './view-sender';

/** What a graph is of: a host, a topology file laid over its host, or a file over another host that was chosen. */
export interface GraphSource {
  readonly hostId?: string;
  readonly topologyUri?: string;
  /** What is drawn of a file and its host; without it both. */
  readonly side?: Side;
}

export interface GraphParts {
  readonly registry: HostRegistry;
  readonly documents: TopologyDocuments;
  /** What checks and pings found. */
  readonly results: Pick<CheckResults, 'matrixOf' | 'foundOn' | 'onDidChange'>;
  readonly targets: TargetChooser;
  readonly connector: HostConnector;
  readonly editor: FileEditor;
  readonly menu: readonly MenuItem[];
  readonly places: PlaceStore;
  readonly histories: HostHistories;
  readonly measures: MeasurePanels;
  readonly board: TraceBoard;
  readonly log: LogOutputChannel;
  readonly extensionUri: Uri;
  /** A picture was drawn in some panel. */
  onDrawn(drawn: Extract<FromGraph, { type: 'drawn' }>, source: GraphSource): void;
}

export interface GraphListener {
  /** The graph is of something else than before. */
  onSourceChanged(): void;
  /** A person selected a thing on the host, in the picture or in the file's text. */
  onSelected(subject: Subject): void;
}

/** Changes that come faster than this, in milliseconds, are drawn together. */
const shortestTimeBetweenDrawings = 50;

/** One graph in an editor tab. Follows its host and its file while it is visible; a hidden page holds no memory. */
export class GraphPanel implements Disposable {
  private readonly disposables = new DisposableList();
  private readonly channel: Channel<ToGraph>;
  private readonly text: TextLink;
  private readonly design: FileDesign | undefined;
  private readonly things: GraphThings;
  private readonly renders: RenderRequests;
  private readonly rates: RateTeller;
  private readonly measures: MeasureTeller;
  private readonly moments: MomentTeller;
  private readonly reading: ReadingTeller;
  private readonly traces: TraceTeller;
  private readonly verdicts: VerdictTeller;
  private readonly sender = new ViewSender();
  private pageIsReady = false;
  private timer: NodeJS.Timeout | undefined;
  private watched: { readonly host: Host; readonly watch: Disposable } | undefined;
  private currentSource: GraphSource;
  private selected: string | undefined;
  /** What is to be selected once the page is there. */
  private toSelect: string | undefined;

  constructor(
    readonly panel: WebviewPanel,
    source: GraphSource,
    private readonly parts: GraphParts,
    private readonly tell: GraphListener,
  ) {
    this.currentSource = source;
    const { registry, documents, targets, extensionUri, log } = parts;
    preparePanel(panel, extensionUri);
    this.channel = this.disposables.add(
      openChannel<FromGraph, ToGraph>({
        send: (message) => panel.webview.postMessage(message),
        listen: (receive) => panel.webview.onDidReceiveMessage(receive),
        parse: parseFromGraph,
        onMessage: (message) => this.receive(message),
        onRejected: (message) => log.warn(`The graph sent something of unknown shape: ${plainLine(typeName(message))}`),
      }),
    );
    const { topologyUri } = source;
    if (topologyUri !== undefined) {
      this.design = this.disposables.add(new FileDesign(topologyUri, documents, log, () => this.scheduleUpdate()));
    }
    this.text = this.disposables.add(
      new TextLink(documents, topologyUri, log, (nodeId) => {
        this.select(nodeId);
        this.tellSelected(nodeId);
      }),
    );
    this.things = new GraphThings(parts.menu, this.text, () => this.currentSource.topologyUri, log);
    this.renders = this.disposables.add(
      new RenderRequests((format, forPrint) => {
        this.post({ type: 'render', format, ...(forPrint && { forPrint }) });
        return this.pageIsReady;
      }),
    );
    const post = (message: ToGraph): void => this.post(message);
    this.rates = this.disposables.add(new RateTeller(post));
    this.measures = this.disposables.add(new MeasureTeller(parts.measures, post));
    this.moments = new MomentTeller(parts.histories, post);
    this.reading = new ReadingTeller(post);
    this.verdicts = new VerdictTeller(post);
    const traced = {
      host: () => this.host(),
      subjectOf: (nodeId: string) => this.things.subjectOf(nodeId),
      file: () => this.currentSource.topologyUri,
    };
    this.traces = new TraceTeller(parts.board, traced, post);
    this.disposables.add(registry.onDidChange(() => this.scheduleUpdate()));
    this.disposables.add(
      parts.histories.onDidChange((host) => {
        if (this.pageIsReady && host === this.host()) this.moments.tell(host);
      }),
    );
    this.disposables.add(targets.onDidChange(() => this.scheduleUpdate()));
    this.disposables.add(parts.board.onDidChange(() => this.pageIsReady && this.traces.tell()));
    this.disposables.add(
      parts.results.onDidChange((uri) => uri.toString() === source.topologyUri && this.scheduleUpdate()),
    );
    this.disposables.add(
      workspace.onDidChangeConfiguration((event) => {
        const isOurs = event.affectsConfiguration(`${settingsSection}.${SettingId.graphLayout}`);
        if (isOurs) this.post({ type: 'layout', layout: layoutSetting() });
      }),
    );
    this.disposables.add(panel.onDidChangeViewState(() => this.onViewState()));
    panel.webview.html = webviewPage(panel.webview, extensionUri, 'graph');
  }

  get source(): GraphSource {
    return this.currentSource;
  }

  /** What is selected in the graph, by its id there. */
  get selectedNode(): string | undefined {
    return this.selected;
  }

  /** Edits the file, draws what came of it at once, and selects that. */
  async edit(edit: GraphEdit): Promise<boolean> {
    const uri = this.currentSource.topologyUri;
    const done = uri === undefined ? undefined : await this.parts.editor.edit(uri, edit);
    if (done === undefined) return false;
    await this.design?.refresh();
    this.update();
    this.select(done.select);
    this.post({ type: 'edited', said: done.said });
    return true;
  }

  /** Shows where something is declared, in the text's editor, which gets the keyboard. */
  async showInFile(nodeId: string): Promise<boolean> {
    return await this.text.openPlace(nodeId);
  }

  /** Asks where to, and writes the picture there: in the colours of the theme, or black on white. */
  async export({ forPrint }: { readonly forPrint: boolean }): Promise<boolean> {
    const name = this.panel.title.replace(/^Graph: /, '').replace(/\.netns\.ya?ml$/, '');
    return await exportGraph(this.parts.log, name, (format) => this.renders.request(format, forPrint));
  }

  async copyImage(): Promise<boolean> {
    return await copyGraph(this.parts.log, (format) => this.renders.request(format, false));
  }

  dispose(): void {
    clearTimeout(this.timer);
    this.watched?.watch.dispose();
    this.watched = undefined;
    this.disposables.dispose();
  }

  /** What its places are kept under: a file's are its own whichever host is chosen. */
  private get name(): string {
    const { hostId, topologyUri } = this.currentSource;
    return topologyUri ?? `host ${hostId ?? ''}`;
  }

  private onViewState(): void {
    // A hidden page is thrown away; the new one says when it is ready.
    if (!this.panel.visible) this.pageIsReady = false;
    this.update();
  }

  private receive(message: FromGraph): void {
    switch (message.type) {
      case 'ready':
        this.pageIsReady = true;
        this.sender.forget();
        this.rates.want(false);
        this.measures.startAnew();
        this.moments.startAnew();
        this.reading.startAnew();
        this.traces.startAnew();
        this.verdicts.startAnew();
        this.post({ type: 'menu', items: this.parts.menu });
        this.post({ type: 'places', layout: layoutSetting(), kept: this.parts.places.get(this.name) });
        this.update();
        break;
      case 'chooseHost':
        this.moments.choose(undefined);
        if (this.parts.registry.find(message.hostId) !== undefined) this.follow({ hostId: message.hostId });
        break;
      case 'chooseMoment':
        this.moments.choose(message.moment);
        this.update();
        break;
      case 'watchRates':
        this.rates.want(message.on);
        break;
      case 'chooseSide':
        this.follow({ side: message.side });
        break;
      case 'trace':
        this.traces.ask(message.from, message.to);
        break;
      case 'drawnTrace':
        this.traces.act(message.wanted);
        break;
      case 'places':
        this.parts.places.put(this.name, message.key, message.places);
        break;
      case 'rendered':
        this.renders.answer(message.image);
        break;
      case 'drawn':
        this.parts.onDrawn(message, this.currentSource);
        break;
      case 'selected':
        this.selected = message.nodeId;
        if (message.nodeId === undefined) break;
        this.text.showPlace(message.nodeId);
        this.tellSelected(message.nodeId);
        break;
      default:
        this.act(message).catch((error: unknown) =>
          logError(this.parts.log, l10n.t('An action of the graph failed'), error),
        );
    }
  }

  private async act(
    message: Exclude<
      FromGraph,
      {
        type:
          | 'ready'
          | 'chooseHost'
          | 'chooseSide'
          | 'chooseMoment'
          | 'watchRates'
          | 'places'
          | 'rendered'
          | 'drawn'
          | 'selected'
          | 'trace'
          | 'drawnTrace';
      }
    >,
  ): Promise<void> {
    switch (message.type) {
      case 'action':
        await actOnNotice(this.parts, message.action, this.host(), ({ id }) => this.follow({ hostId: id }));
        break;
      case 'edit':
        await this.edit(message.edit);
        break;
      case 'history':
        await stepThroughHistory(this.panel, this.currentSource.topologyUri, message.step);
        break;
      case 'showProblem':
        await this.design?.showProblem();
        break;
      case 'open':
        await this.things.open(message.nodeId);
        break;
      case 'measure':
        await measureBetween(this.things, message);
        break;
      case 'command':
        await this.things.run(message.command, message.nodeId);
        break;
    }
  }

  private follow(choice: Pick<GraphSource, 'hostId' | 'side'>): void {
    this.currentSource = { ...this.currentSource, ...choice };
    this.tell.onSourceChanged();
    this.update();
  }

  /** Selects something; a page that is not there yet does so once it is. */
  select(nodeId: string | undefined): void {
    if (nodeId === undefined) return;
    this.selected = nodeId;
    if (this.pageIsReady) this.post({ type: 'select', nodeId });
    else this.toSelect = nodeId;
  }

  /** Selects the first of these things that is drawn; a card that stands for it is not opened. */
  showSelected(subjects: readonly Subject[]): void {
    const nodeId = this.things.nodeOf(subjects);
    if (nodeId === undefined || !this.pageIsReady) return;
    this.selected = nodeId;
    this.post({ type: 'select', nodeId, asDrawn: true });
    this.text.showPlace(nodeId);
  }

  private tellSelected(nodeId: string): void {
    const subject = this.things.subjectOf(nodeId);
    if (subject?.hostId !== undefined) this.tell.onSelected(subject);
  }

  /** The host that is drawn, by its id. */
  get hostId(): string | undefined {
    return this.host()?.id;
  }

  private post(message: ToGraph): void {
    if (this.pageIsReady) this.channel.post(message);
  }

  private scheduleUpdate(): void {
    // What was under way when the tab was closed has nobody to be shown to.
    if (this.disposables.isDisposed) return;
    this.timer ??= setTimeout(() => this.update(), shortestTimeBetweenDrawings);
  }

  private update(): void {
    clearTimeout(this.timer);
    this.timer = undefined;
    if (this.disposables.isDisposed) return;
    const host = this.host();
    this.watchOnly(this.panel.visible ? host : undefined);
    if (!this.pageIsReady || !this.panel.visible) {
      this.rates.follow(undefined);
      this.measures.follow(undefined);
      return;
    }
    const moment = this.moments.follow(host);
    this.reading.follow(host);
    const input: GraphInput = {
      moment,
      hosts: this.parts.registry.hosts,
      host,
      topology: this.design?.topology,
      file: this.design?.drawn,
      side: this.currentSource.side,
      ...this.found(host),
    };
    const content = graphContent(input);
    const isOfNow = moment === undefined && host?.partialPicture === undefined;
    // What was is not to be acted upon: it may be gone, or another. Nor is what is only read in part.
    this.things.follow(content, isOfNow ? host?.id : undefined);
    this.post(this.sender.messageFor(content));
    const isNow = content.type === 'view' && isOfNow && content.side !== 'declared';
    this.verdicts.tell(isNow ? graphVerdicts(input) : undefined);
    this.rates.follow(isNow ? host : undefined);
    this.measures.follow(isNow ? host : undefined);
    this.traces.tell();
    if (this.toSelect === undefined || content.type !== 'view') return;
    this.post({ type: 'select', nodeId: this.toSelect });
    this.toSelect = undefined;
  }

  private host(): Host | undefined {
    const { registry, targets } = this.parts;
    const { hostId, topologyUri } = this.currentSource;
    if (hostId !== undefined) return registry.find(hostId);
    return topologyUri === undefined ? undefined : targets.knownTarget(this.design?.topology);
  }

  /** What checks and pings of the file's lab found on the host. */
  private found(host: Host | undefined): Pick<GraphInput, 'matrix' | 'checks'> {
    const { topologyUri } = this.currentSource;
    if (host === undefined || topologyUri === undefined) return {};
    const { results } = this.parts;
    const uri = Uri.parse(topologyUri);
    return { matrix: results.matrixOf(uri, host.id), checks: results.foundOn(uri, host.id) };
  }

  private watchOnly(host: Host | undefined): void {
    if (this.watched?.host === host) return;
    const before = this.watched;
    this.watched = host === undefined ? undefined : { host, watch: host.watch() };
    before?.watch.dispose();
  }
}

/** How a graph is laid out at first. */
function layoutSetting(): LayoutName {
  const layout: unknown = workspace.getConfiguration(settingsSection).get(SettingId.graphLayout);
  return isLayoutName(layout) ? layout : 'ranks';
}

/** Enough of a message of unknown shape to find the defect by, and nothing of its content. */
function typeName(message: unknown): string {
  if (typeof message !== 'object' || message === null) return typeof message;
  const { type } = message as { type?: unknown };
  // eslint-disable-next-line netns/texts-for-people -- for the log
  return typeof type === 'string' ? `type ${type.slice(0, 40)}` : 'no type';
}
