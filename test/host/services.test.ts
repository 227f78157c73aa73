import assert from 'node:assert/strict';
import { NetnsError } from '../../src/base/errors';
import { observe } from '../../src/lab/observe';
import { planDestroy } from '../../src/plan/plan-destroy';
import type { ObservedService } from '../../src/host/model';
import type { Topology } from '../../src/topology/model';
import type { Transport } from '../../src/transport/transport';
import type { LabHost } from '../lab-host';
import { assertHostState, captureHostState } from '../lab-host/host-state';
import { apply, applyPlan, destroy, topologyOf } from './lab-plans';
import { until } from './observed-lab';
import { useLabHost } from './use-lab-host';

const file = '/run/netns-topology/labs/serving/services/alone/web';

/** A lab with one service in the namespace `alone`. */
function serving(service: object): Topology {
  return topologyOf(JSON.stringify({ name: 'serving', namespaces: { alone: { services: { web: service } } } }));
}

describe('services on a real host', function () {
  this.timeout(120_000);
  let lab: LabHost;
  let transport: Transport;
  let before: string;

  useLabHost((host) => ({ lab, transport } = host));
  beforeEach(async () => {
    before = await captureHostState(lab);
  });
  afterEach(async () => {
    await destroy(transport, 'serving');
    await assertHostState(lab, before);
  });

  const say = async (command: string): Promise<string> => (await lab.run(command)).stdout.trim();
  const service = async (): Promise<ObservedService | undefined> => (await observe(transport)).services?.[0];
  const untilEnded = (): Promise<void> =>
    until(async () => (await service())?.ended !== undefined, 'the end of the service is noted');

  it('keep the newest of what they say, in two files of at most a mebibyte', async () => {
    await apply(transport, serving({ command: 'seq 1 400000; echo done >&2; exec sleep 4251' }));
    await until(async () => (await say(`tail -n 1 ${file}.log`)) === 'done', 'the service has said all');
    const sizes = (await say(`stat -c %s ${file}.log ${file}.log.1`)).split('\n').map(Number);
    assert.equal(sizes.length, 2);
    for (const size of sizes) assert.ok(size <= 2 ** 20, `${size} bytes`);
    const kept = (await lab.run(`cat ${file}.log.1 ${file}.log`)).stdout.split('\n');
    assert.deepEqual(kept.slice(-4), ['399999', '400000', 'done', '']);
    assert.ok(kept.length > 100_000, `${kept.length} lines are kept`);
  });

  it('write line by line: what a service says is in its log at once', async () => {
    await apply(transport, serving({ command: 'echo first; exec sleep 4251' }));
    await until(async () => (await say(`cat ${file}.log`)) === 'first', 'the line is in the log');
  });

  it('go on when their log cannot be written', async () => {
    await lab.run('mkdir -p /run/netns-topology && mount -t tmpfs -o size=200k tmpfs /run/netns-topology');
    try {
      await apply(transport, serving({ command: 'seq 1 100000; touch /tmp/went-on; exec sleep 4251' }));
      await until(async () => (await say('ls /tmp/went-on')) === '/tmp/went-on', 'the service goes on');
      await destroy(transport, 'serving');
    } finally {
      await lab.run('rm -f /tmp/went-on; umount /run/netns-topology; rmdir /run/netns-topology');
    }
  });

  it('say since when they run, with which number, how they ended, and how often they were started again', async () => {
    const topology = serving({ command: 'trap "exit 7" USR1; while :; do sleep 0.1; done' });
    await apply(transport, topology);
    const first = await service();
    assert.deepEqual([first?.lab, first?.namespace, first?.name, first?.restarts], ['serving', 'alone', 'web', 0]);
    const now = Number(await say('date +%s'));
    assert.ok(Math.abs(now - (first?.since ?? 0)) < 60, `since ${first?.since}, now ${now}`);
    assert.match(await say(`cat /proc/${first?.pid}/cmdline | tr '\\0' ' '`), /^sh -c trap/);

    await lab.run(`kill -USR1 ${first?.pid}`);
    await untilEnded();
    assert.equal((await service())?.ended?.code, 7);
    assert.equal(await say(`cat ${file}.log`), '');
    await apply(transport, topology);
    const again = await service();
    assert.equal(again?.restarts, 1);
    assert.equal(again.ended, undefined);
    assert.notEqual(again.pid, first?.pid);
  });

  it('make those who watch look again when they end', async () => {
    await apply(transport, serving({ command: 'exec sleep 4251' }));
    // The monitor itself would only notice with the next change that nobody listens.
    const heardIt = 'grep -m 1 "lo:"; pkill -fx "ip -o monitor all-nsid link"';
    const monitor = `timeout 20 ip -o monitor all-nsid link | { ${heardIt}; }`;
    const numbered = 'ip netns set alone auto 2>/dev/null; ';
    const heard = lab.run(`${numbered}${monitor}`);
    await until(async () => (await say('pgrep -f "^ip -o monitor all-nsid link"')) !== '', 'the monitor runs');
    await until(
      async () => (await say('awk \'$2==0 && $4!="00000000"\' /proc/net/netlink')) !== '',
      'the monitor listens',
    );
    await lab.run(`kill ${(await service())?.pid}`);
    assert.match((await heard).stdout, /lo:/);
    await lab.run('ip netns list');
  });

  for (const [where, mount] of [
    ['version 2', 'mount -t cgroup2 none /sys/fs/cgroup'],
    [
      'version 1',
      'mount -t tmpfs none /sys/fs/cgroup && mkdir /sys/fs/cgroup/systemd && mount -t cgroup -o none,name=netns-topology-test none /sys/fs/cgroup/systemd',
    ],
    ['nothing mounted', 'unshare -m mount -t cgroup2 none /sys/fs/cgroup'],
  ] as const) {
    it(`end with all that they started, although it left the session and cleared its environment (control groups: ${where})`, async () => {
      await lab.run('mkdir -p /sys/fs/cgroup');
      try {
        const probe = await lab.run(mount);
        if (probe.code !== 0) {
          console.log(`      (skipped: ${probe.stderr.trim()})`);
          return;
        }
        await apply(transport, serving({ command: 'env -i setsid sleep 4252 & setsid sleep 4253 & exec sleep 4254' }));
        assert.equal((await say('pgrep -f "^sleep 425[234]"')).split('\n').length, 3);
        await destroy(transport, 'serving');
        assert.equal(await say('pgrep -f "^sleep 425[234]"'), '');
        assert.equal(await say('find /sys/fs/cgroup -path "*/netns-topology/$(stat -L -c %i /proc/self/ns/net)"'), '');
        const groups =
          'mount -t cgroup2 none /sys/fs/cgroup; ls -d /sys/fs/cgroup/netns-topology/$(stat -L -c %i /proc/self/ns/net)';
        assert.equal(await say(`unshare -m sh -c '${groups}'`), '');
      } finally {
        await lab.run('umount -R /sys/fs/cgroup');
      }
    });
  }

  it('leave alone what others started beside them, and the plan to destroy says so', async () => {
    await apply(transport, serving({ command: 'env -i setsid sleep 4252 & exec sleep 4254' }));
    await lab.run('ip netns exec alone setsid sleep 4257 >/dev/null 2>&1 &');
    try {
      await until(async () => (await say('pgrep -fx "sleep 4257"')) !== '', 'the other process runs');
      const { problems } = planDestroy('serving', await observe(transport));
      const pid = await say('pgrep -fx "sleep 4257"');
      assert.deepEqual(problems, [
        {
          severity: 'warning',
          reason: 'conflict',
          message: `In namespace alone runs what lab serving did not start: sleep 4257 (${pid}). It is left running, cut off, in a network namespace without a name.`,
          advice: `End it yourself where nobody needs it: kill ${pid}`,
        },
      ]);
      await destroy(transport, 'serving');
      assert.equal(await say('pgrep -f "^sleep 425"'), pid);
    } finally {
      await lab.run('pkill -fx "sleep 4257"');
    }
  });

  it('that ignore being asked to end are killed, with their children', async () => {
    await apply(transport, serving({ command: 'trap "" TERM; setsid sleep 4255 & while :; do sleep 0.1; done' }));
    assert.notEqual(await say('pgrep -f "^sleep 4255"'), '');
    await destroy(transport, 'serving');
    assert.equal(await say('pgrep -f "^sleep 4255"'), '');
    assert.equal(await say('ps -eo args= | grep -c "[s]ervices/alone"'), '0');
  });

  it('that end with a background process of theirs alive have ended, and Apply starts them again', async () => {
    const topology = serving({ command: 'sleep 4256 & sleep 0.5' });
    await apply(transport, topology);
    await untilEnded();
    const plan = await applyPlan(transport, topology);
    assert.deepEqual(
      plan.steps.map(({ why }) => why),
      ['no longer running'],
    );
  });

  it('that cannot start say why', async () => {
    const error = await apply(transport, serving({ command: ['/no/such/program'] })).catch((e: unknown) => e);
    assert.ok(error instanceof NetnsError && error.reason === 'commandFailed');
    assert.match(error.hostSaid ?? '', /no\/such\/program: not found/);
  });
});
