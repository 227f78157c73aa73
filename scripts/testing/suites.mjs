// The suites of `npm test`, in the order in which they run: what each needs, and how it is started.
import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { root } from '../setup/paths.mjs';

export const secondsFile = path.join(root, 'scripts/testing/host-seconds.json');

const mocha = (...files) => [
  process.execPath,
  path.join(root, 'node_modules/mocha/bin/mocha.js'),
  ...['--reporter', path.join(root, 'scripts/testing/counts-reporter.cjs')],
  ...files,
];

/**
 * Deals the test files below a folder out to several processes, the longest first, each to the one that has least to do so far.
 * How long they took once, in seconds, stands in the file beside this; `UPDATE_SECONDS=1 npm test` writes it anew.
 */
function dealt(folder, count) {
  const seconds = JSON.parse(readFileSync(secondsFile, 'utf8'));
  const files = readdirSync(path.join(root, folder), { recursive: true })
    .filter((file) => file.endsWith('.test.ts'))
    .map((file) => path.join(folder, file))
    .map((file) => ({ file, seconds: seconds[file] ?? 4 }))
    .sort((a, b) => b.seconds - a.seconds || a.file.localeCompare(b.file));
  const parts = Array.from({ length: count }, () => ({ files: [], seconds: 0 }));
  for (const each of files) {
    const least = parts.reduce((a, b) => (b.seconds < a.seconds ? b : a));
    least.files.push(each.file);
    least.seconds += each.seconds;
  }
  return parts.map((part) => mocha(...part.files));
}

/**
 * @typedef {object} Suite
 * @property {string} id for --suite
 * @property {string} title
 * @property {string[][]} commands the processes that it consists of
 * @property {boolean} alone it measures times, or needs the whole machine: nothing else is tested meanwhile
 * @property {('lab host' | 'shells' | 'Open vSwitch' | 'Mininet' | 'Podman' | 'browser')[]} packages
 * @property {boolean} needsRoot it starts a lab host, whose namespaces only root may make
 * @property {boolean} needsCodeServer
 * @property {boolean} needsPackage the packaged extension
 * @property {number} timeoutSeconds after which it counts as hung
 */

/** @type {Suite[]} */
export const suites = [
  {
    id: 'unit',
    title: 'unit tests',
    commands: [mocha('test/unit/**/*.test.ts')],
    alone: false,
    packages: ['browser', 'shells'],
    needsRoot: false,
    needsCodeServer: false,
    needsPackage: false,
    timeoutSeconds: 900,
  },
  {
    id: 'host',
    title: 'host tests (a real sshd, a real kernel)',
    commands: dealt('test/host', 3),
    alone: false,
    packages: ['lab host', 'Open vSwitch', 'shells', 'Mininet', 'Podman'],
    needsRoot: true,
    needsCodeServer: false,
    needsPackage: false,
    timeoutSeconds: 1800,
  },
  {
    id: 'in-host',
    title: 'VS Code tests in the extension host',
    commands: [[process.execPath, '--import', 'tsx', 'test/vscode/machinery/run-in-host.ts']],
    alone: true,
    packages: ['lab host', 'browser'],
    needsRoot: true,
    needsCodeServer: true,
    needsPackage: false,
    timeoutSeconds: 900,
  },
  {
    id: 'driven',
    title: 'VS Code tests driven as by a user',
    commands: [mocha('test/vscode/driven/**/*.test.ts')],
    alone: true,
    packages: ['lab host', 'browser'],
    needsRoot: true,
    needsCodeServer: true,
    needsPackage: true,
    timeoutSeconds: 1200,
  },
];
