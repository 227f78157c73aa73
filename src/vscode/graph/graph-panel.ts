import { randomBytes } from 'node:crypto';
import { commands, Uri, workspace, type LogOutputChannel, type WebviewPanel } from 'vscode';
import { DisposableList, type Disposable } from '../../base/disposable';
import { openChannel, type Channel } from '../../protocol/channel';
import { graphHtml } from '../../protocol/graph-html';
import type { FromGraph, ToGraph } from '../../protocol/messages';
import { parseFromGraph } from '../../protocol/parse';
import type { Topology } from '../../topology/model';
import type { TopologyDocuments } from '../editor/topology-documents';
import { plainLine } from '../host-data';
import type { Host } from '../hosts/host';
import type { HostConnector } from '../hosts/host-connector';
import type { HostRegistry } from '../hosts/host-registry';
import { CommandId } from '../ids';
import { logError } from '../notify';
import type { TargetChooser } from '../topology/target-chooser';
import { graphContent } from './graph-content';
import { TextLink } from './text-link';

/** What a graph is of: a host, a topology file laid over its host, or a file over another host that was chosen. */
export interface GraphSource {
  readonly hostId?: string;
  readonly topologyUri?: string;
}

export interface GraphParts {
  readonly registry: HostRegistry;
  readonly documents: TopologyDocuments;
  readonly targets: TargetChooser;
  readonly connector: HostConnector;
  readonly log: LogOutputChannel;
  readonly extensionUri: Uri;
  /** A picture was drawn in some panel. */
  onDrawn(drawn: Extract<FromGraph, { type: 'drawn' }>, source: GraphSource): void;
}

/** Changes that come faster than this, in milliseconds, are drawn together. */
const shortestTimeBetweenDrawings = 50;

/** One graph in an editor tab. Follows its host and its file while it is visible; a hidden page holds no memory. */
export class GraphPanel implements Disposable {
  private readonly disposables = new DisposableList();
  private readonly channel: Channel<ToGraph>;
  private readonly text: TextLink;
  private pageIsReady = false;
  private timer: NodeJS.Timeout | undefined;
  private watched: { readonly host: Host; readonly watch: Disposable } | undefined;
  /** The file's last readable design: it stays while the text is broken. */
  private topology: Topology | undefined;
  private currentSource: GraphSource;

  constructor(
    readonly panel: WebviewPanel,
    source: GraphSource,
    private readonly parts: GraphParts,
    private readonly onSourceChanged: () => void,
  ) {
    this.currentSource = source;
    const { registry, documents, targets, extensionUri, log } = parts;
    const icon = (name: string): Uri => Uri.joinPath(extensionUri, 'resources', name);
    panel.iconPath = { light: icon('netns.svg'), dark: icon('netns-dark.svg') };
    panel.webview.options = { enableScripts: true, localResourceRoots: [webviewFolder(extensionUri)] };
    this.channel = this.disposables.add(
      openChannel<FromGraph, ToGraph>({
        send: (message) => panel.webview.postMessage(message),
        listen: (receive) => panel.webview.onDidReceiveMessage(receive),
        parse: parseFromGraph,
        onMessage: (message) => this.receive(message),
        onRejected: (message) => log.warn(`The graph sent something of unknown shape: ${plainLine(typeName(message))}`),
      }),
    );
    this.text = this.disposables.add(
      new TextLink(
        documents,
        () => this.currentSource.topologyUri,
        (nodeId) => {
          if (this.pageIsReady) this.channel.post({ type: 'select', nodeId });
        },
      ),
    );
    this.disposables.add(registry.onDidChange(() => this.scheduleUpdate()));
    this.disposables.add(targets.onDidChange(() => this.scheduleUpdate()));
    this.disposables.add(
      documents.onDidChange(({ uri }) => {
        if (uri.toString() === this.currentSource.topologyUri) this.scheduleUpdate();
      }),
    );
    this.disposables.add(panel.onDidChangeViewState(() => this.onViewState()));
    panel.webview.html = this.page();
    if (source.topologyUri !== undefined) this.openTopology(source.topologyUri);
  }

  get source(): GraphSource {
    return this.currentSource;
  }

  dispose(): void {
    clearTimeout(this.timer);
    this.watched?.watch.dispose();
    this.watched = undefined;
    this.disposables.dispose();
  }

  private page(): string {
    const { webview } = this.panel;
    const folder = webviewFolder(this.parts.extensionUri);
    const address = (name: string): string => webview.asWebviewUri(Uri.joinPath(folder, name)).toString();
    return graphHtml({
      cspSource: webview.cspSource,
      nonce: randomBytes(16).toString('base64'),
      scriptUri: address('graph.js'),
      styleUri: address('graph.css'),
      codiconUri: address('codicon.css'),
    });
  }

  /** After a reload the file's document is not open, and nothing would tell what is in it. */
  private openTopology(uri: string): void {
    workspace.openTextDocument(Uri.parse(uri)).then(
      () => this.scheduleUpdate(),
      (error: unknown) => logError(this.parts.log, `Cannot open ${uri} for its graph`, error),
    );
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
        this.update();
        break;
      case 'chooseHost':
        if (this.parts.registry.find(message.hostId) === undefined) return;
        this.currentSource = { ...this.currentSource, hostId: message.hostId };
        this.onSourceChanged();
        this.update();
        break;
      case 'action':
        this.act(message.action).catch((error: unknown) =>
          logError(this.parts.log, 'An action of the graph failed', error),
        );
        break;
      case 'drawn':
        this.parts.onDrawn(message, this.currentSource);
        break;
      case 'selected':
        if (message.nodeId !== undefined) this.text.showPlace(message.nodeId);
        break;
    }
  }

  private async act(action: Extract<FromGraph, { type: 'action' }>['action']): Promise<void> {
    const { connector, registry } = this.parts;
    switch (action) {
      case 'connect':
      case 'retry': {
        const host = this.host();
        if (host !== undefined) await connector.ensureLive(host);
        else if (registry.hosts.length === 0) await commands.executeCommand(CommandId.addHost);
        else await this.chooseAndConnect();
        break;
      }
      case 'newTopology':
        await commands.executeCommand(CommandId.newTopology);
        break;
      case 'showLog':
        await commands.executeCommand(CommandId.showLog);
        break;
    }
  }

  private async chooseAndConnect(): Promise<void> {
    const host = await this.parts.connector.pick('Connect to which host?');
    if (host === undefined) return;
    this.currentSource = { ...this.currentSource, hostId: host.id };
    this.onSourceChanged();
    await this.parts.connector.ensureLive(host);
    this.scheduleUpdate();
  }

  private scheduleUpdate(): void {
    this.timer ??= setTimeout(() => this.update(), shortestTimeBetweenDrawings);
  }

  private update(): void {
    clearTimeout(this.timer);
    this.timer = undefined;
    this.readTopology();
    const host = this.host();
    this.watchOnly(this.panel.visible ? host : undefined);
    if (!this.pageIsReady || !this.panel.visible) return;
    this.channel.post(graphContent({ hosts: this.parts.registry.hosts, host, topology: this.topology }));
  }

  private readTopology(): void {
    const uri = this.currentSource.topologyUri;
    const document = this.parts.documents.all.find((one) => one.uri.toString() === uri);
    if (document !== undefined) this.topology = this.parts.documents.parse(document).topology ?? this.topology;
  }

  private host(): Host | undefined {
    const { registry, targets } = this.parts;
    const { hostId, topologyUri } = this.currentSource;
    if (hostId !== undefined) return registry.find(hostId);
    return topologyUri === undefined ? undefined : targets.knownTarget(this.topology);
  }

  private watchOnly(host: Host | undefined): void {
    if (this.watched?.host === host) return;
    const before = this.watched;
    this.watched = host === undefined ? undefined : { host, watch: host.watch() };
    before?.watch.dispose();
  }
}

/** The only folder that the page may load from. */
export function webviewFolder(extensionUri: Uri): Uri {
  return Uri.joinPath(extensionUri, 'dist', 'webview');
}

/** Enough of a message of unknown shape to find the defect by, and nothing of its content. */
function typeName(message: unknown): string {
  if (typeof message !== 'object' || message === null) return typeof message;
  const { type } = message as { type?: unknown };
  return typeof type === 'string' ? `type ${type.slice(0, 40)}` : 'no type';
}
