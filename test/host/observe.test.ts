import assert from 'node:assert/strict';
import { NetnsError } from '../../src/base/errors';
import { isSameSnapshot } from '../../src/host/compare-snapshots';
import { rootNamespace, type HostSnapshot } from '../../src/host/model';
import { observe } from '../../src/lab/observe';
import type { Transport } from '../../src/transport/transport';
import { startLabHost, type LabHost } from '../lab-host';
import { connectTo, linkOf, namespaceOf, ourProcesses, peerOf, type, until } from './observed-lab';
import { useLabHost } from './use-lab-host';

const namesOf = (snapshot: HostSnapshot): (string | undefined)[] => snapshot.namespaces.map(({ name }) => name);

describe('observing a host over SSH', () => {
  let lab: LabHost;
  let transport: Transport;

  useLabHost((host) => ({ lab, transport } = host));

  /** Waits for two looks that are the same: IPv6 goes on adding routes for seconds after an interface came up (RFC 4862, 5.4). */
  async function untilSame(other: Transport, what: string): Promise<void> {
    await until(async () => isSameSnapshot(await observe(transport), await observe(other)), what);
  }

  afterEach(async () => {
    assert.deepEqual(await ourProcesses(lab), []);
  });

  it('sees a bare host, and by which road', async () => {
    const snapshot = await observe(transport);
    assert.equal(snapshot.hostname, 'lab1');
    assert.match(snapshot.kernel, /^\d+\.\d+/);
    assert.deepEqual(namesOf(snapshot), [undefined]);
    assert.equal(rootNamespace(snapshot).sysctls['net.ipv4.ip_forward'], '0');
    assert.match(snapshot.tools['ip'] ?? '', /iproute2/);
    assert.deepEqual(snapshot.unread, []);
    assert.equal(snapshot.ssh?.serverAddress, lab.address);
    assert.equal(snapshot.ssh.serverPort, lab.port);
  });

  it('sees the same as a user with sudo, and the SSH connection behind sudo', async () => {
    const asOps = await connectTo(lab, lab.users.sudoNoPassword);
    try {
      assert.equal((await observe(asOps)).ssh?.serverAddress, lab.address);
      await untilSame(asOps, 'root and ops see the same');
    } finally {
      asOps.dispose();
    }
  });

  it('sees the first tutorial as it is typed: a cable between two namespaces', async () => {
    await type(lab, [
      'sudo ip netns add earth',
      'sudo ip netns add neptune',
      'sudo ip link add earth-veth type veth peer name neptune-veth',
      'sudo ip link set earth-veth netns earth',
      'sudo ip link set neptune-veth netns neptune',
      'sudo ip netns exec earth ip link set dev earth-veth up',
      'sudo ip netns exec earth ip link set dev lo up',
      'sudo ip netns exec neptune ip link set dev neptune-veth up',
      'sudo ip netns exec neptune ip link set dev lo up',
      'sudo ip netns exec earth ip addr add 10.10.0.10/16 dev earth-veth',
      'sudo ip netns exec neptune ip addr add 10.10.0.20/16 dev neptune-veth',
      'sudo ip netns exec earth ip route add default via 10.10.0.10 dev earth-veth',
      'sudo ip netns exec neptune ip route add default via 10.10.0.20 dev neptune-veth',
    ]);
    const snapshot = await observe(transport);
    assert.deepEqual(namesOf(snapshot), [undefined, 'earth', 'neptune']);
    assert.equal(peerOf(snapshot, 'earth', 'earth-veth'), 'neptune:neptune-veth');
    assert.equal(peerOf(snapshot, 'neptune', 'neptune-veth'), 'earth:earth-veth');
    const { up, operState, carrier, addresses } = linkOf(snapshot, 'earth', 'earth-veth');
    assert.deepEqual({ up, operState, carrier }, { up: true, operState: 'up', carrier: true });
    assert.equal(addresses[0]?.cidr, '10.10.0.10/16');
    const routes = namespaceOf(snapshot, 'neptune').routes.filter(
      ({ table, family }) => table === 'main' && family === 'inet',
    );
    assert.deepEqual(
      routes.map(({ to, via, dev }) => ({ to, via, dev })),
      [
        { to: 'default', via: '10.10.0.20', dev: 'neptune-veth' },
        { to: '10.10.0.0/16', via: undefined, dev: 'neptune-veth' },
      ],
    );
    await type(lab, ['ip netns delete earth', 'ip netns delete neptune']);
    assert.deepEqual(namesOf(await observe(transport)), [undefined]);
  });

  it('sees the rest of it: the bridge, the gateway, forwarding and NAT', async () => {
    await type(lab, [
      'sudo ip netns add earth',
      'sudo ip netns add neptune',
      'sudo ip link add earth-veth type veth peer name earth-br-veth',
      'sudo ip link add neptune-veth type veth peer name neptune-br-veth',
      'sudo ip link set earth-veth netns earth',
      'sudo ip link set neptune-veth netns neptune',
      'sudo ip netns exec earth ip addr add 10.10.0.10/16 dev earth-veth',
      'sudo ip netns exec neptune ip addr add 10.10.0.20/16 dev neptune-veth',
      'sudo ip link add planet-br type bridge',
      'sudo ip link set earth-br-veth master planet-br',
      'sudo ip link set neptune-br-veth master planet-br',
      'sudo ip link set planet-br up',
      'sudo ip link set earth-br-veth up',
      'sudo ip link set neptune-br-veth up',
      'sudo ip netns exec earth ip link set dev lo up',
      'sudo ip netns exec earth ip link set dev earth-veth up',
      'sudo ip netns exec neptune ip link set dev lo up',
      'sudo ip netns exec neptune ip link set dev neptune-veth up',
      'sudo ip addr add 10.10.0.1/16 dev planet-br',
      'sudo ip netns exec earth ip route add default via 10.10.0.1',
      'sudo ip netns exec neptune ip route add default via 10.10.0.1',
      'sudo sysctl -w net.ipv4.ip_forward=1',
      'sudo iptables --table nat -A POSTROUTING -s 10.10.0.0/16 ! -o planet-br -j MASQUERADE',
      'sudo ip netns exec earth python3 -m http.server --bind 10.10.0.10 8000 >/dev/null 2>&1 &',
      'sudo iptables --table nat -A PREROUTING -d 192.168.0.108 -p tcp -m tcp --dport 8000 -j DNAT --to-destination 10.10.0.10:8000',
      'sudo iptables --table nat -A PREROUTING -d 192.168.0.108 -p tcp -m tcp --dport 3000 -j DNAT --to-destination 10.10.0.10:8000',
    ]);
    const snapshot = await observe(transport);
    assert.deepEqual(namesOf(snapshot), [undefined, 'earth', 'neptune']);
    assert.equal(linkOf(snapshot, undefined, 'planet-br').kind, 'bridge');
    assert.equal(linkOf(snapshot, undefined, 'planet-br').addresses[0]?.cidr, '10.10.0.1/16');
    for (const planet of ['earth', 'neptune']) {
      assert.equal(peerOf(snapshot, planet, `${planet}-veth`), `host:${planet}-br-veth`);
      assert.equal(peerOf(snapshot, undefined, `${planet}-br-veth`), `${planet}:${planet}-veth`);
      assert.equal(linkOf(snapshot, undefined, `${planet}-br-veth`).master, 'planet-br');
    }
    assert.equal(rootNamespace(snapshot).sysctls['net.ipv4.ip_forward'], '1');
    assert.deepEqual(
      rootNamespace(snapshot).nat.map(({ kind, engine, source, notOut, destination, protocol, port, to }) =>
        [kind, engine, source ?? destination, notOut ?? `${protocol ?? ''} ${port ?? ''}`, to].join(', '),
      ),
      [
        'dnat, iptables, 192.168.0.108, tcp 8000, 10.10.0.10:8000',
        'dnat, iptables, 192.168.0.108, tcp 3000, 10.10.0.10:8000',
        'masquerade, iptables, 10.10.0.0/16, planet-br, ',
      ],
    );
    assert.ok(namespaceOf(snapshot, 'earth').processes.some(({ command }) => command.includes('http.server')));
    assert.deepEqual(namespaceOf(snapshot, 'neptune').processes, []);
    assert.deepEqual(snapshot.unread, []);
    // Looking changes nothing, and two looks are the same.
    await untilSame(transport, 'two looks are the same');
  });

  it('reads the sysctls it is asked for, in every namespace', async () => {
    await type(lab, ['ip netns exec earth sysctl -qw net.ipv4.conf.earth-veth.rp_filter=2']);
    const name = 'net.ipv4.conf.earth-veth.rp_filter';
    const snapshot = await observe(transport, undefined, { sysctls: [name] });
    assert.equal(namespaceOf(snapshot, 'earth').sysctls[name], '2');
    assert.equal(namespaceOf(snapshot, 'neptune').sysctls[name], undefined);
  });

  it('takes names as data', async () => {
    const names = [`it's "my" $(reboot)`, 'пространство имён', '-n', '.hidden', 'a@b c'];
    for (const name of names)
      await lab.run(`ip netns add '${name.replaceAll("'", `'\\''`)}' || ip netns attach -- '${name}' 1`);
    const there = (await lab.run('ls -A /run/netns')).stdout.split('\n').filter((name) => names.includes(name));
    assert.ok(there.length >= 4, there.join());
    const seen = namesOf(await observe(transport));
    for (const name of there) assert.ok(seen.includes(name), `${name} is not in ${seen.join()}`);
  });

  it('reads the others while namespaces come and go, and stays sane', async () => {
    let isOver = false;
    const churn = (async () => {
      while (!isOver) {
        await lab.run(
          'for n in 1 2 3 4 5 6 7 8; do ip netns add churn$n; done; for n in 1 2 3 4 5 6 7 8; do ip netns del churn$n; done',
        );
      }
    })();
    try {
      for (let i = 0; i < 10; i++) {
        const snapshot = await observe(transport);
        assert.equal(peerOf(snapshot, 'earth', 'earth-veth'), 'host:earth-br-veth');
        // A file that is not mounted yet may be seen; nothing else may be missing.
        for (const { what } of snapshot.unread) assert.match(what, /^namespace churn\d$/);
      }
    } finally {
      isOver = true;
      await churn;
    }
  });

  it('follows the cables of more namespaces than the kernel lists at once', async () => {
    const count = 950;
    await lab.run(`
      for i in $(seq ${count}); do echo "netns add many$i"; echo "link add name m$i type veth peer name eth0 netns many$i"; done |
        ip -batch -`);
    try {
      const snapshot = await observe(transport);
      for (let i = 1; i <= count; i++) assert.equal(peerOf(snapshot, `many${i}`, 'eth0'), `host:m${i}`);
    } finally {
      await lab.run(`for i in $(seq ${count}); do echo "netns del many$i"; done | ip -batch -`);
    }
  });

  it('can be cancelled, and leaves nothing running', async () => {
    const giveUp = new AbortController();
    const observing = observe(transport, giveUp.signal);
    giveUp.abort();
    await assert.rejects(observing, (error) => error instanceof NetnsError && error.reason === 'cancelled');
    await until(async () => (await ourProcesses(lab)).length === 0, 'nothing of ours runs on the host');
  });
});

describe('observing a host without ip', () => {
  let lab: LabHost;
  before(async () => {
    lab = await startLabHost({ without: ['ip'] });
  });
  after(() => lab.stop());

  it('says what is missing and how to install it', async () => {
    const transport = await connectTo(lab);
    try {
      await assert.rejects(
        observe(transport),
        (error) =>
          error instanceof NetnsError &&
          error.reason === 'missingTool' &&
          /apt-get install iproute2/.test(error.advice ?? ''),
      );
    } finally {
      transport.dispose();
    }
  });
});
