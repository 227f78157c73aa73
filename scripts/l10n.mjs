// `npm run l10n`: moves new texts of package.json to package.nls.json, writes l10n/bundle.l10n.json from the source, and lists what the
// other languages lack; what they have too much is taken out of them. A test fails where something is missing.
import { existsSync, readFileSync, readdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import prettier from 'prettier';
import { keysOf, moveTexts } from './l10n/manifest.mjs';
import { sourceTexts } from './l10n/texts.mjs';
import { root } from './setup/paths.mjs';
import { main, say } from './setup/say.mjs';

const read = (file) =>
  existsSync(path.join(root, file)) ? JSON.parse(readFileSync(path.join(root, file), 'utf8')) : {};

async function write(file, value) {
  const filepath = path.join(root, file);
  const options = await prettier.resolveConfig(filepath);
  writeFileSync(filepath, await prettier.format(JSON.stringify(value, undefined, 2), { ...options, filepath }));
}

const picked = (table, keys) => Object.fromEntries(keys.flatMap((key) => (key in table ? [[key, table[key]]] : [])));

await main(async () => {
  const manifest = read('package.json');
  const texts = read('package.nls.json');
  const added = moveTexts(manifest, texts);
  const keys = keysOf(manifest);
  await write('package.json', manifest);
  await write('package.nls.json', picked(texts, keys));
  if (added.length > 0) say(`New in package.nls.json: ${added.join(', ')}`);

  const bundle = Object.fromEntries(sourceTexts().map((text) => [text, text]));
  const bundleKeys = Object.keys(bundle).sort();
  await write('l10n/bundle.l10n.json', picked(bundle, bundleKeys));

  let missing = 0;
  const languages = readdirSync(root).flatMap((file) => /^package\.nls\.([\w-]+)\.json$/.exec(file)?.[1] ?? []);
  for (const language of languages) {
    for (const [file, wanted, english] of [
      [`package.nls.${language}.json`, keys, texts],
      [`l10n/bundle.l10n.${language}.json`, bundleKeys, bundle],
    ]) {
      const table = read(file);
      await write(file, picked(table, wanted));
      for (const key of wanted.filter((one) => !(one in table))) {
        missing++;
        console.log(`${file} lacks ${JSON.stringify(key)}: ${JSON.stringify(english[key])}`);
      }
    }
  }
  say(missing === 0 ? 'Every language has every text.' : `${missing} texts are missing.`);
  return missing === 0 ? 0 : 1;
});
