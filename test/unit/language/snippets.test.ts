import assert from 'node:assert/strict';
import { parseTopology } from '../../../src/topology/parse';
import snippets from '../../../syntaxes/snippets.json';
import { labAround, placeOfSnippet } from '../../fixtures/snippet-places';

/** What is inserted where nobody types anything: each stop's default, the first of its choices. */
function inserted(body: readonly string[]): string {
  const defaults = new Map<string, string>();
  const text = body
    .join('\n')
    .replaceAll(/\$\{(\d+)\|([^,|]*)[^}]*\}/g, '$${$1:$2}')
    .replaceAll(/\$\{(\d+):([^}]*)\}/g, (_all, stop: string, value: string) => {
      // A stop that is named twice is typed once: its default is the same each time.
      assert.equal(defaults.get(stop) ?? value, value);
      defaults.set(stop, value);
      return value;
    })
    .replace('$0', '');
  assert.ok(!text.includes('$'));
  return text;
}

describe('Snippets', () => {
  for (const [title, snippet] of Object.entries(snippets)) {
    if ('isFileTemplate' in snippet) {
      it(`“${title}” is a lab without a problem as it is inserted`, () => {
        assert.deepEqual(parseTopology(inserted(snippet.body)).problems, []);
      });
      continue;
    }
    it(`“${title}” is an entry without an error where it belongs`, () => {
      const place = placeOfSnippet[title];
      assert.ok(place !== undefined, 'its place is in test/fixtures/snippet-places.ts');
      const [before, after] = labAround(place);
      const indent = /[ ]*$/.exec(before)?.[0] ?? '';
      const text = before + inserted(snippet.body).replaceAll('\n', `\n${indent}`) + after;
      // A namespace's cable is the next thing to be written; a quick fix writes it.
      const errors = parseTopology(text).problems.filter(
        ({ severity, code }) => severity === 'error' && !(title === 'Namespace' && code === 'interface-without-origin'),
      );
      assert.deepEqual(errors, [], text);
    });
  }

  it('have a prefix each', () => {
    const prefixes = Object.values(snippets).map(({ prefix }) => prefix);
    assert.equal(new Set(prefixes).size, prefixes.length);
    for (const prefix of prefixes) assert.match(prefix, /^netns-/);
  });
});
