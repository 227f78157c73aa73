import assert from 'node:assert/strict';
import { DisposableList, toDisposable } from '../../../src/base/disposable';
import { describeError, isCancelled, NetnsError } from '../../../src/base/errors';
import { Emitter } from '../../../src/base/events';

describe('DisposableList', () => {
  it('disposes the newest first, once, and late arrivals at once', () => {
    const order: number[] = [];
    const list = new DisposableList();
    list.add(toDisposable(() => order.push(1)));
    list.add(toDisposable(() => order.push(2)));
    list.dispose();
    list.dispose();
    list.add(toDisposable(() => order.push(3)));
    assert.deepEqual(order, [2, 1, 3]);
  });

  it('disposes the others when one throws, and hands the error on', () => {
    let disposed = false;
    const list = new DisposableList();
    list.add(toDisposable(() => (disposed = true)));
    list.add({
      dispose: () => {
        throw new Error('stuck');
      },
    });
    assert.throws(() => list.dispose(), /stuck/);
    assert.ok(disposed);
  });
});

describe('Emitter', () => {
  it('tells every listener, also when one throws, and none after unsubscribing', () => {
    const counts: number[] = [];
    const heard: string[] = [];
    const emitter = new Emitter<string>((count) => counts.push(count));
    const first = emitter.event(() => {
      throw new Error('bad listener');
    });
    emitter.event((value) => heard.push(value));
    assert.throws(() => emitter.fire('a'), /bad listener/);
    first.dispose();
    first.dispose();
    emitter.fire('b');
    assert.deepEqual(heard, ['a', 'b']);
    assert.deepEqual(counts, [1, 2, 1]);
  });

  it('keeps two subscriptions of the same function apart', () => {
    let calls = 0;
    const emitter = new Emitter<number>();
    const listener = (): void => {
      calls++;
    };
    const first = emitter.event(listener);
    emitter.event(listener);
    first.dispose();
    emitter.fire(1);
    assert.equal(calls, 1);
  });
});

describe('NetnsError', () => {
  it('reads as what happened, the words of the host, and what to do', () => {
    const error = new NetnsError('commandFailed', 'Adding earth failed on lab1.', {
      hostSaid: 'Cannot create namespace file\n',
      advice: 'Look at /run/netns.',
    });
    assert.equal(
      describeError(error),
      'Adding earth failed on lab1.\nThe host said: Cannot create namespace file\nLook at /run/netns.',
    );
  });

  it('knows a cancellation from a failure', () => {
    assert.ok(isCancelled(new NetnsError('cancelled', 'stopped')));
    assert.ok(isCancelled(new DOMException('stopped', 'AbortError')));
    assert.ok(!isCancelled(new NetnsError('login', 'no')));
  });
});
