import { build } from 'esbuild';
import { createWriteStream } from 'node:fs';
import path from 'node:path';
import { ensureCodeServer } from '../../../scripts/setup/code-server.mjs';
import { launchBrowser } from './browser';
import { serverEnvironment } from './code-server';
import { startGuarded } from './guarded-process';
import { writeSettings } from './settings';
import { waitFor } from './wait-for';

const repository = path.resolve(__dirname, '../../..');

/** The suite's bundle: esbuild makes it of test/vscode/in-host/index.ts, whose `run()` the extension host calls. */
export const suiteBundle = path.join(repository, 'out/vscode/in-host.js');

export interface SuiteResult {
  readonly passed: number;
  readonly failed: number;
  readonly skipped: number;
}

export interface ExtensionHostOptions {
  /** A CommonJS file that exports `run(): Promise<void>`. */
  readonly suite: string;
  /** Everything is written here, and nowhere else. */
  readonly folder: string;
  readonly workspace: string;
  readonly settings: Readonly<Record<string, unknown>>;
  /** For the suite, in the extension host's `process.env`. */
  readonly env?: Readonly<Record<string, string>>;
  /** Where the workbench's own log is kept. */
  readonly logFile: string;
  /** Where a picture of the workbench at the end is kept. */
  readonly screenshot?: string;
  readonly timeoutSeconds: number;
  readonly onOutput: (line: string) => void;
}

/** Stands before each line that the suite prints: the workbench logs a lot beside it. */
export const linePrefix = 'NETNS_TEST| ';

/**
 * Bundles the suite that runs inside the extension host. `vscode` is the host's, mocha is loaded from node_modules, and only after
 * the console was replaced: it keeps the one that it finds.
 * @param prefix put before every line that the suite prints
 */
export async function bundleSuite(
  prefix: string,
  entry = path.join(repository, 'test/vscode/in-host/index.ts'),
): Promise<string> {
  const contents = `
    import { formatWithOptions } from 'node:util';
    const { log } = console;
    const print = (...args) => {
      for (const line of formatWithOptions({ colors: false }, ...args).split('\\n')) log(${JSON.stringify(prefix)} + line);
    };
    // The extension host lets nobody exchange its console's methods, but the console itself.
    globalThis.console = Object.create(console, Object.fromEntries(
      ['log', 'info', 'warn', 'error'].map((method) => [method, { value: print }]),
    ));
    export const run = async () => (await import(${JSON.stringify(entry)})).run();
  `;
  await build({
    stdin: { contents, resolveDir: repository, loader: 'ts' },
    outfile: suiteBundle,
    bundle: true,
    platform: 'node',
    format: 'cjs',
    target: 'node20',
    sourcemap: 'inline',
    external: ['vscode', 'mocha', 'cpu-features', '*.node'],
    logLevel: 'warning',
  });
  return suiteBundle;
}

/** Tells the suite's own lines from the workbench's, and its result from its words. */
export class SuiteOutput {
  result: SuiteResult | undefined;

  constructor(
    private readonly onLine: (line: string) => void,
    private readonly onNoise: (text: string) => void,
  ) {}

  accept(text: string): void {
    if (!text.startsWith(linePrefix)) {
      this.onNoise(text);
      return;
    }
    const line = text.slice(linePrefix.length);
    const counted = /^NETNS_TEST_RESULT (\{.*\})/.exec(line)?.[1];
    if (counted === undefined) this.onLine(line);
    else this.result = JSON.parse(counted) as SuiteResult;
  }
}

/**
 * Runs a suite inside the extension host of a real VS Code: VS Code's own server, opened in a browser the way VS Code's own
 * extension tests are. @returns the counts that the suite printed, undefined where it did not get that far, and its exit code.
 */
export async function runInExtensionHost(
  options: ExtensionHostOptions,
): Promise<{ exitCode: number; result: SuiteResult | undefined }> {
  const server = await startServer(options);
  try {
    const browser = await launchBrowser();
    try {
      const page = await browser.newPage({ viewport: { width: 1600, height: 1000 }, colorScheme: 'dark' });
      const log = createWriteStream(options.logFile);
      const output = new SuiteOutput(options.onOutput, (text) => log.write(`${text}\n`));
      // How the workbench hands on what the extension host logs, and the suite's end.
      await page.exposeFunction('codeAutomationLog', (_type: string, args: unknown[]) =>
        output.accept(args.map(String).join(' ')),
      );
      const exited = new Promise<number>((resolve) => {
        void page.exposeFunction('codeAutomationExit', (code: number) => resolve(code));
        page.once('crash', () => resolve(-1));
      });
      const authority = new URL(server.url).host;
      const payload = JSON.stringify([
        ['extensionDevelopmentPath', `vscode-remote://${authority}${repository}`],
        ['extensionTestsPath', `vscode-remote://${authority}${options.suite}`],
      ]);
      const query = new URLSearchParams({ folder: options.workspace, payload });
      await page.goto(`${server.url}/?${query.toString()}`);
      const exitCode = await Promise.race([exited, afterSeconds(options.timeoutSeconds)]);
      if (options.screenshot !== undefined) await page.screenshot({ path: options.screenshot });
      if (exitCode === undefined) {
        options.onOutput(`The suite did not end within ${options.timeoutSeconds} s.`);
        return { exitCode: -1, result: output.result };
      }
      return { exitCode, result: output.result };
    } finally {
      await browser.close();
    }
  } finally {
    await server.stop();
  }
}

async function startServer(options: ExtensionHostOptions): Promise<{ url: string; stop(): Promise<void> }> {
  const installation = await ensureCodeServer();
  const userData = path.join(options.folder, 'user-data');
  await writeSettings(userData, options.settings);
  let output = '';
  const server = startGuarded(
    installation.node,
    [
      installation.server,
      ...['--host', '127.0.0.1', '--port', '0'],
      '--without-connection-token',
      '--disable-workspace-trust',
      '--accept-server-license-terms',
      '--enable-smoke-test-driver', // Without it the payload is ignored.
      ...['--telemetry-level', 'off'],
      ...['--server-data-dir', path.join(options.folder, 'server-data')],
      ...['--user-data-dir', userData],
      ...['--extensions-dir', path.join(options.folder, 'extensions')],
    ],
    {
      cwd: options.folder,
      env: { ...serverEnvironment(options.folder), ...options.env },
      logFile: path.join(options.folder, 'server.log'),
      onOutput: (text) => (output += text),
    },
  );
  let ended: number | undefined;
  void server.exited.then((code) => (ended = code));
  try {
    const port = await waitFor(
      "VS Code's server to listen",
      () => {
        if (ended !== undefined) throw new Error(`VS Code's server ended with exit code ${ended}:\n${output}`);
        return /listening on (?:\S+:)?(\d+)/i.exec(output)?.[1];
      },
      { seconds: 60 },
    );
    return { url: `http://127.0.0.1:${port}`, stop: () => server.stop() };
  } catch (error) {
    await server.stop();
    throw error;
  }
}

function afterSeconds(seconds: number): Promise<undefined> {
  return new Promise((resolve) => {
    setTimeout(() => resolve(undefined), seconds * 1000).unref();
  });
}
