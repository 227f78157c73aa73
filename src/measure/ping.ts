import type { LineParser, Reading, Sample } from './model';

/**
 * Reads what ping(8) prints: iputils' with `-O`, which says of each request without an answer that there was none; busybox's
 * and others', run once for each request after a line `ping NUMBER` (`pingScript`). Values are milliseconds.
 */
export class PingParser implements LineParser {
  private current: number | undefined;
  private isAnswered = false;
  /** The newest request that a router spoke of; iputils may say after that that there is no answer yet. */
  private refused = 0;

  read(line: string): Reading | undefined {
    const mark = /^ping (\d+)$/.exec(line)?.[1];
    if (mark !== undefined) {
      this.current = Number(mark);
      this.isAnswered = false;
      return undefined;
    }
    return this.answer(line) ?? this.silence(line) ?? this.problem(line);
  }

  private answer(line: string): Reading | undefined {
    const [, sequence, time] = /\b(?:icmp_)?seq=(\d+) .*\btime[=<]([\d.]+) ?ms/.exec(line) ?? [];
    if (sequence === undefined || time === undefined || line.includes('(DUP!)')) return undefined;
    this.isAnswered = true;
    return sample({ number: this.current ?? Number(sequence), value: Number(time) });
  }

  private silence(line: string): Reading | undefined {
    const pending = /^no answer yet for icmp_seq=(\d+)/.exec(line)?.[1];
    if (pending !== undefined) return Number(pending) <= this.refused ? undefined : sample({ number: Number(pending) });
    // A router, or this host itself, says that it cannot be delivered.
    const [, router, sequence, why] = /^From (\S+?):? icmp_seq=(\d+) (?!Redirect)(.+)$/.exec(line) ?? [];
    if (router !== undefined && why !== undefined) {
      this.refused = Math.max(this.refused, Number(sequence));
      this.isAnswered = true;
      return sample({ number: this.current ?? Number(sequence), note: `${why} (${router})` });
    }
    const isOver = this.current !== undefined && /^\d+ packets transmitted, 0 (packets )?received/.test(line);
    return isOver && !this.isAnswered ? sample({ number: this.current ?? 0 }) : undefined;
  }

  private problem(line: string): Reading | undefined {
    const words = /^(?:busybox: )?(?:ping6?|connect): (?!.*\bWarning\b)(.+)$/i.exec(line)?.[1];
    if (words === undefined) return undefined;
    // With a number it is one request that could not be sent: others may.
    return this.current === undefined ? { type: 'problem', words } : sample({ number: this.current, note: words });
  }
}

function sample(value: Sample): Reading {
  return { type: 'sample', sample: value };
}
