// Where things are on this machine. Node.js only: these modules run before anything is installed.
import { homedir } from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';

/** The repository's folder. */
export const root = fileURLToPath(new URL('../..', import.meta.url)).replace(/\/$/, '');

/** Where tools too large for node_modules are kept between runs and between checkouts. */
export const cacheFolder = path.join(process.env.XDG_CACHE_HOME || path.join(homedir(), '.cache'), 'netns-topology');

/** Where the tests leave what people may want to look at afterwards. Not committed. */
export const artifactsFolder = path.join(root, 'artifacts');

/** A path as a person would write it: relative to where they are, or with `~`. */
export function displayPath(file) {
  const relative = path.relative(process.cwd(), file);
  if (!relative.startsWith('..')) return relative || '.';
  return file.startsWith(`${homedir()}/`) ? `~${file.slice(homedir().length)}` : file;
}
