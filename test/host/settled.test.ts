import assert from 'node:assert/strict';
import { quoteText } from '../../src/base/shell-quote';
import { linksPython } from '../../src/host/agent/python/links';
import { netlinkPython } from '../../src/host/agent/python/netlink';
import { settlePython } from '../../src/host/agent/python/settle';
import type { HostSnapshot } from '../../src/host/model';
import { createHostStore } from '../../src/lab/host-store';
import type { HostStore } from '../../src/lab/model';
import type { Transport } from '../../src/transport/transport';
import type { LabHost } from '../lab-host';
import { linkOf, namespaceOf, type, untilStore } from './observed-lab';
import { useLabHost } from './use-lab-host';

/** A change, the fact that shows it, and what that is before and after. */
interface Change {
  readonly what: string;
  readonly commands: readonly string[];
  readonly fact: (snapshot: HostSnapshot) => unknown;
  readonly before: unknown;
  readonly after: unknown;
}

const sysctl = 'net.ipv4.icmp_echo_ignore_all';

/** Of none of these does the kernel send an event, or not one that the agent hears. */
const silentChanges: readonly Change[] = [
  {
    what: 'the alias of an interface that is down',
    commands: ['ip -n quiet link set dev down0 alias mine'],
    fact: (snapshot) => linkOf(snapshot, 'quiet', 'down0').alias,
    before: undefined,
    after: 'mine',
  },
  {
    what: 'the alias of a loopback that is down',
    commands: ['ip -n quiet link set dev lo alias mine'],
    fact: (snapshot) => linkOf(snapshot, 'quiet', 'lo').alias,
    before: undefined,
    after: 'mine',
  },
  {
    what: 'an option of a bridge that is down',
    commands: ['ip link set dev sleeper type bridge ageing_time 1000'],
    fact: (snapshot) => linkOf(snapshot, undefined, 'sleeper').data['ageing_time'],
    before: 30_000,
    after: 1000,
  },
  {
    what: 'route_localnet of an interface',
    commands: ['ip netns exec quiet sysctl -qw net.ipv4.conf.up0.route_localnet=1'],
    fact: (snapshot) => namespaceOf(snapshot, 'quiet').sysctls['net.ipv4.conf.up0.route_localnet'],
    before: undefined,
    after: '1',
  },
  {
    what: 'a kernel parameter of a namespace that counts',
    commands: [`ip netns exec quiet sysctl -qw ${sysctl}=1`],
    fact: (snapshot) => namespaceOf(snapshot, 'quiet').sysctls[sysctl],
    before: '0',
    after: '1',
  },
  {
    what: 'a kernel parameter of the host',
    commands: [`sysctl -qw ${sysctl}=1`],
    fact: (snapshot) => namespaceOf(snapshot, undefined).sysctls[sysctl],
    before: '0',
    after: '1',
  },
  {
    what: 'a rule of the legacy iptables',
    commands: ['ip netns exec quiet iptables-legacy -t nat -A POSTROUTING -s 10.9.0.0/16 -j MASQUERADE'],
    fact: (snapshot) => namespaceOf(snapshot, 'quiet').nat.length,
    before: 0,
    after: 1,
  },
  {
    what: 'another rule of the legacy iptables',
    commands: ['ip netns exec quiet iptables-legacy -t nat -A POSTROUTING -s 10.8.0.0/16 -j MASQUERADE'],
    fact: (snapshot) => namespaceOf(snapshot, 'quiet').nat.length,
    before: 1,
    after: 2,
  },
  {
    what: 'a route that goes with its next hop',
    commands: ['ip -n quiet nexthop del id 5'],
    fact: (snapshot) => namespaceOf(snapshot, 'quiet').routes.some(({ to }) => to === '198.51.100.0/24'),
    before: true,
    after: false,
  },
  {
    what: 'a process in a namespace',
    // setsid, which becomes it, is not to be seen instead.
    commands: [
      'nsenter --net=/run/netns/quiet setsid sleep 1000 >/dev/null 2>&1 </dev/null & until pgrep -x sleep >/dev/null; do :; done',
    ],
    fact: (snapshot) => namespaceOf(snapshot, 'quiet').processes.map(({ command }) => command),
    before: [],
    after: ['sleep 1000'],
  },
  {
    what: 'the name of the host',
    commands: ['hostname renamed'],
    fact: ({ hostname }) => hostname,
    before: 'lab1',
    after: 'renamed',
  },
];

describe('the settled picture of a host that is followed', () => {
  let lab: LabHost;
  let transport: Transport;
  let store: HostStore;

  useLabHost((host) => ({ lab, transport } = host));
  before(async () => {
    await type(lab, [
      'ip netns add quiet',
      'ip -n quiet link add up0 type veth peer name down0',
      'ip -n quiet link set up0 up',
      'ip link add sleeper type bridge',
      'ip -n quiet link add up1 up type veth peer name up2',
      'ip -n quiet link set up2 up',
      'ip -n quiet nexthop add id 5 dev up1',
      'ip -n quiet route add 198.51.100.0/24 nhid 5',
      'ip netns add other',
    ]);
    store = createHostStore(transport, { sysctls: () => [sysctl] });
    store.onDidChange(() => undefined);
    await store.refresh();
  });
  after(async () => {
    store.dispose();
    await lab.run('ip netns pids quiet | xargs -r kill');
  });

  const settle = async (sysctlsOf: readonly string[] = ['quiet']): Promise<HostSnapshot> => {
    const settled = await store.settle?.(sysctlsOf);
    assert.ok(settled);
    return settled;
  };

  for (const { what, commands, fact, before: was, after: is } of silentChanges) {
    it(`has ${what} that changed right before`, async () => {
      assert.deepEqual(fact(await settle()), was);
      await type(lab, commands);
      assert.deepEqual(fact(await settle()), is);
    });
  }

  it('has what many events tell of right before, and the namespaces that came and went', async () => {
    await type(lab, [
      'for i in $(seq 200); do echo link add v$i up type veth peer name w$i; done | ip -batch -',
      'ip netns add late; ip netns del other',
      'for i in $(seq 200); do echo addr add 10.7.$i.1/24 dev v$i; done | ip -batch -',
      'ip -n late link add name inner type bridge',
    ]);
    const snapshot = await settle();
    assert.deepEqual(
      linkOf(snapshot, undefined, 'v200')
        .addresses.map(({ cidr }) => cidr)
        .filter((cidr) => cidr.includes('.')),
      ['10.7.200.1/24'],
    );
    assert.deepEqual(
      snapshot.namespaces.flatMap(({ name }) => name ?? []),
      ['late', 'quiet'],
    );
    assert.equal(linkOf(snapshot, 'late', 'inner').kind, 'bridge');
    await type(lab, ['for i in $(seq 200); do echo link del v$i; done | ip -batch -']);
    assert.equal(
      namespaceOf(await settle(), undefined).links.some(({ name }) => name === 'v7'),
      false,
    );
  });

  for (const [how, read] of [
    ['settled', (): Promise<HostSnapshot> => settle()],
    ['read anew', (): Promise<HostSnapshot> => store.refresh()],
  ] as const) {
    it(`has both ends of cables into namespaces that were made right before, ${how}`, async () => {
      for (let round = 0; round < 5; round++) {
        await type(lab, [
          'for n in 1 2; do ip netns add new$n; ip link add in$n netns new$n type veth peer name out$n; done',
        ]);
        const snapshot = await read();
        for (const number of ['1', '2']) {
          const { id } = namespaceOf(snapshot, `new${number}`);
          assert.deepEqual(linkOf(snapshot, undefined, `out${number}`).peer, { namespaceId: id, name: `in${number}` });
          assert.equal(linkOf(snapshot, `new${number}`, `in${number}`).peer?.name, `out${number}`);
        }
        await type(lab, ['for n in 1 2; do ip link del out$n; ip netns del new$n; done']);
      }
    });
  }

  it('has the records of labs and the name servers that were written right before', async () => {
    await type(lab, [
      'mkdir -p /run/netns-topology/labs/mine /etc/netns/quiet',
      'echo \'{"version": 1}\' >/run/netns-topology/labs/mine/manifest.json',
      'echo nameserver 198.18.0.53 >/etc/netns/quiet/resolv.conf',
    ]);
    const snapshot = await settle();
    assert.deepEqual(snapshot.labs, [{ name: 'mine', manifest: { version: 1 } }]);
    assert.match(namespaceOf(snapshot, 'quiet').resolvConf ?? '', /198\.18\.0\.53/);
  });

  it('has the way of the SSH connection as it is now', async () => {
    const { ssh } = await settle();
    assert.ok(ssh?.route?.dev);
    await type(lab, [`ip route add ${ssh.clientAddress}/32 dev ${ssh.route.dev} metric 7`]);
    assert.equal((await settle()).ssh?.route?.metric, 7);
    await type(lab, [`ip route del ${ssh.clientAddress}/32 dev ${ssh.route.dev} metric 7`]);
    assert.deepEqual((await settle()).ssh?.route, ssh.route);
  });

  it('says what the kernel lacks, as a whole reading does', async () => {
    assert.deepEqual((await settle()).missingKinds, (await store.refresh()).missingKinds);
  });

  it('takes no traffic for a change of interfaces', async () => {
    await type(lab, [
      'ip netns add busy; ip netns exec busy sysctl -qw net.ipv6.conf.default.accept_ra=0 net.ipv6.conf.default.accept_dad=0',
      'ip -n busy link add name br0 up type bridge; ip -n busy link add name out0 up master br0 type veth peer name in0',
      'ip -n busy link set lo up; ip -n busy addr add 10.6.0.1/24 dev br0; ip -n busy link set dev in0 up',
    ]);
    const program = `${netlinkPython}${linksPython}${settlePython}
def links(): return list_links(Netlink())
def sent(): return int(open("/sys/class/net/out0/statistics/tx_packets").read())
# What IPv6 does by itself after an interface came up has its end.
while True:
    before, count = steady_links(links()), sent()
    os.system("ping -q -c 5 -i 0.01 -W 0.1 -I br0 -b 10.6.0.255 >/dev/null 2>&1")
    if are_steady(before, links()) and sent() - count >= 5: break
os.system("ip link set dev in0 alias mine")
print(not are_steady(before, links()))
`;
    const { stdout, stderr } = await lab.run(`timeout 15 ip netns exec busy python3 -c ${quoteText(program)}`);
    assert.equal(stdout, 'True\n', stderr || 'It is another after each ping.');
    await type(lab, ['ip netns del busy']);
  });

  it('follows the host while work of ours goes on, and is whole once that is over', async () => {
    const has = (name: string, isThere = true): Promise<number> =>
      untilStore(
        store,
        (snapshot) => namespaceOf(snapshot, undefined).links.some((link) => link.name === name) === isThere,
      );
    await type(lab, ['mkdir -p /run/netns-topology/journal', 'ip link add during type bridge']);
    await has('during');
    await type(lab, ['ip link add last type bridge', 'rmdir /run/netns-topology/journal']);
    await has('last');
    // Whoever asks meanwhile is answered at once.
    await type(lab, ['mkdir /run/netns-topology/journal', 'ip link del during', 'ip link del last']);
    const names = namespaceOf(await settle(), undefined).links.map(({ name }) => name);
    assert.ok(!names.includes('during') && !names.includes('last'), names.join(' '));
    await type(lab, ['rmdir /run/netns-topology/journal']);
  });

  it('is the same object where nothing changed', async () => {
    const first = await settle([]);
    // What IPv6 does by itself after an interface came up has its end.
    for (let last = first, tries = 0; ; tries++) {
      const next = await settle([]);
      if (next === last && next === store.snapshot) break;
      assert.ok(tries < 500, 'It is another each time.');
      last = next;
    }
  });
});
