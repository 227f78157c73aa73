import * as l10n from '@vscode/l10n';
import { NetnsError } from '../../base/errors';

/** Whose turn it is on a host: one that changes it, or any number that need it to stay as it is. */
export class HostWork {
  private busy = false;
  private sharers = 0;

  /** @param label the host's, for messages, at that moment */
  constructor(private readonly label: () => string) {}

  /** Work that changes the host is under way. */
  get isBusy(): boolean {
    return this.busy;
  }

  /**
   * Runs work that changes the host, one at a time.
   *
   * @throws NetnsError `busy` while other work is under way; and whatever the work throws.
   */
  async exclusively<T>(work: () => Promise<T>): Promise<T> {
    this.refuseWhile(this.busy, l10n.t`Something else is still working`);
    this.refuseWhile(this.sharers > 0, l10n.t`Checks are still running`);
    this.busy = true;
    try {
      return await work();
    } finally {
      this.busy = false;
    }
  }

  /**
   * Runs work that needs the host to stay as it is and does not change it: any number at a time.
   *
   * @throws NetnsError `busy` while work is under way that changes the host; and whatever the work throws.
   */
  async sharing<T>(work: () => Promise<T>): Promise<T> {
    this.refuseWhile(this.busy, l10n.t`Something else is still working`);
    this.sharers++;
    try {
      return await work();
    } finally {
      this.sharers--;
    }
  }

  private refuseWhile(condition: boolean, what: string): void {
    if (!condition) return;
    throw new NetnsError('busy', l10n.t`${what} on ${this.label()}.`, {
      advice: l10n.t`Wait until that is done, or cancel it.`,
    });
  }
}
