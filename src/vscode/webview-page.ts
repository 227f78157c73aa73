import { randomBytes } from 'node:crypto';
import { env, l10n, Uri, type Webview, type WebviewPanel } from 'vscode';
import { graphHtml } from '../protocol/graph-html';

/** The bundles in `dist/webview`: a script and a style sheet each. */
export type PageName = 'graph' | 'capture' | 'measurement' | 'trace';

/** The only folder that a page may load from. */
export function webviewFolder(extensionUri: Uri): Uri {
  return Uri.joinPath(extensionUri, 'dist', 'webview');
}

/** Gives a panel our icon and the rights of our pages; also one that VS Code brings back after a reload, which has neither. */
export function preparePanel(panel: WebviewPanel, extensionUri: Uri): void {
  const icon = (name: string): Uri => Uri.joinPath(extensionUri, 'resources', name);
  panel.iconPath = { light: icon('netns.svg'), dark: icon('netns-dark.svg') };
  panel.webview.options = { enableScripts: true, localResourceRoots: [webviewFolder(extensionUri)] };
}

/** The markup of one of our pages, with a nonce of its own. @param title the document's title; default that of the graph */
export function webviewPage(webview: Webview, extensionUri: Uri, name: PageName, title?: string): string {
  const folder = webviewFolder(extensionUri);
  const address = (file: string): string => webview.asWebviewUri(Uri.joinPath(folder, file)).toString();
  return graphHtml({
    cspSource: webview.cspSource,
    nonce: randomBytes(16).toString('base64'),
    scriptUri: address(`${name}.js`),
    styleUri: address(`${name}.css`),
    codiconUri: address('codicon.css'),
    language: env.language,
    ...(l10n.bundle === undefined ? {} : { texts: l10n.bundle }),
    ...(title === undefined ? {} : { title }),
  });
}
