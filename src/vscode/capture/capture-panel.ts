import type { Uri } from 'vscode';
import { l10n, type LogOutputChannel, type WebviewPanel } from 'vscode';
import { DisposableList, type Disposable } from '../../base/disposable';
import { isCancelled, NetnsError } from '../../base/errors';
import { hexDump } from '../../capture/hex-dump';
import { PacketTable } from '../../capture/packet-table';
import { writePcapng } from '../../capture/pcapng-writer';
import { describeLimits } from '../../lab/capture/capture-limits';
import { CaptureSession } from '../../lab/capture/capture-session';
import { decodePacket } from '../../lab/capture/packet-details';
import { captureSources } from '../../lab/capture/sources';
import { Wireshark } from '../../lab/capture/wireshark';
import type { CaptureCommand, CaptureKept, CaptureStatus, FromCapture, ToCapture } from '../../protocol/capture';
import { parseFromCapture } from '../../protocol/capture-parse';
import { openChannel, type Channel } from '../../protocol/channel';
import type { Subject } from '../../protocol/subject';
import type { CaptureSummary } from '../api';
import { errorNotification, plainLine } from '../host-data';
import type { Host } from '../hosts/host';
import type { HostConnector } from '../hosts/host-connector';
import type { HostRegistry } from '../hosts/host-registry';
import { logError, showError } from '../notify';
import { preparePanel, webviewPage } from '../webview-page';
import { emptyContent, type CaptureContent } from './capture-content';
import { captureFacts } from './capture-facts';
import { captureLimits, wiresharkProgram } from './capture-settings';
import type { CaptureStore } from './capture-store';
import { askFilter } from './filter-input';
import { saveCapture } from './save-capture';

/** What a panel captures. */
export interface CaptureRequest {
  /** Names the packets that are kept over a reload. */
  readonly id: string;
  /** `earth, mars @ lab1` */
  readonly title: string;
  readonly hostId: string;
  readonly subjects: readonly Subject[];
  /** For pcap-filter(7), as the person typed it. */
  readonly filter: string;
  /** It lies in a file: nothing of it has to be kept over a reload. */
  readonly isFile?: true;
}

export interface CaptureParts {
  readonly registry: HostRegistry;
  readonly connector: HostConnector;
  readonly log: LogOutputChannel;
  readonly extensionUri: Uri;
  readonly store: CaptureStore;
  readonly rememberFilter: (filter: string) => void;
  readonly recentFilters: () => readonly string[];
}

/** Milliseconds between two pictures of what has come. */
const shortestTimeBetweenPictures = 100;
/** Packets that a search looks at before it lets others have their turn. */
const searchedAtOnce = 4000;
/** Rows of a page that has not said yet how many it can show. */
const usualRows = 60;

/** One capture in an editor tab. The packets are here; the page gets what it shows of them. */
export class CapturePanel implements Disposable {
  private readonly disposables = new DisposableList();
  private readonly channel: Channel<ToCapture>;
  private content: CaptureContent;
  private table: PacketTable;
  /** What belongs to the running capture. */
  private running = new DisposableList();
  private session: CaptureSession | undefined;
  private wireshark: Wireshark | undefined;
  private view: { readonly begin: number; readonly count: number; readonly follow: boolean } = {
    begin: 0,
    count: usualRows,
    follow: true,
  };
  private search = '';
  private paused = false;
  private pageIsReady = false;
  private timer: NodeJS.Timeout | undefined;
  private decoding: AbortController | undefined;

  constructor(
    readonly panel: WebviewPanel,
    private request: CaptureRequest,
    private readonly parts: CaptureParts,
    content = emptyContent('starting'),
  ) {
    const { extensionUri, log } = parts;
    preparePanel(panel, extensionUri);
    this.content = content;
    this.table = new PacketTable(this.content.ring, this.content.whereOf);
    this.channel = this.disposables.add(
      openChannel<FromCapture, ToCapture>({
        send: (message) => panel.webview.postMessage(message),
        listen: (receive) => panel.webview.onDidReceiveMessage(receive),
        parse: parseFromCapture,
        onMessage: (message) => this.receive(message),
        onRejected: () => log.warn('The packets’ page sent something of unknown shape.'),
      }),
    );
    this.disposables.add(
      panel.onDidChangeViewState(() => {
        // A hidden page is thrown away; the new one says when it is ready.
        if (!panel.visible) this.pageIsReady = false;
      }),
    );
    panel.webview.html = webviewPage(panel.webview, extensionUri, 'capture', l10n.t('Packets'));
  }

  /** Names what is captured; the same for the same. */
  get id(): string {
    return this.request.id;
  }

  /** The state of the capture, for tests and other extensions. */
  get facts(): CaptureSummary {
    const { phase, ring, notes } = this.content;
    return { title: this.request.title, phase, seen: ring.total, notes };
  }

  get isRunning(): boolean {
    return this.content.phase !== 'ended';
  }

  /**
   * Begins to capture; resolves when the host does. Does nothing once the tab is closed: nobody would end it.
   *
   * @throws NetnsError as `captureSources` and `CaptureSession.start` do.
   */
  async begin(host: Host): Promise<void> {
    if (this.disposables.isDisposed) return;
    this.end();
    const { snapshot } = host;
    if (snapshot === undefined) throw new NetnsError('connectionLost', l10n.t('{0} is not connected.', host.label));
    const plans = captureSources(this.request.subjects, snapshot, this.request.filter);
    const session = this.running.add(new CaptureSession(plans, captureLimits()));
    this.session = session;
    this.take(session);
    this.running.add(session.onDidChange(() => this.schedule()));
    this.running.add(session.onPackets(() => this.schedule()));
    // Interfaces that come while it runs are called by their names.
    this.running.add(host.watch());
    this.running.add(host.onDidChange(() => host.snapshot !== undefined && session.learn(host.snapshot)));
    this.keepForReload();
    await session.start(host.transport());
  }

  /** Shows other packets in their place, those of them that a search finds. */
  present(content: CaptureContent, search: string): void {
    this.end();
    this.search = search;
    this.take(content);
    this.showSearch();
  }

  /** Ends the capture; its packets stay. */
  stop(): void {
    this.session?.stop();
  }

  /** Begins anew with the same things; asks for another filter where that is wanted. */
  async restart(changeFilter = false): Promise<void> {
    const { registry, connector, log, rememberFilter, recentFilters } = this.parts;
    const doing = l10n.t('Capture Packets on {0}', this.request.title);
    try {
      const host = registry.find(this.request.hostId);
      if (host === undefined) {
        throw new NetnsError(
          'unsupported',
          l10n.t('The host “{0}” is not among your hosts any more.', this.request.hostId),
        );
      }
      if (!(await connector.ensureLive(host))) return;
      await host.ensureCurrent();
      if (changeFilter) {
        const filter = await askFilter(host, this.request.subjects, this.request.filter, recentFilters());
        if (filter === undefined) return;
        if (filter !== '') rememberFilter(filter);
        this.request = { ...this.request, filter };
      }
      await this.begin(host);
    } catch (error) {
      // The page has it above its packets where the capture itself says so.
      if (this.content.phase === 'ended' && this.content.error === error) logError(log, doing, error);
      else showError(log, doing, error);
    }
  }

  /** Asks where to, and writes the packets there. @returns whether it did */
  async save(): Promise<boolean> {
    return await saveCapture(this.parts.log, this.request.title, this.content.ring, () => this.pcapng());
  }

  /** Hands the packets to Wireshark, those that are kept and those that come; or ends that. */
  async toggleWireshark(): Promise<void> {
    if (this.wireshark !== undefined) {
      this.wireshark.dispose();
      return;
    }
    const { log } = this.parts;
    try {
      const wireshark = await Wireshark.start(
        wiresharkProgram(),
        captureFacts(this.request, this.content, this.session),
        {
          onEnd: (error) => {
            this.wireshark = undefined;
            if (error !== undefined) showError(log, l10n.t('Wireshark'), error);
            this.schedule();
          },
        },
      );
      if (this.disposables.isDisposed) {
        wireshark.dispose();
        return;
      }
      this.wireshark = wireshark;
      wireshark.add(this.content.ring.all());
      const session = this.session;
      if (session === undefined || session.phase === 'ended') {
        wireshark.dispose();
        return;
      }
      this.running.add(session.onPackets((packets) => wireshark.add(packets)));
      this.running.add(session.onDidChange(() => session.phase === 'ended' && wireshark.dispose()));
      this.running.add(wireshark);
      this.schedule();
    } catch (error) {
      showError(log, l10n.t('Open in Wireshark failed'), error);
    }
  }

  /** Keeps the packets for the time after the reload that is under way. */
  keep(): void {
    if (this.content.ring.size > 0 && this.request.isFile !== true)
      this.parts.store.keep(this.request.id, this.pcapng());
  }

  dispose(): void {
    clearTimeout(this.timer);
    this.decoding?.abort();
    this.end();
    this.disposables.dispose();
  }

  private end(): void {
    const { running } = this;
    this.running = new DisposableList();
    this.session = undefined;
    running.dispose();
  }

  private take(content: CaptureContent): void {
    this.content = content;
    this.table = new PacketTable(content.ring, content.whereOf);
    this.table.search(this.search);
    this.paused = false;
    this.schedule();
  }

  private receive(message: FromCapture): void {
    switch (message.type) {
      case 'ready':
        this.pageIsReady = true;
        this.keepForReload();
        if (this.search !== '') this.showSearch();
        this.show();
        break;
      case 'view':
        this.view = message;
        this.show();
        break;
      case 'search':
        this.search = message.text;
        this.table.search(message.text);
        this.show();
        break;
      case 'select':
        this.select(message.number).catch((error: unknown) => logError(this.parts.log, 'A packet', error));
        break;
      case 'command':
        this.command(message.command).catch((error: unknown) =>
          showError(this.parts.log, plainLine(l10n.t('Capture of {0}', this.request.title)), error),
        );
        break;
    }
  }

  private async command(command: CaptureCommand): Promise<void> {
    switch (command) {
      case 'stop':
        this.stop();
        break;
      case 'restart':
        await this.restart();
        break;
      case 'changeFilter':
        await this.restart(true);
        break;
      case 'clear':
        this.content.clear();
        this.table.restart();
        break;
      case 'pause':
        this.paused = true;
        this.table.pause();
        break;
      case 'resume':
        this.paused = false;
        this.table.resume();
        break;
      case 'save':
        await this.save();
        break;
      case 'wireshark':
        await this.toggleWireshark();
        break;
    }
    this.schedule();
  }

  /** The bytes at once, and what the host says of them when it has. */
  private async select(number: number): Promise<void> {
    this.decoding?.abort();
    const packet = this.content.ring.get(number);
    if (packet === undefined) return;
    const hex = hexDump(packet.data);
    this.channel.post({ type: 'details', details: { number, hex } });
    const decoding = new AbortController();
    this.decoding = decoding;
    try {
      const { registry } = this.parts;
      const { hostId, isFile } = this.request;
      // Any host can decode a file's packets.
      const host =
        isFile === true ? registry.hosts.find(({ state }) => state.status === 'live') : registry.find(hostId);
      if (host?.state.status !== 'live')
        throw new NetnsError('connectionLost', l10n.t('Connect to a host to have it decoded there.'));
      const { decoder, lines } = await decodePacket(host.transport(), packet, decoding.signal);
      this.channel.post({ type: 'details', details: { number, hex, lines, decoder } });
    } catch (error) {
      if (isCancelled(error) || decoding.signal.aborted) return;
      this.channel.post({
        type: 'details',
        details: { number, hex, error: errorNotification(l10n.t('Not decoded'), error) },
      });
    }
  }

  private pcapng(): Uint8Array[] {
    return writePcapng(this.content.ring.all(), captureFacts(this.request, this.content, this.session));
  }

  private keepForReload(): void {
    const state: CaptureKept = { version: 1, ...this.request };
    if (this.pageIsReady) this.channel.post({ type: 'keep', state });
  }

  /** Writes into the page's field what the rows are searched for. */
  private showSearch(): void {
    if (this.pageIsReady) this.channel.post({ type: 'search', text: this.search });
  }

  private schedule(): void {
    if (this.disposables.isDisposed) return;
    this.timer ??= setTimeout(() => this.show(), shortestTimeBetweenPictures);
  }

  /** Shows how it stands now. A search that has not looked at everything goes on a moment later. */
  private show(): void {
    clearTimeout(this.timer);
    this.timer = undefined;
    const isWhole = this.table.update(searchedAtOnce);
    if (!isWhole) this.timer = setTimeout(() => this.show(), 1);
    if (!this.pageIsReady) return;
    const { begin, count, follow } = this.view;
    this.channel.post({ type: 'status', status: this.status() });
    this.channel.post({ type: 'rows', ...this.table.part(follow ? undefined : begin, count) });
  }

  private status(): CaptureStatus {
    const { ring, phase, notes, error, dropped } = this.content;
    const filters = this.session?.plans.map(({ source }) => source.filter) ?? [this.request.filter];
    return {
      phase,
      title: plainLine(this.request.title),
      filter: [...new Set(filters)].join(' · '),
      notes: notes.map(plainLine),
      failed: error !== undefined,
      seen: ring.total,
      kept: ring.size,
      bytes: ring.kept,
      dropped,
      limits: this.session === undefined ? '' : describeLimits(captureLimits()),
      paused: this.paused,
      streaming: this.wireshark !== undefined,
      canRestart: this.request.subjects.length > 0,
    };
  }
}
