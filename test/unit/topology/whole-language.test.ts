import assert from 'node:assert/strict';
import { readFileSync, writeFileSync } from 'node:fs';
import { parseDocument, visit } from 'yaml';
import { parseTopology } from '../../../src/topology/parse';
import schema from '../../../schemas/netns-topology.schema.json';

const file = `${__dirname}/../../fixtures/topology/whole-language.netns.yaml`;
const golden = `${__dirname}/../../fixtures/topology/whole-language.golden.json`;
const text = readFileSync(file, 'utf8');

/** All keys that the schema has anywhere. */
function keysOf(node: unknown, found = new Set<string>()): Set<string> {
  if (typeof node !== 'object' || node === null) return found;
  for (const [key, value] of Object.entries(node)) {
    if (key === 'properties') for (const property of Object.keys(value as object)) found.add(property);
    keysOf(value, found);
  }
  return found;
}

describe('the whole topology language', () => {
  it('is in the file of this test, key for key', () => {
    const written = new Set<string>();
    visit(parseDocument(text), { Pair: (_, pair) => void written.add(String(pair.key)) });
    assert.deepEqual(
      [...keysOf(schema)].filter((key) => !written.has(key)),
      [],
    );
  });

  it('parses without a problem', () => {
    assert.deepEqual(parseTopology(text).problems, []);
  });

  it('means what the golden file says', () => {
    const made = `${JSON.stringify(parseTopology(text).topology, null, 2)}\n`;
    if (process.env['UPDATE_GOLDEN'] === '1') writeFileSync(golden, made);
    assert.equal(made, readFileSync(golden, 'utf8'));
  });

  it('finds the place of everything that it declares', () => {
    const { topology, valueRangeOf } = parseTopology(text);
    const paths: (string | number)[][] = [];
    JSON.stringify(topology, (key, value: unknown) => {
      if (key === 'path') paths.push(value as (string | number)[]);
      return value;
    });
    assert.ok(paths.length > 40);
    for (const path of paths) assert.notEqual(valueRangeOf(path), undefined, path.join('/'));
  });
});
