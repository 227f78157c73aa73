import { l10n, env, Uri, window, workspace, type LogOutputChannel, type WebviewPanel } from 'vscode';
import { printCommand } from '../../base/command';
import { DisposableList, type Disposable } from '../../base/disposable';
import { NetnsError } from '../../base/errors';
import { measurementCsv } from '../../lab/measure/csv';
import { Measurement } from '../../lab/measure/measurement';
import { ownerOfAddress, planPaths, swapped, type MeasureRequest } from '../../lab/measure/paths';
import { figuresOf, measureWords } from '../../lab/measure/words';
import { measureCommands } from '../../plan/actions/measure-script';
import { openChannel, type Channel } from '../../protocol/channel';
import { parseFromMeasure, type FromMeasure, type MeasureStatus, type ToMeasure } from '../../protocol/measure';
import type { MeasureSummary } from '../api';
import { plainLine } from '../host-data';
import type { Host } from '../hosts/host';
import type { HostConnector } from '../hosts/host-connector';
import type { HostRegistry } from '../hosts/host-registry';
import { logError, showError } from '../notify';
import { preparePanel, webviewPage } from '../webview-page';

export interface MeasureParts {
  readonly registry: HostRegistry;
  readonly connector: HostConnector;
  readonly log: LogOutputChannel;
  readonly extensionUri: Uri;
}

/** Milliseconds between two pictures of what has come. */
const shortestTimeBetweenPictures = 150;

/** One measurement in an editor tab; it ends with its tab. */
export class MeasurePanel implements Disposable {
  private readonly disposables = new DisposableList();
  private readonly channel: Channel<ToMeasure>;
  private measurement: Measurement | undefined;
  private pageIsReady = false;
  /** Points that the page has been sent. */
  private sent = 0;
  private timer: NodeJS.Timeout | undefined;
  private isDisposed = false;
  private title: string;

  constructor(
    readonly panel: WebviewPanel,
    private request: MeasureRequest | undefined,
    private hostId: string,
    private readonly parts: MeasureParts,
    private readonly changed: () => void,
  ) {
    const { extensionUri, log } = parts;
    preparePanel(panel, extensionUri);
    this.channel = this.disposables.add(
      openChannel<FromMeasure, ToMeasure>({
        send: (message) => panel.webview.postMessage(message),
        listen: (receive) => panel.webview.onDidReceiveMessage(receive),
        parse: parseFromMeasure,
        onMessage: (message) => this.receive(message),
        onRejected: () => log.warn('The page of a measurement sent something of unknown shape.'),
      }),
    );
    this.disposables.add(
      panel.onDidChangeViewState(() => {
        // A hidden page is thrown away; the new one says when it is ready.
        if (!panel.visible) this.pageIsReady = false;
      }),
    );
    this.title = panel.title;
    panel.webview.html = webviewPage(panel.webview, extensionUri, 'measurement', l10n.t('Measurement'));
  }

  /** What is measured now; undefined before it has begun. */
  get current(): Measurement | undefined {
    return this.measurement;
  }

  get host(): string {
    return this.hostId;
  }

  get facts(): MeasureSummary {
    return {
      title: this.title,
      phase: this.measurement?.phase ?? 'ended',
      notes: this.measurement?.note === undefined ? [] : [this.measurement.note],
      paths: (this.measurement?.series ?? []).map(({ planned, statistics, hops }) => ({
        name: planned.name,
        sent: statistics.sent,
        lost: statistics.lost,
        hops: hops.length,
      })),
    };
  }

  /**
   * Begins; resolves when the host does. Does nothing once the tab is closed: nobody would end it.
   *
   * @throws NetnsError as `planPaths` and `Measurement.start` do
   */
  async begin(host: Host, request: MeasureRequest): Promise<void> {
    if (this.isDisposed) return;
    const { snapshot } = host;
    if (snapshot === undefined) throw new NetnsError('connectionLost', l10n.t('{0} is not connected.', host.label));
    this.measurement?.dispose();
    this.request = request;
    this.hostId = host.id;
    const planned = planPaths(request, snapshot);
    const measurement = new Measurement(request, planned);
    this.measurement = measurement;
    this.sent = 0;
    this.title = plainLine(titleOf(request, planned, host.label));
    this.panel.title = this.title;
    measurement.onDidChange(() => {
      this.schedule();
      this.changed();
    });
    this.keepForReload();
    this.schedule();
    await measurement.start(host.transport());
  }

  stop(): void {
    this.measurement?.stop();
  }

  dispose(): void {
    // Whatever ends now is not to be shown any more.
    this.isDisposed = true;
    clearTimeout(this.timer);
    this.measurement?.dispose();
    this.disposables.dispose();
    this.changed();
  }

  private receive(message: FromMeasure): void {
    if (message.type === 'ready') {
      this.pageIsReady = true;
      this.sent = 0;
      this.keepForReload();
      this.show();
      return;
    }
    this.command(message.command).catch((error: unknown) => this.tell(error));
  }

  private async command(command: Extract<FromMeasure, { type: 'command' }>['command']): Promise<void> {
    switch (command) {
      case 'stop':
        this.stop();
        break;
      case 'restart':
        await this.again(this.request);
        break;
      case 'swap':
        await this.again(this.request && swapped(this.request));
        break;
      case 'copy':
        await this.copy();
        break;
      case 'save':
        await this.save();
        break;
    }
  }

  private async again(request: MeasureRequest | undefined): Promise<void> {
    const { registry, connector } = this.parts;
    const host = registry.find(this.hostId);
    if (host === undefined || request === undefined) {
      throw new NetnsError('unsupported', l10n.t('The host “{0}” is not among your hosts any more.', this.hostId));
    }
    if (!(await connector.ensureLive(host))) return;
    await host.ensureCurrent();
    await this.begin(host, request);
  }

  private async copy(): Promise<void> {
    const { measurement } = this;
    if (measurement === undefined) return;
    const { kind, traffic } = measurement.request;
    const commands = measurement.series.flatMap(({ planned }) => measureCommands(kind, planned.path, traffic));
    await env.clipboard.writeText(commands.map(printCommand).join('\n'));
    window.setStatusBarMessage(l10n.t('Copied the commands'), 3000);
  }

  private async save(): Promise<void> {
    const { measurement } = this;
    if (measurement === undefined) return;
    const [folder] = workspace.workspaceFolders ?? [];
    const name = `${measureWords[measurement.request.kind].title.toLowerCase().replace(' ', '-')}.csv`;
    const target = await window.showSaveDialog({
      title: l10n.t('Save as CSV'),
      filters: { CSV: ['csv'] },
      ...(folder === undefined ? {} : { defaultUri: Uri.joinPath(folder.uri, name) }),
    });
    if (target === undefined) return;
    const text = measurementCsv(measurement, measureWords[measurement.request.kind].unit);
    await workspace.fs.writeFile(target, new TextEncoder().encode(text));
  }

  private tell(error: unknown): void {
    const { log } = this.parts;
    // The page has it above its chart where the measurement itself says so.
    if (this.measurement?.error === error) logError(log, this.title, error);
    else showError(log, plainLine(l10n.t('{0} failed', this.title)), error);
  }

  private keepForReload(): void {
    if (!this.pageIsReady || this.request === undefined) return;
    const state = { version: 1, title: this.title, hostId: this.hostId, request: this.request } as const;
    this.channel.post({ type: 'keep', state });
  }

  private schedule(): void {
    if (this.isDisposed) return;
    this.timer ??= setTimeout(() => this.show(), shortestTimeBetweenPictures);
  }

  private show(): void {
    clearTimeout(this.timer);
    this.timer = undefined;
    if (!this.pageIsReady) return;
    const { measurement } = this;
    const fresh = measurement === undefined ? 0 : measurement.total - this.sent;
    if (measurement !== undefined && (fresh > 0 || this.sent === 0)) {
      const anew = this.sent === 0;
      this.channel.post({ type: 'points', anew, points: fresh === 0 ? [] : measurement.points.slice(-fresh) });
      this.sent = measurement.total;
    }
    this.channel.post({ type: 'status', status: this.status() });
  }

  private status(): MeasureStatus {
    const { measurement, request, parts } = this;
    const snapshot = parts.registry.find(this.hostId)?.snapshot;
    if (measurement === undefined) {
      const notes = [l10n.t('This measurement ended when its window was closed or reloaded.')];
      const unknown = { unit: '', quantity: '', series: [], notes, failed: false, canSwap: false };
      return { phase: 'ended', title: this.title, canRestart: request !== undefined, ...unknown };
    }
    const { kind } = measurement.request;
    const { note } = measurement;
    return {
      phase: measurement.phase,
      title: this.title,
      unit: measureWords[kind].unit,
      quantity: measureWords[kind].quantity,
      notes: note === undefined ? [] : [plainLine(note)],
      failed: measurement.error !== undefined || measurement.series.some(({ problem }) => problem !== undefined),
      canRestart: true,
      canSwap: swapped(measurement.request) !== undefined,
      series: measurement.series.map(({ planned, statistics, hops, summary, problem, isOver }) => ({
        name: plainLine(planned.name),
        target: plainLine(planned.path.to),
        figures: figuresOf(kind, statistics, summary),
        isOver: isOver || measurement.phase === 'ended',
        ...(problem === undefined ? {} : { problem }),
        ...(kind !== 'route'
          ? {}
          : {
              hops: hops.map((hop) => {
                const [first = ''] = hop.addresses;
                const owner = ownerOfAddress(first, snapshot);
                return { ...hop, ...(owner === undefined ? {} : { owner: plainLine(owner) }) };
              }),
            }),
      })),
    };
  }
}

function titleOf({ kind }: MeasureRequest, planned: ReturnType<typeof planPaths>, host: string): string {
  const [first, ...others] = planned;
  const more = others.length === 0 ? '' : l10n.t(' and {0} more', others.length);
  return `${measureWords[kind].title}: ${first?.name ?? ''}${more} @ ${host}`;
}
