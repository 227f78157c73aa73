import assert from 'node:assert/strict';
import type { IGrammar } from 'vscode-textmate';
import grammarText from '../../../syntaxes/netns-plan.tmLanguage.json';
import { loadGrammar, tokens } from './textmate';

const text = `# Apply planets on lab1: 1 to create, 1 to change

Warning: it is late

## Namespaces (1)
+ namespace earth: not on the host yet
    ip netns add earth
    # undone by:
      ip netns del earth

## NAT and port forwards (1)
~ nat table ip x: has changed: see below
    nft -f - <<'EOF'
    table ip x {
    EOF
- link earth:a — b: made by this lab
! service web@earth: runs with another command`;

describe('The grammar of plans', () => {
  let grammar: IGrammar;
  before(async () => {
    // What colours the commands, as far as it matters here.
    const shell = { scopeName: 'source.shell', patterns: [{ match: '.+', name: 'shell' }], repository: {} };
    grammar = await loadGrammar('source.netns-plan', { 'source.netns-plan': grammarText, 'source.shell': shell });
  });

  it('tells headings, what comes, changes and goes, why, and the commands', () => {
    const found = tokens(grammar, text).map(([piece, scope]) => `${scope.replace(/\.netns-plan$/, '')} | ${piece}`);
    for (const expected of [
      'markup.heading | # Apply planets on lab1: 1 to create, 1 to change',
      'markup.heading | ## Namespaces (1)',
      'keyword | Warning:',
      'markup.inserted | + namespace earth',
      'comment.line | not on the host yet',
      'shell | ip netns add earth',
      'comment.line | # undone by:',
      'shell | ip netns del earth',
      'markup.changed | ~ nat table ip x',
      'comment.line | has changed: see below',
      "shell | nft -f - <<'EOF'",
      'shell | EOF',
      'markup.deleted | - link earth:a — b',
      'markup.changed | ! service web@earth',
    ]) {
      assert.ok(found.includes(expected), `${expected}\nis not in\n${found.join('\n')}`);
    }
  });
});
