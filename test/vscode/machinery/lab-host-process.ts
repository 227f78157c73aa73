import { chownSync } from 'node:fs';
import { startLabHost } from '../../lab-host';

/**
 * A lab host in a process of its own, run under sudo by root-lab-host.ts. It prints how to reach the host as one line of JSON,
 * gives the key to the user who called sudo, and ends the host when its standard input ends.
 */
async function main(): Promise<void> {
  // Ctrl-C reaches every process of the terminal; ours waits until its parent has closed VS Code, and lets go.
  for (const signal of ['SIGINT', 'SIGHUP'] as const) process.on(signal, () => undefined);
  const inputEnded = new Promise<void>((resolve) => {
    process.stdin.once('end', resolve).once('error', resolve).resume();
    process.once('SIGTERM', resolve);
  });
  const lab = await startLabHost();
  const { address, port, identityFile, knownHostsFile, directory } = lab;
  const [user, group] = [Number(process.env['SUDO_UID'] ?? 0), Number(process.env['SUDO_GID'] ?? 0)];
  for (const file of [directory, identityFile, knownHostsFile]) chownSync(file, user, group);
  process.stdout.write(`${JSON.stringify({ address, port, identityFile, knownHostsFile })}\n`);
  await inputEnded;
  await lab.stop();
  process.exit(0);
}

main().catch((error: unknown) => {
  console.error(error instanceof Error ? error.message : error);
  process.exit(1);
});
