import assert from 'node:assert/strict';
import fc from 'fast-check';
import type { Disposable } from '../../../src/base/disposable';
import { NetnsError } from '../../../src/base/errors';
import { ChannelQueue } from '../../../src/transport/channel-queue';

const settled = Symbol('not settled');
const now = <T>(promise: Promise<T>): Promise<T | symbol> =>
  Promise.race([promise, new Promise<symbol>((resolve) => setImmediate(() => resolve(settled)))]);

describe('the channel queue', () => {
  it('never hands out more than its limit, and serves in order', async () => {
    await fc.assert(
      fc.asyncProperty(fc.integer({ min: 1, max: 4 }), fc.array(fc.nat(3), { maxLength: 20 }), async (all, rests) => {
        const queue = new ChannelQueue({ all, lasting: 1 });
        const order: number[] = [];
        let open = 0;
        let most = 0;
        await Promise.all(
          rests.map(async (rest, index) => {
            const slot = await queue.acquire('short');
            order.push(index);
            most = Math.max(most, ++open);
            for (let tick = 0; tick < rest; tick++) await new Promise(setImmediate);
            open--;
            slot.dispose();
          }),
        );
        assert.ok(most <= all, `${most} of ${all}`);
        assert.deepEqual(
          order,
          [...order].sort((a, b) => a - b),
        );
        assert.equal(queue.size, 0);
      }),
      { numRuns: 50 },
    );
  });

  it('refuses lasting work past its share, and keeps the rest for short work', async () => {
    const queue = new ChannelQueue({ all: 3, lasting: 2 });
    const lasting = [await queue.acquire('lasting'), await queue.acquire('lasting')];
    await assert.rejects(queue.acquire('lasting'), { reason: 'busy' });
    const short = await queue.acquire('short');
    const second = queue.acquire('short');
    assert.equal(await now(second), settled);
    short.dispose();
    (await second).dispose();
    lasting[0]?.dispose();
    (await queue.acquire('lasting')).dispose();
  });

  it('lets lasting work wait for what is just being ended, and counts it once', async () => {
    const queue = new ChannelQueue({ all: 2, lasting: 1 });
    const [old, short] = [await queue.acquire('lasting'), await queue.acquire('short')];
    old.giveUp();
    old.giveUp();
    const next = queue.acquire('lasting');
    assert.equal(await now(next), settled);
    await assert.rejects(queue.acquire('lasting'), { reason: 'busy' });
    old.dispose();
    old.dispose();
    const slot = await next;
    await assert.rejects(queue.acquire('lasting'), { reason: 'busy' });
    for (const each of [slot, short]) each.dispose();
    assert.equal(queue.size, 0);
  });

  it('makes lasting work wait while short work fills all', async () => {
    const queue = new ChannelQueue({ all: 1, lasting: 1 });
    const short = await queue.acquire('short');
    const lasting = queue.acquire('lasting');
    assert.equal(await now(lasting), settled);
    short.dispose();
    (await lasting).dispose();
    assert.equal(queue.size, 0);
  });

  it('stops waiting when it is cancelled, and the next in line is not held up', async () => {
    const queue = new ChannelQueue({ all: 1, lasting: 1 });
    const first = await queue.acquire('short');
    const controller = new AbortController();
    const second = queue.acquire('lasting', controller.signal);
    const third = queue.acquire('lasting').catch((error: unknown) => error);
    controller.abort();
    await assert.rejects(second, { reason: 'cancelled' });
    assert.ok((await third) instanceof NetnsError, 'the share was taken when it asked');
    first.dispose();
    (await queue.acquire('lasting')).dispose();
    await assert.rejects(queue.acquire('short', controller.signal), { reason: 'cancelled' });
  });

  it('counts a slot that is let go twice once', async () => {
    const queue = new ChannelQueue({ all: 2, lasting: 1 });
    const [a] = [await queue.acquire('lasting'), await queue.acquire('short')];
    a.dispose();
    a.dispose();
    assert.equal(queue.size, 1);
  });

  it('learns a lower limit from a refusal, and waits for another channel to close', async () => {
    const queue = new ChannelQueue({ all: 4, lasting: 2 });
    const slots: Disposable[] = [];
    for (let n = 0; n < 3; n++) slots.push(await queue.acquire('short'));
    assert.equal(queue.lowerLimit(), true);
    slots.pop()?.dispose();
    const waiting = queue.acquire('short');
    assert.equal(await now(waiting), settled);
    slots.pop()?.dispose();
    (await waiting).dispose();
    slots.pop()?.dispose();
    const last = await queue.acquire('short');
    assert.equal(queue.lowerLimit(), false, 'a refusal with nothing else open is no matter of numbers');
    last.dispose();
  });

  it('ends all waiting when the connection ends', async () => {
    const queue = new ChannelQueue({ all: 1, lasting: 1 });
    const slot = await queue.acquire('short');
    const waiting = queue.acquire('short');
    const lost = new NetnsError('connectionLost', 'lost');
    queue.close(lost);
    await assert.rejects(waiting, lost);
    await assert.rejects(queue.acquire('short'), lost);
    await assert.rejects(queue.acquire('lasting'), lost);
    slot.dispose();
  });
});
