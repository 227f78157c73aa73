import assert from 'node:assert/strict';
import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';

const root = path.resolve(__dirname, '../../..');
/** The last column of a row: `in-host/FILE.test.ts: words of the test's title`. */
const named = /\| ((?:in-host|driven)\/[\w-]+\.test\.ts): (.+?)\s+\|$/;

describe('The reference table of the editor', () => {
  const features = readFileSync(path.join(root, 'docs/editor.md'), 'utf8').split(/^## /m)[1] ?? '';
  // Below the heading and the line that underlines it.
  const rows = features
    .split('\n')
    .filter((line) => line.startsWith('|'))
    .slice(2);

  it('names a test for each feature', () => {
    assert.ok(rows.length >= 25, `only ${rows.length} rows`);
    for (const row of rows) assert.match(row, named);
  });

  it('names tests that are there, and that their suite runs', () => {
    const suite = readFileSync(path.join(root, 'test/vscode/in-host/index.ts'), 'utf8');
    for (const row of rows) {
      const [, file, title] = named.exec(row) ?? [];
      assert.ok(file !== undefined && title !== undefined, row);
      const full = path.join(root, 'test/vscode', file);
      assert.ok(existsSync(full), `${file} is not there`);
      const titles = readFileSync(full, 'utf8').match(/\bit\((['`]).*?\1,/g) ?? [];
      assert.ok(
        titles.some((one) => one.includes(title)),
        `${file} has no test “${title}”`,
      );
      if (file.startsWith('in-host/')) {
        const name = path.basename(file, '.ts');
        assert.ok(suite.includes(`./${name}'`), `the suite does not run ${name}`);
      }
    }
  });
});
