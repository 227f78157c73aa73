import assert from 'node:assert/strict';
import fc from 'fast-check';
import { formatEdits } from '../../../src/language/format';
import { parseTopology } from '../../../src/topology/parse';
import { applyEdits } from './at-cursor';
import { everyKind, mutatedWithOffset, planets } from './mutations';

const format = (text: string): string => applyEdits(text, formatEdits(parseTopology(text)));

describe('formatting', () => {
  it('makes indentation even and trims lines, and keeps comments, blank lines and what stands on a line', () => {
    const text = `name: t   # a lab\t
bridges:
    b0:
        # its address
        addresses: [10.0.0.1/24,   10.0.1.1/24]
   \x20

    b1:
     stp:   true
links:
-   endpoints:
      - a:b
      # after
      - b0
    up: true
namespaces:
 a:
   services:
     s:
       command: |
          keep
            this   \x20
       directory: /x
   routes: [
       { to: default,
         via: 10.0.0.1 } ]
`;
    assert.equal(
      format(text),
      `name: t   # a lab
bridges:
  b0:
    # its address
    addresses: [10.0.0.1/24,   10.0.1.1/24]


  b1:
    stp:   true
links:
-   endpoints:
      - a:b
      # after
      - b0
    up: true
namespaces:
  a:
    services:
      s:
        command: |
           keep
             this   \x20
        directory: /x
    routes: [
        { to: default,
          via: 10.0.0.1 } ]
`,
    );
  });

  it('has nothing to do for a good file, and nothing more after it was done', () => {
    assert.equal(format(planets), planets);
    assert.equal(format(format(everyKind)), format(everyKind));
    const deep = planets.replaceAll(/^ +/gm, (white) => white.repeat(2)).replaceAll('\n', ' \n');
    assert.equal(format(deep), planets);
    const windows = planets.replaceAll('\n', '\r\n');
    assert.equal(format(windows), windows);
  });

  it('leaves a file alone that YAML cannot read', () => {
    assert.equal(format('name: t  \nbridges: [\n'), 'name: t  \nbridges: [\n');
    assert.equal(format(''), '');
  });

  it('never changes what a file means, where its breaks are, or its words', () => {
    let changed = 0;
    const respaced = fc
      .tuple(
        // Most mutated texts are no YAML any more and are left alone, so half of the texts are sound ones.
        fc.oneof(
          fc.constantFrom(planets, everyKind),
          mutatedWithOffset.map(({ text }) => text),
        ),
        fc.oneof(fc.constant([1]), fc.array(fc.nat(3), { minLength: 1, maxLength: 6 })),
      )
      .map(([text, widths]) => {
        let index = 0;
        return text
          .replaceAll(/^ +/gm, (white) => white.repeat(1 + ((widths[index++ % widths.length] ?? 0) % 2)))
          .replaceAll(/,(?= )/g, ',  ');
      });
    fc.assert(
      fc.property(respaced, (text) => {
        const after = format(text);
        if (after !== text) changed++;
        const words = (of: string): string => of.replaceAll(/[ \t]+/g, '');
        assert.equal(words(after), words(text));
        const [before, again] = [parseTopology(text), parseTopology(after)];
        assert.deepEqual(again.topology, before.topology);
        assert.deepEqual(
          again.problems.map(({ message }) => message),
          before.problems.map(({ message }) => message),
        );
        assert.equal(format(after), after);
      }),
      { numRuns: 150 },
    );
    assert.ok(changed > 10, `only ${changed} texts were formatted`);
  });
});
