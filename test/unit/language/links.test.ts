import assert from 'node:assert/strict';
import fc from 'fast-check';
import { linksIn } from '../../../src/language/links';
import { parseTopology } from '../../../src/topology/parse';

const files = ['planets.netns.yaml', 'planets-2-switch.netns.yaml', 'old.netns.yml'];

function print(text: string): string[] {
  return linksIn(parseTopology(text), files).map(
    ({ range, file }) => `${text.slice(range.start, range.end)} → ${file ?? 'host'}`,
  );
}

describe('Links in a topology file', () => {
  it('lead from the names of other topology files in comments and in the description, and from the target', () => {
    const text = `# Before: planets-2-switch. See old.netns.yml, (planets).
name: planets
target: lab1 # as in planets
description: After planets-2-switch.netns.yaml, with more.
namespaces: { old: {} }
`;
    assert.deepEqual(print(text), [
      'planets-2-switch → planets-2-switch.netns.yaml',
      'old.netns.yml → old.netns.yml',
      'planets → planets.netns.yaml',
      'lab1 → host',
      'planets → planets.netns.yaml',
      'planets-2-switch.netns.yaml → planets-2-switch.netns.yaml',
    ]);
  });

  it('lead nowhere else: not from a part of a word, nor from a name in the lab itself', () => {
    assert.deepEqual(
      print('# planets-2 planets2 xplanets planets-2-switched\nname: old\nnamespaces: { planets: }\n'),
      [],
    );
  });

  it('are where they say, in any text', () => {
    fc.assert(
      fc.property(fc.string(), (words) => {
        const text = `# ${words} planets ${words}\nname: a\n`;
        for (const { range, file } of linksIn(parseTopology(text), files)) {
          const name = text.slice(range.start, range.end);
          assert.ok(file === name || file?.startsWith(`${name}.netns.`) === true, name);
        }
      }),
    );
  });
});
