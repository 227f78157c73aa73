import { randomBytes } from 'node:crypto';
import { Uri, type Webview } from 'vscode';
import { graphHtml } from '../../protocol/graph-html';

/** The only folder that the page may load from. */
export function webviewFolder(extensionUri: Uri): Uri {
  return Uri.joinPath(extensionUri, 'dist', 'webview');
}

/** The graph's page. */
export function graphPage(webview: Webview, extensionUri: Uri): string {
  const folder = webviewFolder(extensionUri);
  const address = (name: string): string => webview.asWebviewUri(Uri.joinPath(folder, name)).toString();
  return graphHtml({
    cspSource: webview.cspSource,
    nonce: randomBytes(16).toString('base64'),
    scriptUri: address('graph.js'),
    styleUri: address('graph.css'),
    codiconUri: address('codicon.css'),
  });
}
