// The suites of `npm test`, in the order in which they run: what each needs, and how it is started.
import path from 'node:path';
import { root } from '../setup/paths.mjs';

const mocha = (files, ...options) => [
  process.execPath,
  path.join(root, 'node_modules/mocha/bin/mocha.js'),
  ...['--reporter', path.join(root, 'scripts/testing/counts-reporter.cjs')],
  ...options,
  files,
];

/**
 * @typedef {object} Suite
 * @property {string} id for --suite
 * @property {string} title
 * @property {string[]} command
 * @property {('lab host' | 'shells' | 'Open vSwitch' | 'browser')[]} packages
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
    command: mocha('test/unit/**/*.test.ts'),
    packages: ['browser', 'shells'],
    needsRoot: false,
    needsCodeServer: false,
    needsPackage: false,
    timeoutSeconds: 480,
  },
  {
    id: 'host',
    title: 'host tests (a real sshd, a real kernel)',
    command: mocha('test/host/**/*.test.ts'),
    packages: ['lab host', 'Open vSwitch', 'shells'],
    needsRoot: true,
    needsCodeServer: false,
    needsPackage: false,
    timeoutSeconds: 600,
  },
  {
    id: 'in-host',
    title: 'VS Code tests in the extension host',
    command: [process.execPath, '--import', 'tsx', 'test/vscode/machinery/run-in-host.ts'],
    packages: ['lab host', 'browser'],
    needsRoot: true,
    needsCodeServer: true,
    needsPackage: false,
    timeoutSeconds: 240,
  },
  {
    id: 'driven',
    title: 'VS Code tests driven as by a user',
    command: mocha('test/vscode/driven/**/*.test.ts'),
    packages: ['lab host', 'browser'],
    needsRoot: true,
    needsCodeServer: true,
    needsPackage: true,
    timeoutSeconds: 480,
  },
];
