import { window, type Uri } from 'vscode';
import type { Disposable } from '../../base/disposable';
import type { Host } from '../hosts/host';

/** Watches the hosts of the files on the screen, and no others. */
export class VisibleHosts implements Disposable {
  private readonly watches = new Map<Host, Disposable>();

  /** @param hostOf the host that a file is for, where that is known */
  update(hostOf: (uri: Uri) => Host | undefined): void {
    const wanted = new Set(
      window.visibleTextEditors.map(({ document }) => hostOf(document.uri)).filter((host) => host !== undefined),
    );
    for (const [host, watch] of this.watches) {
      if (wanted.has(host)) continue;
      watch.dispose();
      this.watches.delete(host);
    }
    for (const host of wanted) if (!this.watches.has(host)) this.watches.set(host, host.watch());
  }

  dispose(): void {
    for (const watch of this.watches.values()) watch.dispose();
    this.watches.clear();
  }
}
