import assert from 'node:assert/strict';
import fc from 'fast-check';
import { composeEdits } from '../../../src/language/edit/compose-edits';
import { editTree, saysExactly } from '../../../src/language/edit/edit-tree';
import type { TreeChange } from '../../../src/language/edit/tree-change';
import { editText, type TextEdit } from '../../../src/language/text-edit';
import type { YamlPath } from '../../../src/topology/model';
import { readYaml } from '../../../src/topology/yaml/read-yaml';
import type { SourceNode } from '../../../src/topology/yaml/source-tree';
import { applyEdits } from './at-cursor';
import { everyKind, mutatedWithOffset, planets } from './mutations';

function change(text: string, ...changes: TreeChange[]): string {
  const source = { text, root: readYaml(text).root };
  const edits = editTree(source, changes);
  if (edits === undefined) return 'cannot';
  const after = applyEdits(text, edits);
  return saysExactly(source, changes, { text: after, root: readYaml(after).root }) ? after : `something else: ${after}`;
}

const set = (path: YamlPath, key: string, value: unknown = null): TreeChange =>
  ({ type: 'set', path, key, value }) as TreeChange;
const append = (path: YamlPath, item: unknown): TreeChange => ({ type: 'append', path, item }) as TreeChange;
const remove = (...paths: YamlPath[]): TreeChange => ({ type: 'remove', paths });

describe('composeEdits', () => {
  const text = fc.string({ maxLength: 30 });
  const editsOf = (length: number): fc.Arbitrary<TextEdit[]> =>
    fc
      .tuple(fc.uniqueArray(fc.nat(length), { maxLength: 6 }), fc.array(fc.string({ maxLength: 4 }), { minLength: 4, maxLength: 4 }))
      .map(([places, words]) => {
        const sorted = places.sort((a, b) => a - b);
        const edits: TextEdit[] = [];
        for (let index = 0; index < sorted.length; index += 2) {
          const start = sorted[index] ?? 0;
          edits.push({ range: { start, end: sorted[index + 1] ?? start }, newText: words[index / 2] ?? '' });
        }
        return edits;
      }); // prettier-ignore

  it('makes of two lists one that does the same', () => {
    fc.assert(
      fc.property(
        text.chain((before) =>
          editsOf(before.length).chain((first) => {
            const between = editText(before, first);
            return editsOf(between.length).map((second) => ({ before, first, second, between }));
          }),
        ),
        ({ before, first, second, between }) => {
          assert.equal(applyEdits(before, composeEdits(before, first, second)), editText(between, second));
        },
      ),
      { numRuns: 1000 },
    );
  });
});

describe('editTree', () => {
  it('takes out the first entry behind a dash, and the next takes its place', () => {
    const checks = 'checks:\n  - from: a # one\n    ping: b\n    expect: fail\n';
    assert.equal(change(checks, remove(['checks', 0, 'from'])), 'checks:\n  - ping: b\n    expect: fail\n');
    assert.equal(change(checks, remove(['checks', 0, 'ping'])), 'checks:\n  - from: a # one\n    expect: fail\n');
    assert.equal(change('checks:\n  - from: a\n', remove(['checks', 0, 'from'])), 'cannot');
  });

  it('adds a namespace in the style of what stands there', () => {
    const add = set(['namespaces'], 'mars');
    for (const [before, after] of [
      ['name: t\nnamespaces:\n  earth:\n', 'name: t\nnamespaces:\n  earth:\n  mars:\n'],
      ['name: t\nnamespaces: { earth: {} } # all\n', 'name: t\nnamespaces: { earth: {}, mars: {} } # all\n'],
      ['name: t\nnamespaces: {}\n', 'name: t\nnamespaces: { mars: {} }\n'],
      ['name: t\nnamespaces: # none\n', 'name: t\nnamespaces: # none\n  mars:\n'],
      ['name: t\nnamespaces: ~ # none\n', 'name: t\nnamespaces:\n  mars: # none\n'],
      ['name: t\nlinks: []\n', 'name: t\nnamespaces:\n  mars:\nlinks: []\n'],
      ['name: t # lab\n# that is all', 'name: t # lab\nnamespaces:\n  mars:\n# that is all'],
      ['{ name: t }', '{ name: t, namespaces: { mars: {} } }'],
      [
        'name: t\nnamespaces:\n    earth:\n        forwarding: true\n        # of earth\n    # of none\nchecks: []\n',
        'name: t\nnamespaces:\n    earth:\n        forwarding: true\n        # of earth\n    mars:\n    # of none\nchecks: []\n',
      ],
      ['namespaces:\n  a:\n\n  b: # two\n\nname: t\n', 'namespaces:\n  a:\n\n  b: # two\n\n  mars:\n\nname: t\n'],
      [
        'namespaces: {\n  a: {}, # one\n  b: {} # two\n}\n',
        'namespaces: {\n  a: {}, # one\n  b: {}, # two\n  mars: {}\n}\n',
      ],
      ['namespaces: {\n  a: {},\n  b: {}, # two\n}\n', 'namespaces: {\n  a: {},\n  b: {}, # two\n  mars: {},\n}\n'],
      ['\uFEFFname: t\r\nnamespaces:\r\n  a:\r\n', '\uFEFFname: t\r\nnamespaces:\r\n  a:\r\n  mars:\r\n'],
    ] as const) {
      assert.equal(change(before, add), after);
    }
  });

  it('adds an interface with what is missing on the way, and a route beside it', () => {
    const changes = [
      set(['namespaces', 'a', 'interfaces'], 'eth0', { addresses: ['10.0.0.2/24', 'fd00::2/64'] }),
      append(['namespaces', 'a', 'routes'], { to: 'default', via: '10.0.0.1' }),
      append(['links'], { endpoints: ['a:eth0', 'br0'] }),
    ];
    const line = 'eth0: { addresses: [10.0.0.2/24, fd00::2/64] }';
    const route = '{ to: default, via: 10.0.0.1 }';
    for (const [before, after] of [
      [
        'name: t\nnamespaces:\n  a: # one\n  b:\nchecks: []\n',
        `name: t\nnamespaces:\n  a: # one\n    interfaces:\n      ${line}\n    routes: [${route}]\n  b:\nlinks:\n  - endpoints: [a:eth0, br0]\nchecks: []\n`,
      ],
      [
        'name: t\nnamespaces:\n  a: {}\n',
        `name: t\nnamespaces:\n  a: { interfaces: { ${line} }, routes: [${route}] }\nlinks:\n  - endpoints: [a:eth0, br0]\n`,
      ],
      [
        'namespaces: { a: } # x\nlinks: [] # y\n',
        `namespaces: { a: { interfaces: { ${line} }, routes: [${route}] } } # x\nlinks: [{ endpoints: [a:eth0, br0] }] # y\n`,
      ],
      [
        'namespaces:\n  a:\n    services: { w: { command: x } }\n    routes:\n    - to: 10.9.0.0/16\n      dev: e\nlinks:\n- { endpoints: [a:e, br0] }\n',
        `namespaces:\n  a:\n    services: { w: { command: x } }\n    routes:\n    - to: 10.9.0.0/16\n      dev: e\n    - ${route}\n    interfaces:\n      ${line}\nlinks:\n- { endpoints: [a:e, br0] }\n- { endpoints: [a:eth0, br0] }\n`,
      ],
    ] as const) {
      assert.equal(change(before, ...changes), after);
    }
  });

  it('takes entries and items out with their lines and commas, and leaves what is said around them', () => {
    for (const [before, paths, after] of [
      ['a:\n  x: 1\n  y: 2 # two\n  z: 3\n', [['a', 'y']], 'a:\n  x: 1\n  z: 3\n'],
      ['# top\na: 1\n# of b\nb:\n  c: 2\n  # inside\n# end\n', [['b']], '# top\na: 1\n# of b\n# end\n'],
      [
        'a:\n- 1\n- x: 2\n  y: 3\n- 4',
        [
          ['a', 2],
          ['a', 1],
        ],
        'a:\n- 1\n',
      ],
      ['a: [1, 2, 3]', [['a', 0]], 'a: [2, 3]'],
      ['a: [1, 2, 3]', [['a', 1]], 'a: [1, 3]'],
      [
        'a: [1, 2, 3]',
        [
          ['a', 1],
          ['a', 2],
        ],
        'a: [1]',
      ],
      ['a: [1, 2, 3, ]', [['a', 2]], 'a: [1, 2, ]'],
      [
        'a: [1, 2]',
        [
          ['a', 1],
          ['a', 0],
        ],
        'a: []',
      ],
      [
        'a: { x: 1, y: {}, z: }',
        [
          ['a', 'z'],
          ['a', 'x'],
        ],
        'a: { y: {} }',
      ],
      [
        'a: {\n  x: 1, # one\n  y: 2, # two\n  z: 3 # three\n}\n',
        [['a', 'y']],
        'a: {\n  x: 1, # one\n  # two\n  z: 3 # three\n}\n',
      ],
      ['a: {\n  x: 1, # one\n  y: 2 # two\n}\n', [['a', 'y']], 'a: {\n  x: 1 # one\n  # two\n}\n'],
      ['a: # all\n  - 1\n', [['a', 0]], 'a: [] # all\n'],
      ['a:\n  x: 1\nb: 2\n', [['a', 'x']], 'a: {}\nb: 2\n'],
      ['a: &n { x: 1 }\nb: *n\n', [['b']], 'a: &n { x: 1 }\n'],
      ['a: &n { x: 1 }\nb: *n\n', [['b', 'x']], 'cannot'],
      ['a: &n { x: 1 }\nb: { <<: *n, y: 2 }\n', [['b', 'x']], 'cannot'],
      ['a: &n { x: 1 }\nb: { <<: *n, y: 2 }\n', [['b', 'y']], 'a: &n { x: 1 }\nb: { <<: *n }\n'],
      ['a: 1\r\nb: 2\r\nc: 3', [['c']], 'a: 1\r\nb: 2'],
    ] as const) {
      assert.equal(change(before, remove(...(paths as unknown as YamlPath[]))), after);
    }
  });

  it('changes any sound file as wanted or not at all, and touches nothing else', () => {
    const base = fc.constantFrom(planets, everyKind, planets.replaceAll('\n', '\r\n'), `# first\n\n${everyKind}# last`);
    let done = 0;
    fc.assert(
      fc.property(base, fc.array(fc.tuple(fc.constantFrom('set', 'append', 'remove'), fc.nat(), fc.constantFrom('eth0', '8000', '__proto__', 'ns 1')), { minLength: 1, maxLength: 4 }), (text, picks) => {
        const source = { text, root: readYaml(text).root };
        const changes = picks.map(([type, pick, key], index): TreeChange => {
          if (type === 'remove') return remove(pickPath(source.root, pick, () => true));
          if (type === 'append') return append(pickPath(source.root, pick, ({ type: kind }) => kind === 'list'), { to: 'default', via: `10.0.0.${index}` });
          return set(pickPath(source.root, pick, ({ type: kind }) => kind === 'map'), `${key}${index}`, { a: { b: ['10.0.0.1/24', 7] } });
        });
        const edits = editTree(source, changes);
        if (edits === undefined) return;
        const after = applyEdits(text, edits);
        if (!saysExactly(source, changes, { text: after, root: readYaml(after).root })) return;
        done++;
        for (const comment of commentsOf(text, edits)) assert.ok(after.includes(comment), `lost ${comment} in ${after}`);
      }),
      { numRuns: 500 },
    ); // prettier-ignore
    assert.ok(done > 150, `only ${done} changes could be made`);
  });
});

describe('edits of any text at all', () => {
  it('lie in it and do not overlap', () => {
    const maps: YamlPath[] = [[], ['namespaces'], ['namespaces', 'earth'], ['namespaces', 'earth', 'interfaces'], ['host']];
    const lists: YamlPath[] = [['links'], ['checks'], ['namespaces', 'earth', 'routes'], ['namespaces', 'earth', 'rules']];
    const gone: YamlPath[][] = [[['links', 0], ['links', 1]], [['checks', 0]], [['namespaces', 'earth'], ['namespaces', 'mars']], [['namespaces', 'earth', 'interfaces', 'e0']]];
    fc.assert(
      fc.property(mutatedWithOffset, ({ text }) => {
        const source = { text, root: readYaml(text).root };
        const changes = [...maps.map((path) => set(path, 'x', { a: 1 })), ...lists.map((path) => append(path, { a: 1 })), ...gone.map((paths) => remove(...paths))];
        for (const each of changes) applyEdits(text, editTree(source, [each]) ?? []);
      }),
      { numRuns: 300 },
    );
  }); // prettier-ignore
});

/** The path of one of the nodes that pass, by number. */
function pickPath(root: SourceNode | undefined, pick: number, passes: (node: SourceNode) => boolean): YamlPath {
  const paths: YamlPath[] = [];
  const walk = (node: SourceNode, path: YamlPath): void => {
    if (passes(node)) paths.push(path);
    if (node.type === 'list') for (const [index, item] of node.items.entries()) walk(item, [...path, index]);
    if (node.type === 'map') for (const [key, { value }] of node.entries) walk(value, [...path, key]);
  };
  if (root !== undefined) walk(root, []);
  return paths[pick % paths.length] ?? [];
}

/** The comments that no edit takes whole lines around. */
function commentsOf(text: string, edits: readonly TextEdit[]): string[] {
  return [...text.matchAll(/ # .*|^# .*/gm)].flatMap(({ 0: comment, index }) =>
    edits.some(({ range }) => range.start <= index && index + comment.length <= range.end) ? [] : [comment.trim()],
  );
}
