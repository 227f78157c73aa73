import assert from 'node:assert/strict';
import { execFile, spawn, type ChildProcess } from 'node:child_process';
import { writeFile } from 'node:fs/promises';
import path from 'node:path';
import { promisify } from 'node:util';
import { quoteCommand } from '../../src/base/shell-quote';
import type { LabHost, LabUser } from '../lab-host';

export const projectFolder = path.resolve(__dirname, '../..');
export const planetsFile = path.join(projectFolder, 'examples/planets.netns.yaml');
const bundle = path.join(projectFolder, 'dist/lab.js');

/** Builds what the tests start: the driver's own bundle, as `npm run lab` does. */
export async function buildDriver(): Promise<void> {
  const script = path.join(projectFolder, 'scripts/build.mjs');
  await promisify(execFile)(process.execPath, [script, '--only', 'lab', '--quiet']);
}

export interface DriverResult {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

export interface RunningDriver {
  readonly child: ChildProcess;
  readonly ended: Promise<DriverResult>;
  /** Settles when the driver has printed something that matches, on either output. */
  printed(pattern: RegExp): Promise<void>;
}

/** Starts the driver with nothing of this machine's user: no agent, no ~/.ssh, no terminal. */
export function startDriver(lab: LabHost, argv: readonly string[]): RunningDriver {
  const child = spawn(process.execPath, [bundle, ...argv], {
    stdio: ['ignore', 'pipe', 'pipe'],
    env: { PATH: process.env.PATH, HOME: lab.directory },
  });
  const result = { stdout: '', stderr: '' };
  const waiting = new Set<() => void>();
  const take = (name: 'stdout' | 'stderr') => (text: string) => {
    result[name] += text;
    for (const check of waiting) check();
  };
  child.stdout.setEncoding('utf8').on('data', take('stdout'));
  child.stderr.setEncoding('utf8').on('data', take('stderr'));
  const ended = new Promise<DriverResult>((resolve, reject) => {
    child.once('error', reject);
    child.once('close', (code) => resolve({ code, ...result }));
  });
  const printed = (pattern: RegExp): Promise<void> =>
    new Promise((resolve, reject) => {
      const check = (): void => {
        if (!pattern.test(result.stdout + result.stderr)) return;
        waiting.delete(check);
        resolve();
      };
      waiting.add(check);
      check();
      void ended.then(() => reject(new Error(`Ended without ${String(pattern)}:\n${result.stdout}${result.stderr}`)));
    });
  return { child, ended, printed };
}

/** The options that lead to a lab host. */
export function targetOptions(lab: LabHost, user: LabUser): string[] {
  const target = `ssh://${user}@${lab.address}:${lab.port}`;
  return ['--target', target, '--identity', lab.identityFile, '--known-hosts', lab.knownHostsFile];
}

/** One way to work on a lab host. */
export type Drive = (argv: readonly string[]) => Promise<DriverResult>;

export function overSsh(lab: LabHost, user: LabUser): Drive {
  return (argv) => startDriver(lab, [...argv, ...targetOptions(lab, user)]).ended;
}

/** The driver runs on the lab host itself, which sees this project's folder; never on this machine. */
export function onTheHost(lab: LabHost): Drive {
  return (argv) => lab.run(quoteCommand([process.execPath, bundle, ...argv, '--target', 'local']));
}

/** The one JSON document that a run with `--json` prints. */
export function documentOf({ stdout, stderr }: DriverResult): Record<string, unknown> {
  try {
    return JSON.parse(stdout) as Record<string, unknown>;
  } catch (error) {
    assert.fail(`No JSON document: ${String(error)}\n${stdout}\n${stderr}`);
  }
}

/** Writes a topology file into the lab host's own directory. */
export async function topologyFile(lab: LabHost, name: string, text: string): Promise<string> {
  const file = path.join(lab.directory, name);
  await writeFile(file, text);
  return file;
}
