// ThirdPartyNotices.txt: the licences of the packages that are inside our bundles, as those licences want it.
import { readdir, readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('..', import.meta.url));
const licenceName = /^(licen[cs]e|copying|notice)([.-].*)?$/i;

/**
 * Writes the notices of every package that a bundle took something from.
 * @param {string[]} inputs the bundles' inputs, as esbuild's metafile names them: relative to the repository
 * @throws when a package has neither a licence file nor a licence in its package.json
 */
export async function writeNotices(inputs) {
  const folders = new Set(['node_modules/@vscode/codicons']); // Its font is copied, not bundled.
  for (const input of inputs) {
    const folder = /^(.*node_modules\/(?:@[^/]+\/)?[^/]+)\//.exec(input)?.[1];
    if (folder !== undefined) folders.add(folder);
  }
  const notices = [];
  for (const folder of [...folders].sort()) notices.push(await notice(path.join(root, folder)));
  const text = `Netns Topology contains the following packages.\n\n${notices.join(`\n${'-'.repeat(80)}\n\n`)}`;
  await writeFile(path.join(root, 'ThirdPartyNotices.txt'), text);
}

async function notice(folder) {
  const manifest = JSON.parse(await readFile(path.join(folder, 'package.json'), 'utf8'));
  const files = (await readdir(folder)).filter((name) => licenceName.test(name)).sort();
  if (files.length === 0 && typeof manifest.license !== 'string') {
    throw new Error(`${manifest.name} is in a bundle, and says no licence.`);
  }
  const texts = await Promise.all(files.map((name) => readFile(path.join(folder, name), 'utf8')));
  const heading = `${manifest.name} ${manifest.version} (${manifest.license ?? 'see below'})`;
  return `${[heading, ...texts.map((text) => text.trim())].join('\n\n')}\n`;
}
