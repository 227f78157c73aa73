import assert from 'node:assert/strict';
import { definitionsAt, referencesAt } from '../../../src/language/symbols/navigate';
import { renamableAt, renameAt } from '../../../src/language/symbols/rename';
import { parseTopology } from '../../../src/topology/parse';
import { applyEdits, atCursor } from './at-cursor';

/** The lines' text of each place, the name in brackets. */
function shown(marked: string, find: typeof referencesAt): string[] {
  const { text, offset } = atCursor(marked);
  return find(parseTopology(text), offset).map(({ range }) => {
    const start = text.lastIndexOf('\n', range.start - 1) + 1;
    const end = text.indexOf('\n', range.end);
    const line = `${text.slice(start, range.start)}⟦${text.slice(range.start, range.end)}⟧${text.slice(range.end, end)}`;
    return line.trim();
  });
}

function rename(marked: string, newName: string): string {
  const { text, offset } = atCursor(marked);
  const renaming = renameAt(parseTopology(text), offset, newName);
  return 'refusal' in renaming ? `refused: ${renaming.refusal}` : applyEdits(text, renaming.edits);
}

const lab = `name: t
namespaces:
  earth: # the blue one
    interfaces:
      e0: { addresses: [10.0.0.2/24] }
      v1: { kind: macvlan, parent: e0, mode: bridge }
    routes: [{ to: default, via: 10.0.0.1, dev: e0 }]
    sysctls: { net.ipv4.conf.e0.rp_filter: 0 }
  "mars": { interfaces: { e0: { addresses: [10.0.0.3/24] } } }
bridges:
  br0: { addresses: [10.0.0.1/24] }
links:
  - endpoints: [earth:e0, br0]
  - endpoints: ['mars:e0', "br0:p1"]
nat: { out: { masquerade: 10.0.0.0/24, not-out: br0 } }
port-forwards: { web: { listen: 80, to: "earth:8000" } }
checks:
  - { from: earth, ping: mars }
  - { from: host, ping: earth:e0 }
  - { from: mars, tcp: earth:e0:8000 }
`;

const at = (before: string, after: string): string => {
  assert.ok(lab.includes(before + after), before + after);
  return lab.replace(before + after, `${before}|${after}`);
};

describe('definition and references', () => {
  it('find a namespace in every use, from any of them', () => {
    const expected = [
      '⟦earth⟧: # the blue one',
      '- endpoints: [⟦earth⟧:e0, br0]',
      'port-forwards: { web: { listen: 80, to: "⟦earth⟧:8000" } }',
      '- { from: ⟦earth⟧, ping: mars }',
      '- { from: host, ping: ⟦earth⟧:e0 }',
      '- { from: mars, tcp: ⟦earth⟧:e0:8000 }',
    ];
    for (const marked of [
      at('  ea', 'rth:'),
      at('to: "earth', ':8000'),
      at('[earth', ':e0'),
      at('ping: ', 'earth:e0'),
    ]) {
      assert.deepEqual(shown(marked, referencesAt), expected);
      assert.deepEqual(shown(marked, definitionsAt), expected.slice(0, 1));
    }
  });

  it('tell interfaces of one name in two namespaces apart', () => {
    assert.deepEqual(shown(at('ping: earth:', 'e0'), referencesAt), [
      '⟦e0⟧: { addresses: [10.0.0.2/24] }',
      'v1: { kind: macvlan, parent: ⟦e0⟧, mode: bridge }',
      'routes: [{ to: default, via: 10.0.0.1, dev: ⟦e0⟧ }]',
      'sysctls: { net.ipv4.conf.⟦e0⟧.rp_filter: 0 }',
      '- endpoints: [earth:⟦e0⟧, br0]',
      '- { from: host, ping: earth:⟦e0⟧ }',
      '- { from: mars, tcp: earth:⟦e0⟧:8000 }',
    ]);
    assert.deepEqual(shown(at("'mars:", 'e0'), definitionsAt), [
      '"mars": { interfaces: { ⟦e0⟧: { addresses: [10.0.0.3/24] } } }',
    ]);
  });

  it('follow what stands on an interface of the host into the namespaces', () => {
    const text = [
      'namespaces:',
      '  red: { interfaces: { m0: { kind: macvlan, parent: lan } } }',
      '  blue: { interfaces: { lan: {}, m0: { kind: macvlan, parent: lan } } }',
      'host: { interfaces: { l|an: {} } }',
      'links: [{ endpoints: ["host:lan", "blue:lan"] }]',
      '',
    ].join('\n');
    assert.deepEqual(shown(text, referencesAt), [
      'red: { interfaces: { m0: { kind: macvlan, parent: ⟦lan⟧ } } }',
      'host: { interfaces: { ⟦lan⟧: {} } }',
      'links: [{ endpoints: ["host:⟦lan⟧", "blue:lan"] }]',
    ]);
  });

  it('take a bridge’s interface for the bridge, and a port for what its link makes', () => {
    assert.deepEqual(shown(at('not-out: b', 'r0'), definitionsAt), ['⟦br0⟧: { addresses: [10.0.0.1/24] }']);
    assert.equal(shown(at('  br', '0:'), referencesAt).length, 4);
    assert.deepEqual(shown(at('"br0:p', '1"'), definitionsAt), ['- endpoints: [\'mars:e0\', "br0:⟦p1⟧"]']);
  });

  it('find nothing where no name stands', () => {
    for (const marked of [at('na', 'me: t'), at('default, vi', 'a'), at('# the bl', 'ue')]) {
      assert.deepEqual(shown(marked, referencesAt), []);
      assert.deepEqual(shown(marked, definitionsAt), []);
      const { text, offset } = atCursor(marked);
      assert.equal(renamableAt(parseTopology(text), offset), undefined);
    }
  });
});

describe('rename', () => {
  it('changes the name in all its uses and nothing else', () => {
    assert.equal(rename(at('  ea', 'rth:'), 'terra'), lab.replaceAll('earth', 'terra'));
    assert.equal(rename(at('ping: mar', 's'), 'venus'), lab.replaceAll('mars', 'venus'));
    assert.equal(rename(at('  br', '0:'), 'sw'), lab.replaceAll('br0', 'sw'));
    const renamed = rename(at('[earth:e', '0'), 'uplink');
    assert.equal(renamed.match(/uplink/g)?.length, 7);
    assert.ok(renamed.includes('"mars": { interfaces: { e0:') && renamed.includes("'mars:e0'"));
  });

  it('writes a name that YAML would misread between quotes, and a dotted one as sysctl wants it', () => {
    const renamed = rename(at('ping: mar', 's'), "it's #1");
    assert.ok(renamed.includes(`"it's #1": {`) && renamed.includes(`'it''s #1:e0'`), renamed);
    assert.ok(renamed.includes(`ping: "it's #1" }`) && renamed.includes(`from: "it's #1",`), renamed);
    assert.ok(rename(at('[earth:e', '0'), 'e0.5').includes('net.ipv4.conf.e0/5.rp_filter'));
    const number = rename(at('ping: mar', 's'), '8000');
    assert.deepEqual(
      parseTopology(number).problems.filter(({ severity }) => severity === 'error'),
      [],
    );
  });

  it('refuses bad names and names that are taken, and says why', () => {
    assert.match(rename(at('  ea', 'rth:'), 'a:b'), /^refused: .*separates namespace and interface/);
    assert.match(rename(at('  ea', 'rth:'), ''), /^refused: .*empty/);
    assert.match(rename(at('  ea', 'rth:'), 'host'), /^refused: .*the host itself/);
    assert.match(rename(at('  ea', 'rth:'), 'mars'), /^refused: There is a namespace "mars" already/);
    assert.match(rename(at('  ea', 'rth:'), 'br0'), /^refused: There is a bridge "br0" already/);
    assert.match(rename(at('  br', '0:'), 'a-name-of-17-byte'), /^refused: .*15/);
    assert.match(rename(at('[earth:e', '0'), 'v1'), /^refused: "earth" has an interface "v1" already/);
    assert.match(rename(at('na', 'me: t'), 'x'), /^refused: Here stands no/);
  });

  it('refuses what it cannot follow everywhere', () => {
    const aliased =
      'name: t\nnamespaces:\n  a: &n { interfaces: { e: { addresses: [10.0.0.1/8] } } }\n  b: *n\nlinks: [{ endpoints: [a:e|, b:e] }]\n';
    assert.match(rename(aliased, 'f'), /^refused: Not everything that means "e" could be renamed/);
    assert.match(
      rename('name: t\nnamespaces: { a|: }\nchecks: [{ from: "\\u0061", dns: x }]\n', 'b'),
      /^refused: .*escapes/,
    );
  });

  it('treats names such as __proto__ like any other', () => {
    const text =
      'name: t\nnamespaces: { __proto__: { forwarding: true }, x: }\nlinks: [{ endpoints: [__proto__|:e, x:f] }]\n';
    assert.equal(rename(text, 'constructor'), text.replace('|', '').replaceAll('__proto__', 'constructor'));
    assert.equal(rename(text.replace('|', '').replace('x:f', 'x|:f'), 'toString').match(/toString/g)?.length, 2);
  });
});
