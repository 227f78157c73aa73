/** Addresses as the webview sees them (`webview.asWebviewUri`), and what its policy lets through. */
export interface GraphHtmlOptions {
  /** `webview.cspSource`. */
  readonly cspSource: string;
  /** Random and new for each page. */
  readonly nonce: string;
  readonly scriptUri: string;
  readonly styleUri: string;
  readonly codiconUri: string;
}

/**
 * The graph webview's whole page. Scripts run only with the nonce, styles come only from the extension's own files; the
 * page can reach no network. The style link's id is the one Cytoscape looks for before it injects a `<style>` of its own,
 * which this policy would block.
 */
export function graphHtml({ cspSource, nonce, scriptUri, styleUri, codiconUri }: GraphHtmlOptions): string {
  const policy = [
    `default-src 'none'`,
    `script-src 'nonce-${nonce}'`,
    `style-src ${cspSource}`,
    `font-src ${cspSource}`,
    `img-src ${cspSource} data:`,
  ].join('; ');
  return `<!DOCTYPE html>
<html lang="en">
<head>
  <meta charset="UTF-8">
  <meta http-equiv="Content-Security-Policy" content="${escapeAttribute(policy)}">
  <meta name="viewport" content="width=device-width, initial-scale=1">
  <link rel="stylesheet" href="${escapeAttribute(codiconUri)}">
  <link rel="stylesheet" id="__________cytoscape_stylesheet" href="${escapeAttribute(styleUri)}">
  <title>Network Graph</title>
</head>
<body>
  <div id="app"></div>
  <script nonce="${escapeAttribute(nonce)}" src="${escapeAttribute(scriptUri)}"></script>
</body>
</html>
`;
}

function escapeAttribute(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('"', '&quot;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
}
