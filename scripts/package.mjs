// `npm run package`: a production build and the VSIX of it, which is opened again to see that it holds what runs and nothing else.
// `--quiet` prints only its size.
import { appendFileSync, existsSync, mkdirSync, readdirSync, rmSync, statSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { ensureNpmPackages } from './setup/npm-packages.mjs';
import { artifactsFolder, root } from './setup/paths.mjs';
import { run } from './setup/processes.mjs';
import { main, requireNode, say, StopError } from './setup/say.mjs';

/** What may be in it. */
const expected = [
  /^\[Content_Types\]\.xml$/,
  /^extension\.vsixmanifest$/,
  /^extension\/(package\.json|package\.nls(\.[a-z-]+)?\.json|l10n\/bundle\.l10n(\.[a-z-]+)?\.json|readme\.md|changelog\.md|LICENSE\.txt|ThirdPartyNotices\.txt)$/i,
  /^extension\/dist\/(extension|language-worker)\.js$/,
  /^extension\/dist\/webview\/[a-z-]+\.(js|css|ttf)$/,
  /^extension\/schemas\/[a-z-]+\.schema\.json$/,
  /^extension\/syntaxes\/[A-Za-z.-]+\.json$/,
  /^extension\/examples\/[\w-]+\.netns\.yaml$/,
  /^extension\/resources\/[a-z-]+\.(svg|png)$/,
  /^extension\/resources\/walkthrough\/[a-z-]+\.md$/,
];

const quiet = process.argv.includes('--quiet');

await main(async () => {
  requireNode(20);
  await ensureNpmPackages();
  const { name, version } = JSON.parse(await readFile(path.join(root, 'package.json'), 'utf8'));
  const vsix = path.join(root, `${name}-${version}.vsix`);
  for (const file of readdirSync(root)) if (file.endsWith('.vsix')) rmSync(path.join(root, file));

  await run(process.execPath, ['scripts/build.mjs', '--production', ...(quiet ? ['--quiet'] : [])], { cwd: root });
  // The bundles hold the dependencies; the README's relative links are for readers of the repository, which has no address.
  const vsce = path.join(root, 'node_modules/@vscode/vsce/vsce');
  await run(
    process.execPath,
    [vsce, 'package', '--no-dependencies', '--no-rewrite-relative-links', '--allow-missing-repository', '--out', vsix],
    {
      cwd: root,
      stdio: ['ignore', 'ignore', 'inherit'],
    },
  );
  await inspect(vsix);
});

async function inspect(vsix) {
  const entries = await zipEntries(vsix);
  const unexpected = entries.filter(({ name }) => !expected.some((pattern) => pattern.test(name)));
  if (unexpected.length > 0) {
    const names = unexpected.map(({ name }) => `  ${name}`).join('\n');
    throw new StopError(`The VSIX holds what does not run, or what scripts/package.mjs does not know yet:\n${names}`);
  }
  const missing = requiredFiles(JSON.parse(await readFile(path.join(root, 'package.json'), 'utf8'))).filter(
    (file) => !entries.some(({ name }) => name === `extension/${file}`),
  );
  if (missing.length > 0) throw new StopError(`The VSIX lacks ${missing.join(', ')}, which package.json names.`);

  if (!quiet) for (const { name, size } of entries) console.log(`${kib(size)}  ${name}`);
  const { size } = statSync(vsix);
  say(`${path.basename(vsix)}: ${entries.length} files, ${kib(size).trim()}`);
  // `npm test` prints it at its end, beside what the tests measured.
  mkdirSync(artifactsFolder, { recursive: true });
  const measured = { name: `VSIX, ${entries.length} files`, value: Math.round(size / 1024), unit: 'KiB' };
  appendFileSync(path.join(artifactsFolder, 'measurements.jsonl'), `${JSON.stringify(measured)}\n`);
}

/** The files of ours that a manifest refers to with `./`, and those that the code does. */
function requiredFiles(manifest) {
  const found = new Set();
  const visit = (value) => {
    if (typeof value === 'string') {
      const file = value.replace(/^\.\//, '');
      if (/^(\.\/)?[\w-]+\/[\w./-]+\.\w+$/.test(value) && existsSync(path.join(root, file))) found.add(file);
      if (value.startsWith('./')) found.add(file);
    } else if (typeof value === 'object' && value !== null) Object.values(value).forEach(visit);
  };
  found.add('dist/language-worker.js'); // The extension starts it by its path.
  for (const file of ['package.nls.json', 'package.nls.zh-cn.json', 'l10n/bundle.l10n.zh-cn.json']) found.add(file);
  visit({ main: manifest.main, contributes: manifest.contributes, icon: manifest.icon });
  return [...found];
}

async function zipEntries(file) {
  const { default: yauzl } = await import('yauzl');
  return await new Promise((resolve, reject) => {
    yauzl.open(file, (error, zip) => {
      if (error) return reject(error);
      const entries = [];
      zip.on('entry', ({ fileName, uncompressedSize }) => entries.push({ name: fileName, size: uncompressedSize }));
      zip.on('end', () => resolve(entries));
      zip.on('error', reject);
    });
  });
}

function kib(bytes) {
  return `${(bytes / 1024).toFixed(1).padStart(8)} KiB`;
}
