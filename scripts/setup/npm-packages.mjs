// Makes node_modules what package-lock.json says, without which nothing else of the project runs.
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { run } from './processes.mjs';
import { root } from './paths.mjs';
import { say } from './say.mjs';

/** Runs `npm ci` where node_modules is missing, half installed or not what the lock file says. */
export async function ensureNpmPackages() {
  const stale = staleReason();
  if (stale === undefined) return;
  say(`${stale}: running npm ci …`);
  await run('npm', ['ci', '--no-audit', '--no-fund'], { cwd: root });
}

/**
 * Why `npm ci` is needed; undefined where it is not. npm writes node_modules/.package-lock.json last of all, so an interrupted
 * installation has none. Times of files say nothing after a checkout, versions do.
 */
function staleReason() {
  const wanted = lockedPackages('package-lock.json');
  let installed;
  try {
    installed = lockedPackages('node_modules/.package-lock.json');
  } catch {
    return 'The npm packages are not installed';
  }
  for (const [folder, { version, optional }] of Object.entries(wanted)) {
    if (folder === '' || (optional && installed[folder] === undefined)) continue; // Optional: made for another system.
    if (installed[folder]?.version !== version)
      return `${folder.replace(/^.*node_modules\//, '')} is not at ${version}`;
  }
  return undefined;
}

function lockedPackages(file) {
  return JSON.parse(readFileSync(path.join(root, file), 'utf8')).packages;
}
