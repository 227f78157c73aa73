import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { outline, type OutlineEntry } from '../../../src/language/outline';
import { quickFixes } from '../../../src/language/quick-fixes';
import { parseTopology } from '../../../src/topology/parse';
import { applyEdits } from './at-cursor';

const planets = readFileSync(`${__dirname}/../../../examples/planets.netns.yaml`, 'utf8');

function print(entries: readonly OutlineEntry[], indent = ''): string[] {
  return entries.flatMap(({ name, detail, kind, children }) => [
    `${indent}${kind} ${name}${detail === '' ? '' : ` (${detail})`}`,
    ...print(children, `${indent}  `),
  ]);
}

describe('outline', () => {
  it('shows the lab as the file has it', () => {
    assert.deepEqual(print(outline(parseTopology(planets))).slice(0, 17), [
      'group bridges',
      '  bridge planet-br (10.10.0.1/16)',
      'group namespaces',
      '  namespace earth (10.10.0.10/16)',
      '    interface earth-veth (10.10.0.10/16)',
      '    service web (service)',
      '  namespace neptune (10.10.0.20/16)',
      '    interface neptune-veth (10.10.0.20/16)',
      'group links',
      '  link earth:earth-veth ↔ planet-br:earth-br-veth',
      '  link neptune:neptune-veth ↔ planet-br:neptune-br-veth',
      'group nat',
      '  nat internet (masquerade 10.10.0.0/16)',
      'group port-forwards',
      '  port-forward web (:8000 → earth:8000)',
      '  port-forward web-alt (:3000 → earth:8000)',
      'group checks',
    ]);
  });

  it('selects inside the range of each entry, and keeps children inside their parents', () => {
    const inside = (inner: { start: number; end: number }, outer: { start: number; end: number }): boolean =>
      outer.start <= inner.start && inner.end <= outer.end;
    const walk = (entry: OutlineEntry): void => {
      assert.ok(inside(entry.selection, entry.range), entry.name);
      for (const child of entry.children) {
        assert.ok(inside(child.range, entry.range), `${child.name} in ${entry.name}`);
        walk(child);
      }
    };
    const aliased = 'name: t\nnamespaces:\n  a: &n { interfaces: { e: { addresses: [10.0.0.1/8] } } }\n  b: *n\n';
    for (const text of [planets, aliased, 'name: t\nnamespaces:\n  a:\n  b:\n']) {
      const entries = outline(parseTopology(text));
      assert.notEqual(entries.length, 0);
      entries.forEach(walk);
    }
  });

  it('is empty where there is nothing', () => {
    assert.deepEqual(outline(parseTopology('')), []);
    assert.deepEqual(outline(parseTopology('name: t\n')), []);
  });
});

describe('quick fixes', () => {
  it('mend the word that is wrong, and only it', () => {
    const text = 'name: t\nbridges:\n  br0: { adresses: [10.0.0.1/24], mtu: big }\n';
    const at = text.indexOf('adresses');
    const parsed = parseTopology(text);
    const fixes = quickFixes(parsed, { start: at + 2, end: at + 2 });
    assert.deepEqual(
      fixes.map(({ title, edits }) => ({ title, mended: applyEdits(text, edits) })),
      [{ title: 'Change to “addresses”', mended: text.replace('adresses', 'addresses') }],
    );
    const [fix] = fixes as [(typeof fixes)[number]];
    const mended = parseTopology(applyEdits(text, fix.edits));
    assert.equal(mended.problems.length, parsed.problems.length - 1);
    assert.deepEqual(quickFixes(parsed, { start: 0, end: 0 }), []);
  });

  it('mend each problem that they are offered for', () => {
    for (const text of [
      'name: My Lab\n',
      'name: 7\n',
      'name: t\nbridges: { a-bridge-name-too-long: { addresses: [10.0.0.1/24] } }\n',
      'name: t\nbridges: { b: { addresses: 10.0.0.1/24 } }\n',
      'name: t\nbridges: { b: { addresses: [10.0.0.1/255.255.255.0] } }\n',
      'name: t\nbridges: { b: { stp: yes } }\n',
      'name: t\nbridges: { b: { kind: linus } }\n',
      'name: t\nnamespaces: { earth: }\nlinks: [{ endpoints: [earht:e, "host:v"] }]\n',
      'name: t\nnamespaces: { earth: }\nlinks: [{ endpoints: [earth:an-interface-too-long, "host:v"] }]\n',
      'name: t\nchecks: [{ from: hots, ping: 10.0.0.1 }]\n',
      'name: t\nchecks: [{ from: host, http: 10.0.0.1/x }]\n',
      'name: t\nhost: { routes: [{ to: 10.0.0.1/8, dev: x }] }\n',
      'name: t\nhost: { routes: [{ to: 10.0.0.0/8, via: 10.0.0.1/8 }] }\n',
    ]) {
      const [fix] = quickFixes(parseTopology(text), { start: 0, end: text.length });
      assert.ok(fix, text);
      const mended = applyEdits(text, fix.edits);
      assert.deepEqual(
        parseTopology(mended).problems.filter(({ severity }) => severity === 'error'),
        [],
        mended,
      );
    }
  });
});
