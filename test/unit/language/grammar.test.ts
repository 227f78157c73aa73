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

const scopes: Readonly<Record<string, string>> = {
  key: 'entity.name.tag.yaml',
  name: 'entity.name.type.netns-topology',
  interface: 'variable.other.interface.netns-topology',
  address: 'constant.numeric.address.netns-topology',
  number: 'constant.numeric.yaml',
  port: 'constant.numeric.port.netns-topology',
  unit: 'keyword.other.unit.netns-topology',
  word: 'support.constant.netns-topology',
  boolean: 'constant.language.boolean.yaml',
  text: 'string.unquoted.plain.yaml',
  quoted: 'string.quoted.double.yaml',
  block: 'string.unquoted.block.yaml',
  url: 'markup.underline.link.netns-topology',
  comment: 'comment.line.number-sign.yaml',
  anchor: 'entity.name.label.anchor.yaml',
  alias: 'variable.other.alias.yaml',
  merge: 'keyword.operator.merge-key.yaml',
};

const lines: readonly [text: string, ...pieces: [piece: string, scope: string][]][] = [
  ['name: planets # the lab', ['name', 'key'], ['planets', 'text'], ['the lab', 'comment']],
  ['  planet-br: { addresses: [10.10.0.1/16] }', ['planet-br', 'name'], ['addresses', 'key'], ['10.10.0.1/16', 'address']],
  ['  addresses: ["2001:db8::1/64", fe80::1]', ['2001:db8::1/64', 'quoted'], ['fe80::1', 'address']],
  ['  - endpoints: [earth:earth-veth, host:veth0]', ['endpoints', 'key'], ['earth', 'name'], ['earth-veth', 'interface'], ['host', 'word'], ['veth0', 'interface']],
  ['  - { from: earth, ping: "host:eth0", expect: fail }', ['earth', 'text'], ['host', 'word'], ['eth0', 'interface'], ['fail', 'word']],
  ['  web: { listen: 53/udp, to: earth:8000 }', ['53', 'port'], ['udp', 'word'], ['earth', 'name'], ['8000', 'port']],
  ['  mac: 02:00:00:00:00:01', ['02:00:00:00:00:01', 'address']],
  ['  up: false', ['up', 'key'], ['false', 'boolean']],
  ['  delay: 20ms', ['20', 'number'], ['ms', 'unit']],
  ['  mtu: 1500', ['1500', 'number']],
  ['  http: "http://10.10.0.10:8000/"', ['http://10.10.0.10:8000/', 'url']],
  ['  command: ping -c 1 10.10.0.10 now', ['ping -c 1', 'text'], ['10.10.0.10', 'address'], ['now', 'text']],
  ['  earth: &planet', ['earth', 'name'], ['planet', 'anchor']],
  ['    <<: *planet', ['<<', 'merge'], ['planet', 'alias']],
  ['  command: |\n    # not a comment\n    name: x\n  mtu: 5', ['# not a comment', 'block'], ['name: x', 'block'], ['mtu', 'key']],
  ['  a: "unclosed { # text\n  still"\nname: x', ['unclosed { # text', 'quoted'], ['still', 'quoted'], ['name', 'key']],
]; // prettier-ignore

describe('TextMate grammar', () => {
  let grammar: IGrammar;
  before(async () => {
    grammar = await loadGrammar();
  });

  for (const [text, ...pieces] of lines) {
    it(`colours ${JSON.stringify(text)}`, () => {
      const found = tokens(grammar, text);
      for (const [piece, scope] of pieces) {
        const expected = [piece, scopes[scope]];
        assert.ok(
          found.some((token) => token[0] === expected[0] && token[1] === expected[1]),
          `${JSON.stringify(expected)} is not in ${JSON.stringify(found, null, 1)}`,
        );
      }
    });
  }

  it('knows every key of the schema', () => {
    for (const key of keysOf(schema)) {
      assert.deepEqual(tokens(grammar, `${key}: x`)[0], [key, scopes['key']]);
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
