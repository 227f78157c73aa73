import { randomUUID } from 'node:crypto';
import { l10n, ViewColumn, window, type Memento, type WebviewPanel } from 'vscode';
import { DisposableList, type Disposable } from '../../base/disposable';
import { captureName } from '../../lab/capture/sources';
import { parseCaptureKept } from '../../protocol/capture-parse';
import { parseSubject, type Subject } from '../../protocol/subject';
import { webviewFolder } from '../webview-page';
import { plainLine } from '../host-data';
import type { Host } from '../hosts/host';
import { captureFiltersKey, ViewId } from '../ids';
import { logError } from '../notify';
import { restoredContent, type CaptureContent } from './capture-content';
import { CapturePanel, type CaptureParts, type CaptureRequest } from './capture-panel';

/** Filters that are remembered. */
const mostRemembered = 20;

/** The open captures. Each has its own tab, and ends with it; what they hold comes back after a reload of the window. */
export class CapturePanels implements Disposable {
  private readonly disposables = new DisposableList();
  private readonly panels = new Set<CapturePanel>();
  private readonly parts: CaptureParts;

  constructor(
    parts: Omit<CaptureParts, 'rememberFilter' | 'recentFilters'>,
    private readonly memento: Memento,
  ) {
    this.parts = {
      ...parts,
      rememberFilter: (filter) => this.rememberFilter(filter),
      recentFilters: () => this.recentFilters,
    };
    this.disposables.add(
      window.registerWebviewPanelSerializer(ViewId.capture, {
        deserializeWebviewPanel: (panel, state: unknown) => {
          const request = requestOf(panel, state);
          this.adopt(panel, request, restoredContent(this.parts.store.take(request.id)));
          return Promise.resolve();
        },
      }),
    );
  }

  /** The capture whose tab is in front. */
  get active(): CapturePanel | undefined {
    const all = [...this.panels];
    return all.find(({ panel }) => panel.active) ?? (all.length === 1 ? all[0] : undefined);
  }

  /** All that are open. */
  get all(): readonly CapturePanel[] {
    return [...this.panels];
  }

  get recentFilters(): readonly string[] {
    return this.memento.get<readonly string[]>(captureFiltersKey, []);
  }

  rememberFilter(filter: string): void {
    const others = this.recentFilters.filter((one) => one !== filter);
    const list = [filter, ...others].slice(0, mostRemembered);
    this.memento.update(captureFiltersKey, list).then(undefined, () => undefined);
  }

  /**
   * Captures in a tab of its own.
   *
   * @returns the tab's title
   * @throws NetnsError as `CapturePanel.begin` does; the tab is closed then, for whoever called tells why.
   */
  async start(host: Host, subjects: readonly Subject[], filter: string): Promise<string> {
    this.parts.store.tidy();
    if (filter !== '') this.rememberFilter(filter);
    const title = `${captureName(subjects, host.snapshot)} @ ${host.label}`;
    const panel = this.openTab(title);
    const one = this.adopt(panel, { id: randomUUID(), title, hostId: host.id, subjects, filter });
    try {
      await one.begin(host);
    } catch (error) {
      panel.dispose();
      throw error;
    }
    return titleOf(title);
  }

  /**
   * Shows packets that were captured otherwise, in a tab of their own: those that a search finds.
   *
   * @param id the same for the same packets, which have one tab
   * @param viewColumn where that tab stands; absent: in the active column
   */
  present(
    { id, hostId, title }: Pick<CaptureRequest, 'id' | 'hostId' | 'title'>,
    content: CaptureContent,
    search: string,
    viewColumn?: ViewColumn,
  ): void {
    const open = this.all.find((one) => one.id === id);
    open?.panel.reveal();
    const one =
      open ?? this.adopt(this.openTab(title, viewColumn), { id, title, hostId, subjects: [], filter: '' }, content);
    one.present(content, search);
  }

  /** The window closes or is reloaded: captures end, and what they hold is kept. */
  dispose(): void {
    this.disposables.dispose();
    for (const one of this.panels) {
      try {
        one.keep();
      } catch (error) {
        logError(this.parts.log, l10n.t('The packets of a capture could not be kept'), error);
      }
      one.dispose();
    }
    this.panels.clear();
  }

  /** Shows a saved capture in the panel that VS Code has made for its file. */
  show(panel: WebviewPanel, name: string, content: CaptureContent): void {
    const about = { id: randomUUID(), title: name, hostId: '', subjects: [], filter: '', isFile: true } as const;
    this.adopt(panel, about, content);
  }

  private openTab(title: string, viewColumn: ViewColumn = ViewColumn.Active): WebviewPanel {
    return window.createWebviewPanel(
      ViewId.capture,
      titleOf(title),
      { viewColumn, preserveFocus: false },
      { enableScripts: true, localResourceRoots: [webviewFolder(this.parts.extensionUri)], enableFindWidget: false },
    );
  }

  private adopt(panel: WebviewPanel, request: CaptureRequest, content?: CaptureContent): CapturePanel {
    const one = new CapturePanel(panel, request, this.parts, content);
    this.panels.add(one);
    panel.onDidDispose(() => {
      this.panels.delete(one);
      one.dispose();
    });
    return one;
  }
}

/** What stands on a capture's tab. */
function titleOf(title: string): string {
  return plainLine(l10n.t('Capture: {0}', title));
}

/** What a page kept; without it there is only its title. */
function requestOf(panel: WebviewPanel, state: unknown): CaptureRequest {
  const kept =
    typeof state === 'object' && state !== null ? parseCaptureKept((state as { kept?: unknown }).kept) : undefined;
  if (kept === undefined) {
    return { id: randomUUID(), title: panel.title.replace(/^Capture: /, ''), hostId: '', subjects: [], filter: '' };
  }
  const { id, title, hostId, filter } = kept;
  return { id, title, hostId, filter, subjects: kept.subjects.map(parseSubject).filter((one) => one !== undefined) };
}
