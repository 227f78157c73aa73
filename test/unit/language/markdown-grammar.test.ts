import assert from 'node:assert/strict';
import { INITIAL, type IGrammar } from 'vscode-textmate';
import injection from '../../../syntaxes/markdown-injection.tmLanguage.json';
import topology from '../../../syntaxes/netns-topology.tmLanguage.json';
import { loadGrammar } from './textmate';

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

describe('The grammar in Markdown', () => {
  let grammar: IGrammar;
  before(async () => {
    grammar = await loadGrammar('text.html.markdown', grammars, {
      getInjections: (scope) => (scope === 'text.html.markdown' ? ['markdown.netns-topology.codeblock'] : []),
    });
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
