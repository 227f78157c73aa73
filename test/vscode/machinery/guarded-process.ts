import { spawn } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { createWriteStream } from 'node:fs';

/**
 * Leads a process group, starts the program in it, and ends the whole group when its own standard input ends: that happens when
 * we ask for it, and also when we die of whatever cause. `$1` is a folder that goes then too (or empty), the rest the program.
 */
const guard = `
exec 3<&0
folder=$1; shift
"$@" </dev/null 3<&- &
program=$!
(
  trap '' TERM HUP INT
  read -r _ <&3
  kill -TERM -$$
  tries=0
  while kill -0 "$program" 2>/dev/null && [ "$tries" -lt 60 ]; do sleep 0.1; tries=$((tries + 1)); done
  [ -z "$folder" ] || rm -rf -- "$folder"
  kill -KILL -$$
) &
guard=$!
exec 3<&-
wait "$program"
code=$?
kill -KILL "$guard"
exit "$code"
`;

export interface GuardedOptions {
  readonly env?: NodeJS.ProcessEnv;
  readonly cwd?: string;
  /** Where the output is kept; without it the output is only handed to `onOutput`. */
  readonly logFile?: string;
  /** Deleted when the process is stopped, or when we are gone. */
  readonly folder?: string;
  readonly onOutput?: (text: string) => void;
}

/** A program that ends, with everything it started in its process group, at the latest when this process does. */
export interface GuardedProcess {
  /** The group's id. */
  readonly pid: number;
  /** The exit code, once the program has ended by itself or was stopped. */
  readonly exited: Promise<number>;
  /** Resolves when nothing of the group is left. */
  stop(): Promise<void>;
}

/** Starts a program under the guard. A program that cannot be run exits with 127, as in a shell. */
export function startGuarded(program: string, args: readonly string[], options: GuardedOptions = {}): GuardedProcess {
  const child = spawn('/bin/sh', ['-c', guard, 'guard', options.folder ?? '', program, ...args], {
    cwd: options.cwd,
    env: options.env ?? process.env,
    detached: true,
    stdio: ['pipe', 'pipe', 'pipe'],
  });
  const { pid } = child;
  if (pid === undefined) throw new Error('Cannot run /bin/sh.');
  const log = options.logFile === undefined ? undefined : createWriteStream(options.logFile, { flags: 'a' });
  for (const stream of [child.stdout, child.stderr]) {
    stream.setEncoding('utf8');
    stream.on('data', (text: string) => {
      log?.write(text);
      options.onOutput?.(text);
    });
  }
  child.stdin.on('error', () => undefined); // It ended before us: `exited` says so.
  const exited = exitCode(child);
  void exited.then(() => log?.end());
  return {
    pid,
    exited,
    async stop() {
      child.stdin.end();
      await exited;
      await waitForGroupToEnd(pid);
    },
  };
}

function exitCode(child: ChildProcess): Promise<number> {
  return new Promise((resolve) => {
    child.once('exit', (code) => {
      resolve(code ?? -1);
    });
    child.once('error', () => {
      resolve(-1);
    });
  });
}

async function waitForGroupToEnd(group: number): Promise<void> {
  const deadline = Date.now() + 15_000;
  while (groupExists(group)) {
    if (Date.now() > deadline) throw new Error(`Process group ${group} does not end.`);
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}

/** Whether any process of a group is alive. */
export function groupExists(group: number): boolean {
  try {
    process.kill(-group, 0);
    return true;
  } catch {
    return false;
  }
}
