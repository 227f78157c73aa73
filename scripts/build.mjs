// Bundles the extension, its language worker, the headless driver and the webview into dist/. `--only extension|language-worker|lab|webview` builds one,
// `--watch` rebuilds, `--quiet` prints nothing but errors, `--production` minifies, leaves nothing of other builds in dist/, and
// writes ThirdPartyNotices.txt.
import { build, context } from 'esbuild';
import { copyFile, mkdir, rm, stat } from 'node:fs/promises';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { generate } from './generate.mjs';
import { writeNotices } from './notices.mjs';

const root = fileURLToPath(new URL('..', import.meta.url));
const { values: options } = parseArgs({
  options: {
    only: { type: 'string' },
    watch: { type: 'boolean', default: false },
    quiet: { type: 'boolean', default: false },
    production: { type: 'boolean', default: false },
  },
});

const shared = {
  absWorkingDir: root,
  bundle: true,
  sourcemap: options.production ? false : 'linked',
  minify: options.production,
  legalComments: 'none', // ThirdPartyNotices.txt has them all.
  metafile: true,
  logLevel: 'warning',
  define: { 'process.env.NODE_ENV': options.production ? '"production"' : '"development"' },
};

// ssh2 tries two native helpers and does without them: they stay outside, so the bundle runs on every platform.
const nodeBundle = {
  ...shared,
  platform: 'node',
  format: 'cjs',
  target: 'node20',
  external: ['cpu-features', '*.node'],
};

/** The pages of webviews. */
const pages = ['graph', 'capture', 'measurement', 'trace'];

const bundles = {
  extension: {
    ...nodeBundle,
    entryPoints: ['src/vscode/extension.ts'],
    outfile: 'dist/extension.js',
    external: [...nodeBundle.external, 'vscode'],
  },
  // `vscode` is not external in these two: an import of it by way of what they hold fails the build.
  'language-worker': {
    ...nodeBundle,
    entryPoints: ['src/vscode/editor/service/worker.ts'],
    outfile: 'dist/language-worker.js',
  },
  lab: { ...nodeBundle, entryPoints: ['src/cli/main.ts'], outfile: 'dist/lab.js' },
  webview: {
    ...shared,
    platform: 'browser',
    format: 'iife',
    target: 'es2022',
    entryPoints: pages.flatMap((page) => [`webview/${page}.ts`, `webview/${page}.css`]),
    outdir: 'dist/webview',
    loader: { '.ttf': 'file' },
    assetNames: '[name]',
  },
};

const names = options.only === undefined ? Object.keys(bundles) : [options.only];
if (names.some((name) => !(name in bundles))) {
  console.error(`No bundle "${options.only}"; there are ${Object.keys(bundles).join(', ')}.`);
  process.exit(2);
}

await generate();
if (options.production) await rm(path.join(root, 'dist'), { recursive: true, force: true });
if (names.includes('webview')) {
  await mkdir(path.join(root, 'dist/webview'), { recursive: true });
  const codicons = path.join(root, 'node_modules/@vscode/codicons/dist');
  for (const file of ['codicon.css', 'codicon.ttf']) {
    await copyFile(path.join(codicons, file), path.join(root, 'dist/webview', file));
  }
}
if (options.watch) {
  for (const name of names) await (await context(bundles[name])).watch();
} else {
  const bundled = [];
  for (const name of names) {
    const { metafile } = await build(bundles[name]).catch(() => process.exit(1)); // esbuild has said why.
    bundled.push(...Object.keys(metafile.inputs));
    if (!options.quiet) await printSize(name);
  }
  if (options.production) await writeNotices(bundled);
}

/** Prints the size of what a bundle wrote. */
async function printSize(name) {
  const ofPages = pages.flatMap((page) => [`dist/webview/${page}.js`, `dist/webview/${page}.css`]);
  const files = name === 'webview' ? ofPages : [bundles[name].outfile];
  for (const file of files) {
    const { size } = await stat(path.join(root, file));
    console.log(`${file.padEnd(28)} ${(size / 1024).toFixed(0).padStart(6)} KiB`);
  }
}
