import { l10n, ViewColumn, window, type Memento, type Uri, type WebviewPanel } from 'vscode';
import { DisposableList, type Disposable } from '../../base/disposable';
import { Emitter, type Event } from '../../base/events';
import type { Subject } from '../../protocol/subject';
import { plainLine } from '../host-data';
import { ViewId } from '../ids';
import { GraphPanel, type GraphParts, type GraphSource } from './graph-panel';
import { webviewFolder } from '../webview-page';

/** Where the workspace keeps which tab shows what, for the time after a reload. */
const openPanelsKey = 'netns.graph.panels';

interface KeptPanel {
  readonly title: string;
  readonly source: GraphSource;
}

/** The open graphs: one for each host and each file; brought back after a reload of the window. */
export class GraphPanels implements Disposable {
  private readonly disposables = new DisposableList();
  private readonly panels = new Set<GraphPanel>();
  private readonly kept: KeptPanel[];
  private shuttingDown = false;
  private readonly selections = this.disposables.add(new Emitter<Subject>());

  /** A person selected something in a graph, or in the text of its file: a thing on a host. */
  readonly onDidSelect: Event<Subject> = this.selections.event;

  constructor(
    private readonly parts: GraphParts,
    private readonly memento: Memento,
  ) {
    this.kept = [...memento.get<readonly KeptPanel[]>(openPanelsKey, [])];
    this.disposables.add(
      window.registerWebviewPanelSerializer(ViewId.graph, {
        deserializeWebviewPanel: (panel) => {
          this.restore(panel);
          return Promise.resolve();
        },
      }),
    );
  }

  /** Shows the graph of a host, or of a file over its host; the tab that shows it already comes to the front. */
  show(source: GraphSource, title: string): void {
    const open = [...this.panels].find((one) => isSame(one.source, source));
    if (open !== undefined) {
      open.panel.reveal();
      return;
    }
    const column = source.topologyUri === undefined ? ViewColumn.Active : ViewColumn.Beside;
    const panel = window.createWebviewPanel(
      ViewId.graph,
      l10n.t('Graph: {0}', plainLine(title)),
      { viewColumn: column, preserveFocus: false },
      { enableScripts: true, localResourceRoots: [webviewFolder(this.parts.extensionUri)], enableFindWidget: false },
    );
    this.adopt(panel, source);
  }

  /** The graph that has the keyboard. */
  get active(): GraphPanel | undefined {
    return [...this.panels].find(({ panel }) => panel.active);
  }

  /** The graph of a topology file, the active one first. */
  showing(file: string): GraphPanel | undefined {
    const all = [...this.panels].filter(({ source }) => source.topologyUri === file);
    return all.find(({ panel }) => panel.active) ?? all[0];
  }

  /** Shows some graph of a host: one that is seen already, else one that is open, else a new one. @returns it */
  ensureShown(hostId: string, title: string): GraphPanel | undefined {
    const open = [...this.panels].filter((one) => one.hostId === hostId);
    const seen = open.find(({ panel }) => panel.visible);
    if (seen !== undefined) return seen;
    if (open[0] === undefined) this.show({ hostId }, title);
    else open[0].panel.reveal(undefined, true);
    return [...this.panels].find((one) => one.hostId === hostId);
  }

  /** Brings a graph of a host to the front, with something selected in it: then the keyboard stays where it is. */
  reveal(hostId: string, title: string, nodeId?: string): void {
    const graph = this.ensureShown(hostId, title);
    graph?.panel.reveal(undefined, nodeId !== undefined);
    graph?.select(nodeId);
  }

  /** Selects the first of these things that a graph draws, in every graph of its host that is on the screen. */
  showSelected(subjects: readonly Subject[]): void {
    for (const one of this.panels) if (one.panel.visible) one.showSelected(subjects);
  }

  dispose(): void {
    this.shuttingDown = true;
    this.disposables.dispose();
    for (const one of this.panels) one.dispose();
    this.panels.clear();
  }

  private restore(panel: WebviewPanel): void {
    const index = this.kept.findIndex((one) => one.title === panel.title);
    const [known] = index < 0 ? [] : this.kept.splice(index, 1);
    this.adopt(panel, known?.source ?? {});
  }

  private adopt(panel: WebviewPanel, source: GraphSource): void {
    const one = new GraphPanel(panel, source, this.parts, {
      onSourceChanged: () => this.remember(),
      onSelected: (subject) => this.selections.fire(subject),
    });
    this.panels.add(one);
    panel.onDidDispose(() => {
      one.dispose();
      this.panels.delete(one);
      this.remember();
    });
    this.remember();
  }

  /** Keeps what is open now, and what was open before the reload and has not come back yet. */
  private remember(): void {
    // When the window closes every panel goes; what was open must stay known then.
    if (this.shuttingDown) return;
    const open = [...this.panels].map((one) => ({ title: one.panel.title, source: one.source }));
    this.memento.update(openPanelsKey, [...open, ...this.kept]).then(undefined, () => undefined);
  }
}

/** A file's graph is the same tab whichever host is chosen in it. */
function isSame(a: GraphSource, b: GraphSource): boolean {
  return a.topologyUri === b.topologyUri && (a.topologyUri !== undefined || a.hostId === b.hostId);
}

/** The file's name, for a title. */
export function fileName(uri: Uri): string {
  return uri.path.split('/').at(-1) ?? uri.path;
}
