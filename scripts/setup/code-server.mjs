// A real VS Code without its maker's download: the npm package code-server is VS Code's workbench and extension host, served to
// a browser. It wants a newer Node.js than ours, which is an npm package too. Both live in the cache, outside node_modules.
import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { ensurePackages } from './debian-packages.mjs';
import { withLock } from './lock.mjs';
import { cacheFolder, displayPath } from './paths.mjs';
import { run } from './processes.mjs';
import { say, StopError } from './say.mjs';

/** VS Code 1.139.1. */
const codeServerVersion = '4.139.1';
const nodeMajor = '24';

/** Processors for which there is Node.js on npm. Only x64 has been tried. */
const architectures = ['x64', 'arm64'];

/**
 * Installs Node.js and code-server where they are missing. With `askForRoot`, sudo may ask for what has to be built with.
 * @returns {Promise<{ node: string, codeServer: string, server: string, version: string }>} the Node.js program, the two scripts it
 * runs (`codeServer` as a user starts it, `server` VS Code's own server, for tests in the extension host), and the version.
 */
export async function ensureCodeServer({ askForRoot = false } = {}) {
  if (process.platform !== 'linux' || !architectures.includes(process.arch)) {
    throw new StopError(
      `VS Code in the browser (code-server) runs on Linux with ${architectures.join(' or ')}; this is ${process.platform} ` +
        `${process.arch}. With a desktop VS Code, use "npm run demo -- --desktop" and "npm run test:electron".`,
    );
  }
  const nodePackage = `node-linux-${process.arch}`;
  const nodeHome = path.join(cacheFolder, `node${nodeMajor}`);
  const nodeFolder = path.join(nodeHome, 'node_modules', nodePackage);
  const node = path.join(nodeFolder, 'bin/node');
  const home = path.join(cacheFolder, `code-server-${codeServerVersion}`);
  const folder = path.join(home, 'node_modules/code-server');
  const codeServer = path.join(folder, 'out/node/entry.js');
  const installed = {
    node,
    codeServer,
    server: path.join(folder, 'lib/vscode/out/server-main.js'),
    version: codeServerVersion,
  };
  const nodeRuns = () => prints(node, ['--version'], `v${nodeMajor}.`);
  const codeServerRuns = () => prints(node, [codeServer, '--version'], codeServerVersion);
  if (isMarked(nodeHome) && isMarked(home) && existsSync(node) && existsSync(codeServer)) return installed;

  await withLock(path.join(cacheFolder, 'install.lock'), 'VS Code', async () => {
    await install(nodeHome, `${nodePackage}@${nodeMajor}`, process.env, nodeRuns);
    const env = {
      ...process.env,
      PATH: `${path.dirname(node)}:${process.env.PATH}`,
      npm_config_nodedir: nodeFolder, // The headers for its native modules; without it they would be downloaded.
      npm_config_unsafe_perm: 'true',
    };
    if (!isInstalled(home)) await ensurePackages(['code-server build'], { askForRoot });
    await install(home, `code-server@${codeServerVersion}`, env, codeServerRuns, 'about 3 minutes, 620 MB');
  });
  return installed;
}

/** Installs one npm package into a folder of its own, and marks the folder when the package has been seen to run. */
async function install(home, specifier, env, runs, size) {
  if (isMarked(home) && runs()) return;
  if (!isInstalled(home) || !runs()) {
    rmSync(home, { recursive: true, force: true });
    mkdirSync(home, { recursive: true });
    // npm runs the install scripts of those packages only that it is told to: these build native modules.
    const manifest = { private: true, allowScripts: { 'code-server': true, argon2: true } };
    writeFileSync(path.join(home, 'package.json'), JSON.stringify(manifest));
    say(`Installing ${specifier} into ${displayPath(home)}${size ? ` (${size})` : ''} …`);
    await run('npm', ['install', '--prefix', home, '--no-audit', '--no-fund', '--loglevel=error', specifier], {
      cwd: home,
      env: withoutNpmSettings(env),
    });
    if (!runs())
      throw new StopError(
        `${specifier} was installed into ${home}, but does not run. Delete that folder and try again.`,
      );
  }
  writeFileSync(path.join(home, '.complete'), `${specifier}\n`);
}

function isMarked(home) {
  return existsSync(path.join(home, '.complete'));
}

/** npm writes this file after every install script has ended well. */
function isInstalled(home) {
  try {
    return (
      Object.keys(JSON.parse(readFileSync(path.join(home, 'node_modules/.package-lock.json'), 'utf8')).packages)
        .length > 0
    );
  } catch {
    return false;
  }
}

/** Whether a program runs and says the version that we want. code-server would write its first settings into the home folder. */
function prints(program, args, version) {
  const folder = mkdtempSync(path.join(tmpdir(), 'netns-topology-'));
  try {
    const env = { ...process.env, CODE_SERVER_CONFIG: path.join(folder, 'config.yaml'), XDG_DATA_HOME: folder };
    const { status, stdout } = spawnSync(program, args, { encoding: 'utf8', timeout: 60_000, env });
    return status === 0 && stdout.split('\n').some((line) => line.startsWith(version));
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** `npm run` hands its own settings down in the environment; `npm_config_local_prefix` would win over our --prefix. */
function withoutNpmSettings(env) {
  const kept = new Set([
    'npm_config_nodedir',
    'npm_config_unsafe_perm',
    'npm_config_cache',
    'npm_config_registry',
    'npm_config_userconfig',
  ]);
  return Object.fromEntries(
    Object.entries(env).filter(([name]) => !/^npm_/i.test(name) || kept.has(name.toLowerCase())),
  );
}
