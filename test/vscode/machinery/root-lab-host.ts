import { spawn } from 'node:child_process';
import path from 'node:path';
import { createInterface } from 'node:readline';
import { startLabHost } from '../../lab-host';
import type { LabHost } from '../../lab-host';

const repository = path.resolve(__dirname, '../../..');

/** The part of a lab host that is of use to another process, and to another user. */
export type ReachableLabHost = Pick<LabHost, 'address' | 'port' | 'identityFile' | 'knownHostsFile' | 'stop'>;

/** Starts a lab host: here if we are root, else in a process of its own under sudo, which may ask for a password. */
export async function startLabHostAsRoot(): Promise<ReachableLabHost> {
  if (process.getuid?.() === 0) return await startLabHost();
  console.log('The lab host is made of network namespaces, which needs root: sudo may ask for your password.');
  const child = spawn(
    'sudo',
    ['--', process.execPath, '--import', 'tsx', path.join(__dirname, 'lab-host-process.ts')],
    {
      cwd: repository,
      stdio: ['pipe', 'pipe', 'inherit'],
    },
  );
  const exited = new Promise<number>((resolve, reject) => {
    child.once('exit', (code) => {
      resolve(code ?? -1);
    });
    child.once('error', reject);
  });
  child.stdin.on('error', () => undefined); // It ended before us; `exited` says so.
  const lines = createInterface(child.stdout);
  const firstLine = new Promise<string>((resolve) => lines.once('line', resolve));
  const first = await Promise.race([firstLine, exited]);
  if (typeof first === 'number') throw new Error(`The lab host did not start under sudo (exit code ${first}).`);
  return {
    ...(JSON.parse(first) as Omit<ReachableLabHost, 'stop'>),
    async stop() {
      child.stdin.end();
      await exited;
    },
  };
}
