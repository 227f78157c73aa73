import assert from 'node:assert/strict';
import { NetnsError } from '../../src/base/errors';
import { runPlan, type RunStatus } from '../../src/lab/apply';
import { observe } from '../../src/lab/observe';
import { planApply } from '../../src/plan/plan-apply';
import type { Topology } from '../../src/topology/model';
import type { Transport } from '../../src/transport/transport';
import { startLabHost, type LabHost } from '../lab-host';
import { applyPlan, commandsOf, destroy, stateOf, topologyOf, untilStateIs } from './lab-plans';
import { connectTo, until } from './observed-lab';

/** Two clients at one host at the same time, and what a dead one leaves. */
describe('a host that somebody else is changing', function () {
  this.timeout(120_000);
  let lab: LabHost;
  let first: Transport;
  let second: Transport;
  let atFirst: string;

  before(async () => {
    lab = await startLabHost();
    first = await connectTo(lab, lab.users.sudoNoPassword);
    second = await connectTo(lab);
    atFirst = await stateOf(lab);
  });
  after(async () => {
    first.dispose();
    second.dispose();
    await lab.stop();
  });
  afterEach(async function () {
    if (this.currentTest?.state === 'passed') await untilStateIs(lab, atFirst, 'after the test');
  });

  /** A lab that is busy until the file /tmp/go is there. */
  const slow = (name: string): Topology =>
    topologyOf(
      `name: ${name}\nnamespaces:\n  ${name}:\n    services:\n      it: { command: "until [ -e /tmp/go ]; do sleep 0.1; done; ` +
        `exec python3 -m http.server 80", ready: { tcp: 80 } }\n`,
    );
  const quick = topologyOf('name: quick\nnamespaces: { quick: {} }\n');
  const go = async (): Promise<void> => {
    await lab.run('touch /tmp/go');
  };

  /** Begins a slow apply; resolves when it is in the middle. */
  async function begin(name: string): Promise<{ done: Promise<unknown>; stop: AbortController }> {
    await lab.run('rm -f /tmp/go');
    const stop = new AbortController();
    const plan = await applyPlan(first, slow(name));
    let inTheMiddle: () => void = () => undefined;
    const middle = new Promise<void>((resolve) => (inTheMiddle = resolve));
    const done = runPlan(first, plan, {
      signal: stop.signal,
      onEvent: ({ type, step }) => {
        if (type === 'stepStarted' && step.object.type === 'service') inTheMiddle();
      },
    }).then(
      () => 'done',
      (error: unknown) => error,
    );
    await middle;
    return { done, stop };
  }

  it('is waited for, with who it is, since when and from where', async () => {
    const one = await begin('one');
    const statuses: RunStatus[] = [];
    const waiting = runPlan(second, await applyPlan(second, quick), {
      onStatus: (status) => {
        statuses.push(status);
        void go();
      },
    });
    assert.equal(await one.done, 'done');
    await waiting;
    const [status] = statuses;
    assert.equal(statuses.length, 1);
    assert.ok(status?.type === 'waiting');
    assert.match(status.holder, /^Lab one, by ops from 198\.1[89]\.[\d.]+ since .*\d\d:\d\d:\d\d.* \(process \d+\)$/);
    await destroy(second, 'one');
    await destroy(second, 'quick');
  });

  it('is named at once to whoever does not want to wait', async () => {
    const one = await begin('one');
    const error = await runPlan(second, await applyPlan(second, quick), { ifBusy: 'fail' }).catch((e: unknown) => e);
    assert.ok(error instanceof NetnsError && error.reason === 'busy');
    assert.match(error.hostSaid ?? '', /^Lab one, by ops/);
    one.stop.abort();
    await one.done;
  });

  it('is waited for only as long as one likes', async () => {
    const one = await begin('one');
    const stop = new AbortController();
    const error = await runPlan(second, await applyPlan(second, quick), {
      signal: stop.signal,
      onStatus: () => stop.abort(),
    }).catch((e: unknown) => e);
    assert.ok(error instanceof NetnsError && error.reason === 'cancelled', String(error));
    await until(async () => (await lab.run('pgrep -x flock')).code !== 0, 'nothing waits on the host any more');
    one.stop.abort();
    await one.done;
  });

  it('is planned for anew when it is free again: two who apply the same lab at once', async () => {
    const one = await begin('same');
    const replans: number[] = [];
    const same = slow('same');
    const plan = await applyPlan(second, same);
    const ran = await runPlan(second, plan, {
      onStatus: () => void go(),
      replan: async () => {
        const next = planApply(same, await observe(second));
        replans.push(next.steps.length);
        return next;
      },
    });
    assert.equal(await one.done, 'done');
    assert.deepEqual(replans, [0], 'the other one did it all');
    assert.deepEqual(commandsOf(ran), []);
    await destroy(second, 'same');
  });

  it('has a plan refused that was made before the other one was done, where it cannot be made anew', async () => {
    const one = await begin('same');
    const plan = await applyPlan(second, slow('same'));
    const error = await runPlan(second, plan, { onStatus: () => void go() }).catch((e: unknown) => e);
    assert.ok(error instanceof NetnsError && error.reason === 'conflict', String(error));
    assert.match(error.message, /changed on the host after this plan was made/);
    await one.done;
    await destroy(second, 'same');
  });

  it('is free when the holder of the lock is dead, and what that left is undone first', async () => {
    await lab.run(
      "mkdir -p /run/netns-topology && echo 'Lab old, by nobody since ever (process 1)' >/run/netns-topology/lock",
    );
    await runPlan(second, await applyPlan(second, quick), { onStatus: (status) => assert.fail(status.type) });
    await destroy(second, 'quick');

    const one = await begin('one');
    // The launcher and the worker, so that neither can roll back for the other; a stopped one can do nothing meanwhile.
    const { stdout, stderr, code } = await lab.run(`
      worker=$(cut -d' ' -f1 /run/netns-topology/journal/worker)
      launcher=$(awk '{ print $4 }' "/proc/$worker/stat")
      kill -STOP "$worker" "$launcher" && kill -KILL "$launcher" "-$worker"`);
    assert.equal(code, 0, stdout + stderr);
    await one.done;
    assert.match((await lab.run('ip netns list')).stdout, /one/, 'it was left halfway');
    let replans = 0;
    await runPlan(second, await applyPlan(second, quick), {
      replan: async () => {
        replans++;
        return planApply(quick, await observe(second));
      },
    });
    assert.equal(replans, 1, 'it was undone, and the plan made anew');
    assert.doesNotMatch((await lab.run('ip netns list')).stdout, /one/);
    await destroy(second, 'quick');
  });
});
