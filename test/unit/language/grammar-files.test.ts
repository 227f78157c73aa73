import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { readdirSync } from 'node:fs';
import path from 'node:path';

const root = path.resolve(__dirname, '../../..');
/** Markdown as far as it matters here; VS Code brings its own. */
const markdown = 'test/grammar/markdown.tmLanguage.json';

/** Runs vscode-tmgrammar-test, with the grammars and the injection as package.json contributes them. */
function run(...files: readonly string[]): { readonly status: number | null; readonly output: string } {
  const program = path.join(root, 'node_modules/.bin/vscode-tmgrammar-test');
  const { status, stdout, stderr } = spawnSync(program, ['--compact', '-g', markdown, ...files], {
    cwd: root,
    encoding: 'utf8',
  });
  return { status, output: stdout + stderr };
}

describe('The grammars, as package.json contributes them', function () {
  this.timeout(120_000);

  for (const file of readdirSync(path.join(root, 'test/grammar'))) {
    if (file.endsWith('.json') || file.startsWith('wrong')) continue;
    it(`colour test/grammar/${file} as it says`, () => {
      const { status, output } = run(`test/grammar/${file}`);
      assert.equal(status, 0, output);
    });
  }

  it('are really compared with what the files say', () => {
    const { status, output } = run('test/grammar/wrong.netns.yaml');
    assert.notEqual(status, 0);
    assert.match(output, /missing required scopes/i);
  });
});
