import { window } from 'vscode';
import { DisposableList, type Disposable } from '../../../base/disposable';
import type { Host } from '../../hosts/host';
import { isTopology } from '../topology-documents';

/** Keeps the hosts of the visible topology files current while they are connected; connects none. */
export class HostWatch<File> implements Disposable {
  private readonly disposables = new DisposableList();
  private readonly watched = new Map<Host, Disposable>();

  /**
   * @param fileOf what is known of a document; undefined before it was read
   * @param hostOf the host that a file is for, where that is known
   */
  constructor(
    private readonly fileOf: (uri: string) => File | undefined,
    private readonly hostOf: (file: File) => Host | undefined,
  ) {
    this.disposables.add(window.onDidChangeVisibleTextEditors(() => this.update()));
  }

  /** To be called when the files or their hosts may have changed. */
  update(): void {
    const wanted = new Set<Host>();
    for (const { document } of window.visibleTextEditors) {
      const file = isTopology(document) ? this.fileOf(document.uri.toString()) : undefined;
      const host = file === undefined ? undefined : this.hostOf(file);
      if (host !== undefined) wanted.add(host);
    }
    for (const host of wanted) if (!this.watched.has(host)) this.watched.set(host, host.watch());
    for (const [host, watch] of this.watched) {
      if (wanted.has(host)) continue;
      this.watched.delete(host);
      watch.dispose();
    }
  }

  dispose(): void {
    this.disposables.dispose();
    for (const watch of this.watched.values()) watch.dispose();
    this.watched.clear();
  }
}
