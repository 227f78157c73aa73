import type { ToGraph } from '../../protocol/messages';
import type { Verdicts } from '../../protocol/verdict';

/** Tells a graph's page what checks and pings found wrong, when that changes. */
export class VerdictTeller {
  private told = '';

  constructor(private readonly post: (message: Extract<ToGraph, { type: 'verdicts' }>) => void) {}

  /** The page is new: it knows of nothing. */
  startAnew(): void {
    this.told = '';
  }

  tell(verdicts: Verdicts | undefined): void {
    const text = verdicts === undefined ? '' : JSON.stringify(verdicts);
    if (text === this.told) return;
    this.told = text;
    this.post({ type: 'verdicts', ...(verdicts === undefined ? {} : { verdicts }) });
  }
}
