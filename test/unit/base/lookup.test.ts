import assert from 'node:assert/strict';
import { lookup, lookupAll } from '../../../src/base/lookup';

describe('a lookup', () => {
  it('finds the first item of a key, as `find` does, in each list for itself', () => {
    const find = lookup(({ name }: { name: string | undefined; at: number }) => name);
    const list = [
      { name: 'a', at: 0 },
      { name: undefined, at: 1 },
      { name: 'b', at: 2 },
      { name: 'a', at: 3 },
    ];
    assert.equal(find(list, 'a')?.at, 0);
    assert.equal(find(list, 'b')?.at, 2);
    assert.equal(find(list, 'c'), undefined);
    assert.equal(find([{ name: 'c', at: 4 }], 'c')?.at, 4);
  });

  it('asks each item of a list once for its key', () => {
    let asked = 0;
    const find = lookup(({ id }: { id: number }) => {
      asked++;
      return id;
    });
    const list = Array.from({ length: 1000 }, (_, id) => ({ id }));
    for (let id = 0; id < 1000; id++) assert.equal(find(list, id), list[id]);
    assert.equal(asked, 1000);
  });

  it('of all finds each item of a key, in order', () => {
    const find = lookupAll(({ name }: { name: string | undefined; at: number }) => name);
    const list = [
      { name: 'b', at: 0 },
      { name: 'a', at: 1 },
      { name: undefined, at: 2 },
      { name: 'b', at: 3 },
    ];
    assert.deepEqual(
      find(list, 'b').map(({ at }) => at),
      [0, 3],
    );
    assert.deepEqual(find(list, 'c'), []);
  });
});
