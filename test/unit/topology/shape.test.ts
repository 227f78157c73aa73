import assert from 'node:assert/strict';
import { parseTopology } from '../../../src/topology/parse';
import { expectNoProblem } from './marked';

describe('the shape of a topology file', () => {
  it('takes entries that say nothing yet', () => {
    expectNoProblem(
      'name: t\nnamespaces: { a: { interfaces: { e: } } }\nbridges: { b: }\nlinks: [{ endpoints: [a:e, b] }]\nhost:\n',
    );
  });

  it('reports each mistake of a file, in the order of the text', () => {
    const { problems } = parseTopology('nam: t\nlinks: 5\nbridges: { br0: { mtu: 1, adresses: [] } }\nname: T\n');
    assert.deepEqual(
      problems.map(({ code }) => code),
      ['unknown-key', 'wrong-type', 'out-of-range', 'unknown-key', 'bad-spelling'],
    );
  });

  it('lists no more problems than can be read', () => {
    const { problems } = parseTopology(
      `name: t\n${Array.from({ length: 2000 }, (_, index) => `key-${index}: 1`).join('\n')}\n`,
    );
    assert.equal(problems.length, 501);
    assert.match(problems.at(-1)!.message, /^There are 1500 more problems/);
    assert.equal(problems.at(-1)!.severity, 'error');
  });
});
