import assert from 'node:assert/strict';
import fc from 'fast-check';
import { complete } from '../../../src/language/completion/complete';
import { hoverAt } from '../../../src/language/hover/hover';
import { readLoosely } from '../../../src/language/loose/read-loosely';
import { definitionsAt, occurrenceAt, referencesAt } from '../../../src/language/symbols/navigate';
import { renameAt } from '../../../src/language/symbols/rename';
import { parseTopology } from '../../../src/topology/parse';
import { applyEdits } from './at-cursor';
import { everyKind, mutatedWithOffset } from './mutations';

interface Range {
  readonly start: number;
  readonly end: number;
}

function assertInside(text: string, ...ranges: readonly (Range | undefined)[]): void {
  for (const range of ranges) {
    if (range === undefined) continue;
    assert.ok(0 <= range.start && range.start <= range.end && range.end <= text.length, JSON.stringify(range));
  }
}

describe('in any text, at any offset', () => {
  it('completion answers, on the cursor’s own line', () => {
    fc.assert(
      fc.property(mutatedWithOffset, ({ text, offset }) => {
        for (const { inserting, replacing, also, text: written } of complete(text, offset)) {
          assertInside(text, inserting, replacing, also?.range);
          assert.ok(inserting.start <= offset && offset === inserting.end);
          assert.equal(inserting.start, replacing.start);
          assert.ok(!text.slice(replacing.start, replacing.end).includes('\n'));
          assert.ok(also === undefined || also.range.end <= replacing.start);
          assert.ok(written.split('\0').length <= 2);
        }
      }),
      { numRuns: 1500 },
    );
  });

  it('completion answers at every offset of a whole file', () => {
    for (let offset = 0; offset <= everyKind.length; offset++) complete(everyKind, offset);
  });
});

describe('in any text, at any offset', () => {
  it('hover answers, about a place that the offset is in', () => {
    fc.assert(
      fc.property(mutatedWithOffset, ({ text, offset }) => {
        const hover = hoverAt(parseTopology(text), offset);
        if (hover === undefined) return;
        assertInside(text, hover.range);
        assert.notEqual(hover.markdown, '');
        assert.doesNotMatch(hover.markdown, /undefined|\[object/);
      }),
      { numRuns: 1000 },
    );
  });
});

describe('in any text, at any offset', () => {
  it('navigation answers, and a rename changes names only and adds no error', () => {
    fc.assert(
      fc.property(
        mutatedWithOffset,
        fc.constantFrom('new', '__proto__', '8000', "it's", 'e0', ''),
        ({ text, offset }, name) => {
          const parsed = parseTopology(text);
          const here = occurrenceAt(parsed, offset);
          for (const { range, word } of [...referencesAt(parsed, offset), ...definitionsAt(parsed, offset)]) {
            assertInside(text, range, word);
          }
          assert.equal(referencesAt(parsed, offset).length > 0, here !== undefined);
          const renaming = renameAt(parsed, offset, name);
          if ('refusal' in renaming) return;
          const after = parseTopology(applyEdits(text, renaming.edits));
          const errors = (of: typeof parsed): number =>
            of.problems.filter(({ severity }) => severity === 'error').length;
          assert.ok(errors(after) <= errors(parsed));
          assert.equal(after.topology?.links.length, parsed.topology?.links.length);
        },
      ),
      { numRuns: 600 },
    );
  });
});

describe('a hostile text', () => {
  const megabyte = 1_000_000;
  for (const [what, part] of [
    ['one word', 'a'],
    ['spaces', ' '],
    ['brackets', '[{'],
    ['words in brackets', 'a, '],
    ['dashes', '- '],
    ['quotes', '"\\" \' '],
    ['colons', ': '],
    ['anchors', '&a '],
    ['lines that go deeper', '\n'],
  ] as const) {
    it(`of a megabyte of ${what} is read in time that grows with its length only`, () => {
      const text =
        what === 'lines that go deeper'
          ? Array.from({ length: 1400 }, (_, depth) => `${' '.repeat(depth)}a:\n`).join('')
          : `a: [${part.repeat(megabyte / part.length)}`;
      const begin = performance.now();
      readLoosely(text, text.length);
      readLoosely(text.slice(4), 10);
      // A walk in the square of the length would take hours.
      assert.ok(performance.now() - begin < 10_000);
    });
  }
});
