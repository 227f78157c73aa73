import { ViewColumn, window, type WebviewPanel } from 'vscode';
import { DisposableList, type Disposable } from '../../base/disposable';
import { askedKey, parseAsked } from '../../lab/trace/asked';
import { parseTraceKept, parseTraceView } from '../../protocol/trace-parse';
import type { ActionOutcome } from '../actions/action';
import { webviewFolder } from '../webview-page';
import { ViewId } from '../ids';
import { TracePanel } from './trace-panel';
import type { TraceParts } from './trace-parts';
import type { TraceRequest } from './trace-request';
import { titleOf } from './trace-words';

/** The open traces. Each question has its own tab, and ends with it; after a reload of the window it is shown as it was. */
export class TracePanels implements Disposable {
  private readonly disposables = new DisposableList();
  private readonly panels = new Set<TracePanel>();

  constructor(private readonly parts: TraceParts) {
    this.disposables.add(
      window.registerWebviewPanelSerializer(ViewId.trace, {
        deserializeWebviewPanel: (panel, state: unknown) => {
          this.restore(panel, state);
          return Promise.resolve();
        },
      }),
    );
  }

  /** All that are open, the newest last. */
  get all(): readonly TracePanel[] {
    return [...this.panels];
  }

  /** The trace whose tab is in front, else the only one. */
  get active(): TracePanel | undefined {
    return this.all.find(({ panel }) => panel.active) ?? (this.panels.size === 1 ? this.all[0] : undefined);
  }

  /** The newest trace of a host. */
  newest(hostId: string): TracePanel | undefined {
    return this.all.findLast(({ request }) => request.hostId === hostId);
  }

  /** Runs a trace in the tab of its question; it stands beside what the person looks at. */
  async start(request: TraceRequest): Promise<ActionOutcome> {
    const open = this.all.find((one) => isSame(one.request, request));
    if (open !== undefined) {
      open.panel.reveal(undefined, false);
      return await open.run();
    }
    // Traces share a column: a third one would leave no room for the graph.
    const viewColumn = this.all.at(-1)?.panel.viewColumn ?? ViewColumn.Beside;
    const panel = window.createWebviewPanel(
      ViewId.trace,
      titleOf(request, this.parts.registry.find(request.hostId)?.snapshot),
      { viewColumn, preserveFocus: false },
      {
        enableScripts: true,
        localResourceRoots: [webviewFolder(this.parts.extensionUri)],
        enableFindWidget: true,
      },
    );
    return await this.adopt(new TracePanel(panel, request, this.parts)).run();
  }

  /** The window closes or is reloaded: traces end, on their hosts as well. */
  dispose(): void {
    this.disposables.dispose();
    for (const one of this.panels) one.dispose();
    this.panels.clear();
  }

  private restore(panel: WebviewPanel, state: unknown): void {
    const { kept, view } = (typeof state === 'object' && state !== null ? state : {}) as Readonly<
      Record<string, unknown>
    >;
    const known = parseTraceKept(kept);
    const asked = parseAsked(known?.asked);
    if (known === undefined || asked === undefined) {
      panel.dispose();
      return;
    }
    const { hostId, file } = known;
    const shown = parseTraceView(view);
    this.adopt(
      new TracePanel(
        panel,
        { hostId, asked, ...(file === undefined ? {} : { file }) },
        this.parts,
        shown === undefined ? undefined : { ...shown, phase: 'kept' },
      ),
    );
  }

  private adopt(one: TracePanel): TracePanel {
    this.panels.add(one);
    one.panel.onDidDispose(() => {
      this.panels.delete(one);
      one.dispose();
    });
    return one;
  }
}

function isSame(a: TraceRequest, b: TraceRequest): boolean {
  return a.hostId === b.hostId && askedKey(a.asked) === askedKey(b.asked);
}
