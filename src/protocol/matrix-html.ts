import * as l10n from '@vscode/l10n';
import { cellsOf, describeCell, familiesOf, familyNames, legend, signOf } from './matrix-text';
import { isAsExpected, summarizeMatrix, type MatrixCell, type PingMatrix } from './ping-matrix';

export interface MatrixHtmlOptions {
  /** Random and new for each page. */
  readonly nonce: string;
  /** A command's URI that runs it again. */
  readonly againUri: string;
}

/** A ping matrix as a page: real tables, which a screen reader reads by their headings, and no script at all. */
export function matrixHtml(matrix: PingMatrix, { nonce, againUri }: MatrixHtmlOptions): string {
  const title = l10n.t`${matrix.lab} on ${matrix.host}`;
  const wrong = matrix.cells.filter((cell) => !isAsExpected(cell));
  return `<!DOCTYPE html>
<html lang="en">
<head>
  <meta charset="UTF-8">
  <meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'nonce-${escape(nonce)}'">
  <title>${escape(title)}</title>
  <style nonce="${escape(nonce)}">${style}</style>
</head>
<body>
  <h1>${escape(title)}</h1>
  <p>${escape(summarizeMatrix(matrix))}. <a href="${escape(againUri)}">Run Again</a></p>
${familiesOf(matrix)
  .map((family) => tableOf(matrix, family))
  .join('\n')}
  <p class="legend">${escape(legend)}</p>
${wrong.length === 0 ? '' : `  <h2>${escape(l10n.t`Not as it should be`)}</h2>\n  <ul>${wrong.map((cell) => `<li>${escape(describeCell(cell))}</li>`).join('')}</ul>`}
</body>
</html>
`;
}

function tableOf(matrix: PingMatrix, family: MatrixCell['family']): string {
  const cells = cellsOf(matrix, family);
  const heads = matrix.places.map((to) => `<th scope="col"><span>${escape(to)}</span></th>`);
  const rows = matrix.places.map((from) => {
    const columns = matrix.places.map((to) => cellHtml(cells.get(`${from} ${to}`)));
    return `<tr><th scope="row">${escape(from)}</th>${columns.join('')}</tr>`;
  });
  return `  <div class="scroll"><table>
    <caption>${escape(l10n.t`${familyNames[family]}: each row pings each column`)}</caption>
    <thead><tr><td></td>${heads.join('')}</tr></thead>
    <tbody>${rows.join('\n')}</tbody>
  </table></div>`;
}

function cellHtml(cell: MatrixCell | undefined): string {
  if (cell === undefined) return '<td class="none">·</td>';
  const kind = cell.outcome === 'notRun' ? 'unknown' : isAsExpected(cell) ? 'right' : 'wrong';
  const words = escape(describeCell(cell));
  return `<td class="${kind}" title="${words}" aria-label="${words}">${signOf(cell)}</td>`;
}

const style = `
body { color: var(--vscode-foreground); font-family: var(--vscode-font-family); font-size: var(--vscode-font-size); }
h1 { font-size: 1.3em; font-weight: 600; }
h2 { font-size: 1.1em; font-weight: 600; }
a { color: var(--vscode-textLink-foreground); }
.scroll { overflow: auto; max-width: 100%; margin-bottom: 1.5em; }
table { border-collapse: collapse; }
caption { text-align: left; padding-bottom: 0.5em; color: var(--vscode-descriptionForeground); }
th { font-weight: normal; text-align: left; padding: 2px 8px; white-space: nowrap; }
thead th { vertical-align: bottom; }
thead th span { writing-mode: vertical-rl; transform: rotate(180deg); }
tbody td { border: 1px solid var(--vscode-widget-border, var(--vscode-editorWidget-border)); min-width: 1.6em; padding: 2px 4px; text-align: center; }
.right { color: var(--vscode-testing-iconPassed); }
.wrong { color: var(--vscode-testing-iconFailed); font-weight: bold; }
.unknown, .none, .legend { color: var(--vscode-descriptionForeground); }
li { font-family: var(--vscode-editor-font-family); }
`;

function escape(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('"', '&quot;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
}
