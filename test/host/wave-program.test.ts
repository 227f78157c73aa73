import assert from 'node:assert/strict';
import { NetnsError } from '../../src/base/errors';
import { command } from '../../src/base/command';
import { runPlan } from '../../src/lab/apply';
import type { Plan } from '../../src/plan/model';
import type { Transport } from '../../src/transport/transport';
import type { LabHost } from '../lab-host';
import { applyPlan, destroy, destroyPlan, settledState, stateOf, topologyOf, untilStateIs } from './lab-plans';
import { until } from './observed-lab';
import { useLabHost } from './use-lab-host';

/** The fewest that the program is for, and one more. */
const count = 17;

/** Namespaces on a bridge, with what the program knows: MAC, MTU, addresses and routes of both families. */
const lab = topologyOf(`name: wave
bridges: { br0: { addresses: [10.60.0.1/16, "fd60::1/64"] } }
namespaces:
${Array.from({ length: count }, (_, i) => i + 2)
  .map(
    (i) => `  h${i}:
    interfaces:
      eth0: { mtu: ${1300 + i}, mac: "02:00:00:00:00:${(16 + i).toString(16)}", addresses: [10.60.0.${i}/16, "fd60::${i}/64"] }
      eth1: { up: false, addresses: [127.9.0.${i}/32] }
    routes:
      - { to: default, via: 10.60.0.1 }
      - { to: 10.99.0.0/16, dev: eth0, metric: ${i} }
      - { to: default, via: "fd60::1" }
      - { to: "fd99::/48", via: "fd60::1", metric: 50 }`,
  )
  .join('\n')}
links:
${Array.from({ length: count }, (_, i) => i + 2)
  .map((i) => `  - { endpoints: ["h${i}:eth0", "br0:p${i}"] }\n  - { endpoints: ["h${i}:eth1", "host:q${i}"] }`)
  .join('\n')}
`);

/** Without MAC addresses that nobody chose, and what the kernel makes of them. */
function withoutChance(state: string): string {
  return state
    .replaceAll(/(?:[0-9a-f]{1,2}:){5}[0-9a-f]{1,2}/g, (mac) => (mac.startsWith('02:00:00') ? mac : 'MAC'))
    .replaceAll(/(fe80|ff02)::[0-9a-f:]+/g, '$1::…');
}

/** Without the section of what is mounted where. */
function withoutMounts(state: string): string {
  return state.replace(/\n=== lines mounts\n[^=]*/, '\n').replace(/\nmounts\n(?: .*\n)*/, '\n');
}

describe('many namespaces at once, by a program and by ip(8) in each', function () {
  this.timeout(120_000);
  let host: LabHost;
  let transport: Transport;
  let plan: Plan;
  let before: string;

  useLabHost((used) => ({ lab: host, transport } = used));
  beforeEach(async () => {
    plan = await applyPlan(transport, lab);
    before = await stateOf(host);
  });
  afterEach(() => host.run('for name in python3 nsenter ip; do umount $(command -v $name); done'));

  /** Has something else run in place of a program of the host, which from then on counts as it is. */
  async function replace(program: string, script: string): Promise<void> {
    const { stderr } = await host.run(`
      real=$(readlink -f "$(command -v ${program})")
      cp "$real" /run/real-${program}
      printf '#!/bin/sh\\n%s\\n' '${script}' >/run/other-${program} && chmod 755 /run/other-${program}
      mount --bind /run/other-${program} "$(command -v ${program})"`);
    assert.equal(stderr, '');
    before = await stateOf(host);
  }

  /** What is on the host once the lab has been applied; takes it away again. */
  async function applied(): Promise<() => Promise<string>> {
    await runPlan(transport, plan);
    return async () => withoutChance(await stateOf(host));
  }

  it('come to the same', async () => {
    // The shell would need it for each namespace, and this to take them away.
    await replace('nsenter', 'exit 9');
    await replace(
      'ip',
      'case " $* " in *" -batch "*) [ ! -e /run/no-batch ] || exit 9 ;; esac; exec /run/real-ip "$@"',
    );
    const look = await applied();
    // Duplicate address detection (RFC 4862) takes a second or two.
    await until(async () => !(await look()).includes('tentative'), 'addresses are settled');
    const byProgram = await look();
    assert.ok(byProgram.includes('10.99.0.0/16') && byProgram.includes('fd99::/48'));
    await host.run('touch /run/no-batch');
    await destroy(transport, 'wave');
    await host.run('rm /run/no-batch');
    await untilStateIs(host, before, 'the lab is gone');
    await host.run('umount $(command -v nsenter); umount $(command -v ip)');

    await replace('python3', 'exit 9');
    await runPlan(transport, plan);
    await until(async () => !(await look()).includes('tentative'), 'addresses are settled');
    assert.equal(withoutMounts(await look()), withoutMounts(byProgram));
    await destroy(transport, 'wave');
    await untilStateIs(host, before, 'the lab is gone');
  });

  /** Where one address is given to an interface that is not there. */
  function spoilt(): Plan {
    const index = plan.steps.findIndex(({ run }) =>
      run[0]?.argv.join(' ').startsWith('ip -n h9 addr add 10.60.0.9/16'),
    );
    assert.ok(index > 0);
    const steps = plan.steps.map((step, at) =>
      at === index
        ? { ...step, run: [command('ip', '-n', 'h9', 'addr', 'add', '10.60.0.9/16', 'dev', 'nosuch')] }
        : step,
    );
    return { ...plan, steps };
  }

  async function failureOf(spoilt: Plan): Promise<NetnsError> {
    const error = await runPlan(transport, spoilt).catch((e: unknown) => e);
    assert.ok(error instanceof NetnsError, String(error));
    await untilStateIs(host, before, 'everything is undone');
    return error;
  }

  it('say the same of a command that the kernel refuses, in the words of ip(8), and leave nothing', async () => {
    const byProgram = await failureOf(spoilt());
    await replace('python3', 'exit 9');
    const plainly = await failureOf(spoilt());
    assert.equal(byProgram.hostSaid, 'Cannot find device "nosuch"');
    assert.match(byProgram.message, /ip -n h9 addr add 10\.60\.0\.9\/16 dev nosuch/);
    assert.deepEqual([byProgram.message, byProgram.hostSaid], [plainly.message, plainly.hostSaid]);
  });

  it('are undone when the program is killed in the middle', async () => {
    await replace('python3', 'head -n 60 | /run/real-python3 "$@" 2>/dev/null; kill -KILL $$');
    const error = await failureOf(plan);
    assert.equal(error.reason, 'commandFailed');
    assert.match(error.message, /Everything that had been done was undone/);
  });

  describe('taken away', () => {
    let standing: string;

    beforeEach(async () => {
      await runPlan(transport, plan);
      standing = await settledState(host);
    });
    afterEach(async () => {
      await host.run('umount $(command -v python3)');
      await destroy(transport, 'wave');
    });

    it('are brought back when the program dies after its work', async () => {
      const removal = await destroyPlan(transport, 'wave');
      await replace('python3', '/run/real-python3 "$@"; kill -KILL $$');
      standing = await stateOf(host);
      const error = await runPlan(transport, removal).catch((e: unknown) => e);
      assert.ok(error instanceof NetnsError && error.reason === 'commandFailed', String(error));
      assert.match(error.message, /Everything that had been done was undone/);
      await untilStateIs(host, standing, 'the lab stands as before');
    });

    it('are brought back when one of them is gone by then, which is said in the words of ip(8)', async () => {
      const removal = await destroyPlan(transport, 'wave');
      // Its cables stay, as a process is in it.
      await host.run('ip netns exec h9 sleep 1000 >/dev/null 2>&1 & sleep 0.1; ip netns del h9');
      const error = await runPlan(transport, removal).catch((e: unknown) => e);
      await host.run('pkill -x sleep');
      assert.ok(error instanceof NetnsError && error.reason === 'commandFailed', String(error));
      assert.match(error.message, /ip netns del h9/);
      assert.equal(error.hostSaid, 'Cannot remove namespace file "/run/netns/h9": No such file or directory');
      const { stdout } = await host.run(
        'for n in $(ip netns list | cut -d " " -f 1); do ip -n $n route get 10.99.0.1; done',
      );
      const roads = stdout.split('\n').filter((line) => line.startsWith('10.99.0.1 dev eth0'));
      assert.equal(roads.length, count - 1, stdout);
    });
  });

  it('leave to ip(8) what the program does not know, and go on after it', async () => {
    const [first, ...others] = plan.steps.filter(({ run }) => run[0]?.argv.includes('metric') === true);
    assert.ok(first !== undefined && others.length >= count);
    const withTable = {
      ...plan,
      steps: plan.steps.map((step) =>
        step === first ? { ...step, run: step.run.map(({ argv }) => ({ argv: [...argv, 'proto', 'static'] })) } : step,
      ),
    };
    await runPlan(transport, withTable);
    const { stdout } = await host.run(`for i in $(seq 2 ${count + 1}); do ip -n h$i route show 10.99.0.0/16; done`);
    assert.equal(stdout.trim().split('\n').length, count);
    assert.match(
      stdout,
      /^10\.99\.0\.0\/16 dev eth0 proto static scope link metric 2 *\n10\.99\.0\.0\/16 dev eth0 scope link/,
    );
    await destroy(transport, 'wave');
    await untilStateIs(host, before, 'the lab is gone');
  });
});
