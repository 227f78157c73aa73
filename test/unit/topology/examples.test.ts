import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { parseTopology } from '../../../src/topology/parse';

const folder = new URL('../../../examples/', `file://${__filename}`);
const examples = readdirSync(folder).filter((name) => name.endsWith('.netns.yaml'));

describe('examples', () => {
  it('are there', () => {
    assert.ok(examples.includes('planets.netns.yaml'));
  });

  for (const name of examples) {
    it(`${name} has no problem and is named after its file`, () => {
      const { problems, topology } = parseTopology(readFileSync(new URL(name, folder), 'utf8'));
      assert.deepEqual(problems, []);
      assert.equal(`${topology?.name ?? ''}.netns.yaml`, name);
      assert.notEqual(topology?.description, undefined);
      assert.notEqual(topology?.checks.length, 0);
    });
  }
});
