import * as l10n from '@vscode/l10n';
import { isAsExpected, summarizeMatrix, type MatrixCell, type PingMatrix } from './ping-matrix';

/** What a cell shows: the sign says it, whatever the colour. */
export function signOf(cell: MatrixCell | undefined): string {
  switch (cell?.outcome) {
    case 'reached':
      return cell.expectedToFail === true ? '!' : '✓';
    case 'unreached':
      return cell.expectedToFail === true ? '–' : '✗';
    case 'notRun':
      return '?';
    case undefined:
      return '·';
  }
}

export const legend = l10n.t`✓ reached · ✗ not reached · – not reached, as a check says · ! reached, though a check says not · ? could not be tried`;

/** The cells of one family by source and target. */
export function cellsOf({ cells }: PingMatrix, family: MatrixCell['family']): ReadonlyMap<string, MatrixCell> {
  return new Map(cells.filter((cell) => cell.family === family).map((cell) => [`${cell.from} ${cell.to}`, cell]));
}

/** The families in which something was tried. */
export function familiesOf({ cells }: PingMatrix): MatrixCell['family'][] {
  return (['inet', 'inet6'] as const).filter((family) => cells.some((cell) => cell.family === family));
}

export const familyNames = { inet: 'IPv4', inet6: 'IPv6' } as const;

/** The matrix as a table of text; rows ping columns. Columns are numbered like the rows, so that names may be long. */
export function describeMatrix(matrix: PingMatrix): string {
  const { places } = matrix;
  const digits = String(places.length).length;
  const number = (index: number): string => String(index + 1).padStart(digits);
  const width = Math.max(...places.map(({ length }) => length), 4);
  const tables = familiesOf(matrix).map((family) => {
    const cells = cellsOf(matrix, family);
    const head = `${familyNames[family].padEnd(digits + 1 + width)}  ${places.map((_, index) => number(index)).join(' ')}`;
    const rows = places.map((from, index) => {
      const signs = places.map((to) => signOf(cells.get(`${from} ${to}`)).padStart(digits));
      return `${number(index)} ${from.padEnd(width)}  ${signs.join(' ')}`;
    });
    return [head, ...rows].join('\n');
  });
  const wrong = matrix.cells.filter((cell) => !isAsExpected(cell)).map(describeCell);
  const parts = [
    ...tables,
    ...(tables.length === 0 ? [] : [legend]),
    ...(wrong.length === 0 ? [] : [wrong.join('\n')]),
  ];
  return [...parts, `${matrix.lab}: ${summarizeMatrix(matrix)}.`].join('\n\n');
}

/** `✗ earth → mars (10.0.0.2): Destination Host Unreachable`. */
export function describeCell(cell: MatrixCell): string {
  const { from, to, address, milliseconds, said, outcome } = cell;
  const why = outcome === 'reached' ? (milliseconds === undefined ? 'answered' : `${milliseconds} ms`) : (said ?? '');
  return `${signOf(cell)} ${from} → ${to} (${address})${why === '' ? '' : `: ${why}`}`;
}
