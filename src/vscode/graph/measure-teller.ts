import type { Disposable } from '../../base/disposable';
import { measureMarks } from '../../lab/measure/marks';
import type { ToGraph } from '../../protocol/messages';
import type { Host } from '../hosts/host';
import type { MeasurePanels } from '../measure/measure-panels';

/** Milliseconds between two messages. */
const shortestTimeBetween = 300;

/** Tells a graph's page what running measurements find between the things of its host. */
export class MeasureTeller implements Disposable {
  private host: Host | undefined;
  private readonly subscription: Disposable;
  private timer: NodeJS.Timeout | undefined;
  private told = '[]';

  constructor(
    private readonly measures: Pick<MeasurePanels, 'all' | 'onDidChange'>,
    private readonly post: (message: Extract<ToGraph, { type: 'measures' }>) => void,
  ) {
    this.subscription = measures.onDidChange(() => this.schedule());
  }

  /** The host that the page draws as it is now; undefined for none, and while nobody looks. */
  follow(host: Host | undefined): void {
    this.host = host;
    this.schedule();
  }

  /** The page is new: it knows of nothing. */
  startAnew(): void {
    this.told = '[]';
    this.schedule();
  }

  dispose(): void {
    clearTimeout(this.timer);
    this.subscription.dispose();
  }

  private schedule(): void {
    this.timer ??= setTimeout(() => {
      this.timer = undefined;
      this.tell();
    }, shortestTimeBetween);
  }

  private tell(): void {
    const { host } = this;
    const running = this.measures.all.flatMap(({ current, host: id }) =>
      id === host?.id && current?.phase === 'running' ? [current] : [],
    );
    const marks = host?.snapshot === undefined ? [] : measureMarks(running, host.snapshot);
    const text = JSON.stringify(marks);
    if (text === this.told) return;
    this.told = text;
    this.post({ type: 'measures', marks });
  }
}
