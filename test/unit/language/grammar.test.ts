import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { createOnigScanner, createOnigString, loadWASM } from 'vscode-oniguruma';
import { INITIAL, parseRawGrammar, Registry, type IGrammar } from 'vscode-textmate';
import grammarText from '../../../syntaxes/netns-topology.tmLanguage.json';
import schema from '../../../schemas/netns-topology.schema.json';

const scopeName = 'source.yaml.netns-topology';

async function loadGrammar(): Promise<IGrammar> {
  const wasm = readFileSync(require.resolve('vscode-oniguruma/release/onig.wasm'));
  await loadWASM(new Uint8Array(wasm).buffer);
  const registry = new Registry({
    onigLib: Promise.resolve({ createOnigScanner, createOnigString }),
    // Any other scope would be another extension's, which may not be there.
    loadGrammar: (scope) => {
      assert.equal(scope, scopeName);
      return Promise.resolve(parseRawGrammar(JSON.stringify(grammarText), 'grammar.json'));
    },
  });
  const grammar = await registry.loadGrammar(scopeName);
  assert.ok(grammar);
  return grammar;
}

/** Each piece of the text with its innermost scope, spaces left out. */
function tokens(grammar: IGrammar, text: string): [piece: string, scope: string][] {
  let state = INITIAL;
  return text.split('\n').flatMap((line) => {
    const result = grammar.tokenizeLine(line, state);
    state = result.ruleStack;
    return result.tokens
      .map(({ startIndex, endIndex, scopes }): [string, string] => [
        line.slice(startIndex, endIndex).trim(),
        scopes.at(-1) ?? '',
      ])
      .filter(([piece]) => piece !== '');
  });
}

const keyScope = 'entity.name.tag.yaml';

/** What each kind of word looks like is in test/grammar; here is what holds for all of them. */
describe('TextMate grammar', () => {
  let grammar: IGrammar;
  before(async () => {
    grammar = await loadGrammar();
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
