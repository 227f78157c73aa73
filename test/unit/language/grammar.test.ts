import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import type { IGrammar } from 'vscode-textmate';
import grammarText from '../../../syntaxes/netns-topology.tmLanguage.json';
import schema from '../../../schemas/netns-topology.schema.json';
import { loadGrammar, tokens } from './textmate';

const scopeName = 'source.yaml.netns-topology';

const keyScope = 'entity.name.tag.yaml';

/** What each kind of word looks like is in test/grammar; here is what holds for all of them. */
describe('TextMate grammar', () => {
  let grammar: IGrammar;
  before(async () => {
    grammar = await loadGrammar(scopeName, { [scopeName]: grammarText });
  });

  it('knows every key of the schema', () => {
    for (const key of keysOf(schema)) {
      assert.deepEqual(tokens(grammar, `${key}: x`)[0], [key, keyScope]);
    }
  });

  it('gives every letter of the examples a scope of its own', () => {
    const text = readFileSync(`${__dirname}/../../../examples/planets.netns.yaml`, 'utf8');
    const bare = tokens(grammar, text).filter(([, scope]) => scope === scopeName);
    assert.deepEqual(bare, []);
  });
});

function keysOf(node: unknown, found = new Set<string>()): Set<string> {
  if (typeof node !== 'object' || node === null) return found;
  for (const [key, value] of Object.entries(node)) {
    if (key === 'properties') for (const property of Object.keys(value as object)) found.add(property);
    keysOf(value, found);
  }
  return found;
}
