import * as l10n from '@vscode/l10n';
import type { Disposable } from '../../base/disposable';
import { drawRates } from '../../lab/graph/rates';
import type { ToGraph } from '../../protocol/messages';
import type { Host } from '../hosts/host';

type RatesMessage = Extract<ToGraph, { type: 'rates' }>;

/** Tells a page what passes the cables. The host counts only while the page is on the screen and wants to know. */
export class RateTeller implements Disposable {
  private isWanted = false;
  private host: Host | undefined;
  private measuring: Disposable | undefined;

  constructor(private readonly post: (message: RatesMessage) => void) {}

  /** Whether the page shows rates. */
  want(isWanted: boolean): void {
    this.isWanted = isWanted;
    this.start();
  }

  /** The host that the page draws as it is now; undefined for none, and while nobody looks. */
  follow(host: Host | undefined): void {
    if (host === this.host) return;
    this.host = host;
    this.start();
  }

  dispose(): void {
    this.measuring?.dispose();
    this.measuring = undefined;
  }

  private start(): void {
    const { host } = this;
    // First the new one: a host that two ask for goes on counting.
    const before = this.measuring;
    this.measuring =
      host === undefined || !this.isWanted
        ? undefined
        : host.onDidMeasure((rates) => {
            if (host.snapshot !== undefined) this.post({ type: 'rates', rates: drawRates(host.snapshot, rates) });
          });
    before?.dispose();
    if (this.measuring === undefined) this.post({ type: 'rates', rates: [] });
    else if (host?.tellsRates === false) {
      const why = l10n.t`${host.label} tells no rates: they need python3 on the host.`;
      this.post({ type: 'rates', rates: [], unavailable: why });
    }
  }
}
