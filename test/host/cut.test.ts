import assert from 'node:assert/strict';
import { inspect } from 'node:util';
import { NetnsError } from '../../src/base/errors';
import { runPlan } from '../../src/lab/apply';
import type { ApplyEvent } from '../../src/lab/model';
import type { Plan } from '../../src/plan/model';
import type { Topology } from '../../src/topology/model';
import type { Transport } from '../../src/transport/transport';
import { howToRepeat, sampleOf, stride } from '../fixtures/sample';
import { startTcpProxy, type TcpProxy } from '../fixtures/tcp-proxy';
import { startLabHost, type LabHost } from '../lab-host';
import { observe } from '../../src/lab/observe';
import { applyPlan, commandsOf, destroyPlan, example, stateOf, untilStateIs } from './lab-plans';
import { connectThrough, connectTo, until } from './observed-lab';

/**
 * The connection is cut at every step of an apply and of a destroy, in several ways: the host must end as it was before.
 * Each cut is made the moment the client hears of the step, while the host goes on at its own pace.
 * Some of the steps are tried; all of them with `FAULTS=all`.
 */
describe('an apply whose connection is cut', function () {
  this.timeout(180_000);
  let lab: LabHost;
  let proxy: TcpProxy;
  /** For looking, past the relay. */
  let steady: Transport;

  before(async () => {
    lab = await startLabHost();
    proxy = await startTcpProxy({ host: lab.address, port: lab.port });
    steady = await connectTo(lab);
  });
  after(async () => {
    steady.dispose();
    await proxy.stop();
    await lab.stop();
  });

  /** Runs the plan over a connection of its own and cuts that when `isMoment` says so. */
  async function runAndCut(plan: Plan, isMoment: (event: ApplyEvent) => boolean, cut: () => void): Promise<unknown> {
    const transport = await connectThrough(proxy.port, lab);
    try {
      return await runPlan(transport, plan, {
        onEvent: (event) => {
          if (isMoment(event)) cut();
        },
      }).then(
        () => 'done',
        (error: unknown) => error,
      );
    } finally {
      transport.dispose();
    }
  }

  /**
   * The host is as before. Where the cut came after the last step, a fresh connection may have confirmed the work all the
   * same, for it changes the host's own network: then it is there as a whole, and taken back here.
   */
  async function assertUntouched(
    before: string,
    result: unknown,
    what: string,
    takeBack?: () => Promise<void>,
  ): Promise<void> {
    if (result === 'done' && takeBack !== undefined) await takeBack();
    else assert.ok(result instanceof NetnsError && result.reason === 'connectionLost', `${what}: ${String(result)}`);
    await untilStateIs(lab, before, what);
  }

  it('leaves nothing behind, whatever step was the last to be heard of', async () => {
    const planets = await example('planets');
    const plan = await applyPlan(steady, planets);
    const before = await stateOf(lab);
    assert.ok(plan.steps.length > 10);
    for (const moment of ['stepStarted', 'stepDone'] as const) {
      for (const k of sampleOf(plan.steps.length, 4)) {
        const result = await runAndCut(
          plan,
          ({ type, index }) => type === moment && index === k,
          () => proxy.cutAll(),
        );
        await assertUntouched(before, result, `cut at ${moment} ${k} (${howToRepeat})`, () => takeBackIfKept(planets));
      }
    }
  });

  it('ends as it was or as declared when it is cut anywhere in the text of the script or of its answers', async () => {
    const planets = await example('planets');
    const plan = await applyPlan(steady, planets);
    const before = await stateOf(lab);
    let cuts = 0;
    for (const direction of ['toServer', 'toClient'] as const) {
      for (let bytes = 100; ; bytes += stride * (direction === 'toServer' ? 1500 : 90)) {
        const transport = await connectThrough(proxy.port, lab);
        proxy.cutAfter(bytes, direction);
        const error: unknown = await runPlan(transport, plan).then(
          () => undefined,
          (e: unknown) => e,
        );
        transport.dispose();
        // What is left of the count must not cut the next connection.
        proxy.cutAfter(Number.MAX_SAFE_INTEGER, direction);
        if (error !== undefined) {
          cuts++;
          const expected = ['connectionLost', 'unreachable'];
          assert.ok(error instanceof NetnsError && expected.includes(error.reason), inspect(error));
        }
        await takeBackIfKept(planets);
        await untilStateIs(lab, before, `cut after ${bytes} bytes ${direction}`);
        if (error === undefined) break;
      }
    }
    assert.ok(cuts > 3, `only ${cuts} cuts were made`);
  });

  /** Until nobody on the host holds the lock any more. */
  async function untilUnlocked(): Promise<void> {
    await until(async () => (await lab.run('[ ! -e /run/netns-topology/lock ]')).code === 0, 'the lock is gone');
  }

  /** Once the host was told to keep the work, the end comes too late; then nothing may be missing, and we take it back. */
  async function takeBackIfKept(topology: Topology): Promise<void> {
    await untilUnlocked();
    const isKept = (await observe(steady)).labs.length > 0;
    if (!isKept) return;
    assert.deepEqual(commandsOf(await applyPlan(steady, topology)), []);
    await runPlan(steady, await destroyPlan(steady, topology.name));
  }

  it('leaves nothing behind when the session on the host is killed', async () => {
    const planets = await example('planets');
    const plan = await applyPlan(steady, planets);
    const before = await stateOf(lab);
    for (const k of sampleOf(plan.steps.length, 3)) {
      const transport = await connectThrough(proxy.port, lab);
      let killed: Promise<unknown> = Promise.resolve();
      try {
        await runPlan(transport, plan, {
          onEvent: ({ type, index }) => {
            // The newest of sshd's sessions is the relayed one.
            if (type === 'stepDone' && index === k) killed = lab.run("pkill -KILL -n -f '^sshd: root@notty'");
          },
        }).catch((error: unknown) => error);
        await killed;
        await takeBackIfKept(planets);
        await untilStateIs(lab, before, `killed after step ${k}`);
      } finally {
        transport.dispose();
      }
    }
  });

  it('leaves the lab standing when it was a destroy that was cut', async () => {
    const planets = await example('planets');
    await runPlan(steady, await applyPlan(steady, planets));
    let before = await stateOf(lab);
    let plan = await destroyPlan(steady, 'planets');
    for (const k of sampleOf(plan.steps.length, 5)) {
      const result = await runAndCut(
        plan,
        ({ type, index }) => type === 'stepDone' && index === k,
        () => proxy.cutAll(),
      );
      if (result === 'done') {
        // Confirmed over a fresh connection: then all of it is gone.
        assert.deepEqual((await observe(steady)).labs, []);
        await runPlan(steady, await applyPlan(steady, planets));
        before = await stateOf(lab);
        plan = await destroyPlan(steady, 'planets');
      } else await assertUntouched(before, result, `cut after step ${k}`);
    }
    await runPlan(steady, await destroyPlan(steady, 'planets'));
  });

  it('stops when it is told to after any step, with the host as it was', async () => {
    const plan = await applyPlan(steady, await example('planets'));
    const before = await stateOf(lab);
    assert.ok(plan.steps.length > 10);
    for (const k of sampleOf(plan.steps.length, 5)) {
      const stop = new AbortController();
      const error = await runPlan(steady, plan, {
        signal: stop.signal,
        onEvent: ({ type, index }) => {
          if (type === 'stepDone' && index === k) stop.abort();
        },
      }).catch((e: unknown) => e);
      assert.ok(error instanceof NetnsError && error.reason === 'cancelled', `step ${k}: ${String(error)}`);
      await untilStateIs(lab, before, `stopped after step ${k}`);
    }
  });
});
