import type { Measurement } from './measurement';

/** All values that are kept, for a spreadsheet (RFC 4180): seconds since the beginning, path, target, value, note. */
export function measurementCsv({ series, points }: Pick<Measurement, 'series' | 'points'>, unit: string): string {
  const rows = points.map(({ at, series: index, value, note = '' }) => {
    const planned = series[index]?.planned;
    return [
      (at / 1000).toFixed(3),
      planned?.name ?? '',
      planned?.path.to ?? '',
      value === undefined ? '' : String(value),
      note,
    ];
  });
  return [['seconds', 'path', 'target', unit, 'note'], ...rows].map((row) => `${row.map(cell).join(',')}\r\n`).join('');
}

/** What a spreadsheet would take for a formula is kept a text: names and notes are the host's. */
function cell(text: string): string {
  const plain = /^[=+\-@\t\r]/.test(text) && Number.isNaN(Number(text)) ? `'${text}` : text;
  return /[",\r\n]/.test(plain) ? `"${plain.replaceAll('"', '""')}"` : plain;
}
