import assert from 'node:assert/strict';
import fc from 'fast-check';
import type { FromTrace } from '../../../src/protocol/trace';
import { parseFromTrace, parseToTrace, parseTraceKept, parseTraceView } from '../../../src/protocol/trace-parse';

describe('the messages of a trace’s page', () => {
  const good: readonly FromTrace[] = [
    { type: 'ready' },
    { type: 'command', command: 'again' },
    { type: 'fix', command: 'apply', cause: 0 },
    { type: 'stop', command: 'file', stop: 12 },
  ];

  it('are taken in their shapes', () => {
    for (const message of good) assert.deepEqual(parseFromTrace(message), message);
  });

  it('are refused in any other', () => {
    for (const message of [
      undefined,
      'again',
      { type: 'command' },
      { type: 'command', command: 'rm -rf' },
      { type: 'fix', command: 'apply', cause: -1 },
      { type: 'fix', command: 'apply', cause: '0' },
      { type: 'stop', command: 'graph', stop: 1.5 },
      { type: 'toString' },
    ]) {
      assert.equal(parseFromTrace(message), undefined, JSON.stringify(message));
    }
    fc.assert(
      fc.property(fc.anything(), (value) => {
        parseFromTrace(value);
        parseToTrace(value);
        parseTraceView(value);
        parseTraceKept(value);
      }),
    );
  });

  it('what is kept over a reload is data of the same shape or nothing', () => {
    const view = { question: 'q', host: 'h', phase: 'kept', at: 1 };
    assert.deepEqual(parseTraceView(view), view);
    assert.equal(parseTraceView({ ...view, phase: 'gone' }), undefined);
    const kept = { version: 1, hostId: 'lab1', asked: { from: 'a', to: 'b' } };
    assert.deepEqual(parseTraceKept(kept), kept);
    assert.equal(parseTraceKept({ ...kept, version: 2 }), undefined);
  });
});
