// Keeps two runs of the set-up from installing into one folder at the same time.
import { spawnSync } from 'node:child_process';
import { closeSync, mkdirSync, openSync } from 'node:fs';
import path from 'node:path';
import { say, StopError } from './say.mjs';

/**
 * Runs `work` while this process alone holds `lockFile`. The lock is flock(2)'s: the `flock` program takes it on a file that
 * we opened, so it is ours until we close the file or die, and a killed run leaves nothing to clean up.
 */
export async function withLock(lockFile, what, work) {
  mkdirSync(path.dirname(lockFile), { recursive: true });
  const file = openSync(lockFile, 'a');
  try {
    if (flock(file, ['--nonblock']) !== 0) {
      say(`Another run is installing ${what}; waiting for it …`);
      if (flock(file, ['--timeout', '1800']) !== 0)
        throw new StopError(`${lockFile} is still locked after 30 minutes.`);
    }
    return await work();
  } finally {
    closeSync(file);
  }
}

function flock(file, args) {
  const { status, error } = spawnSync('flock', [...args, '3'], { stdio: ['ignore', 'inherit', 'inherit', file] });
  if (error) throw new StopError(`Cannot run flock (package util-linux): ${error.message}`);
  return status;
}
