import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import fc from 'fast-check';
import {
  editGraph,
  objectToTypedName,
  placesToConnect,
  proposedName,
  type GraphEditing,
  type GraphEditRequest,
} from '../../../src/lab/graph/edit-graph';
import { buildGraphView } from '../../../src/lab/graph-view';
import type { GraphView } from '../../../src/protocol/graph';
import { parseTopology } from '../../../src/topology/parse';
import { applyEdits } from '../language/at-cursor';
import { planets } from '../language/mutations';

const noNodes = { nodes: [], cables: [], nat: [], hostName: '', forwarding: undefined } satisfies GraphView;

function edit(
  text: string,
  request: GraphEditRequest,
): { after: string; editing: Exclude<GraphEditing, { refusal: string }> } {
  const editing = editGraph(parseTopology(text), request);
  assert.ok(!('refusal' in editing), JSON.stringify(editing));
  return { after: applyEdits(text, editing.edits), editing };
}

function refusal(text: string, request: GraphEditRequest): string {
  const editing = editGraph(parseTopology(text), request);
  assert.ok('refusal' in editing, JSON.stringify(editing));
  return editing.refusal;
}

/** The lines that only one of the texts has. */
function difference(before: string, after: string): { added: string[]; removed: string[] } {
  const [old, now] = [before.split('\n'), after.split('\n')];
  return { added: now.filter((line) => !old.includes(line)), removed: old.filter((line) => !now.includes(line)) };
}

function viewOf(text: string): GraphView {
  const { topology } = parseTopology(text);
  return topology === undefined ? noNodes : buildGraphView({ hostName: '', topology });
}

describe('adding from the graph', () => {
  it('proposes the next free name and adds it where its like stand', () => {
    const parsed = parseTopology(planets);
    assert.equal(proposedName(parsed, { kind: 'namespace' }), 'ns1');
    assert.equal(proposedName(parsed, { kind: 'bridge' }), 'br0');
    const { after, editing } = edit(planets, { type: 'add', kind: 'namespace', name: 'ns1' });
    assert.equal(editing.select, 'ns:ns1');
    assert.deepEqual(difference(planets, after), { added: ['  ns1:'], removed: [] });
    assert.equal(proposedName(parseTopology(after), { kind: 'namespace' }), 'ns2');
    const withBridge = edit(after, { type: 'add', kind: 'bridge', name: 'br0' }).after;
    assert.deepEqual(difference(after, withBridge), { added: ['  br0:'], removed: [] });
  });

  it('says what is wrong with a typed name, in the words of the rules', () => {
    const parsed = parseTopology(planets);
    for (const [kind, name, words] of [
      ['namespace', '', /empty/],
      ['namespace', 'earth', /There is a namespace "earth" already/],
      ['namespace', 'planet-br', /There is a bridge "planet-br" already/],
      ['namespace', 'host', /"host" means the host itself/],
      ['namespace', 'a/b', /contains "\/"/],
      ['bridge', 'a-bridge-of-16-by', /17 bytes long.*at most 15/],
      ['bridge', 'a b', /contains a space/],
      ['bridge', 'lo', /loopback/],
    ] as const) {
      assert.match(objectToTypedName(parsed, { kind }, name) ?? 'nothing', words);
      assert.match(refusal(planets, { type: 'add', kind, name }), words);
    }
    assert.equal(objectToTypedName(parsed, { kind: 'namespace' }, 'Märs 2'), undefined);
  });
});

describe('a cable drawn on the graph', () => {
  it('to a bridge: named and addressed as its neighbours are, with their default route', () => {
    const before = edit(planets, { type: 'add', kind: 'namespace', name: 'mars' }).after;
    const { after, editing } = edit(before, { type: 'connect', from: 'ns:mars', to: 'bridge:planet-br' });
    assert.deepEqual(difference(before, after), {
      added: [
        '      mars-veth: { addresses: [10.10.0.21/16] }',
        '    routes: [{ to: default, via: 10.10.0.1 }]',
        '  - endpoints: [mars:mars-veth, planet-br:mars-br-veth]',
      ],
      removed: [],
    });
    assert.equal(editing.select, 'cable:if:/mars-br-veth|if:mars/mars-veth');
    assert.match(editing.said, /mars:mars-veth – planet-br:mars-br-veth, 10\.10\.0\.21\/16/);
    // Onto the bridge's port or from the other side it is the same cable.
    const turned = edit(before, { type: 'connect', from: 'if:/earth-br-veth', to: 'ns:mars' }).after;
    assert.equal(turned, after.replace('[mars:mars-veth, planet-br:mars-br-veth]', '[planet-br:mars-br-veth, mars:mars-veth]'));
  }); // prettier-ignore

  it('to a bridge without a network, between two namespaces, to the host', () => {
    const text = 'name: t\nnamespaces:\n  a:\n  b:\nbridges: { br0: }\n';
    const cable = (from: string, to: string): string[] => difference(text, edit(text, { type: 'connect', from, to }).after).added;
    assert.deepEqual(cable('ns:a', 'bridge:br0'), ['links:', '  - endpoints: [a:eth0, br0]']);
    assert.deepEqual(cable('ns:a', 'ns:b'), ['links:', '  - endpoints: [a:eth0, b:eth0]']);
    assert.deepEqual(cable('ns:a', 'host'), ['links:', '  - endpoints: [a:eth0, host:veth-a]']);
    assert.deepEqual(cable('bridge:br0', 'host'), ['links:', '  - endpoints: [br0, host:veth-br0]']);
  }); // prettier-ignore

  it('gives the host an address in the network of a bridge that it has none in', () => {
    const text = `name: t
namespaces:
  a: { interfaces: { e: { addresses: [10.0.0.2/24, "fd00::2/64"] } } }
  router:
bridges: { br0: {}, inner: { namespace: router, addresses: [10.9.0.1/24] } }
links: [{ endpoints: [a:e, br0] }] # one
`;
    const { after } = edit(text, { type: 'connect', from: 'host', to: 'bridge:br0' });
    assert.ok(after.includes('links: [{ endpoints: [a:e, br0] }, { endpoints: [host:veth-br0, br0] }] # one\n'), after);
    assert.ok(after.includes('host:\n  interfaces:\n    veth-br0: { addresses: [10.0.0.3/24, fd00::3/64] }\n'), after);
    const inner = edit(text, { type: 'connect', from: 'bridge:router/inner', to: 'host' }).after;
    assert.ok(inner.includes('veth-inner: { addresses: [10.9.0.2/24] }'), inner);
  });

  it('names like the neighbours also by numbers, and never what is taken or too long', () => {
    const text = (names: readonly string[], place: string, taken = ''): string =>
      `name: t\nbridges: { br0: }\nnamespaces: {${names.map((_, index) => ` n${index}: {},`).join('')} ${place}: { interfaces: { ${taken} } } }\nlinks:\n${names.map((name, index) => `  - endpoints: [n${index}:${name}, br0]\n`).join('')}`;
    for (const [names, place, taken, expected] of [
      [['veth0', 'veth1'], 'x', '', 'x:veth2'],
      [['eth0', 'eth0'], 'x', '', 'x:eth0'],
      [['eth0', 'eth0'], 'x', 'eth0: { kind: dummy }', 'x:eth1'],
      [['uplink', 'lan'], 'x', '', 'x:eth0'],
      [['n0-veth'], 'a-very-long-name-indeed', '', 'a-very-long-name-indeed:eth0'],
    ] as const) {
      const before = text(names, place, taken);
      assert.match(edit(before, { type: 'connect', from: `ns:${place}`, to: 'bridge:br0' }).after, new RegExp(`\\[${expected}, br0\\]`));
    }
  }); // prettier-ignore

  it('refuses what breaks a rule, and offers the places where it can lead', () => {
    const text = 'name: t\nbridges: { b0: {}, b1: {} }\nlinks: [{ endpoints: [b0, b1] }]\n';
    assert.match(refusal(text, { type: 'connect', from: 'bridge:b0', to: 'bridge:b1' }), /loop/);
    assert.match(refusal(text, { type: 'connect', from: 'bridge:b0', to: 'bridge:b0' }), /from one place to another/);
    assert.match(refusal(text, { type: 'connect', from: 'bridge:b0', to: 'ns:gone' }), /changed meanwhile/);
    assert.deepEqual(
      placesToConnect(parseTopology(planets), 'if:earth/earth-veth').map(({ name }) => name),
      ['planet-br', 'neptune', 'host'],
    );
  });
});

describe('deleting from the graph', () => {
  it('takes a namespace with its cables and all that names it, and says so', () => {
    const { after, editing } = edit(planets, { type: 'delete', nodeId: 'ns:earth' });
    assert.deepEqual(editing.also, [
      'Cable earth:earth-veth – planet-br:earth-br-veth',
      ...(editing.also ?? []).slice(1),
    ]);
    assert.match((editing.also ?? []).join('\n'), /Port forward web \(8000 to earth:8000\)\n.*web-alt[^]*Check: earth: ping 8\.8\.8\.8/);
    assert.doesNotMatch(after.replaceAll(/#.*/g, ''), /earth/);
    assert.deepEqual(parseTopology(after).problems.filter(({ severity }) => severity === 'error'), []);
    assert.deepEqual(viewOf(after).nodes.map(({ id }) => id).filter((id) => id.includes('neptune')), ['ns:neptune', 'if:neptune/neptune-veth', 'if:/neptune-br-veth']);
  }); // prettier-ignore

  it('takes a cable with the settings of its ends and the routes that led over it', () => {
    const cable = viewOf(planets).cables.find(({ from }) => from === 'if:neptune/neptune-veth');
    const { after, editing } = edit(planets, { type: 'delete', nodeId: cable?.id ?? '' });
    assert.match(editing.said, /Deleted: Cable neptune:neptune-veth – planet-br:neptune-br-veth/);
    assert.deepEqual(editing.also?.slice(0, 2), [
      'Interface neptune-veth of neptune (10.10.0.20/16)',
      'Route default via 10.10.0.1 of neptune',
    ]);
    assert.match(after, /^ {2}neptune: \{\}$/m);
    // The end of a cable is the cable.
    assert.equal(edit(planets, { type: 'delete', nodeId: 'if:neptune/neptune-veth' }).after, after);
    assert.equal(edit(planets, { type: 'delete', nodeId: 'if:/neptune-br-veth' }).after, after);
  });

  it('takes a bridge with what was plugged in; rules and forwards alone', () => {
    const bridge = edit(planets, { type: 'delete', nodeId: 'bridge:planet-br' });
    assert.doesNotMatch(bridge.after.replaceAll(/#.*/g, ''), /planet-br|bridges:|links:|veth/);
    assert.doesNotMatch(bridge.after, /\n\n\n/);
    for (const nat of viewOf(planets).nat) {
      const { after, editing } = edit(planets, { type: 'delete', nodeId: nat.id });
      assert.equal(viewOf(after).nat.length, viewOf(planets).nat.length - 1);
      assert.deepEqual(editing.also, []);
    }
  });

  it('keeps comments that are not inside of what goes', () => {
    const text = `# top
name: t # lab
namespaces: # all of them
  # the first
  a: # a
    interfaces: { e: { addresses: [10.0.0.1/24] } } # gone
    # gone too
  # the second
  b: { interfaces: { e: { addresses: [10.0.0.2/24] } } }
links: # cables
  # between a and b
  - endpoints: [a:e, b:e]
  # no more
checks:
  - { from: b, ping: 10.0.0.2 } # stays
`;
    const { after } = edit(text, { type: 'delete', nodeId: 'ns:a' });
    assert.equal(
      after,
      `# top
name: t # lab
namespaces: # all of them
  # the first
  # the second
  b: {}
links: [] # cables
  # between a and b
  # no more
checks:
  - { from: b, ping: 10.0.0.2 } # stays
`,
    );
  });

  it('refuses where an anchor is in the way', () => {
    const text = 'name: t\nnamespaces:\n  a: &a { forwarding: true }\n  b: *a\n';
    assert.match(refusal(text, { type: 'delete', nodeId: 'ns:a' }), /anchor/);
    assert.equal(edit(text, { type: 'delete', nodeId: 'ns:b' }).after, 'name: t\nnamespaces:\n  a: &a { forwarding: true }\n');
  }); // prettier-ignore
});

describe('renaming from the graph', () => {
  it('is the language’s own, over all uses', () => {
    const { after, editing } = edit(planets, { type: 'rename', nodeId: 'ns:earth', newName: 'terra' });
    assert.equal(editing.select, 'ns:terra');
    assert.doesNotMatch(after.replaceAll(/#.*/g, ''), /\bearth\b(?!-)/);
    assert.equal(proposedName(parseTopology(planets), { nodeId: 'if:earth/earth-veth' }), 'earth-veth');
    assert.equal(edit(planets, { type: 'rename', nodeId: 'if:earth/earth-veth', newName: 'e0' }).editing.select, 'if:earth/e0');
    assert.equal(edit(planets, { type: 'rename', nodeId: 'if:/earth-br-veth', newName: 'p0' }).editing.select, 'if:/p0');
    assert.match(objectToTypedName(parseTopology(planets), { nodeId: 'ns:earth' }, 'neptune') ?? '', /already/);
    assert.equal(proposedName(parseTopology(planets), { nodeId: 'host' }), undefined);
  }); // prettier-ignore
});

describe('any change from the graph', () => {
  const folder = `${__dirname}/../../../examples`;
  const files = readdirSync(folder).filter((name) => name.endsWith('.netns.yaml')).map((name) => readFileSync(`${folder}/${name}`, 'utf8')); // prettier-ignore

  it('of a file with errors is refused, with the first error', () => {
    const broken = planets.replace('10.10.0.10/16', '10.10.0.300/16');
    const editing = editGraph(parseTopology(broken), { type: 'add', kind: 'namespace', name: 'x' });
    assert.ok('refusal' in editing && editing.range !== undefined);
    assert.match(editing.refusal, /10\.10\.0\.300/);
    assert.equal(broken.slice(editing.range.start, editing.range.end), '10.10.0.300/16');
  });

  it('makes exactly that change of the drawing, keeps the file sound and its comments, and can be taken back', () => {
    let made = 0;
    fc.assert(
      fc.property(fc.constantFrom(...files), fc.constantFrom('add', 'connect', 'delete', 'rename'), fc.nat(), fc.nat(), fc.boolean(), (file, type, one, two, windows) => {
        const text = windows ? file.replaceAll('\n', '\r\n') : file;
        const before = viewOf(text);
        const ids = [...before.nodes, ...before.cables, ...before.nat].map(({ id }) => id);
        const pick = (number: number): string => ids[number % ids.length] ?? '';
        const kind = one % 2 === 0 ? 'namespace' : 'bridge';
        const request: GraphEditRequest =
          type === 'add' ? { type, kind, name: `new${two}`.slice(0, 14) }
          : type === 'connect' ? { type, from: pick(one), to: pick(two) }
          : type === 'delete' ? { type, nodeId: pick(one) }
          : { type: 'rename', nodeId: pick(one), newName: `name-${two}`.slice(0, 14) };
        const editing = editGraph(parseTopology(text), request);
        if ('refusal' in editing) return;
        made++;
        const after = applyEdits(text, editing.edits);
        assert.deepEqual(parseTopology(after).problems.filter(({ severity }) => severity === 'error'), []);
        const view = viewOf(after);
        const left = (id: string): boolean => [...view.nodes, ...view.cables, ...view.nat].some((each) => each.id === id);
        if (type === 'add' || type === 'connect') {
          assert.ok(ids.every(left), 'something is gone');
          assert.equal(view.cables.length, before.cables.length + (type === 'connect' ? 1 : 0));
          assert.equal(view.nodes.length, before.nodes.length + (type === 'connect' ? 2 : 1));
          assert.ok(left(editing.select ?? ''), `${editing.select} is not there`);
          assert.equal(restore(text, after, editing.edits), text);
          for (const line of text.split('\n')) assert.ok(!line.trim().startsWith('#') || after.includes(line.trim()), line);
        } else if (type === 'delete') {
          // What another stands on is still drawn, as an interface that the host has.
          const declared = [...view.nodes, ...view.cables, ...view.nat].filter((each) => each.declared);
          assert.ok(!declared.some(({ id }) => id === pick(one)), `${pick(one)} is still there`);
          assert.ok(view.nodes.length <= before.nodes.length);
        } else {
          assert.equal(view.nodes.length, before.nodes.length);
          assert.equal(view.cables.length, before.cables.length);
        }
        if (windows) assert.doesNotMatch(after, /[^\r]\n/);
      }),
      { numRuns: 300 },
    ); // prettier-ignore
    assert.ok(made > 120, `only ${made} changes were made`);
  });
});

/** The text before, from the text after: what an editor's undo does. */
function restore(before: string, after: string, edits: Exclude<GraphEditing, { refusal: string }>['edits']): string {
  let shift = 0;
  const inverse = [...edits]
    .sort((a, b) => a.range.start - b.range.start)
    .map(({ range, newText }) => {
      const start = range.start + shift;
      shift += newText.length - (range.end - range.start);
      return { range: { start, end: start + newText.length }, newText: before.slice(range.start, range.end) };
    });
  return applyEdits(after, inverse);
}
