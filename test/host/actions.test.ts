import assert from 'node:assert/strict';
import { newBridge, newCable, removeBridge, removeCable, removeInterface } from '../../src/lab/actions/device-changes';
import {
  addInterfaceAddress,
  flapInterface,
  plugCableIn,
  removeInterfaceAddress,
  setInterfaceDown,
  setInterfaceMtu,
  setInterfaceUp,
  unplugCable,
} from '../../src/lab/actions/interface-changes';
import {
  newNamespace,
  newRoute,
  removeNamespace,
  removeRoute,
  sendSignal,
} from '../../src/lab/actions/namespace-changes';
import { observe } from '../../src/lab/observe';
import { connect } from '../../src/transport/connect';
import type { Transport } from '../../src/transport/transport';
import { noPrompts, targetOf, until } from '../fixtures/ssh';
import { startLabHost, type LabHost } from '../lab-host';
import { act, subject, targetsIn } from './actions-on-a-host';
import { settledState, untilStateIs } from './lab-plans';

/** Two namespaces on a bridge, one of them with IPv6 and routes, and a second bridge beside it. Made by hand. */
const lab = `
ip netns add earth; ip netns add mars
ip link add planet-br type bridge; ip link set planet-br up; ip addr add 10.10.0.1/16 dev planet-br
ip link add moon-br type bridge; ip link set moon-br up
ip link add name moon0 type veth peer name moon1; ip link set moon0 master moon-br up; ip link set moon1 up
for n in earth mars; do
  ip link add name $n-veth netns $n type veth peer name $n-br
  ip link set $n-br master planet-br up
  ip -n $n link set lo up
  ip -n $n link set $n-veth up
done
ip -n earth addr add 10.10.0.10/16 dev earth-veth
ip -n earth addr add 10.10.0.11/16 dev earth-veth
ip -n earth addr add 2001:db8::10/64 dev earth-veth nodad
ip -n mars addr add 10.10.0.20/16 dev mars-veth
ip -n earth route add default via 10.10.0.1
ip -n earth route add 10.20.0.0/16 via 10.10.0.20 metric 50
ip -n earth route add 2001:db8:1::/48 via 2001:db8::1
`;

const earthVeth = subject('interface', 'earth-veth', { namespace: 'earth' });
const earthCable = subject('cable', 'earth-veth', { namespace: 'earth', peer: { name: 'earth-br' } });
const earth = subject('namespace', 'earth');
const host = subject('host', 'lab1');

describe('actions by hand', function () {
  this.timeout(120_000);
  let lab1: LabHost;
  let transport: Transport;
  let state: string;

  before(async () => {
    lab1 = await startLabHost();
    const { code, stderr } = await lab1.run(`set -e\n${lab}`);
    assert.equal(code, 0, stderr);
    transport = await connect(targetOf(lab1, 'ops'), noPrompts);
    state = await settledState(lab1);
  });
  after(async () => {
    transport.dispose();
    await lab1.stop();
  });
  afterEach(() => untilStateIs(lab1, state, 'after the test'));

  const says = async (script: string): Promise<string> => {
    const { code, stdout, stderr } = await lab1.run(script);
    assert.equal(code, 0, `${script}: ${stderr}`);
    return stdout;
  };
  const reaches = async (from: string, to: string): Promise<boolean> =>
    (await lab1.run(`ip netns exec ${from} ping -c1 -W1 ${to}`)).code === 0;

  const untilReaches = (from: string, to: string): Promise<void> =>
    until(`${from} reaches ${to}`, () => reaches(from, to));

  it('set an interface down and up; the undo brings back the IPv6 address and every route', async () => {
    const down = await act(transport, setInterfaceDown, [earthVeth]);
    assert.equal(down.said, 'earth:earth-veth is down');
    assert.doesNotMatch(await says('ip -n earth -br link show earth-veth'), /\bUP\b/);
    assert.equal(await says('ip -n earth -6 route show 2001:db8:1::/48'), '');
    await down.undo();
    await untilReaches('earth', '10.10.0.20');
    assert.match(await says('ip -n earth -6 route show 2001:db8:1::/48'), /via 2001:db8::1/);

    await act(transport, setInterfaceDown, [subject('interface', 'mars-veth', { namespace: 'mars' })]);
    const up = await act(transport, setInterfaceUp, [subject('interface', 'mars-veth', { namespace: 'mars' })]);
    assert.match(await says('ip -n mars -br link show mars-veth'), /\bUP\b/);
    assert.deepEqual(
      (await act(transport, setInterfaceUp, [subject('interface', 'mars-veth', { namespace: 'mars' })])).steps,
      [],
    );
    assert.equal(up.steps.length, 1);
  });

  it('set several interfaces down at once, or none of them', async () => {
    const two = [earthVeth, subject('interface', 'mars-veth', { namespace: 'mars' })] as const;
    const done = await act(transport, setInterfaceDown, [...two]);
    assert.equal(done.said, '2 interfaces are down');
    assert.equal(
      (await says('ip -n earth -br link; ip -n mars -br link')).match(/veth@\S+\s+(DOWN|LOWERLAYERDOWN)/g)?.length,
      2,
    );
    await done.undo();
  });

  it('flap an interface', async () => {
    const changes = says(
      'timeout 20 ip -n earth monitor link dev earth-veth & sleep 4; kill $! 2>/dev/null; wait; true',
    );
    await act(transport, flapInterface, [earthVeth], ['0.5']);
    assert.match(await changes, /state (LOWERLAYER)?DOWN[^]*state UP/);
  });

  it('set the MTU, on a cable at both ends; too small a one takes IPv6 away until the undo', async () => {
    const done = await act(transport, setInterfaceMtu, [earthCable], ['1000']);
    assert.match(await says('ip -n earth link show earth-veth; ip link show earth-br'), /mtu 1000[^]*mtu 1000/);
    assert.equal(await says('ip -n earth -6 addr show earth-veth'), '');
    await done.undo();
    await assert.rejects(act(transport, setInterfaceMtu, [earthVeth], ['65536']), Error);
  });

  it('give an address and take it away again', async () => {
    const done = await act(transport, addInterfaceAddress, [earthVeth], ['10.30.0.1/24']);
    assert.match(await says('ip -n earth addr show earth-veth'), /inet 10\.30\.0\.1\/24/);
    await assert.rejects(act(transport, addInterfaceAddress, [earthVeth], ['10.30.0.1/24']), { reason: 'conflict' });
    await act(transport, removeInterfaceAddress, [earthVeth], ['10.30.0.1/24']);
    assert.doesNotMatch(await says('ip -n earth addr show earth-veth'), /10\.30/);
    // There is nothing left to take away, and that is said.
    await assert.rejects(done.undo(), { reason: 'commandFailed' });
  });

  it('take away the first address of a network: the undo brings back the second and the routes', async () => {
    const address = subject('address', '10.10.0.10/16', { namespace: 'earth', dev: 'earth-veth', family: 'inet' });
    const done = await act(transport, removeInterfaceAddress, [address]);
    assert.doesNotMatch(await says('ip -n earth addr show earth-veth'), /10\.10\.0\.10/);
    await done.undo();
    await untilReaches('earth', '10.10.0.1');
  });

  it('add a route and take one away', async () => {
    const done = await act(transport, newRoute, [earth], ['10.40.0.0/16 via 10.10.0.1 metric 7']);
    assert.match(await says('ip -n earth route'), /10\.40\.0\.0\/16 via 10\.10\.0\.1 dev earth-veth metric 7/);
    await done.undo();
    const route = { namespace: 'earth', family: 'inet', table: 'main', dev: 'earth-veth' } as const;
    const gone = await act(transport, removeRoute, [
      subject('route', 'default', { ...route, via: '10.10.0.1' }),
      subject('route', '10.20.0.0/16', { ...route, via: '10.10.0.20', metric: 50 }),
    ]);
    assert.doesNotMatch(await says('ip -n earth route'), /default|10\.20/);
    await gone.undo();
    await assert.rejects(
      act(transport, newRoute, [earth], ['10.40.0.0/16 via 192.168.77.1']),
      (error: { reason: string; hostSaid: string; message: string }) => {
        assert.equal(error.reason, 'commandFailed');
        assert.match(error.hostSaid, /invalid gateway|unreachable/i);
        assert.match(error.message, /ip -n earth route add 10\.40\.0\.0\/16 via 192\.168\.77\.1/);
        return true;
      },
    );
  });

  it('unplug a cable, from either end, and plug it in elsewhere', async () => {
    const out = await act(transport, unplugCable, [earthVeth]);
    assert.doesNotMatch(await says('ip link show earth-br'), /master/);
    assert.equal(await reaches('earth', '10.10.0.20'), false);
    await act(transport, plugCableIn, [earthCable], ['moon-br']);
    assert.match(await says('ip link show earth-br'), /master moon-br/);
    const back = await act(transport, plugCableIn, [earthVeth], ['planet-br']);
    await untilReaches('earth', '10.10.0.20');
    await back.undo();
    assert.match(await says('ip link show earth-br'), /master moon-br/);
    await act(transport, plugCableIn, [earthVeth], ['planet-br']);
    await act(transport, unplugCable, [subject('interface', 'earth-br')]);
    await out.undo();
  });

  it('create a namespace, a bridge in it, and a cable between them; the undos take all away', async () => {
    const namespace = await act(transport, newNamespace, [host], ['venus']);
    assert.match(await says('ip -n venus -br link show lo'), /^lo\s+UNKNOWN/);
    const bridge = await act(transport, newBridge, [subject('namespace', 'venus')], ['cloud', '10.50.0.1/24']);
    assert.match(await says('ip -n venus -br addr show cloud'), /10\.50\.0\.1\/24/);
    const cable = await act(
      transport,
      newCable,
      [subject('namespace', 'venus'), subject('bridge', 'planet-br')],
      ['', 'eth0 venus-br', '10.10.0.30/16'],
    );
    assert.equal(cable.said, 'venus and planet-br are connected');
    await untilReaches('venus', '10.10.0.20');
    const chosen = JSON.stringify(earth);
    const direct = await act(
      transport,
      newCable,
      [subject('namespace', 'venus')],
      [chosen, 'direct direct0', '10.60.0.1/24 10.60.0.2/24'],
    );
    await untilReaches('venus', '10.60.0.2');
    await direct.undo();
    await cable.undo();
    await bridge.undo();
    await namespace.undo();
  });

  it('create nothing where the name is taken, and say so', async () => {
    const conflict = (name: RegExp) => (error: { message: string }) => (assert.match(error.message, name), true);
    await assert.rejects(act(transport, newNamespace, [host], ['earth']), conflict(/earth already/));
    await assert.rejects(act(transport, newBridge, [host], ['moon-br', '']), conflict(/moon-br/));
    await assert.rejects(
      act(transport, newCable, [earth, subject('bridge', 'planet-br')], ['', 'earth-veth x', '']),
      conflict(/earth-veth/),
    );
    await assert.rejects(act(transport, newNamespace, [host], ['-n']), { reason: 'unsupported' });
  });

  it('delete a cable with both ends, and bring it back as it was', async () => {
    const done = await act(transport, removeCable, [subject('interface', 'earth-br')]);
    assert.equal(done.said, 'earth-br — earth:earth-veth is deleted');
    assert.doesNotMatch(await says('ip -br link; ip -n earth -br link'), /earth-(br|veth)/);
    await done.undo();
    await untilReaches('earth', '10.10.0.20');
    // Both ends selected: one cable.
    const both = await act(transport, removeCable, [earthVeth, subject('interface', 'earth-br')]);
    assert.equal(both.steps.length, 1);
    await both.undo();
  });

  it('delete a bridge: the undo plugs its ports in again', async () => {
    const done = await act(transport, removeBridge, [subject('bridge', 'planet-br')]);
    assert.equal(await reaches('earth', '10.10.0.20'), false);
    await done.undo();
    await untilReaches('earth', '10.10.0.20');
  });

  it('delete an interface of another kind', async () => {
    await says('ip -n earth tuntap add dev tap0 mode tap');
    const done = await act(transport, removeInterface, [subject('interface', 'tap0', { namespace: 'earth' })]);
    assert.doesNotMatch(await says('ip -n earth -br link'), /tap0/);
    await done.undo();
    assert.match(await says('ip -n earth -d link show tap0'), /tun type tap/);
    await says('ip -n earth link del tap0');
  });

  it('delete a namespace: its processes are named first and ended, its cables and addresses come back', async () => {
    await says('ip netns exec earth sleep 5000 >/dev/null 2>&1 &');
    await until('sleep runs', async () => (await says('ip netns pids earth')) !== '');
    const danger = removeNamespace.danger?.(targetsIn(await observe(transport), [earth]), []);
    assert.equal(danger?.question, 'Delete the namespace earth');
    assert.match(danger.lines.join('\n'), /ends sleep 5000 \(\d+\)[^]*earth-veth[^]*not bring back its processes/);
    const done = await act(transport, removeNamespace, [earth]);
    assert.doesNotMatch(await says('ip netns'), /earth/);
    assert.doesNotMatch(await says('ip -br link; ps -e -o args='), /earth-br|sleep 5000/);
    await done.undo();
    await untilReaches('earth', '10.10.0.20');
  });

  it('end a process that does not listen, when its namespace is deleted', async () => {
    await says(
      `ip netns add pluto; ip netns exec pluto sh -c 'trap "" TERM; while :; do sleep 1; done' >/dev/null 2>&1 &`,
    );
    await until('it runs', async () => (await lab1.run('[ -n "$(ip netns pids pluto)" ]')).code === 0);
    await act(transport, removeNamespace, [subject('namespace', 'pluto')]);
    assert.doesNotMatch(await says('ip netns; ps -e -o args='), /pluto|trap/);
  });

  it('give a physical interface back to the host before its namespace goes', async () => {
    await says('ip netns add pluto; ip link add nic0 type veth peer name nic1; ip link set nic0 netns pluto');
    const snapshot = await observe(transport);
    // The lab host has no spare NIC: a cable's end stands in for one, as the reading would have it.
    const namespaces = snapshot.namespaces.map((one) => ({
      ...one,
      links: one.links.map((link) => (link.name === 'nic0' ? { ...link, kind: 'physical' } : link)),
    }));
    const targets = targetsIn({ ...snapshot, namespaces }, [subject('namespace', 'pluto')]);
    assert.match(removeNamespace.danger?.(targets, [])?.lines.join() ?? '', /gives nic0 back to the host/);
    const commands = removeNamespace.steps(targets, []).flatMap(({ run }) => run.map(({ argv }) => argv.join(' ')));
    assert.deepEqual(commands, ['ip -n pluto link set dev nic0 netns 1', 'ip netns del pluto']);
    await says(commands.join('; '));
    assert.match(await says('ip -br link; ip link del nic0'), /nic0/);
  });

  it('send a signal to a process', async () => {
    await says('ip netns exec earth sleep 6000 >/dev/null 2>&1 &');
    const pid = Number(await says('sleep 0.3; ip netns pids earth'));
    const process = subject('process', 'sleep', { namespace: 'earth', pid });
    const paused = await act(transport, sendSignal, [process], ['STOP']);
    assert.match(await says(`ps -o stat= -p ${pid}`), /^T/);
    await paused.undo();
    assert.match(await says(`ps -o stat= -p ${pid}`), /^S/);
    const done = await act(transport, sendSignal, [process], ['TERM']);
    assert.equal(done.said, `SIGTERM was sent to sleep (${pid})`);
    await until('it has ended', async () => (await lab1.run(`[ -d /proc/${pid} ]`)).code !== 0);
    await assert.rejects(act(transport, sendSignal, [process], ['TERM']), /not on the host/);
  });

  it('refuse what would cut the SSH connection', async () => {
    const nic = subject('interface', 'mgmt0');
    const refused = { reason: 'unsafe' };
    await assert.rejects(act(transport, setInterfaceDown, [nic]), refused);
    await assert.rejects(act(transport, flapInterface, [nic], ['1']), refused);
    const { ssh } = await observe(transport);
    const address = (await says(`ip -o -4 addr show dev mgmt0`)).split(/\s+/)[3] ?? '';
    assert.equal(address.split('/')[0], ssh?.serverAddress);
    await assert.rejects(act(transport, removeInterfaceAddress, [nic], [address]), refused);
    await assert.rejects(act(transport, newRoute, [host], [`${ssh?.clientAddress ?? ''}/32 dev planet-br`]), refused);
    await assert.rejects(
      act(transport, addInterfaceAddress, [subject('bridge', 'moon-br')], [address.replace(/\/.*/, '/24')]),
      refused,
    );
  });

  it('go through a process where a namespace has no name', async () => {
    await says(
      `unshare --net sh -c 'ip link set lo up; ip link add name tap7 type bridge; exec sleep 7000' >/dev/null 2>&1 &`,
    );
    await until('it runs', async () => (await says('ps -e -o args=')).includes('sleep 7000'));
    const pid = Number(await says('sleep 0.3; pgrep -f "^sleep 7000"'));
    const id = (await says(`stat -L -c %i /proc/${pid}/ns/net`)).trim();
    const snapshot = await observe(transport);
    const link = {
      index: 2,
      name: 'tap7',
      kind: 'bridge',
      up: false,
      operState: 'down',
      carrier: false,
      mtu: 1500,
      addresses: [],
      altNames: [],
      data: {},
    };
    const nameless = {
      id,
      isRoot: false,
      links: [link],
      routes: [],
      rules: [],
      sysctls: {},
      nat: [],
      nftTables: [],
      processes: [{ pid, command: 'sleep 7000' }],
    };
    const namespaces = [...snapshot.namespaces.filter((one) => one.id !== id), nameless] as typeof snapshot.namespaces;
    const targets = targetsIn({ ...snapshot, namespaces }, [subject('bridge', 'tap7', { namespaceId: id })]);
    const commands = setInterfaceUp.steps(targets, []).flatMap(({ run }) => run.map(({ argv }) => argv.join(' ')));
    assert.deepEqual(commands, [`nsenter --net=/proc/${pid}/ns/net ip link set dev tap7 up`]);
    assert.match(
      await says(`${commands.join()}; nsenter --net=/proc/${pid}/ns/net ip link show tap7; kill ${pid}`),
      /[<,]UP[,>]/,
    );
  });
});
