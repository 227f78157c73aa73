import type { Sample } from './model';

/** What the samples of a measurement say together; the figures in its unit, absent where nothing came. */
export interface Statistics {
  readonly sent: number;
  readonly lost: number;
  readonly newest?: number;
  readonly least?: number;
  readonly mean?: number;
  readonly most?: number;
  /** The mean of how much neighbours differ, as RFC 3550 means it. */
  readonly jitter?: number;
}

/** Adds up samples as they come, so that a measurement of a day costs no more than one of a minute. */
export class Tally {
  private lostNumbers = new Set<number>();
  private answered = 0;
  private sum = 0;
  private least = Infinity;
  private most = -Infinity;
  private newest: number | undefined;
  private differences = 0;

  add({ number, value }: Sample): void {
    if (value === undefined) {
      this.lostNumbers.add(number);
      return;
    }
    // It was given up too early.
    this.lostNumbers.delete(number);
    if (this.newest !== undefined) this.differences += Math.abs(value - this.newest);
    this.answered++;
    this.sum += value;
    this.least = Math.min(this.least, value);
    this.most = Math.max(this.most, value);
    this.newest = value;
  }

  get statistics(): Statistics {
    const { answered, newest } = this;
    const lost = this.lostNumbers.size;
    const counts = { sent: answered + lost, lost };
    if (newest === undefined) return counts;
    return {
      ...counts,
      newest,
      least: this.least,
      mean: this.sum / answered,
      most: this.most,
      ...(answered > 1 ? { jitter: this.differences / (answered - 1) } : {}),
    };
  }
}
