// Child processes that never outlive us: each leads a process group of its own, and every way out of this process ends the groups.
import { spawn } from 'node:child_process';
import { constants } from 'node:os';
import { StopError } from './say.mjs';

const groups = new Set();
const cleanUps = new Set();
let ending = false;
let armed = false;

/**
 * Runs a program to its end in our own process group, where it may ask questions on the terminal.
 * Throws StopError when it fails; `allowFailure` hands the exit code back instead.
 */
export function run(program, args, { cwd, env, allowFailure = false, stdio = 'inherit' } = {}) {
  return new Promise((resolve, reject) => {
    const child = spawn(program, args, { cwd, env, stdio });
    child.once('error', (error) => reject(new StopError(`Cannot run ${program}: ${error.message}`)));
    child.once('exit', (code, signal) => {
      const exitCode = code ?? 128 + constants.signals[signal];
      if (exitCode === 0 || allowFailure) resolve(exitCode);
      else reject(new StopError(`${[program, ...args].join(' ')}\nended with exit code ${exitCode}.`));
    });
  });
}

/**
 * Runs a program to its end in a process group of its own, so that its children can be ended too.
 * @returns exit code, and whether `timeoutSeconds` ended it.
 */
export function runGroup(program, args, { cwd, env, timeoutSeconds, stdio = ['ignore', 'inherit', 'inherit'] } = {}) {
  return new Promise((resolve, reject) => {
    const child = startGroup(program, args, { cwd, env, stdio });
    let timedOut = false;
    const timer = setTimeout(() => {
      timedOut = true;
      void endGroup(child);
    }, timeoutSeconds * 1000);
    child.once('error', (error) => {
      clearTimeout(timer);
      reject(new StopError(`Cannot run ${program}: ${error.message}`));
    });
    child.once('exit', (code, signal) => {
      clearTimeout(timer);
      resolve({ exitCode: code ?? 128 + constants.signals[signal], timedOut });
    });
  });
}

/** Starts a program as the leader of a process group that ends with us. */
export function startGroup(program, args, options = {}) {
  endGroupsWithUs();
  const child = spawn(program, args, { ...options, detached: true });
  if (child.pid !== undefined) {
    groups.add(child.pid);
    // What the leader left behind goes with it.
    child.once('exit', () => {
      signalGroup(child.pid, 'SIGTERM');
      groups.delete(child.pid);
    });
  }
  return child;
}

/** Asks a group to end, and makes it end after `patienceSeconds`. Resolves when its leader is gone. */
export async function endGroup(child, patienceSeconds = 10) {
  if (child.pid === undefined || child.exitCode !== null || child.signalCode !== null) return;
  const gone = new Promise((resolve) => child.once('exit', resolve));
  signalGroup(child.pid, 'SIGTERM');
  const timer = setTimeout(() => signalGroup(child.pid, 'SIGKILL'), patienceSeconds * 1000);
  await gone;
  clearTimeout(timer);
}

/** Runs `cleanUp` before this process ends, also after Ctrl-C and SIGTERM. Returns a function that takes it back. */
export function beforeExit(cleanUp) {
  endGroupsWithUs();
  cleanUps.add(cleanUp);
  return () => cleanUps.delete(cleanUp);
}

/** Ends everything that was started here, newest clean-up first, and then this process. */
export async function endEverything(exitCode) {
  if (ending) return;
  ending = true;
  for (const cleanUp of [...cleanUps].reverse()) {
    try {
      await cleanUp();
    } catch (error) {
      console.error(error);
    }
  }
  process.exit(exitCode);
}

function endGroupsWithUs() {
  if (armed) return;
  armed = true;
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) {
    process.on(signal, () => void endEverything(128 + constants.signals[signal]));
  }
  process.on('exit', () => {
    for (const group of groups) signalGroup(group, 'SIGKILL');
  });
}

function signalGroup(group, signal) {
  try {
    process.kill(-group, signal);
  } catch {
    // The group is gone already.
  }
}
