/** What `ensureCodeServer` installed: the tests, which are TypeScript, use it too. */
export interface CodeServerInstallation {
  /** The Node.js program that runs the two scripts. */
  readonly node: string;
  /** code-server as a user starts it. */
  readonly codeServer: string;
  /** VS Code's own server, for tests inside the extension host. */
  readonly server: string;
  readonly version: string;
}

export function ensureCodeServer(options?: { askForRoot?: boolean }): Promise<CodeServerInstallation>;
