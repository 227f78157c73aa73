import assert from 'node:assert/strict';
import { parseTopology } from '../../../src/topology/parse';
import snippets from '../../../syntaxes/snippets.json';

describe('Snippets', () => {
  for (const [title, { body }] of Object.entries(snippets)) {
    it(`“${title}” is a lab without a problem as it is inserted`, () => {
      const defaults = new Map<string, string>();
      const text = body
        .join('\n')
        .replaceAll(/\$\{(\d+):([^}]*)\}/g, (_all, stop: string, value: string) => {
          // A stop that is named twice is typed once: its default is the same each time.
          assert.equal(defaults.get(stop) ?? value, value);
          defaults.set(stop, value);
          return value;
        })
        .replace('$0', '');
      assert.ok(!text.includes('$'));
      assert.deepEqual(parseTopology(text).problems, []);
    });
  }
});
