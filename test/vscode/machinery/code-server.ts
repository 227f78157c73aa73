import { spawnSync } from 'node:child_process';
import { writeFile } from 'node:fs/promises';
import path from 'node:path';
import { ensureCodeServer } from '../../../scripts/setup/code-server.mjs';
import { startGuarded } from './guarded-process';
import { writeLanguagePack } from './language-pack';
import { writeSettings } from './settings';
import { waitFor } from './wait-for';

export interface CodeServerOptions {
  /** Everything is written here, and nowhere else. */
  readonly folder: string;
  /** The folder to open. */
  readonly workspace: string;
  /** The packaged extension, installed as a user installs it. */
  readonly vsix: string;
  /** The user's settings.json. */
  readonly settings: Readonly<Record<string, unknown>>;
  /** Opens the folder in Restricted Mode, as VS Code does with one that nobody has said to trust. */
  readonly restricted?: boolean;
  /** VS Code's display language, `zh-cn`. Its own texts stay English, as there is no language pack of its maker. */
  readonly language?: string;
  /** Default: any free port. */
  readonly port?: number;
  /** Deleted when the server ends, also when this process was killed. */
  readonly guardedFolder?: string;
}

export interface CodeServer {
  /** Opens the workspace in a browser. */
  readonly url: string;
  /** The end of what it printed. */
  lastOutput(): string;
  /** Settles when the server has ended, asked or not. */
  readonly exited: Promise<number>;
  stop(): Promise<void>;
}

/**
 * The environment of a VS Code server: no gallery, so that it looks nothing up in the network, and its heartbeat and logs in a
 * folder of ours instead of the user's.
 */
export function serverEnvironment(folder: string): NodeJS.ProcessEnv {
  return { ...process.env, EXTENSIONS_GALLERY: '{}', XDG_DATA_HOME: path.join(folder, 'data') };
}

/** Serves VS Code on a loopback port, with nothing in it but the packaged extension and the given settings. */
export async function startCodeServer(options: CodeServerOptions): Promise<CodeServer> {
  const installation = await ensureCodeServer();
  const { folder } = options;
  const userData = path.join(folder, 'user-data');
  const extensions = path.join(folder, 'extensions');
  const logFile = path.join(folder, 'code-server.log');
  await writeSettings(userData, options.settings);
  await writeFile(path.join(folder, 'config.yaml'), 'auth: none\n');

  const { language } = options;
  if (language !== undefined) await writeLanguagePack(userData, language);

  const env = serverEnvironment(folder);
  const common = [
    installation.codeServer,
    ...['--config', path.join(folder, 'config.yaml')],
    ...['--user-data-dir', userData],
    ...['--extensions-dir', extensions],
  ];
  const install = spawnSync(installation.node, [...common, '--install-extension', options.vsix], {
    env,
    encoding: 'utf8',
  });
  if (install.status !== 0) throw new Error(`The extension does not install:\n${install.stdout}${install.stderr}`);

  let output = '';
  const server = startGuarded(
    installation.node,
    [
      ...common,
      ...['--auth', 'none'],
      ...['--bind-addr', `127.0.0.1:${options.port ?? 0}`],
      '--disable-telemetry',
      '--disable-update-check',
      ...(options.restricted === true ? [] : ['--disable-workspace-trust']),
      '--disable-getting-started-override',
      ...(language === undefined ? [] : ['--locale', language]),
      '--ignore-last-opened',
      options.workspace,
    ],
    {
      env,
      cwd: folder,
      logFile,
      onOutput: (text) => (output = (output + text).slice(-100_000)),
      ...(options.guardedFolder === undefined ? {} : { folder: options.guardedFolder }),
    },
  );
  let ended: number | undefined;
  void server.exited.then((code) => (ended = code));
  try {
    const address = await waitFor(
      'code-server to listen',
      () => {
        if (ended !== undefined) throw new Error(`code-server ended with exit code ${ended}:\n${output}`);
        return /HTTP server listening on (http:\/\/127\.0\.0\.1:\d+)/.exec(output)?.[1];
      },
      { seconds: 60 },
    );
    return {
      url: `${address}/?folder=${encodeURIComponent(options.workspace)}`,
      lastOutput: () => output.slice(-4000),
      exited: server.exited,
      stop: () => server.stop(),
    };
  } catch (error) {
    await server.stop();
    throw error;
  }
}
