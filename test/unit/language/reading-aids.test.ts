import assert from 'node:assert/strict';
import fc from 'fast-check';
import { foldsOf } from '../../../src/language/folding';
import { inlayFacts } from '../../../src/language/inlay-hints';
import { occurrencesIn } from '../../../src/language/symbols/occurrences';
import { parseTopology } from '../../../src/topology/parse';
import { mutatedWithOffset } from './mutations';

/** The text with each fact in brackets at its place. */
function withFacts(text: string): string {
  return inlayFacts(parseTopology(text))
    .sort((a, b) => b.offset - a.offset)
    .reduce((shown, { offset, label }) => `${shown.slice(0, offset)}‹${label}›${shown.slice(offset)}`, text);
}

describe('inlay hints', () => {
  it('name the ports that the file does not name, and the network of each address', () => {
    const text = `name: t
bridges: { b: { addresses: [10.0.0.1/24, "fd00::1/64"] } }
namespaces: { a: { interfaces: { e: { addresses: [10.0.0.2/24, oops] } } } }
links:
  - endpoints: [a:e, b]
  - endpoints: [a:f, { endpoint: "b", vlan: 5 }]
  - endpoints: [a:g, b:named]
`;
    const shown = withFacts(text);
    assert.match(shown, /\[10\.0\.0\.1\/24‹in 10\.0\.0\.0\/24›, "fd00::1\/64"‹in fd00::\/64›\]/);
    assert.match(shown, /\[10\.0\.0\.2\/24‹in 10\.0\.0\.0\/24›, oops\]/);
    assert.match(shown, /\[a:e, b‹:a-[a-z0-9]{6}›\]\n/);
    assert.match(shown, /\{ endpoint: "b"‹:a-[a-z0-9]{6}›, vlan: 5 \}/);
    assert.match(shown, /\[a:g, b:named\]/);
  });

  it('stand once where an alias repeats the text', () => {
    const text = 'name: t\nnamespaces:\n  a: &n { interfaces: { e: { addresses: [10.0.0.1/8] } } }\n  b: *n\n';
    assert.equal(inlayFacts(parseTopology(text)).length, 1);
    const single = text.replace('[10.0.0.1/8]', '[&x 10.0.0.1/8, *x ]');
    assert.match(withFacts(single), /\[&x 10\.0\.0\.1\/8‹in 10\.0\.0\.0\/8›, \*x \]/);
  });
});

describe('folding', () => {
  const shown = (text: string): string[] =>
    foldsOf(text).map(({ start, end, isComment }) => `${start}-${end}${isComment ? ' comment' : ''}`);

  it('folds blocks, lists and comments, and leaves the empty lines behind them', () => {
    assert.deepEqual(shown('# a\n# b\nname: t\nlinks:\n- a: 1\n  b: 2\n- c\n\nhost:\n  x: [\n    1\n  ]\n'), [
      '0-1 comment',
      '3-6',
      '4-5',
      '8-11',
      '9-11',
    ]);
  });

  it('holds in half-written text', () => {
    assert.deepEqual(shown('bridges: [\nnamespaces:\n  a:\n    inter\n'), ['1-3', '2-3']);
    assert.deepEqual(shown(''), []);
  });
});

describe('folds, hints and tokens of any text', () => {
  it('lie in it, in order, and tokens never overlap', () => {
    fc.assert(
      fc.property(mutatedWithOffset, ({ text }) => {
        const parsed = parseTopology(text);
        const lines = text.split('\n').length;
        for (const { start, end } of foldsOf(text)) assert.ok(0 <= start && start < end && end < lines);
        for (const { offset } of inlayFacts(parsed)) assert.ok(0 < offset && offset <= text.length);
        let last = 0;
        for (const { range, isEscaped, thing } of occurrencesIn(parsed)) {
          if (isEscaped) continue;
          assert.ok(last <= range.start, 'overlap');
          last = range.end;
          if (text.slice(range.start, range.end) !== thing.name) {
            assert.equal(text.slice(range.start, range.end).replaceAll('/', '.'), thing.name);
          }
        }
      }),
      { numRuns: 500 },
    );
  });
});
