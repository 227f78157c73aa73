import * as l10n from '@vscode/l10n';
import { bitRate } from './figures';
import type { LineParser, Reading } from './model';

const factors: Readonly<Record<string, number>> = { '': 1e-6, K: 1e-3, M: 1, G: 1e3, T: 1e6 };

/**
 * Reads what the client of iperf3(1) prints with `-i 1`: a sample for each second, in Mbit/s. A second in which nothing came
 * through is a sample without a value. Of its sums the receiver's is the summary: what was lost of UDP stands only there.
 */
export class ThroughputParser implements LineParser {
  private count = 0;
  private isSummed = false;

  read(line: string): Reading | undefined {
    const words = /^iperf3: (?:error|warning) - (.+)$/.exec(line)?.[1];
    if (words !== undefined) return line.startsWith('iperf3: error') ? { type: 'problem', words } : undefined;
    if (/^- - - /.test(line)) this.isSummed = true;
    const interval =
      /^\[\s*(?:\d+|SUM)\]\s+[\d.]+-\s*[\d.]+\s+sec\s+[\d.]+ [KMGT]?Bytes\s+([\d.]+) ([KMGT]?)bits\/sec(.*)$/.exec(
        line,
      );
    if (interval === null) return undefined;
    const [, figure = '0', unit = '', rest = ''] = interval;
    const value = Number(figure) * (factors[unit] ?? 1);
    if (this.isSummed) {
      if (!rest.trimEnd().endsWith('receiver')) return undefined;
      const note = noteOf(rest);
      return {
        type: 'summary',
        words: [`${bitRate(value)} received`, ...(note === undefined ? [] : [note])].join(', '),
      };
    }
    this.count++;
    const note = noteOf(rest);
    const sample = { number: this.count, ...(value > 0 ? { value } : {}), ...(note === undefined ? {} : { note }) };
    return { type: 'sample', sample };
  }
}

/** What follows the rate: of TCP what was sent again and the window, of UDP jitter and what was lost. */
function noteOf(rest: string): string | undefined {
  const lost = /([\d.]+ ms)\s+(\d+)\/(\d+) \(([\d.e+-]+)%\)/.exec(rest);
  if (lost !== null) return l10n.t`jitter ${lost[1] ?? ''}, ${lost[2] ?? ''} of ${lost[3] ?? ''} lost`;
  const again = /^\s+(\d+)\s+[\d.]+ [KMG]?Bytes/.exec(rest)?.[1];
  return again === undefined || again === '0' ? undefined : l10n.t`${again} sent again`;
}
