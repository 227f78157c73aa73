import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { createOnigScanner, createOnigString, loadWASM } from 'vscode-oniguruma';
import { INITIAL, parseRawGrammar, Registry, type IGrammar } from 'vscode-textmate';
import injection from '../../../syntaxes/markdown-injection.tmLanguage.json';
import topology from '../../../syntaxes/netns-topology.tmLanguage.json';

/** Markdown as far as it matters here: headings, and fenced blocks of anything. */
const markdown = {
  scopeName: 'text.html.markdown',
  patterns: [
    { match: '^#.*$', name: 'heading.markdown' },
    { begin: '^(```).*$', end: '^```$', name: 'markup.fenced_code.block.markdown', contentName: 'other.block' },
  ],
  repository: {},
};
const grammars: Readonly<Record<string, object>> = {
  'text.html.markdown': markdown,
  'markdown.netns-topology.codeblock': injection,
  'source.yaml.netns-topology': topology,
};

async function loadGrammar(): Promise<IGrammar> {
  const wasm = readFileSync(require.resolve('vscode-oniguruma/release/onig.wasm'));
  // A second test file may have loaded it in this process already.
  await loadWASM(new Uint8Array(wasm).buffer).catch(() => undefined);
  const registry = new Registry({
    onigLib: Promise.resolve({ createOnigScanner, createOnigString }),
    getInjections: (scope) => (scope === 'text.html.markdown' ? ['markdown.netns-topology.codeblock'] : []),
    loadGrammar: (scope) => Promise.resolve(parseRawGrammar(JSON.stringify(grammars[scope]), 'grammar.json')),
  });
  const grammar = await registry.loadGrammar('text.html.markdown');
  assert.ok(grammar);
  return grammar;
}

describe('The grammar in Markdown', () => {
  let grammar: IGrammar;
  before(async () => {
    grammar = await loadGrammar();
  });

  /** The scopes of a word in a text. */
  function scopesOf(text: string, word: string): string[] {
    let state = INITIAL;
    for (const line of text.split('\n')) {
      const { tokens, ruleStack } = grammar.tokenizeLine(line, state);
      state = ruleStack;
      const token = tokens.find(({ startIndex, endIndex }) => line.slice(startIndex, endIndex).trim() === word);
      if (token !== undefined) return token.scopes;
    }
    return [];
  }

  for (const fence of ['```netns', '~~~ netns', '````NETNS title="a"', '```netns-topology', '  ```netns']) {
    it(`colours a block that begins with ${fence}`, () => {
      const end = /[`~]+/.exec(fence)?.[0] ?? '';
      const text = `# netns\n\n${fence}\nname: planets\nnamespaces:\n  earth:\n${end}\n# after\n`;
      assert.ok(scopesOf(text, 'name').includes('entity.name.tag.yaml'));
      assert.ok(scopesOf(text, 'earth').includes('meta.embedded.block.netns-topology'));
      assert.ok(scopesOf(text, '# after').includes('heading.markdown'), 'the block ends with its fence');
    });
  }

  it('leaves other blocks and plain words alone', () => {
    assert.ok(!scopesOf('```netnsx\nname: a\n```\n', 'name: a').some((scope) => scope.includes('netns')));
    assert.ok(!scopesOf('netns\nname: a\n', 'name: a').some((scope) => scope.includes('netns')));
    assert.ok(scopesOf('```netns\n```\n# after\n', '# after').includes('heading.markdown'));
  });
});
