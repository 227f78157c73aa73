import assert from 'node:assert/strict';
import { parseTopology } from '../../../src/topology/parse';
import { expectNoProblem, expectProblem } from './marked';

describe('YAML of a topology file', () => {
  it('checks the rest of a file that is broken somewhere', () => {
    const text = 'name: t\nbridges:\n  br0: { mtu: 1 \n  br1: { addresses: [10.0.0.300/8] }\ndescripton: x\n';
    const codes = parseTopology(text).problems.map(({ code }) => code);
    assert.ok(
      codes.some((code) => code.startsWith('yaml-')),
      codes.join(),
    );
    assert.ok(
      parseTopology('name: t\nbridges:\n  br0:\n    mtu\n  br1: { addresses: [10.0.0.300/8] }\n').problems.some(
        ({ code }) => code === 'bad-address',
      ),
    );
    const { topology, problems } = parseTopology(
      'name: t\nbridges:\n  br0:\n    mtu\nnamespaces:\n  earth:\n    interfac:\nlinks: [{ endpoints: [earth:e, br0] }]\n',
    );
    assert.deepEqual(topology?.links.length, 1);
    assert.deepEqual(problems.map(({ code }) => code).sort(), ['unknown-key', 'wrong-type'].sort());
  });

  it('reports a tab as indentation', () => {
    const text = 'name: t\nbridges:\n\tbr0: {}\n';
    const tab = parseTopology(text).problems.find(({ code }) => code === 'yaml-tab-as-indent');
    assert.match(tab?.message ?? '', /^Indent with spaces/);
    assert.deepEqual(tab?.range, { start: text.indexOf('\t'), end: text.indexOf('\t') + 1 });
  });

  it('says where a half-typed key stands', () => {
    expectProblem('name: t\nnamespaces:\n  earth:\n    ⟦interf⟧\nlinks: [{ endpoints: [earth:a, host:b] }]\n', {
      code: 'wrong-type',
      message: /^`earth` must be a mapping/,
    });
  });

  it('takes CRLF, a byte order mark, comments, anchors and merge keys', () => {
    const text = [
      '\uFEFF# a lab',
      'name: t',
      'bridges: { br0: { addresses: [10.0.0.1/24] } }',
      'namespaces:',
      '  earth: &planet',
      '    forwarding: false',
      '    routes: [{ to: default, via: 10.0.0.1 }]',
      '    interfaces: { e: { addresses: [10.0.0.2/24] } }',
      '  mars:',
      '    <<: *planet',
      '    interfaces: { e: { addresses: [10.0.0.3/24] } }',
      'links:',
      '  - endpoints: [earth:e, br0]',
      '  - endpoints: [mars:e, br0]',
      '',
    ].join('\r\n');
    expectNoProblem(text);
    const mars = parseTopology(text).topology?.namespaces[1];
    assert.deepEqual(
      mars?.routes.map(({ via }) => via),
      ['10.0.0.1'],
    );
    assert.deepEqual(mars.interfaces[0]?.addresses, ['10.0.0.3/24']);
    assert.equal(mars.forwarding, false);
  });

  it('points at the anchor for what is wrong in what an alias repeats, once', () => {
    expectProblem('name: t\nbridges:\n  br0: &b { mtu: ⟦1⟧ }\n  br1: *b\n', {
      code: 'out-of-range',
      message: /^`mtu` must be from 68/,
    });
  });

  it('takes any key as a name: numbers, null and what objects inherit', () => {
    const text =
      'name: t\nnamespaces:\n  1:\n  null:\n  true:\n  __proto__:\n  constructor:\n  toString:\nlinks:\n  - endpoints: ["1:a", "null:a"]\n  - endpoints: ["true:a", "__proto__:a"]\n  - endpoints: ["constructor:a", "toString:a"]\n';
    expectNoProblem(text);
    assert.deepEqual(
      parseTopology(text).topology?.namespaces.map(({ name }) => name),
      ['1', 'null', 'true', '__proto__', 'constructor', 'toString'],
    );
    assert.equal(({} as Record<string, unknown>)['forwarding'], undefined);
  });

  it('sets no prototype', () => {
    const { topology } = parseTopology(
      'name: t\nnamespaces:\n  a:\n    services:\n      s: { command: x, env: { __proto__: y } }\n',
    );
    const env = topology?.namespaces[0]?.services[0]?.env;
    assert.deepEqual(Object.entries(env ?? {}), [['__proto__', 'y']]);
  });
});

describe('hostile topology files', function () {
  // A reading that goes wrong takes hours; this is no measure of speed.
  this.timeout(120_000);
  /** Texts that make naive readers run out of stack, memory or time. Each must be answered within mocha's time-out. */
  const hostile: Readonly<Record<string, string>> = {
    'a million laughs': `name: t\na: &a [x,x,x,x,x,x,x,x,x]\n${Array.from({ length: 9 }, (_, index) => {
      const [now, before] = [String.fromCharCode(98 + index), String.fromCharCode(97 + index)];
      return `${now}: &${now} [${Array<string>(9).fill(`*${before}`).join(',')}]`;
    }).join('\n')}\n`,
    'a million laughs by merge keys': `name: t\na: &a { ${Array.from({ length: 500 }, (_, index) => `k${index}: 1`).join(', ')} }\n${Array.from({ length: 500 }, (_, index) => `b${index}: { <<: *a }`).join('\n')}\n`,
    'a hundred thousand [': '['.repeat(100_000),
    'many {': '{'.repeat(100_000),
    'many nested lists': '- '.repeat(100_000),
    'many nested maps': Array.from({ length: 1500 }, (_, index) => `${' '.repeat(index)}a:`).join('\n'),
    'a megabyte on one line': `name: ${'x'.repeat(1_000_000)}`,
    'a megabyte of keys on one line': 'a: '.repeat(330_000),
    'thirty thousand keys': `name: t\nnamespaces:\n${Array.from({ length: 30_000 }, (_, index) => `  n${index}: 1`).join('\n')}`,
    'thirty thousand items': `name: t\nchecks: [${'1,'.repeat(30_000)}]`,
    'many anchors': `name: t\nchecks:\n${Array.from({ length: 20_000 }, (_, index) => `- &a${index} x`).join('\n')}\n- *a5\n`,
    'many aliases': `name: t\nchecks:\n- &a { from: host, ping: 10.0.0.1 }\n${'- *a\n'.repeat(30_000)}`,
    'many documents': '--- a\n'.repeat(20_000),
    'many lines': '\n'.repeat(300_000),
    'only control characters': '\u0000\u0001\u0007\u001b[31m'.repeat(1000),
    'a lone surrogate': 'name: "\ud800"\nnamespaces: { "\udfff": }\n',
    'a text of over ten million characters': `#${'x'.repeat(10_000_001)}`,
  };
  for (const [what, text] of Object.entries(hostile)) {
    it(`answers ${what}`, () => {
      const { problems } = parseTopology(text);
      assert.ok(
        problems.some(({ severity }) => severity === 'error'),
        'it must not pass as fine',
      );
      for (const { range } of problems) {
        assert.ok(range.start >= 0 && range.start <= range.end && range.end <= text.length, JSON.stringify(range));
      }
    });
  }
});
