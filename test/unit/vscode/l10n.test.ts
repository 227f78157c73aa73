import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import fc from 'fast-check';
import { Translations } from '../../../src/vscode/l10n/translations';

type Table = Readonly<Record<string, string>>;

const root = path.resolve(__dirname, '../../..');
const read = (file: string): Table => JSON.parse(readFileSync(path.join(root, file), 'utf8')) as Table;
const script = async (name: string): Promise<unknown> =>
  (await import(pathToFileURL(path.join(root, 'scripts/l10n', name)).href)) as unknown;
const howTo = 'run: npm run l10n';

describe('the languages', function () {
  this.timeout(60_000);
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

  it('have every text of the source', async () => {
    const { errorTexts, treeTexts, vscodeTexts } = (await script('texts.mjs')) as {
      errorTexts: () => string[];
      treeTexts: () => string[];
      vscodeTexts: () => Promise<Table>;
    };
    const keys = [...new Set([...errorTexts(), ...treeTexts(), ...Object.keys(await vscodeTexts())])].sort();
    assert.ok(keys.length > 400);
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

describe('finished sentences', () => {
  const bundle = read('l10n/bundle.l10n.zh-cn.json');
  const translations = new Translations(bundle);

  it('are translated by what they were made from', () => {
    assert.equal(
      translations.of('198.51.100.7 port 22 does not answer (waited 10 s).'),
      '198.51.100.7 的端口 22 没有应答（已等待 10 秒）。',
    );
    assert.equal(translations.of('Install it on the host.'), '请在主机上安装它。');
    assert.equal(translations.words('not connected · root@198.51.100.7'), '未连接 · root@198.51.100.7');
    assert.equal(translations.of('A sentence that nobody wrote.'), 'A sentence that nobody wrote.');
    assert.equal(new Translations({}).of('Install it on the host.'), 'Install it on the host.');
  });

  it('keep what is filled in, whatever that is', () => {
    const templates = Object.keys(bundle).filter(
      (key) => key.replace(/\{\d+\}/g, '').replace(/\P{L}/gu, '').length >= 12,
    );
    assert.ok(templates.length > 100);
    const value = fc.stringMatching(/^[a-z0-9@.]{1,12}$/);
    fc.assert(
      fc.property(fc.constantFrom(...templates), fc.array(value, { minLength: 6, maxLength: 6 }), (key, values) => {
        const fill = (text: string): string => text.replace(/\{(\d+)\}/g, (_all, n: string) => values[Number(n)] ?? '');
        const translated = translations.of(fill(key));
        // Another template may fit as well; then its words are said, with the same things in them.
        if (translated === fill(bundle[key] ?? '')) return;
        assert.notEqual(translated, fill(key));
        for (const one of new Set(key.match(/\{\d+\}/g)))
          assert.ok(translated.includes(fill(one)), `${key}: ${translated}`);
      }),
      { numRuns: 500 },
    );
  });

  it('that are long, or of others, take no time', () => {
    const begun = performance.now();
    for (let n = 0; n < 200; n++) translations.of(`${'a, b: c ('.repeat(200)}${n}`);
    assert.ok(performance.now() - begun < 5000);
  });
});
