import assert from 'node:assert/strict';
import fc from 'fast-check';
import { readServices } from '../../../src/host/read-services';

const read = (...texts: string[]): ReturnType<typeof readServices> => readServices(texts);
const path = '/run/netns-topology/labs/planets/services/earth/web.status';

describe('what services note of themselves', () => {
  it('is read a fact a line', () => {
    assert.deepEqual(read(`${path}\nrestarts 2\nstarted 1700000000 4711\n`), [
      { lab: 'planets', namespace: 'earth', name: 'web', restarts: 2, since: 1700000000, pid: 4711 },
    ]);
    const [ended] = read(`${path}\nrestarts 0\nstarted 1700000000 4711\nended 1700000060 143\nstopped\n`);
    assert.deepEqual(ended?.ended, { at: 1700000060, code: 143 });
    assert.equal(ended.isStopped, true);
  });

  it('may be anything: what is not understood is left out', () => {
    assert.deepEqual(read('/etc/passwd\nrestarts 1\n', ''), []);
    assert.deepEqual(read(`${path}\nstarted 17000\nstarted -1 2\nstarted now 2\nended 1\nrestarts many`), [
      { lab: 'planets', namespace: 'earth', name: 'web', restarts: 0 },
    ]);
    fc.assert(fc.property(fc.string(), (text) => read(`${path}\n${text}`).length === 1));
  });
});
