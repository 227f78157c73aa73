import { ViewColumn, window, type WebviewPanel } from 'vscode';
import { DisposableList, type Disposable } from '../../base/disposable';
import { Emitter, type Event } from '../../base/events';
import { parseRequest, type MeasureRequest } from '../../lab/measure/paths';
import { measureWords } from '../../lab/measure/words';
import { measureKinds } from '../../plan/actions/measure-script';
import { parseMeasureKept } from '../../protocol/measure';
import { webviewFolder } from '../webview-page';
import type { Host } from '../hosts/host';
import { ViewId } from '../ids';
import { MeasurePanel, type MeasureParts } from './measure-panel';

/** The open measurements. Each has its own tab, and ends with it. */
export class MeasurePanels implements Disposable {
  private readonly disposables = new DisposableList();
  private readonly panels = new Set<MeasurePanel>();
  private readonly changes = this.disposables.add(new Emitter<undefined>());
  /** One of them came, went, or found something. */
  readonly onDidChange: Event<undefined> = this.changes.event;

  constructor(private readonly parts: MeasureParts) {
    this.disposables.add(
      window.registerWebviewPanelSerializer(ViewId.measurement, {
        deserializeWebviewPanel: (panel, state: unknown) => {
          const kept =
            typeof state === 'object' && state !== null
              ? parseMeasureKept((state as { kept?: unknown }).kept)
              : undefined;
          this.adopt(panel, parseRequest(kept?.request, measureKinds), kept?.hostId ?? '');
          return Promise.resolve();
        },
      }),
    );
  }

  /** All that are open. */
  get all(): readonly MeasurePanel[] {
    return [...this.panels];
  }

  /**
   * Measures in a tab of its own.
   *
   * @returns the tab's title
   * @throws NetnsError as `MeasurePanel.begin` does; the tab is closed then, for whoever called tells why.
   */
  async start(host: Host, request: MeasureRequest): Promise<string> {
    const panel = window.createWebviewPanel(
      ViewId.measurement,
      measureWords[request.kind].title,
      { viewColumn: ViewColumn.Active, preserveFocus: false },
      { enableScripts: true, localResourceRoots: [webviewFolder(this.parts.extensionUri)], enableFindWidget: false },
    );
    const one = this.adopt(panel, request, host.id);
    try {
      await one.begin(host, request);
    } catch (error) {
      panel.dispose();
      throw error;
    }
    return one.facts.title;
  }

  dispose(): void {
    for (const one of this.panels) one.dispose();
    this.panels.clear();
    this.disposables.dispose();
  }

  private adopt(panel: WebviewPanel, request: MeasureRequest | undefined, hostId: string): MeasurePanel {
    const one = new MeasurePanel(panel, request, hostId, this.parts, () => this.changes.fire(undefined));
    this.panels.add(one);
    panel.onDidDispose(() => {
      this.panels.delete(one);
      one.dispose();
    });
    return one;
  }
}
