import type { Moment } from '../../lab/host-history';
import type { ToGraph } from '../../protocol/messages';
import type { Host } from '../hosts/host';
import type { HostHistories } from './host-histories';

type MomentsMessage = Extract<ToGraph, { type: 'moments' }>;

/** Tells a page what happened on its host, and knows which moment of it the page shows. */
export class MomentTeller {
  private chosen: number | undefined;
  /** Whose history the page was told last. */
  private told: Host | undefined;

  constructor(
    private readonly histories: HostHistories,
    private readonly post: (message: MomentsMessage) => void,
  ) {}

  /** The page is new: it knows of nothing. */
  startAnew(): void {
    this.told = undefined;
  }

  /** The moment that is to be drawn; undefined is now. */
  choose(moment: number | undefined): void {
    this.chosen = moment;
  }

  /** The host that the page draws. @returns the moment of it that is drawn; undefined for now */
  follow(host: Host | undefined): Moment | undefined {
    if (this.told !== host) this.tell(host);
    return host === undefined || this.chosen === undefined ? undefined : this.histories.find(host, this.chosen);
  }

  /** Something happened on the host that the page draws. */
  tell(host: Host | undefined): void {
    if (this.told !== host) this.chosen = undefined;
    this.told = host;
    this.post({ type: 'moments', moments: host === undefined ? [] : this.histories.of(host) });
  }
}
