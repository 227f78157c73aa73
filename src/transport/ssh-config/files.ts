import { readdir, readFile } from 'node:fs/promises';
import { homedir } from 'node:os';
import path from 'node:path';
import { matchesPattern } from '../known-hosts';
import { splitConfigLine, type ConfigLine } from './words';

/** A file of the configuration with what it includes, still as it is written. */
export type ConfigItem = ConfigLine | { readonly included: readonly (readonly ConfigItem[])[] };

/** OpenSSH's own limit on files that include one another. */
const includeDepth = 16;

/** Larger is no configuration. */
const sizeLimit = 1024 * 1024;

/** The files that ssh(1) reads, the user's first. */
export function usualConfigFiles(home = homedir()): readonly ConfigFile[] {
  return [
    { file: path.join(home, '.ssh/config'), base: path.join(home, '.ssh') },
    { file: '/etc/ssh/ssh_config', base: '/etc/ssh' },
  ];
}

export interface ConfigFile {
  readonly file: string;
  /** Where an Include that is no absolute path begins. */
  readonly base: string;
}

/** Reads a file with all that it includes. What is not there or cannot be read says nothing. Never throws. */
export async function readConfig({ file, base }: ConfigFile, depth = 0): Promise<readonly ConfigItem[]> {
  const text = await readFile(file, 'utf8').catch(() => '');
  if (text.length > sizeLimit) return [];
  const items: ConfigItem[] = [];
  for (const line of text.split(/\r?\n/)) {
    const read = splitConfigLine(line);
    if (read === undefined) continue;
    if (read.keyword !== 'include') items.push(read);
    else if (depth < includeDepth) {
      const included: (readonly ConfigItem[])[] = [];
      for (const pattern of read.words) {
        for (const found of await glob(absolute(pattern, base))) {
          included.push(await readConfig({ file: found, base }, depth + 1));
        }
      }
      items.push({ included });
    }
  }
  return items;
}

function absolute(pattern: string, base: string): string {
  if (pattern === '~' || pattern.startsWith('~/')) return path.join(homedir(), pattern.slice(1));
  return path.isAbsolute(pattern) ? pattern : path.join(base, pattern);
}

/** The files that a path with `*` and `?` stands for, sorted as glob(3) does. */
async function glob(pattern: string): Promise<string[]> {
  let found = [path.parse(pattern).root];
  for (const part of pattern.split(/[\\/]/).filter((one) => one !== '')) {
    const next: string[] = [];
    for (const folder of found) {
      if (!/[*?]/.test(part)) next.push(path.join(folder, part));
      else {
        const names = await readdir(folder).catch(() => []);
        const matching = names.filter(
          (name) => matchesPattern(part, name) && name.startsWith('.') === part.startsWith('.'),
        );
        next.push(...matching.sort().map((name) => path.join(folder, name)));
      }
    }
    found = next;
  }
  return found;
}
