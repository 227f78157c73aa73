// Child processes that never outlive us: every way out of this process ends them.
import { spawn } from 'node:child_process';
import { constants } from 'node:os';
import { StopError } from './say.mjs';

/** What is running: process ids, negative for a whole group, as kill(2) takes them. */
const running = new Set();
const signals = ['SIGINT', 'SIGTERM', 'SIGHUP'];

/**
 * Runs a program to its end in our own process group, where it may ask questions on the terminal.
 * Throws StopError when it fails; `allowFailure` hands the exit code back instead.
 */
export function run(program, args, { cwd, env, allowFailure = false, stdio = 'inherit' } = {}) {
  return new Promise((resolve, reject) => {
    const child = track(spawn(program, args, { cwd, env, stdio }), 1);
    child.once('error', (error) => reject(new StopError(`Cannot run ${program}: ${error.message}`)));
    child.once('exit', (code, signal) => {
      const exitCode = code ?? 128 + constants.signals[signal];
      if (exitCode === 0 || allowFailure) resolve(exitCode);
      else reject(new StopError(`${[program, ...args].join(' ')}\nended with exit code ${exitCode}.`));
    });
  });
}

/** Starts a program as the leader of a process group that ends with it, and with us. */
export function startGroup(program, args, options = {}) {
  const child = track(spawn(program, args, { ...options, detached: true }), -1);
  child.once('exit', () => send(-child.pid, 'SIGTERM')); // What the leader left behind goes with it.
  return child;
}

/** Asks a group to end, and makes it end after `patienceSeconds`. Resolves when its leader is gone. */
export async function endGroup(child, patienceSeconds = 10) {
  if (child.pid === undefined || child.exitCode !== null || child.signalCode !== null) return;
  const gone = new Promise((resolve) => child.once('exit', resolve));
  send(-child.pid, 'SIGTERM');
  const timer = setTimeout(() => send(-child.pid, 'SIGKILL'), patienceSeconds * 1000);
  await gone;
  clearTimeout(timer);
}

function track(child, sign) {
  if (child.pid === undefined) return child; // It could not be started; its `error` event says why.
  const id = sign * child.pid;
  if (running.size === 0) for (const signal of signals) process.on(signal, endWithChildren);
  running.add(id);
  child.once('exit', () => {
    running.delete(id);
    // Whoever comes next may want to end in a way of its own.
    if (running.size === 0) for (const signal of signals) process.off(signal, endWithChildren);
  });
  return child;
}

function endWithChildren(signal) {
  process.exit(128 + constants.signals[signal]);
}

process.on('exit', () => {
  for (const id of running) send(id, id < 0 ? 'SIGKILL' : 'SIGTERM');
});

function send(id, signal) {
  try {
    process.kill(id, signal);
  } catch {
    // It has ended already.
  }
}
