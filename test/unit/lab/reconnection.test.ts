import assert from 'node:assert/strict';
import fc from 'fast-check';
import { NetnsError } from '../../../src/base/errors';
import { Reconnection, usualReconnectPace, waitBefore, type ReconnectPace } from '../../../src/lab/reconnection';

const quick: ReconnectPace = { first: 1, longest: 5, look: 1, random: () => 0.5 };

describe('making a lost connection anew', () => {
  /** Runs until it stands or is given up; the outcomes are taken one after the other. */
  function follow(outcomes: readonly ('stands' | Error)[], pace = quick, first = 1) {
    const left = [...outcomes];
    const steps: string[] = [];
    let reconnection: Reconnection | undefined;
    const done = new Promise<string>((resolve) => {
      reconnection = new Reconnection(
        {
          open: () => {
            const outcome = left.shift();
            if (outcome === undefined) throw new Error('It tries more often than it should.');
            if (outcome === 'stands') resolve('stands');
            return outcome === 'stands' ? Promise.resolve() : Promise.reject(outcome);
          },
          onStep: ({ attempt, at }, why) =>
            steps.push(`${at === undefined ? 'try' : 'wait'} ${attempt}${why === undefined ? '' : ` ${why.message}`}`),
          onGiveUp: (error) => resolve(`gives up: ${error.message}`),
        },
        pace,
        () => 'the same network',
      );
      reconnection.start(first);
    });
    return { done, steps, reconnection: () => reconnection };
  }

  it('goes on while a host cannot be reached, and says each step and why', async () => {
    const away = new NetnsError('unreachable', 'Away.');
    const { done, steps } = follow([away, new NetnsError('connectionLost', 'Cut.'), 'stands']);
    assert.equal(await done, 'stands');
    assert.deepEqual(steps, ['wait 1', 'try 1', 'wait 2 Away.', 'try 2 Away.', 'wait 3 Cut.', 'try 3 Cut.']);
  });

  for (const reason of ['login', 'hostKey', 'privilege', 'unsupported', 'missingTool', 'internal'] as const) {
    it(`stops at once where a person is needed: ${reason}`, async () => {
      const { done, steps } = follow([new NetnsError('unreachable', 'Away.'), new NetnsError(reason, 'No.')]);
      assert.equal(await done, 'gives up: No.');
      assert.equal(steps.at(-1), 'try 2 Away.');
    });
  }

  it('tries at once when this computer’s network has changed', async () => {
    let network = 'wifi';
    let opened = 0;
    let opens: () => void = () => undefined;
    const stood = new Promise<void>((resolve) => (opens = resolve));
    const hour = { ...quick, first: 3_600_000, longest: 3_600_000 };
    const reconnection = new Reconnection(
      {
        open: () => {
          opened++;
          opens();
          return Promise.resolve();
        },
        onStep: ({ at }) => {
          if (at !== undefined) setTimeout(() => (network = 'cable'), 5);
        },
        onGiveUp: () => undefined,
      },
      hour,
      () => network,
    );
    reconnection.start();
    await stood;
    assert.equal(opened, 1);
    reconnection.dispose();
  });

  it('ends when it is disposed, while it waits and while it tries, without another word', async () => {
    const steps: string[] = [];
    let gaveUp = 0;
    const work = (open: (signal: AbortSignal) => Promise<void>) => ({
      open,
      onStep: ({ attempt, at }: { attempt: number; at?: number }) =>
        steps.push(`${at === undefined ? 'try' : 'wait'} ${attempt}`),
      onGiveUp: () => gaveUp++,
    });
    const waiting = new Reconnection(
      work(() => Promise.reject(new Error('never'))),
      { ...quick, first: 3_600_000 },
    );
    waiting.start();
    waiting.dispose();
    let trying: Reconnection | undefined;
    await new Promise<void>((resolve) => {
      trying = new Reconnection(
        work((signal) => {
          signal.addEventListener('abort', () => resolve());
          queueMicrotask(() => trying?.dispose());
          return new Promise((_resolve, reject) =>
            signal.addEventListener('abort', () => reject(new Error('stopped'))),
          );
        }),
        quick,
      );
      trying.start();
    });
    await new Promise((resolve) => setImmediate(resolve));
    assert.deepEqual(steps, ['wait 1', 'wait 1', 'try 1']);
    assert.equal(gaveUp, 0);
  });

  it('waits longer each time, never beyond the longest by more than a quarter, and not all at the same moment', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 10_000 }),
        fc.double({ min: 0, max: 0.999, noNaN: true }),
        (attempt, random) => {
          const wait = waitBefore(attempt, { ...usualReconnectPace, random: () => random });
          assert.ok(wait >= 750 && wait <= 75_000, `${wait}`);
          const middle = { ...usualReconnectPace, random: () => 0.5 };
          assert.ok(waitBefore(attempt + 1, middle) >= waitBefore(attempt, middle));
        },
      ),
    );
    assert.deepEqual(
      [0, 0.5, 0.99].map((random) => waitBefore(1, { ...usualReconnectPace, random: () => random })),
      [750, 1000, 1245],
    );
  });
});
