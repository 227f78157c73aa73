import * as l10n from '@vscode/l10n';

/** Addresses as the webview sees them (`webview.asWebviewUri`), and what its policy lets through. */
export interface GraphHtmlOptions {
  /** `webview.cspSource`. */
  readonly cspSource: string;
  /** Random and new for each page. */
  readonly nonce: string;
  readonly scriptUri: string;
  readonly styleUri: string;
  readonly codiconUri: string;
  /** The document's title; default that of the graph. */
  readonly title?: string;
  /** VS Code's display language (`zh-cn`); default English. */
  readonly language?: string;
  /** What is said in that language, by the English texts; see `webview/texts.ts`. */
  readonly texts?: Readonly<Record<string, string>>;
}

/**
 * The whole page of the graph's webview, and of others that are made alike (`title`). Scripts run only with the nonce, styles come only from the extension's own files or with
 * the nonce; the page can reach no network. The style link's id is the one Cytoscape looks for before it injects a `<style>`
 * of its own, which this policy would block. The toolkit tries `:focus-visible` out in a `<style>` of its own when it is
 * loaded, and takes that one's nonce from the meta element `csp-nonce`; everything else it styles by `adoptedStyleSheets`.
 */
export function graphHtml(options: GraphHtmlOptions): string {
  const {
    cspSource,
    nonce,
    scriptUri,
    styleUri,
    codiconUri,
    title = l10n.t`Network Graph`,
    language = 'en',
    texts,
  } = options;
  const policy = [
    `default-src 'none'`,
    `script-src 'nonce-${nonce}'`,
    `style-src ${cspSource} 'nonce-${nonce}'`,
    `font-src ${cspSource}`,
    `img-src ${cspSource} data:`,
  ].join('; ');
  return `<!DOCTYPE html>
<html lang="${escapeAttribute(language)}">
<head>
  <meta charset="UTF-8">
  <meta http-equiv="Content-Security-Policy" content="${escapeAttribute(policy)}">
  <meta property="csp-nonce" content="${escapeAttribute(nonce)}">
  <meta name="viewport" content="width=device-width, initial-scale=1">
  <link rel="stylesheet" href="${escapeAttribute(codiconUri)}">
  <link rel="stylesheet" id="__________cytoscape_stylesheet" href="${escapeAttribute(styleUri)}">
  <title>${escapeAttribute(title)}</title>
</head>
<body>
  <div id="app"></div>${texts === undefined ? '' : dataBlock('texts', nonce, texts)}
  <script nonce="${escapeAttribute(nonce)}" src="${escapeAttribute(scriptUri)}"></script>
</body>
</html>
`;
}

/** JSON that no script runs and nothing in it ends. */
function dataBlock(id: string, nonce: string, data: unknown): string {
  const json = JSON.stringify(data).replaceAll('<', '\\u003c');
  return `\n  <script type="application/json" id="${id}" nonce="${escapeAttribute(nonce)}">${json}</script>`;
}

function escapeAttribute(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('"', '&quot;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
}
