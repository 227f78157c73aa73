import assert from 'node:assert/strict';
import { complete } from '../../../src/language/completion/complete';
import { cursorMark, type Proposal } from '../../../src/language/completion/proposal';
import type { Surroundings } from '../../../src/language/completion/values';
import { schemaAt } from '../../../src/language/schema';
import { parseTopology } from '../../../src/topology/parse';
import { applyEdits, atCursor } from './at-cursor';

const labels = (marked: string, surroundings: Surroundings = {}): string[] => {
  const { text, offset } = atCursor(marked);
  return complete(text, offset, surroundings).map(({ label }) => label);
};

/** The text after one of the proposals was chosen, the cursor marked. */
function choose(marked: string, label: string): string {
  const { text, offset } = atCursor(marked);
  const proposals = complete(text, offset);
  const chosen = proposals.find((proposal) => proposal.label === label);
  assert.ok(chosen, `no ${label} among ${proposals.map((proposal) => proposal.label).join(', ')}`);
  const edits = [
    { range: chosen.replacing, newText: chosen.text },
    ...(chosen.also === undefined ? [] : [chosen.also]),
  ];
  return applyEdits(text, edits).replace(cursorMark, '|');
}

const lab = `name: planets
bridges:
  planet-br: { addresses: [10.10.0.1/16] }
namespaces:
  earth:
    interfaces:
      earth-veth: { addresses: [10.10.0.10/16] }
    services:
      web: { command: serve, ready: { tcp: 8000 } }
  neptune:
    interfaces:
      neptune-veth:
      spare:
        addresses: []
links:
  - endpoints: [earth:earth-veth, planet-br:earth-br-veth]
  - endpoints: [planet-br, "neptune:neptune-veth"]
`;

describe('completion of keys', () => {
  it('offers the keys of the file in an empty one, the required first', () => {
    assert.deepEqual(labels('|')[0], 'name');
    assert.ok(labels('|').includes('port-forwards'));
    assert.ok(labels('# only a comment\n|').includes('links'));
    assert.deepEqual(labels('# com|ment'), []);
  });

  it('offers only keys that the mapping has not yet, above and below the cursor', () => {
    assert.deepEqual(
      labels('bridges:\n  b:\n    stp: true\n    |\n    mtu: 1500\n').filter((label) =>
        ['stp', 'mtu', 'mac'].includes(label),
      ),
      ['mac'],
    );
    assert.ok(labels('bridges:\n  b: { st| }').includes('stp'));
    assert.ok(labels('bridges:\n  b: { stp|: true }').includes('stp'));
  });

  it('offers what a block without content may hold, by its indentation', () => {
    assert.ok(labels('namespaces:\n  earth:\n    |').includes('interfaces'));
    assert.ok(labels('namespaces:\n  earth:\n    interfaces:\n      e:\n        |').includes('mtu'));
    assert.ok(labels('namespaces:\n  earth:\n    interfaces:\n      e:\n    |').includes('routes'));
    assert.ok(labels('namespaces:\n  earth:\n    interfaces:\n      e:\n|').includes('links'));
    assert.ok(labels('namespaces:\n  earth:\n    |\n  mars:\n    routes: []\n').includes('routes'));
    assert.ok(labels('namespaces:\r\n  earth:\r\n    |\r\n').includes('interfaces'));
  });

  it('offers a list’s items where none is yet, and the keys of an item', () => {
    assert.equal(choose('links:\n  |', 'endpoints'), 'links:\n  - endpoints: [|]');
    assert.equal(choose('links:\n  - |', 'endpoints'), 'links:\n  - endpoints: [|]');
    assert.equal(
      choose('links:\n  - endpoints: [a:b, c:d]\n    |', 'mtu'),
      'links:\n  - endpoints: [a:b, c:d]\n    mtu: |',
    );
    assert.equal(choose('links:\n  - endpoints: [a:b, c:d]\n  |', 'endpoints').split('\n')[2], '  - endpoints: [|]');
    assert.equal(choose('links:\n- endpoints: [a:b, c:d]\n- |', 'endpoints').split('\n')[2], '- endpoints: [|]');
  });

  it('begins a value of the key’s type, in the style of the place', () => {
    assert.equal(choose('namespaces:\n  e:\n    |', 'interfaces'), 'namespaces:\n  e:\n    interfaces:\n      |');
    assert.equal(choose('namespaces:\n  e:\n    ro|', 'routes'), 'namespaces:\n  e:\n    routes:\n      - |');
    assert.equal(choose('namespaces:\n  e: { | }', 'routes'), 'namespaces:\n  e: { routes: [|] }');
    assert.equal(choose('namespaces:\n  e: |', 'routes'), 'namespaces:\n  e: { routes: [|] }');
    assert.equal(choose('namespaces:\n  e:|', 'routes'), 'namespaces:\n  e: { routes: [|] }');
    assert.equal(choose('bridges:\n  b:\n    ad|', 'addresses'), 'bridges:\n  b:\n    addresses: [|]');
    assert.equal(choose('bridges:\n  b:\n    ad|resses: []', 'addresses'), 'bridges:\n  b:\n    addresses: []');
  });

  it('mends the indentation of a line that stands between two levels', () => {
    const wrong = 'namespaces:\n  earth:\n    routes: []\n   |';
    assert.equal(choose(wrong, 'interfaces'), 'namespaces:\n  earth:\n    routes: []\n    interfaces:\n      |');
    assert.equal(choose('bridges:\n  b:\n    mtu: 1500\n      |', 'stp'), 'bridges:\n  b:\n    mtu: 1500\n    stp: |');
    assert.equal(choose('bridges:\n  b:\n\t|', 'stp'), 'bridges:\n  b:\n    stp: |');
  });

  it('leaves out what excludes each other, and what needs something else', () => {
    const check = labels('checks:\n  - from: host\n    ping: a\n    |');
    assert.ok(check.includes('expect'));
    for (const key of ['tcp', 'http', 'status']) assert.ok(!check.includes(key), key);
    assert.ok(labels('checks:\n  - { from: host, http: "http://a/", | }').includes('status'));
    assert.ok(!labels('nat:\n  a: { masquerade: 10.0.0.0/8, out: e, | }').includes('not-out'));
    assert.ok(!labels('nat:\n  a: { masquerade: 10.0.0.0/8, | }').includes('to'));
    assert.ok(labels('nat:\n  a: { snat: 10.0.0.0/8, | }').includes('to'));
  });

  it('offers names that the file uses and does not declare', () => {
    assert.deepEqual(labels('links:\n  - endpoints: [earth:e, mars:m]\nnamespaces:\n  earth:\n  |'), ['mars']);
    assert.deepEqual(
      labels(lab.replace('      spare:\n        addresses: []\n', '      |\n').replace('neptune-veth:\n', 'x:\n')),
      ['neptune-veth'],
    );
    assert.ok(
      labels('namespaces:\n  a:\n    interfaces: { e.1: }\n    sysctls:\n      |').includes(
        'net.ipv4.conf.e/1.rp_filter',
      ),
    );
  });
});

describe('completion of values', () => {
  it('offers the words of the language, unquoted', () => {
    assert.deepEqual(labels('bridges:\n  b: { kind: | }'), ['linux', 'openvswitch']);
    assert.deepEqual(labels('bridges:\n  b:\n    stp: |'), ['true', 'false']);
    assert.equal(choose('bridges:\n  b:\n    stp:|', 'true'), 'bridges:\n  b:\n    stp: true');
    assert.equal(choose('bridges:\n  b: { kind: op|en }', 'openvswitch'), 'bridges:\n  b: { kind: openvswitch }');
    assert.equal(choose('bridges:\n  b: { kind: "op|" }', 'openvswitch'), 'bridges:\n  b: { kind: "openvswitch" }');
  });

  it('offers free ends for a link', () => {
    const ends = labels(`${lab}  - endpoints: [|`);
    assert.equal(ends[0], 'neptune:spare');
    for (const end of ['planet-br', 'earth:eth0', 'host:veth0']) assert.ok(ends.includes(end), end);
    for (const end of ['earth:earth-veth', 'neptune:neptune-veth', 'planet-br:earth-br-veth'])
      assert.ok(!ends.includes(end), end);
    assert.equal(choose(`${lab}  - endpoints: [earth:|`, 'earth:eth0'), `${lab}  - endpoints: [earth:eth0`);
    assert.equal(choose(`${lab}  - endpoints: |`, 'planet-br'), `${lab}  - endpoints: [planet-br|]`);
    assert.equal(
      choose(`${lab}  - endpoints:\n      - earth:|`, 'earth:eth0'),
      `${lab}  - endpoints:\n      - earth:eth0`,
    );
    assert.equal(choose(`${lab}  - endpoints:\n      - |`, 'planet-br'), `${lab}  - endpoints:\n      - planet-br`);
  });

  it('offers the next free address of a network, that of the cable first', () => {
    const bare = lab
      .replace('neptune-veth:\n', 'neptune-veth: { addresses: [|] }\n')
      .replace('bridges:', 'bridges:\n  other: { addresses: [10.0.0.1/30, 10.0.0.2/30] }');
    assert.deepEqual(labels(bare), ['10.10.0.11/16']);
    assert.deepEqual(labels(bare.replace('10.0.0.2/30', '10.0.1.1/24')), [
      '10.10.0.11/16',
      '10.0.0.2/30',
      '10.0.1.2/24',
    ]);
    assert.deepEqual(labels('bridges:\n  b: { addresses: [|'), ['10.10.0.1/16', '172.16.10.1/24', '192.168.15.1/24']);
  });

  it('offers gateways that are neighbours, and destinations that are not', () => {
    const route = lab.replace('    services:', '    routes: [{ to: default, via: | }]\n    services:');
    assert.deepEqual(labels(route), ['10.10.0.1']);
    const others =
      'bridges:\n  far: { addresses: [10.99.0.1/24] }\n  near: { namespace: neptune, addresses: [10.10.0.9/16] }\n';
    assert.deepEqual(labels(route.replace('bridges:\n', others)), ['10.10.0.1', '10.10.0.9']);
    assert.deepEqual(labels(route.replace('via: |', 'dev: |').replace('default', 'x')), ['earth-veth']);
    assert.deepEqual(
      labels(
        'namespaces:\n  a:\n    interfaces: { e: { addresses: [10.1.0.1/24] } }\n    routes:\n      - to: |\nbridges: { b: { addresses: [10.2.0.1/24] } }',
      ),
      ['default', '10.2.0.0/24'],
    );
  });

  it('offers sources and targets for checks, with the ports of services', () => {
    assert.deepEqual(labels(`${lab}checks:\n  - from: |`), ['earth', 'neptune', 'host']);
    assert.deepEqual(labels(`${lab}checks:\n  - { from: host, ping: | }`), [
      'earth',
      '10.10.0.1',
      '10.10.0.10',
      'host:planet-br',
      'earth:earth-veth',
    ]);
    assert.equal(
      choose(`${lab}checks:\n  - { from: host, tcp: | }`, 'earth:8000').split('\n').at(-1),
      '  - { from: host, tcp: earth:8000 }',
    );
    assert.equal(
      choose(`${lab}checks:\n  - { from: host, tcp: | }`, '10.10.0.1:').split('\n').at(-1),
      '  - { from: host, tcp: "10.10.0.1:|" }',
    );
    assert.equal(labels(`${lab}checks:\n  - { from: host, http: | }`)[0], 'http://10.10.0.10:8000/');
    assert.deepEqual(labels(`${lab}port-forwards:\n  web: { listen: 8000, to: | }`), ['earth:8000']);
    assert.equal(labels(`${lab}port-forwards:\n  web: { listen: |`)[0], '8000');
  });

  it('offers interfaces and networks for NAT', () => {
    assert.deepEqual(labels(`${lab}nat:\n  out: { masquerade: | }`), ['10.10.0.0/16']);
    assert.deepEqual(labels(`${lab}nat:\n  out:\n    not-out: |`), ['planet-br', 'earth-br-veth']);
  });

  it('offers what is known beside the file', () => {
    assert.deepEqual(labels('target: |', { hosts: ['lab1'] }), ['lab1']);
    assert.deepEqual(labels('nat: { a: { out: | } }', { hostInterfaces: ['eth0'] }), ['eth0']);
  });

  it('quotes names that would be read as something else', () => {
    assert.equal(choose('namespaces: { 8000: }\nchecks: [{ from: |', '8000').split('\n')[1], 'checks: [{ from: "8000"');
    assert.equal(choose('namespaces: { "a b": }\nchecks: [{ from: |', 'a b').split('\n')[1], 'checks: [{ from: "a b"');
    assert.equal(
      choose("namespaces: { 'it''s': }\nchecks: [{ from: '|'", "it's").split('\n')[1],
      "checks: [{ from: 'it''s'",
    );
  });

  it('offers names such as __proto__ like any other', () => {
    assert.deepEqual(labels('namespaces:\n  __proto__:\n  constructor:\nchecks:\n  - from: |'), [
      '__proto__',
      'constructor',
      'host',
    ]);
    assert.equal(schemaAt(['constructor']), undefined);
    assert.equal(schemaAt(['__proto__', 'toString']), undefined);
    assert.deepEqual(labels('__proto__:\n  |'), []);
    assert.deepEqual(labels('constructor: |'), []);
  });
});

describe('completion around mistakes', () => {
  it('is not misled by a bracket or a quote that is still open above', () => {
    assert.ok(labels('bridges:\n  b: { addresses: [10.0.0.1/24\nnamespaces:\n  e:\n    |').includes('interfaces'));
    assert.ok(labels('description: "open\nnamespaces:\n  e:\n    |').includes('interfaces'));
    assert.deepEqual(labels('namespaces:\n  a:\n  b: {\nchecks:\n  - from: |'), ['a', 'b', 'host']);
  });

  it('keeps out of text, of finished values and of places that the language does not know', () => {
    assert.deepEqual(labels('namespaces:\n  a:\n    services:\n      s:\n        command: >\n          run |\n'), []);
    assert.deepEqual(
      labels('namespaces:\n  a:\n    services:\n      s:\n        command: |\n'.replace('command: |', 'command: |')),
      [],
    );
    assert.deepEqual(labels('nonsense:\n  more:\n    |'), []);
    assert.deepEqual(labels('name: t # a |comment'), []);
  });

  it('writes YAML again: whatever is chosen, the file parses as far as it did', () => {
    const places = [
      '\n|',
      '\nchecks:\n  - |',
      '\nchecks:\n  - { from: | }',
      '\nhost:\n  interfaces:\n    v0: { | }',
      '\nhost: { | }',
    ];
    for (const place of places) {
      const { text, offset } = atCursor(lab + place.slice(1));
      const yamlProblems = (of: string): number =>
        parseTopology(of).problems.filter(({ code }) => code.startsWith('yaml')).length;
      const proposals: Proposal[] = complete(text, offset);
      assert.ok(proposals.length > 0, place);
      for (const { label } of proposals) {
        const chosen = choose(lab + place.slice(1), label).replace('|', '');
        assert.equal(yamlProblems(chosen), 0, chosen);
      }
    }
  });
});
