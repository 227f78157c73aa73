import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { pathToFileURL } from 'node:url';

type Table = Readonly<Record<string, string>>;

const root = path.resolve(__dirname, '../../..');
const read = (file: string): Table => JSON.parse(readFileSync(path.join(root, file), 'utf8')) as Table;
const script = async (name: string): Promise<unknown> =>
  (await import(pathToFileURL(path.join(root, 'scripts/l10n', name)).href)) as unknown;
const howTo = 'run: npm run l10n';

describe('the languages', function () {
  this.timeout(120_000);
  const languages = readdirSync(root).flatMap((file) => /^package\.nls\.([\w-]+)\.json$/.exec(file)?.[1] ?? []);

  it('are English and Chinese', () => {
    assert.deepEqual(languages, ['zh-cn']);
  });

  it('have every text of the manifest, which holds none itself', async () => {
    const { keysOf, plainTexts } = (await script('manifest.mjs')) as {
      keysOf: (manifest: unknown) => string[];
      plainTexts: (manifest: unknown) => string[];
    };
    const manifest: unknown = JSON.parse(readFileSync(path.join(root, 'package.json'), 'utf8'));
    assert.deepEqual(plainTexts(manifest), [], howTo);
    const keys = keysOf(manifest).sort();
    assert.ok(keys.length > 100);
    for (const file of ['package.nls.json', ...languages.map((one) => `package.nls.${one}.json`)]) {
      assert.deepEqual(Object.keys(read(file)).sort(), keys, `${file}: ${howTo}`);
    }
  });

  it('have every text of the source: commands, errors, problems of a file, hovers, plans, traces, and all webviews', async () => {
    const { sourceTexts } = (await script('texts.mjs')) as { sourceTexts: () => string[] };
    const keys = sourceTexts();
    for (const text of [
      'Trace a Packet (T)',
      'Follow the Newest Packets',
      '`{0}` is a port of `{1}` already.',
      '**Namespace** {0}',
      'Virtual cables (veth pairs), each between two endpoints.',
      '{0} does not reach {1}: {2}{3}',
      '{0} shows the {1} key {2}',
    ])
      assert.ok(keys.includes(text), `${text} is not found in the source any more`);
    for (const file of ['l10n/bundle.l10n.json', ...languages.map((one) => `l10n/bundle.l10n.${one}.json`)]) {
      assert.deepEqual(Object.keys(read(file)).sort(), keys, `${file}: ${howTo}`);
    }
  });

  it('say the same: no text is empty, what is filled in and what is linked is the same', () => {
    const filled = (text: string): string => [...new Set(text.match(/\{\d+\}/g) ?? [])].sort().join();
    const linked = (text: string): string => (text.match(/\]\(command:[^)]*\)|`[^`]*`/g) ?? []).sort().join();
    for (const language of languages) {
      for (const [english, other] of [
        ['package.nls.json', `package.nls.${language}.json`],
        ['l10n/bundle.l10n.json', `l10n/bundle.l10n.${language}.json`],
      ] as const) {
        const table = read(other);
        for (const [key, text] of Object.entries(read(english))) {
          const translated = table[key] ?? '';
          assert.ok(translated.trim() !== '', key);
          assert.equal(filled(translated), filled(text), key);
          assert.equal(linked(translated), linked(text), key);
        }
      }
    }
  });
});
