import { readFileSync, readlinkSync } from 'node:fs';
import { readdir, rm } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';

const prefix = 'netns-lab-';

/**
 * The beginning of the name of a lab host's directory. It says who owns it: the PID namespace, the process and when that
 * was started, so that a process id used a second time is not taken for the owner.
 */
export function directoryPrefix(): string {
  const started = startTime(process.pid);
  if (started === undefined) throw new Error('The lab host needs /proc.');
  return path.join(os.tmpdir(), `${prefix}${ownPidNamespace()}-${process.pid}-${started}-`);
}

/**
 * Removes the directories of lab hosts whose owner and guardian were both killed. Directories are all that can stay
 * behind: processes, namespaces and interfaces end with their guardian (see guardian.sh).
 */
export async function sweepLeftovers(): Promise<void> {
  const pattern = new RegExp(`^${prefix}(\\d+)-(\\d+)-(\\d+)-`);
  for (const name of await readdir(os.tmpdir())) {
    const match = pattern.exec(name);
    if (match === null) continue;
    const [, pidNamespace, pid, started] = match;
    // Whether a process of another PID namespace lives cannot be known here.
    if (pidNamespace !== ownPidNamespace()) continue;
    if (startTime(Number(pid)) === started) continue;
    await rm(path.join(os.tmpdir(), name), { recursive: true, force: true });
  }
}

function ownPidNamespace(): string {
  return readlinkSync('/proc/self/ns/pid').replace(/\D/g, '');
}

/** When a process was started, in clock ticks since boot (proc_pid_stat(5), field 22); undefined when there is none. */
function startTime(pid: number): string | undefined {
  let stat: string;
  try {
    stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
  } catch {
    return undefined;
  }
  // The second field, the name, may hold blanks and parentheses; the third follows the last `)`.
  return stat.slice(stat.lastIndexOf(')') + 2).split(' ')[19];
}
