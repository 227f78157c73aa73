import assert from 'node:assert/strict';
import fc from 'fast-check';
import { appendItem, insertEntry } from '../../../src/language/insert';
import { quickFixes, type QuickFix } from '../../../src/language/quick-fixes';
import { parseTopology } from '../../../src/topology/parse';
import { applyEdits } from './at-cursor';
import { mutatedWithOffset } from './mutations';

/** The fixes of a text's problems of one kind. */
function fixesOf(text: string, code: string): readonly QuickFix[] {
  const found = quickFixes(parseTopology(text), { start: 0, end: text.length }).filter(
    ({ problem }) => problem.code === code,
  );
  assert.ok(
    parseTopology(text).problems.some((problem) => problem.code === code),
    `no ${code}`,
  );
  return found;
}

/** Applies the fix of that title, and asserts that it mends what it is offered for. */
function mend(text: string, code: string, title: string): string {
  const fixes = fixesOf(text, code);
  const fix = fixes.find((one) => one.title === title);
  assert.ok(fix, `no “${title}” among ${fixes.map((one) => one.title).join(', ')}`);
  const mended = applyEdits(text, fix.edits);
  const count = (of: string): number => parseTopology(of).problems.filter((problem) => problem.code === code).length;
  assert.ok(count(mended) < count(text), mended);
  assert.ok(!parseTopology(mended).problems.some((problem) => problem.code.startsWith('yaml')), mended);
  return mended;
}

const natted = (namespace: string): string => `name: t
bridges: { b: { addresses: [10.0.0.1/24] } }
namespaces:
${namespace}
links: [{ endpoints: [a:e, b] }]
nat: { out: { masquerade: 10.0.0.0/24 } }
`;

describe('quick fixes', function () {
  this.timeout(120_000);

  it('add the missing default route, in the style of what stands there', () => {
    const title = 'Add a default route via 10.0.0.1';
    const route = '{ to: default, via: 10.0.0.1 }';
    const addresses = '{ addresses: [10.0.0.2/24] }';
    for (const [before, after] of [
      [`  a: { interfaces: { e: ${addresses} } }`, `  a: { interfaces: { e: ${addresses} }, routes: [${route}] }`],
      [
        `  a: # one\n    interfaces: { e: ${addresses} } # two`,
        `  a: # one\n    interfaces: { e: ${addresses} } # two\n    routes: [${route}]`,
      ],
      [
        `  a:\n    interfaces: { e: ${addresses} }\n    routes:\n    - { to: 10.9.0.0/16, dev: e } # x`,
        `  a:\n    interfaces: { e: ${addresses} }\n    routes:\n    - { to: 10.9.0.0/16, dev: e } # x\n    - ${route}`,
      ],
      [
        `  a:\n    routes: [{ to: 10.9.0.0/16, dev: e }]\n    interfaces: { e: ${addresses} }`,
        `  a:\n    routes: [{ to: 10.9.0.0/16, dev: e }, ${route}]\n    interfaces: { e: ${addresses} }`,
      ],
      [
        `  a: { routes: [], interfaces: { e: ${addresses} } }`,
        `  a: { routes: [${route}], interfaces: { e: ${addresses} } }`,
      ],
    ] as const) {
      assert.equal(mend(natted(before), 'default-route-missing', title), natted(after));
    }
    const windows = natted(`  a:\n    interfaces: { e: ${addresses} }`).replaceAll('\n', '\r\n');
    assert.doesNotMatch(mend(windows, 'default-route-missing', title), /[^\r]\n/);
  });

  it('add the missing namespace', () => {
    const title = 'Add the namespace “mars”';
    const links = 'links: [{ endpoints: [mars:e, "host:v"] }]\n';
    for (const [before, after] of [
      [`name: t\nnamespaces:\n  earth:\n${links}`, `name: t\nnamespaces:\n  earth:\n  mars:\n${links}`],
      [`name: t\nnamespaces: { earth: }\n${links}`, `name: t\nnamespaces: { earth:, mars: }\n${links}`],
      [`name: t\nnamespaces:\n${links}`, `name: t\nnamespaces:\n  mars:\n${links}`],
      [`name: t\n${links}`, `name: t\n${links}namespaces:\n  mars:\n`],
    ] as const) {
      assert.equal(mend(before, 'unknown-endpoint', title).trimEnd(), after.trimEnd());
    }
    const flow = mend(`name: t\nnamespaces: { earth: {} }\n${links}`, 'unknown-endpoint', title);
    assert.ok(flow.includes('namespaces: { earth: {}, mars: }'), flow);
    assert.ok(
      mend('name: t\nchecks: [{ from: mars, ping: 10.0.0.1 }]\n', 'unknown-namespace', title).includes(
        'namespaces:\n  mars:',
      ),
    );
    assert.deepEqual(fixesOf('name: t\nlinks: [{ endpoints: ["a/b:e", "host:v"] }]\n', 'unknown-endpoint'), []);
  });

  it('turn forwarding on', () => {
    const text =
      'name: t\nbridges: { b: { addresses: [10.0.0.1/24] } }\nhost: { forwarding: false } # why\nnat: { o: { masquerade: 10.0.0.0/24 } }\n';
    assert.equal(mend(text, 'nat-without-forwarding', 'Turn forwarding on'), text.replace('false', 'true'));
  });

  it('take the next free address, in its quotes', () => {
    const text = (address: string): string =>
      `name: t\nbridges: { b: { addresses: [10.0.0.1/24] } }\nnamespaces: { a: { interfaces: { e: { addresses: [${address}] } } } }\nlinks: [{ endpoints: [a:e, b] }]\n`;
    const title = 'Change to the next free address, 10.0.0.2/24';
    assert.equal(mend(text('10.0.0.1/24'), 'duplicate-address', title), text('10.0.0.2/24'));
    assert.equal(mend(text("'10.0.0.0/24'"), 'network-address', title), text("'10.0.0.2/24'"));
    assert.equal(mend(text('10.0.0.255/24'), 'broadcast-address', title), text('10.0.0.2/24'));
  });

  it('shorten an interface’s name in all its uses', () => {
    const text =
      'name: t\nnamespaces: { a: { interfaces: { a-name-of-16-byt: { addresses: [10.0.0.1/24] } } } }\nlinks: [{ endpoints: [a:a-name-of-16-byt, "host:v"] }]\n';
    const short = text.replaceAll('a-name-of-16-byt', 'a-name-of-16-by');
    assert.equal(mend(text, 'name-too-long', 'Shorten to “a-name-of-16-by” in all its uses'), short);
    assert.deepEqual(
      fixesOf(text, 'name-too-long').map(({ title }) => title.slice(0, 8)),
      ['Shorten ', 'Shorten '],
    );
  });

  it('give an interface that nothing makes a cable, or a kind', () => {
    const text = 'name: t\nbridges: { b: }\nnamespaces: { a: { interfaces: { e: { mtu: 1400 } } } }\n';
    assert.deepEqual(
      fixesOf(text, 'interface-without-origin').map(({ title, isPreferred }) => [title, isPreferred]),
      [
        ['Add a link to the bridge “b”', true],
        ['Make it a dummy interface', false],
      ],
    );
    assert.ok(
      mend(text, 'interface-without-origin', 'Add a link to the bridge “b”').endsWith(
        'links:\n  - { endpoints: [a:e, b] }\n',
      ),
    );
    assert.ok(
      mend(text, 'interface-without-origin', 'Make it a dummy interface').includes('e: { mtu: 1400, kind: dummy }'),
    );
  });

  it('add nothing behind an alias, where it would be added to something else', () => {
    const parsed = parseTopology('name: t\nnamespaces:\n  a: &n { routes: [] }\n  b: *n\n');
    assert.equal(insertEntry(parsed, ['namespaces', 'b'], 'forwarding', 'true'), undefined);
    assert.ok(insertEntry(parsed, ['namespaces', 'a'], 'forwarding', 'true'));
  });

  it('lie in any text, and leave it as readable as it was', () => {
    let seen = 0;
    fc.assert(
      fc.property(mutatedWithOffset, ({ text }) => {
        const parsed = parseTopology(text);
        for (const { edits, problem } of quickFixes(parsed, { start: 0, end: text.length })) {
          seen++;
          const after = parseTopology(applyEdits(text, edits));
          assert.ok(after.root !== undefined, problem.code);
        }
        for (const name of ['__proto__', 'x']) {
          for (const edit of [insertEntry(parsed, ['namespaces'], name, ''), appendItem(parsed, ['links'], '{}')]) {
            if (edit !== undefined) applyEdits(text, [edit]);
          }
        }
      }),
      { numRuns: 120 },
    );
    assert.ok(seen > 20);
  });
});
