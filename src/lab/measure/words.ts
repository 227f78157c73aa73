import * as l10n from '@vscode/l10n';
import { bitRate, milliseconds } from '../../measure/figures';
import type { Statistics } from '../../measure/statistics';
import type { MeasureKind } from '../../plan/actions/measure-script';

interface Words {
  /** Begins titles: `Ping earth → mars`. */
  readonly title: string;
  /** What the chart shows; empty where there is none. */
  readonly unit: string;
  readonly quantity: string;
  readonly figure: (value: number) => string;
}

/** What people call each kind of measurement. */
export const measureWords: Readonly<Record<MeasureKind, Words>> = {
  ping: { title: l10n.t`Ping`, unit: 'ms', quantity: l10n.t`Round-trip time`, figure: milliseconds },
  route: { title: l10n.t`Trace Route`, unit: '', quantity: l10n.t`The way`, figure: milliseconds },
  throughput: { title: l10n.t`Throughput`, unit: 'Mbit/s', quantity: l10n.t`Throughput`, figure: bitRate },
  http: { title: 'HTTP', unit: 'ms', quantity: l10n.t`Time of a request`, figure: milliseconds },
};

/** A path's figures as a table's cells: `newest` → `0.045 ms`. */
export function figuresOf(kind: MeasureKind, statistics: Statistics, summary?: string): [string, string][] {
  const { figure } = measureWords[kind];
  const shown = (value: number | undefined): string => (value === undefined ? '–' : figure(value));
  const { sent, lost, newest, least, mean, most, jitter } = statistics;
  const share = sent === 0 ? '' : ` (${Math.round((lost / sent) * 100)} %)`;
  const rows: [string, string][] = [
    [l10n.t`Newest`, shown(newest)],
    [l10n.t`Least`, shown(least)],
    [l10n.t`Mean`, shown(mean)],
    [l10n.t`Most`, shown(most)],
  ];
  if (kind === 'throughput') return [...rows, [l10n.t`In all`, summary ?? '–']];
  return [
    ...rows,
    [l10n.t`Jitter`, shown(jitter)],
    [kind === 'http' ? l10n.t`Failed` : l10n.t`Lost`, l10n.t`${lost} of ${sent}${share}`],
  ];
}

/** The newest of a path in a few words, for its mark on the graph: `0.045 ms`, `lost`. */
export function newestInWords(
  kind: MeasureKind,
  statistics: Statistics,
  newest: { readonly value?: number; readonly note?: string } | undefined,
): string {
  if (newest === undefined) return statistics.sent === 0 ? '…' : 'ended';
  if (newest.value === undefined) return kind === 'http' ? 'failed' : 'lost';
  return measureWords[kind].figure(newest.value);
}
