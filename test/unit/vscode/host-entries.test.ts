import assert from 'node:assert/strict';
import fc from 'fast-check';
import { withChangedEntry, withMovedEntry, withoutEntry } from '../../../src/vscode/hosts/host-entries';

const entries = [{ id: 'a', host: '198.51.100.1', port: 22 }, 'nonsense', { id: 'b', alias: 'lab' }, null];

describe('the entries of netns.hosts', () => {
  it('are changed, moved and removed one by one; what is not understood stays', () => {
    assert.deepEqual(withChangedEntry(entries, 'a', { port: undefined, label: 'First' }), [
      { id: 'a', host: '198.51.100.1', label: 'First' },
      ...entries.slice(1),
    ]);
    assert.deepEqual(withMovedEntry(entries, 'b', -1), [entries[0], entries[2], entries[1], entries[3]]);
    assert.deepEqual(withMovedEntry(entries, 'a', -1), entries);
    assert.deepEqual(withoutEntry(entries, 'b'), [entries[0], entries[1], entries[3]]);
    assert.deepEqual(withChangedEntry(entries, 'nobody', { port: 1 }), entries);
  });

  it('are all still there after any moves, and come back when they are moved back', () => {
    const ids = ['a', 'b', 'c', 'd'];
    const list = ids.map((id) => ({ id }));
    fc.assert(
      fc.property(fc.constantFrom(...ids), fc.constantFrom(-1 as const, 1 as const), (id, by) => {
        const moved = withMovedEntry(list, id, by);
        assert.deepEqual([...moved].map((entry) => (entry as { id: string }).id).sort(), ids);
        if (moved !== list) assert.deepEqual(withMovedEntry(moved, id, by === 1 ? -1 : 1), list);
      }),
    );
  });
});
