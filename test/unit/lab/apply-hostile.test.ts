import assert from 'node:assert/strict';
import { mock } from 'node:test';
import { NetnsError } from '../../../src/base/errors';
import { runPlan } from '../../../src/lab/apply';
import type { Plan } from '../../../src/plan/model';
import { FakeTransport } from './fake-transport';

const plan: Plan = {
  action: 'apply',
  lab: 'test',
  basedOn: 0,
  problems: [],
  steps: [
    { action: 'create', object: { type: 'namespace', name: 'a' }, why: 'test', run: [{ argv: ['true'] }], undo: [] },
  ],
};

/** Runs the plan on a host that does as `speak` says. */
async function failureOf(
  speak: (host: FakeTransport['watches'][number]) => void,
  signal?: AbortSignal,
): Promise<unknown> {
  const transport = new FakeTransport();
  const running = runPlan(transport, plan, signal === undefined ? {} : { signal }).catch((error: unknown) => error);
  await new Promise((resolve) => setImmediate(resolve));
  speak(transport.watches[0]!);
  return await running;
}

describe('applying to a hostile host', () => {
  it('takes neither garbage nor somebody else’s token for the end of the work', async () => {
    const error = await failureOf((host) => {
      host.say('@nonsense committed\n\0\u001b[2J{"a":\n@ committed\n');
      host.end(0);
    });
    assert.ok(error instanceof NetnsError && error.reason === 'unexpectedOutput', String(error));
  });

  it('is not filled up by a line of 100 MB', async () => {
    const megabyte = 'x'.repeat(1024 * 1024);
    const before = process.memoryUsage().heapUsed;
    const error = await failureOf((host) => {
      for (let n = 0; n < 100; n++) host.say(megabyte);
      host.end(0);
    });
    assert.ok(error instanceof NetnsError && error.reason === 'unexpectedOutput', String(error));
    assert.ok(process.memoryUsage().heapUsed - before < 50 * 1024 * 1024);
  });

  it('does not wait for ever for a host that says nothing when it is told to stop', async () => {
    const stop = new AbortController();
    mock.timers.enable({ apis: ['setTimeout'] });
    try {
      const error = await failureOf(() => {
        stop.abort();
        mock.timers.tick(121_000);
      }, stop.signal);
      assert.ok(error instanceof NetnsError && error.reason === 'connectionLost', String(error));
    } finally {
      mock.timers.reset();
    }
  });
});
