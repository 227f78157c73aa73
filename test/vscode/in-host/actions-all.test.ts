import assert from 'node:assert/strict';
import * as vscode from 'vscode';
import type { ChangeId } from '../../../src/lab/actions/change';
import type { Transport } from '../../../src/transport/transport';
import type { ActionOutcome } from '../../../src/vscode/actions/action';
import { allActions } from '../../../src/vscode/actions/all';
import { CommandId } from '../../../src/vscode/ids';
import { outcomesSeen } from './outcomes';
import { beforeOnLabHost, closeEditors, labHost, openTopology, recordNotifications } from './support';

/** Two namespaces on a bridge, a second bridge, a process; made anew for each row. */
const make = `
ip netns add aa-a; ip netns add aa-b; ip link add aa-br type bridge; ip link set aa-br up; ip addr add 10.94.0.1/24 dev aa-br
ip link add aa-br2 type bridge; ip link set aa-br2 up
for n in a b; do
  ip link add aa-$n netns aa-$n type veth peer name aa-p$n
  ip link set aa-p$n master aa-br up; ip -n aa-$n link set lo up; ip -n aa-$n link set aa-$n up
done
ip -n aa-a addr add 10.94.0.2/24 dev aa-a; ip -n aa-b addr add 10.94.0.3/24 dev aa-b
ip -n aa-a route add 10.93.0.0/16 via 10.94.0.1; ip -n aa-a tuntap add aa-tap mode tap
ip netns exec aa-a sh -c 'sleep 4270 & echo $! >/tmp/aa-pid'
tc -n aa-b qdisc add dev aa-b root tbf rate 10mbit burst 5kb latency 70ms
`;
const unmake = `
# The ends in the root namespace first: with their namespaces they would go a moment later.
for d in aa-pa aa-pb; do ip link del $d; done 2>/dev/null
ip netns pids aa-a | xargs -r kill -9; for n in aa-a aa-b aa-new; do ip netns del $n; done 2>/dev/null
for d in aa-br aa-br2 aa-new; do ip link del $d; done 2>/dev/null
iptables -t nat -S | grep -e 3194 -e 10.94 | sed 's/^-A/-t nat -D/' | while read -r line; do eval "iptables $line"; done
rm -f /tmp/aa-pid
`;

const lab = 'aa-lab';
const services = `name: ${lab}
namespaces:
  aa-s: { services: { run: { command: sleep 4271 } } }
`;

const subject = (type: string, name: string, more: object = {}): object => ({ type, hostId: 'lab1', name, ...more });
const inA = { namespace: 'aa-a' };
const vethA = subject('interface', 'aa-a', inA);
const service = subject('service', 'run', { namespace: 'aa-s', lab });

interface Row {
  readonly on: object | readonly object[];
  readonly input?: unknown;
  /** Shell on the host: succeeds once it is done, and (unless it cannot be undone) not before and not after an undo. */
  readonly isSo: string;
  readonly cannotBeUndone?: true;
  /** Done first, by hand. */
  readonly first?: string;
  /** What cannot be done: on something else, or with another input. */
  readonly fails: { readonly on?: object | readonly object[]; readonly input?: unknown };
}

const gone = (type: string, more: object = {}): object => subject(type, 'aa-gone', more);
const forwarded = 'iptables -t nat -S PREROUTING | grep -q 3194';
const runs = (pattern: string): string => `pgrep -f '^${pattern}$'`;

/** Every change, what it is clicked on, and how the host shows that it was made. A change without a row does not compile. */
const rows: Readonly<Record<ChangeId, Row>> = {
  'netns.interface.up': {
    on: vethA,
    first: 'ip -n aa-a link set aa-a down',
    isSo: 'ip -n aa-a link show aa-a | grep -q "[<,]UP"',
    fails: { on: gone('interface', inA) },
  },
  'netns.interface.down': {
    on: vethA,
    isSo: '! ip -n aa-a link show aa-a | grep -q "[<,]UP"',
    fails: { on: gone('interface', inA) },
  },
  'netns.interface.flap': {
    on: vethA,
    input: '0.1',
    // The kernel counts how often its carrier went.
    first:
      'ip -n aa-a link set aa-a down; ip -n aa-a link set aa-a up; ip netns exec aa-a cat /sys/class/net/aa-a/carrier_down_count >/tmp/aa-count',
    isSo: 'test "$(ip netns exec aa-a cat /sys/class/net/aa-a/carrier_down_count)" != "$(cat /tmp/aa-count)"',
    cannotBeUndone: true,
    fails: { input: 'never' },
  },
  'netns.interface.mtu': {
    on: vethA,
    input: '1400',
    isSo: 'ip -n aa-a link show aa-a | grep -q "mtu 1400"',
    fails: { input: '7' },
  },
  'netns.interface.addAddress': {
    on: vethA,
    input: '10.94.9.9/24',
    isSo: 'ip -n aa-a addr | grep -q 10.94.9.9',
    fails: { input: '10.94.0.2/24' },
  },
  'netns.interface.removeAddress': {
    on: subject('address', '10.94.0.2/24', { ...inA, dev: 'aa-a', family: 'inet' }),
    isSo: '! ip -n aa-a addr | grep -q 10.94.0.2',
    fails: { on: subject('address', '10.94.0.99/24', { ...inA, dev: 'aa-a', family: 'inet' }) },
  },
  'netns.interface.delete': {
    on: subject('interface', 'aa-tap', inA),
    isSo: '! ip -n aa-a link show aa-tap',
    fails: { on: subject('interface', 'lo', inA) },
  },
  'netns.route.add': {
    on: subject('namespace', 'aa-a'),
    input: '10.92.0.0/16 via 10.94.0.1',
    isSo: 'ip -n aa-a route | grep -q ^10.92',
    fails: { input: '10.92.0.0/16 via 192.168.1.1' },
  },
  'netns.route.remove': {
    on: subject('route', '10.93.0.0/16', { ...inA, family: 'inet', table: 'main', via: '10.94.0.1', dev: 'aa-a' }),
    isSo: '! ip -n aa-a route | grep -q ^10.93',
    fails: { on: subject('route', '10.91.0.0/16', { ...inA, family: 'inet', table: 'main' }) },
  },
  'netns.cable.create': {
    on: [subject('namespace', 'aa-a'), subject('bridge', 'aa-br2')],
    input: ['aa-c0 aa-c1', ''],
    isSo: 'ip link show aa-c1 | grep -q "master aa-br2"',
    fails: { input: ['aa-a aa-c1', ''] },
  },
  'netns.cable.unplug': {
    on: vethA,
    isSo: '! ip link show aa-pa | grep -q master',
    fails: { on: gone('interface', inA) },
  },
  'netns.cable.plugIn': {
    on: vethA,
    input: 'aa-br2',
    isSo: 'ip link show aa-pa | grep -q "master aa-br2"',
    fails: { input: 'aa-gone' },
  },
  'netns.cable.impair': {
    on: vethA,
    input: ['rate 1mbit', 'out', ''],
    isSo: 'tc -n aa-a qdisc show dev aa-a root | grep -q "rate 1Mbit"',
    fails: { input: ['rate much', 'out', ''] },
  },
  'netns.cable.clearImpairment': {
    on: subject('interface', 'aa-b', { namespace: 'aa-b' }),
    isSo: '! tc -n aa-b qdisc show dev aa-b root | grep -q tbf',
    fails: { on: gone('interface', inA) },
  },
  'netns.cable.delete': { on: vethA, isSo: '! ip link show aa-pa', fails: { on: gone('cable', inA) } },
  'netns.forward.add': {
    on: subject('namespace', 'aa-a'),
    input: ['80', '3194'],
    isSo: forwarded,
    fails: { input: ['no port', '3194'] },
  },
  'netns.namespace.create': {
    on: subject('host', 'lab1'),
    input: 'aa-new',
    isSo: 'test -e /run/netns/aa-new',
    fails: { input: 'aa-a' },
  },
  'netns.namespace.delete': {
    on: subject('namespace', 'aa-b'),
    isSo: 'test ! -e /run/netns/aa-b',
    fails: { on: subject('namespace', 'aa-gone') },
  },
  'netns.bridge.create': {
    on: subject('host', 'lab1'),
    input: ['aa-new', ''],
    isSo: 'ip link show aa-new',
    fails: { input: ['aa-br', ''] },
  },
  'netns.bridge.delete': {
    on: subject('bridge', 'aa-br2'),
    isSo: '! ip link show aa-br2',
    fails: { on: gone('bridge') },
  },
  'netns.service.restart': {
    on: service,
    first: 'pgrep -f "^sleep 4271" >/tmp/aa-count',
    isSo: `${runs('sleep 4271')} | grep -qv "$(cat /tmp/aa-count)"`,
    cannotBeUndone: true,
    fails: { on: gone('service', { namespace: 'aa-s', lab }) },
  },
  'netns.service.stop': {
    on: service,
    isSo: `! ${runs('sleep 4271')}`,
    fails: { on: gone('service', { namespace: 'aa-s', lab }) },
  },
  'netns.service.start': {
    on: service,
    first: 'pkill -f "^sleep 4271"; while pgrep -f "^sleep 4271"; do :; done',
    isSo: runs('sleep 4271'),
    fails: { on: gone('service', { namespace: 'aa-s', lab }) },
  },
  'netns.process.signal': {
    on: subject('process', 'sleep', inA),
    input: 'TERM',
    isSo: '! kill -0 "$(cat /tmp/aa-pid)"',
    cannotBeUndone: true,
    fails: { input: 'NONE' },
  },
};

// (Start is the last of the services' rows: its undo leaves the service stopped.)
describe('Every action', function () {
  this.timeout(120_000);
  const access = labHost();
  let elsewhere: Transport;
  let file: vscode.Uri;

  before(async function () {
    ({ elsewhere } = await beforeOnLabHost(this, { connected: true }));
    file = (await openTopology(services)).uri;
    await vscode.commands.executeCommand(CommandId.apply, file);
  });
  beforeEach(async () => {
    assert.equal((await elsewhere.run(make)).stderr, '');
  });
  afterEach(() => elsewhere.run(unmake));
  after(async () => {
    if (access === undefined) return;
    await vscode.commands.executeCommand(CommandId.destroy, file, { confirmed: true });
    await closeEditors();
    elsewhere.dispose();
  });

  const isSo = async ({ isSo: script }: Row): Promise<boolean> =>
    (await elsewhere.run(`{ ${script}; } >/dev/null 2>&1`)).code === 0;

  for (const [id, row] of Object.entries(rows) as [ChangeId, Row][]) {
    it(`${id} is seen on the host, undone, and told once where it fails`, async () => {
      await elsewhere.run(row.first ?? ':');
      await vscode.commands.executeCommand(CommandId.refresh, 'lab1');
      const pid = Number((await elsewhere.run('cat /tmp/aa-pid')).stdout);
      const on = id === 'netns.process.signal' ? { ...(row.on as object), pid } : row.on;
      const act = (things: unknown, input: unknown): Thenable<ActionOutcome> =>
        vscode.commands.executeCommand<ActionOutcome>(id, things, {
          confirmed: true,
          ...(input === undefined ? {} : { input }),
        });
      const shown = recordNotifications();
      try {
        const failed = await act(row.fails.on ?? on, row.fails.input ?? row.input);
        assert.equal(failed.outcome, 'failed', JSON.stringify(failed));
        assert.equal(shown.messages.length, 1, shown.messages.join('\n'));
        assert.equal(await isSo(row), false, 'it is so though it failed');
        assert.deepEqual(await act(on, row.input), { outcome: 'done' }, shown.messages.join('\n'));
        assert.equal(await isSo(row), true, 'the host does not show it');
        if (row.cannotBeUndone === true) return;
        assert.equal(await vscode.commands.executeCommand(CommandId.undo), true);
        assert.equal(await isSo(row), false, 'the host does not show that it was undone');
      } finally {
        shown.stop();
      }
    });
  }

  it('of the others was seen to succeed and to fail in this run', function () {
    if (process.env['NETNS_TEST_GREP'] !== undefined) return this.skip();
    // What runs nothing on a host, and what is only refused before it begins.
    const cannotFail = [CommandId.copyName, CommandId.copyAddress, CommandId.copyMac, CommandId.copyAsCommand] as const;
    const missing = allActions.flatMap(({ id }) => {
      const seen = outcomesSeen.get(id) ?? new Set();
      const wanted = (cannotFail as readonly CommandId[]).includes(id) ? ['done'] : ['done', 'failed'];
      return wanted
        .filter((outcome) => !seen.has(outcome))
        .map((outcome) => `${id} was not seen to end with ${outcome}`);
    });
    assert.deepEqual(missing, []);
  });
});
