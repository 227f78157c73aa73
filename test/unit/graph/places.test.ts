import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { buildGraphView } from '../../../src/lab/graph-view';
import { nodeAtOffset } from '../../../src/lab/graph/design';
import { nodeAtPath, placeOfNode } from '../../../src/lab/graph/places';
import { parseTopology } from '../../../src/topology/parse';

const text = readFileSync('examples/planets.netns.yaml', 'utf8');
const parsed = parseTopology(text);
const topology = parsed.topology!;

/** What the file's text says where a node is declared: the first line of it. */
function lineOf(nodeId: string): string | undefined {
  const path = placeOfNode(topology, nodeId);
  const range = path === undefined ? undefined : (parsed.keyRangeOf(path) ?? parsed.rangeOf(path));
  return range === undefined ? undefined : text.slice(range.start).split('\n')[0]?.trim();
}

/** The node whose place holds the first occurrence of some words. */
function nodeAt(words: string): string | undefined {
  const offset = text.indexOf(words);
  assert.ok(offset >= 0, words);
  return nodeAtPath(topology, parsed.pathAt(offset + 1));
}

describe('The places of a graph in its file', () => {
  it('are the declarations: settings before the ends of links', () => {
    assert.equal(lineOf('ns:earth'), 'earth:');
    assert.equal(lineOf('if:earth/earth-veth'), 'earth-veth: { addresses: [10.10.0.10/16] }');
    assert.equal(lineOf('bridge:planet-br'), 'planet-br: { addresses: [10.10.0.1/16] }');
    assert.equal(lineOf('if:/earth-br-veth'), 'planet-br:earth-br-veth]');
    assert.equal(lineOf('nat:NAT 10.10.0.0/16'), 'internet: { masquerade: 10.10.0.0/16, not-out: planet-br }');
    assert.equal(lineOf('nat::3000 → earth:8000')?.split(':')[0], 'web-alt');
    assert.equal(lineOf('outside'), undefined);
  });

  it('lead back from the cursor to the innermost thing around it', () => {
    assert.equal(nodeAt('python3'), 'ns:earth');
    assert.equal(nodeAt('10.10.0.20/16'), 'if:neptune/neptune-veth');
    assert.equal(nodeAt('planet-br:neptune-br-veth'), 'if:/neptune-br-veth');
    assert.equal(nodeAt('listen: 8000'), 'nat::8000 → earth:8000');
    assert.equal(nodeAt('checks:'), undefined);
    assert.equal(nodeAt('planets'), undefined);
  });

  it('lead back from a comment behind something to that', () => {
    const lab = parseTopology('name: t\nnamespaces:\n  a: # a comment\n  # of none\n  b:\n');
    assert.equal(nodeAtOffset(lab, lab.text.indexOf('comment')), 'ns:a');
    assert.equal(nodeAtOffset(lab, lab.text.indexOf('of none')), undefined);
  });

  it('are known for everything that the file alone draws, but the host itself', () => {
    const { nodes, nat } = buildGraphView({ hostName: '', topology });
    const without = [...nodes, ...nat].map(({ id }) => id).filter((id) => placeOfNode(topology, id) === undefined);
    assert.deepEqual(without, ['host']);
  });
});
