import assert from 'node:assert/strict';
import { NetnsError } from '../../src/base/errors';
import { runPlan, type RunPlanOptions } from '../../src/lab/apply';
import type { Plan } from '../../src/plan/model';
import type { Transport } from '../../src/transport/transport';
import type { LabHost } from '../lab-host';
import { apply, applyPlan, destroyPlan, example, stateOf, topologyOf, untilStateIs } from './lab-plans';
import { ourProcesses, type, until } from './observed-lab';
import { startOpenVswitch } from './open-vswitch-host';
import { useLabHost } from './use-lab-host';

const pair = `
name: pair
namespaces:
  left: { interfaces: { l0: { addresses: [10.9.0.1/24] } } }
  right: { interfaces: { r0: { addresses: [10.9.0.2/24] } } }
links: [{ endpoints: ["left:l0", "right:r0"] }]
`;

/** So many that a program configures them, and they are made in one batch. */
const many = `name: many\nnamespaces:\n${Array.from({ length: 20 }, (_, n) => `  n${n}: {}\n`).join('')}`;

describe('a command of a plan that hangs', function () {
  this.timeout(120_000);
  let lab: LabHost;
  let transport: Transport;

  useLabHost((host) => ({ lab, transport } = host));
  before(() => startOpenVswitch(lab));

  /** Lays a script over a program while `work` goes on; the program itself is /tmp/real then. */
  async function inPlaceOf(program: string, script: string, work: () => Promise<void>): Promise<void> {
    const place = `$(readlink -f "$(command -v ${program})")`;
    await type(lab, [
      `cp ${place} /tmp/real`,
      `cat >/tmp/hangs <<'END'\n#!/bin/sh\n${script}\nEND`,
      'chmod 755 /tmp/hangs',
      `mount --no-mtab --bind /tmp/hangs ${place}`,
    ]);
    try {
      await work();
    } finally {
      await type(lab, [`umount ${place}`, 'rm -f /tmp/real /tmp/hangs /tmp/hung']);
    }
  }

  async function failureOf(plan: Plan, options: RunPlanOptions): Promise<NetnsError> {
    const error: unknown = await runPlan(transport, plan, options).then(
      () => 'done',
      (thrown: unknown) => thrown,
    );
    assert.ok(error instanceof NetnsError, String(error));
    return error;
  }

  async function assertNothingLeft(before: string, what: string): Promise<void> {
    await untilStateIs(lab, before, what);
    await until(async () => (await lab.run('pgrep -fx "sleep 7654"')).stdout === '', 'the hanging command is gone');
    await until(async () => (await ourProcesses(lab)).length === 0, 'nothing of ours runs');
  }

  for (const [what, text] of [
    ['in a small lab', pair],
    ['in a batch of many', many],
  ] as const) {
    it(`is ended ${what}; the error says which step, and all is undone, what it did itself too`, async () => {
      const plan = await applyPlan(transport, topologyOf(text));
      const before = await stateOf(lab);
      // It does its work, and then does not end: once.
      const script = '[ ! -e /tmp/hung ] || exec /tmp/real "$@"\n: >/tmp/hung\n/tmp/real "$@"\nexec sleep 7654';
      await inPlaceOf('ip', script, async () => {
        const error = await failureOf(plan, { hangAfter: 2 });
        assert.equal(error.reason, 'commandFailed');
        assert.match(error.message, /^Step \d+ of \d+ failed: .*\nCommand \(exit code 137\): ip /);
        assert.match(error.message, /\nEverything that had been done was undone\.$/);
        assert.match(error.hostSaid ?? '', /\(It did nothing for \d+ seconds, and was ended\.\)/);
      });
      await assertNothingLeft(before, what);
    });
  }

  it('is ended as soon as the work is stopped', async () => {
    const plan = await applyPlan(transport, topologyOf(pair));
    const before = await stateOf(lab);
    const script = '[ ! -e /tmp/hung ] || exec /tmp/real "$@"\n: >/tmp/hung\nexec sleep 7654';
    await inPlaceOf('ip', script, async () => {
      const stop = new AbortController();
      const failure = failureOf(plan, { signal: stop.signal, hangAfter: 40 });
      await until(async () => (await lab.run('pgrep -fx "sleep 7654"')).stdout !== '', 'it hangs');
      const begun = Date.now();
      stop.abort();
      assert.equal((await failure).reason, 'cancelled');
      assert.ok(Date.now() - begun < 35_000, 'not as long as without a stop');
    });
    await assertNothingLeft(before, 'after the stop');
  });

  it('is not undone where all that could undo it hangs too: the error says what is left', async () => {
    await apply(transport, topologyOf('name: one\nnamespaces: { one: {} }\n'));
    const applied = await stateOf(lab);
    const plan = await destroyPlan(transport, 'one');
    await inPlaceOf('ip', 'exec sleep 7654', async () => {
      const error = await failureOf(plan, { hangAfter: 2 });
      assert.match(
        error.message,
        /\nNot everything could be undone: [^\n]* \(\(It did nothing for \d+ seconds, and was ended\.\)/,
      );
    });
    await assertNothingLeft(applied, 'nothing could be done, so nothing had to be undone');
    await runPlan(transport, await destroyPlan(transport, 'one'));
  });

  it('does not hang the readying of a service that waits as long as its file says', async () => {
    const text =
      'name: waits\nnamespaces: { a: { services: { s: { command: sleep 7655, ready: { seconds: 5 } } } } }\n';
    await apply(transport, topologyOf(text), { hangAfter: 1 });
    await runPlan(transport, await destroyPlan(transport, 'waits'));
  });

  it('is told and undone where the daemon of Open vSwitch is gone', async () => {
    const plan = await applyPlan(transport, await example('open-vswitch-2-switch'));
    const before = await stateOf(lab);
    const database = 'ovs-vsctl --columns=name list Bridge';
    await type(lab, ['kill -STOP "$(cat /run/openvswitch/ovs-vswitchd.pid)"']);
    try {
      const error = await failureOf(plan, {});
      assert.match(error.message, /^Step \d+ of \d+ failed: bridge v-net-0/);
      assert.match(error.advice ?? '', /^Open vSwitch did not answer in time/);
      assert.match(error.message, /\nEverything that had been done was undone\.$/);
      assert.equal((await lab.run(database)).stdout, '');
    } finally {
      await type(lab, ['kill -CONT "$(cat /run/openvswitch/ovs-vswitchd.pid)"']);
    }
    await assertNothingLeft(before, 'without its daemon');
  });
});
