import assert from 'node:assert/strict';
import fc from 'fast-check';
import { hoverAt } from '../../../src/language/hover/hover';
import { code, plain } from '../../../src/language/hover/markdown';
import { parseTopology } from '../../../src/topology/parse';
import { atCursor } from './at-cursor';
import { planets } from './mutations';

function hover(marked: string): { over: string; markdown: string } | undefined {
  const { text, offset } = atCursor(marked);
  const found = hoverAt(parseTopology(text), offset);
  return found && { over: text.slice(found.range.start, found.range.end), markdown: found.markdown };
}

/** Marks a place in the planets' lab. */
const inPlanets = (before: string, after = ''): string => planets.replace(before + after, `${before}|${after}`);

describe('hover', () => {
  it('explains a key in the schema’s words', () => {
    const stp = hover('name: t\nbridges:\n  b: { s|tp: true }');
    assert.equal(stp?.over, 'stp');
    assert.deepEqual(stp.markdown.split('\n\n').slice(0, 3), [
      '**Spanning tree**: The Spanning Tree Protocol (IEEE 802.1D): blocks ports so that redundant cables make no loop.',
      'One of `true`, `false`.',
      'As commands:',
    ]);
    assert.match(hover('name: t\nbridges:\n  b: { kind: li|nux }')?.markdown ?? '', /One of `linux`, `openvswitch`\./);
    assert.match(hover('name: t\nbridges:\n  b: { up: tr|ue }')?.markdown ?? '', /Without it: `true`\./);
    assert.equal(hover('name: t # wo|rds'), undefined);
    assert.equal(hover('nam|'), undefined);
  });

  it('tells of an address its network, its range and who is in it', () => {
    const { over, markdown } = hover(inPlanets('earth-veth: { addresses: [10.10', '.0.10/16]')) ?? {};
    assert.equal(over, '10.10.0.10/16');
    assert.ok(
      markdown?.startsWith(
        [
          '**IPv4** private (RFC 1918)\n',
          '- network `10.10.0.0/16`',
          '- 65,534 hosts: `10.10.0.1` to `10.10.255.254`',
          '- broadcast `10.10.255.255`\n',
          'In this file:\n',
          '- `10.10.0.1/16` `planet-br` of the host',
          '- `10.10.0.10/16` `earth-veth` of `earth`',
          '- `10.10.0.20/16` `neptune-veth` of `neptune`',
        ].join('\n'),
      ),
      markdown,
    );
    const six = hover('name: t\nhost: { interfaces: { d: { kind: dummy, addresses: ["fd00::1|/64"] } } }')?.markdown;
    assert.match(
      six ?? '',
      /^\*\*IPv6\*\* unique local \(RFC 4193\)\n\n- network `fd00::\/64`\n- about 2\^64 hosts: `fd00::1` to/,
    );
    assert.doesNotMatch(six ?? '', /broadcast/);
    assert.match(hover(inPlanets('via: 10.10.0', '.1'))?.markdown ?? '', /`10\.10\.0\.1\/16` `planet-br` of the host/);
  });

  it('tells where an endpoint leads, and whom it reaches', () => {
    const { over, markdown = '' } = hover(inPlanets('[earth:ear', 'th-veth')) ?? {};
    assert.equal(over, 'earth:earth-veth');
    assert.match(markdown, /^\*\*Interface\*\* `earth-veth` of `earth` \(veth\)\n/);
    assert.match(markdown, /- leads to `planet-br:earth-br-veth`/);
    assert.match(markdown, /- `10\.10\.0\.20` `neptune-veth` of `neptune`/);
    assert.match(hover(inPlanets('planet-br:earth-', 'br-veth'))?.markdown ?? '', /leads to `earth:earth-veth`/);
    assert.match(
      hover('name: t\nnamespaces: { a: }\nlinks:\n  - { endpoints: [a:e|, "host:h"], up: false }')?.markdown ?? '',
      /the cable is cut/,
    );
  });

  it('tells of a name what the file says of it', () => {
    assert.match(
      hover(inPlanets('from: nep', 'tune'))?.markdown ?? '',
      /^\*\*Namespace\*\* `neptune`\n\n- `neptune-veth` `10\.10\.0\.20\/16`/,
    );
    assert.match(
      hover(inPlanets('  pla', 'net-br: {'))?.markdown ?? '',
      /^\*\*Bridge\*\* `planet-br`.*\n\n.*\n- port `earth-br-veth` ↔ `earth:earth-veth`/,
    );
    assert.match(hover(inPlanets('not-out: pla', 'net-br'))?.markdown ?? '', /^\*\*Bridge\*\* `planet-br`/);
    assert.match(hover(inPlanets('to: "ear', 'th:8000"'))?.markdown ?? '', /^\*\*Namespace\*\* `earth`/);
    assert.match(hover(inPlanets('http://10.10.0', '.10:8000'))?.markdown ?? '', /`earth-veth` of `earth`/);
  });

  it('shows what the file holds as text, never as markup', () => {
    const evil = '](evil) `x` <img src=x> ![a](b) **';
    const marked = `name: t\nnamespaces:\n  ? ${JSON.stringify(evil)}\n  :\n    interfaces: { d: { kind: dummy, description: ${JSON.stringify(evil)} } }\nchecks: [{ from: ${JSON.stringify(evil).slice(0, -1)}|", ping: 1.1.1.1 }]`;
    const markdown = hover(marked)?.markdown ?? '';
    assert.ok(markdown.startsWith(`**Namespace** ${code(evil)}`), markdown);
    assert.ok(code(evil).startsWith('``') && code(evil).endsWith('``'));
    const described = hover(
      'name: t\nhost: { interfaces: { d|: { kind: dummy, description: "[a](command:b) <b>" } } }',
    );
    assert.ok(described?.markdown.includes('\\[a\\]\\(command\\:b\\) \\<b\\>'), described?.markdown);
  });

  it('keeps any text on one line and inside its fence', () => {
    fc.assert(
      fc.property(
        fc.string({ unit: fc.constantFrom('`', 'a', '\n', '\\', ' ', '<', '\u2028'), maxLength: 12 }),
        (text) => {
          const shown = code(text);
          assert.doesNotMatch(shown, /[\n\r\u2028]/);
          const fence = /^`+/.exec(shown)?.[0] ?? '';
          assert.ok(shown.endsWith(fence) && fence !== '');
          const inside = shown.slice(fence.length, -fence.length);
          const runs: readonly string[] = inside.match(/`+/g) ?? [];
          assert.ok(!runs.includes(fence), shown);
          assert.doesNotMatch(plain(text), /(^|[^\\])[`<]/);
        },
      ),
    );
  });
});
