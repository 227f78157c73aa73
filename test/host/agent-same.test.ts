import assert from 'node:assert/strict';
import { quoteText } from '../../src/base/shell-quote';
import { readConnections, translationOf, type TrackedConnection } from '../../src/host/conntrack';
import { conntrackScript } from '../../src/host/conntrack-script';
import type { HostSnapshot } from '../../src/host/model';
import { startAgent, type Agent } from '../../src/lab/agent';
import { actionWords, selectorWords } from '../../src/host/policy-rule';
import { readNamespaceConnections } from '../../src/lab/connections';
import { observe } from '../../src/lab/observe';
import { isAddedRule } from '../../src/plan/restore';
import type { Transport } from '../../src/transport/transport';
import { type LabHost, probeKernel } from '../lab-host';
import { linkOf, namespaceOf, type } from './observed-lab';
import { startOpenVswitch } from './open-vswitch-host';
import { useLabHost } from './use-lab-host';

/** One of which the kernel says that it cannot be read, as long as nobody has set it. */
const unreadable = 'net.ipv6.conf.lo.stable_secret';
const ownSysctls = ['net.ipv4.conf.lo.rp_filter', 'net.ipv4.icmp_echo_ignore_all', unreadable];

const counters = ['packets', 'bytes', 'connections'];

function without(keys: readonly string[], snapshot: HostSnapshot): unknown {
  return JSON.parse(JSON.stringify(snapshot, (key, value: unknown) => (keys.includes(key) ? undefined : value)));
}

/** Counters run by themselves, between the two looks as well. */
function withoutCounters(snapshot: HostSnapshot): unknown {
  return without(counters, snapshot);
}

/** What a plan goes by, of the namespaces that a file can mean. */
function forPlan({ namespaces, ...host }: HostSnapshot): unknown {
  const named = namespaces.filter(({ isRoot, name }) => isRoot || name !== undefined);
  // What is unread of the others tells of them as well.
  const own = { ...host, unread: [], namespaces: named };
  return without([...counters, 'neighbours', 'fdb', 'sockets', 'conntrack'], own);
}

function withoutTime({ expires, ...rest }: TrackedConnection): Omit<TrackedConnection, 'expires'> {
  assert.equal(typeof expires, 'number');
  return rest;
}

describe('the agent and the plain road', () => {
  let lab: LabHost;
  let transport: Transport;
  let agent: Agent;

  useLabHost((host) => ({ lab, transport } = host));
  beforeEach(async () => {
    agent = await startAgent(transport, { onSnapshot: () => undefined, onRates: () => undefined }, undefined, {
      sysctls: ownSysctls,
    });
  });
  afterEach(async () => {
    agent.dispose();
    await lab.run('ip -all netns del; nft flush ruleset');
  });

  /** Compares the two, object by object. Tries again for a while: IPv6 goes on by itself after an interface came up. */
  async function areSame(): Promise<HostSnapshot> {
    const deadline = Date.now() + 40_000;
    for (;;) {
      const byAgent = await agent.refresh({ probeKernel: true });
      const once = await observe(transport, undefined, { sysctls: ownSysctls });
      const lean = await observe(transport, undefined, { sysctls: ownSysctls, forPlan: true });
      const plain = await observe(transport, undefined, { sysctls: ownSysctls, plainly: true });
      try {
        assert.deepEqual(withoutCounters(byAgent), withoutCounters(plain));
        assert.deepEqual(withoutCounters(once), withoutCounters(plain));
        assert.deepEqual(forPlan(lean), forPlan(byAgent));
        return byAgent;
      } catch (error) {
        if (Date.now() > deadline) throw error;
      }
    }
  }

  /** While something is done, a script stands in the place of a program of the host. */
  async function inPlaceOf(program: string, script: string, act: () => Promise<void>): Promise<void> {
    const place = `$(readlink -f "$(command -v ${program})")`;
    await type(lab, [`printf '#!/bin/sh\\n%s\\n' ${quoteText(script)} >/tmp/instead && chmod 755 /tmp/instead`]);
    await type(lab, [`mount --no-mtab --bind /tmp/instead ${place}`]);
    try {
      await act();
    } finally {
      await type(lab, [`umount ${place}`]);
    }
  }

  it('see the same of a bare host', async () => {
    const { namespaces, tools } = await areSame();
    assert.equal(namespaces.length, 1);
    assert.ok('ip' in tools);
  });

  it('see the same interfaces of every kind that the kernel has', async () => {
    const support = await probeKernel();
    const kinds = ['ipvlan', 'dummy', '8021q'] as const;
    const missing = kinds.filter((kind) => !support[kind]);
    if (missing.length > 0) console.log(`      without ${missing.join(', ')}, which this kernel lacks`);
    await lab.run(`
      ip netns add kinds
      in='ip -n kinds'
      $in link add br0 type bridge stp_state 1 priority 4096 ageing_time 1000
      $in link add br1 type bridge vlan_filtering 1
      $in link add p0 type veth peer name p1
      $in link set p0 master br0
      $in link set p0 type bridge_slave hairpin on
      $in link add q0 type veth peer name q1
      for kind in 'macvlan mode bridge' 'macvtap mode vepa' 'ipvlan mode l2' 'vlan id 7' 'vlan id 8 protocol 802.1ad'; do
        $in link add link q0 name k$((n = n + 1)) type $kind
      done
      $in link add vx0 type vxlan id 42 local 198.18.0.2 remote 198.18.0.9 dstport 4789 dev q0
      $in link add vx1 type vxlan external dstport 4790
      $in tuntap add dev t0 mode tap
      $in tuntap add dev u0 mode tun user ops
      $in tuntap add dev u1 mode tun one_queue multi_queue
      for kind in ifb dummy bond nlmon wireguard 'vrf table 10' 'gre local 198.18.0.2 remote 198.18.0.9' \\
        'ipip local 198.18.0.2 remote 198.18.0.9' 'sit local 198.18.0.2' 'geneve id 5 remote 198.18.0.9'; do
        $in link add o$((n = n + 1)) type $kind
      done
      $in link property add dev q1 altname another altname 'one more'
      $in link set q1 alias 'words, "quoted" and мир'
      $in link set br0 up; $in link set p0 up; $in link set p1 up; $in link set q0 up; $in link set q1 up; $in link set lo up
      $in addr add 10.1.0.1/24 dev q0 label q0:x broadcast 10.1.0.99
      $in addr add 10.2.0.1 peer 10.2.0.2/30 dev q0
      $in addr add 10.3.0.1/24 dev q0 metric 77 noprefixroute
      $in addr add 2001:db8::1/64 dev q0 nodad
      $in addr add 2001:db8:1::1/64 dev q0 home mngtmpaddr
      ip netns exec kinds sh -c 'echo 1 >/proc/sys/net/ipv4/conf/q0/route_localnet'
      ip link add outer type veth peer name inner netns kinds
      ip netns exec kinds tc qdisc add dev q0 root tbf rate 1mbit burst 10kb latency 1ms
    `);
    const kindsOf = (await areSame()).namespaces.find(({ name }) => name === 'kinds')?.links.map(({ kind }) => kind);
    assert.ok((kindsOf ?? []).length >= 10, String(kindsOf));
  });

  it('see the same routes and rules', async () => {
    await lab.run(`
      ip netns add routes
      in='ip -n routes'
      $in link add one type veth peer name two; $in link set one up; $in link set two up; $in link set lo up
      $in addr add 10.9.0.1/24 dev one; $in addr add 2001:db8:9::1/64 dev one nodad
      $in route add default via 10.9.0.2 metric 5 src 10.9.0.1
      $in route add 10.20.0.0/16 proto static table 100 via 10.9.0.3 onlink dev two
      $in route add 10.21.0.0/16 nexthop via 10.9.0.2 weight 2 nexthop via 10.9.0.3
      $in route add 10.22.0.0/16 via inet6 2001:db8:9::2 dev one
      for kind in blackhole unreachable prohibit throw; do $in route add $kind 10.3$((n = n + 1)).0.0/16; done
      $in route add 10.40.0.1 dev one scope link mtu 1400 table 4000000
      $in -6 route add default via 2001:db8:9::2
      $in -6 route add 2001:db8:a::/48 nexthop via 2001:db8:9::2 nexthop via 2001:db8:9::3
      $in -6 route add unreachable 2001:db8:b::/48 metric 9
      $in rule add from 10.9.0.0/24 table 100
      $in rule add from 10.9.0.7 to 10.8.0.0/16 iif one fwmark 0x10/0xff table 4000000 priority 500
      $in rule add to 10.8.0.1 fwmark 3 table main priority 501
      $in rule add not from 10.9.0.8 blackhole priority 502
      $in rule add oif one unreachable priority 503
      $in rule add to 10.1.0.0/16 prohibit priority 504
      $in rule add ipproto tcp sport 100-200 dport 80 table 5 priority 505
      $in rule add uidrange 1000-1999 table 5 priority 506
      $in rule add tos 0x10 table 5 priority 507
      $in rule add from 10.0.0.1 goto 506 priority 505
      $in rule add goto 9999 priority 508
      $in rule add nop priority 509
      $in rule add table main suppress_prefixlength 0 priority 510
      $in rule add iif nosuch table 6 priority 511
      $in rule add ipproto gre table 6 fwmark 0x1/0x1 priority 512
      $in rule add ipproto 253 table 6 priority 513
      $in rule add table main suppress_ifgroup 5 priority 514
      $in rule add table 6 realms 3 priority 515
      $in rule add l3mdev priority 1000
      $in -6 rule add not from 2001:db8::/48 ipproto ipv6-icmp prohibit priority 600
      $in -6 rule add from 2001:db8:9::/64 table 100
    `);
    const { routes, rules } = namespaceOf(await areSame(), 'routes');
    assert.ok(routes.length > 20);
    const said = rules
      .filter(isAddedRule)
      .map((rule) =>
        [rule.priority, ...selectorWords(rule), ...actionWords(rule)].join(' ').replaceAll(/\/(32|128)\b/g, ''),
      );
    // Each as `ip rule` prints it.
    const shown = (await lab.run('for family in -4 -6; do ip -n routes $family rule show; done')).stdout
      .split('\n')
      .map((line) =>
        line
          .replace(':\t', ' ')
          .replace(/ \[(detached|unresolved)\]/, '')
          .replace('lookup [l3mdev-table]', 'l3mdev')
          .replace('ipproto-', ''),
      )
      .filter((line) => line !== '' && !/^(0|32766|32767) /.test(line));
    assert.deepEqual(said, shown);
  });

  it('see the same packet filters, of nftables and both iptables', async () => {
    await lab.run(`
      ip netns add filters; ip netns add legacy; ip netns add empty
      iptables -t nat -A POSTROUTING -s 10.7.0.0/16 -j MASQUERADE
      ip netns exec filters nft -f - <<'END'
table ip t { chain post { type nat hook postrouting priority 100; ip saddr 10.0.0.0/8 counter masquerade\n}; }
table inet f { chain forward { type filter hook forward priority 0; policy drop; ct state established accept\n}; }
END
      ip netns exec legacy iptables-legacy -t nat -A PREROUTING -p tcp --dport 80 -j DNAT --to 10.0.0.2:8080
      ip netns exec legacy iptables-legacy -P FORWARD DROP
      mkdir -p /etc/netns/filters && echo 'nameserver 203.0.113.8' >/etc/netns/filters/resolv.conf
    `);
    const { namespaces } = await areSame();
    const natOf = (own: string | undefined): number | undefined =>
      namespaces.find(({ name }) => name === own)?.nat.length;
    assert.deepEqual([undefined, 'filters', 'legacy', 'empty'].map(natOf), [1, 1, 1, 0]);
  });

  it('see the same of odd names, of names for one namespace and of 300 interfaces', async () => {
    await lab.run(`
      for name in 'two words' 'a.b-c' мир '-dash' '"quoted"' '$HOME'; do ip netns add "$name" 2>/dev/null || { : >"/run/netns/$name" && unshare -n mount --bind /proc/self/ns/net "/run/netns/$name"; }; done
      touch /run/netns/second && mount --bind /run/netns/a.b-c /run/netns/second
      ip netns add many
      for i in $(seq 150); do echo "link add a$i type veth peer name b$i"; done | ip -n many -batch -
    `);
    const { namespaces } = await areSame();
    assert.equal(namespaces.find(({ name }) => name === 'many')?.links.length, 301);
    assert.ok(namespaces.some(({ name }) => name === 'мир'));
  });

  it('see the same ends of cables, also where both have one index', async () => {
    await lab.run(`
      ip netns add left; ip netns add right
      ip -n left link add same type veth peer name same netns right
      ip -n left link add v1 type veth peer name v2
      ip link add up1 index 7777 type veth peer name down1 index 7777 netns left
    `);
    const { namespaces } = await areSame();
    const left = namespaces.find(({ name }) => name === 'left');
    assert.equal(left?.links.filter(({ peer }) => peer !== undefined).length, 4);
    assert.ok(namespaces[0]?.links.some(({ name, peer }) => name === 'up1' && peer?.namespaceId === left.id));
  });

  it('see the same processes', async () => {
    await type(lab, [
      'ip netns add busy',
      'ip netns exec busy sleep 601 >/dev/null 2>&1 & until ip netns pids busy | grep -q .; do :; done',
    ]);
    const { namespaces } = await areSame();
    assert.match(namespaces.find(({ name }) => name === 'busy')?.processes[0]?.command ?? '', /sleep 601$/);
    await type(lab, ['kill $(ip netns pids busy)']);
  });

  it('see the same neighbours, and those that do not answer', async () => {
    await lab.run(`
      ip netns add here; ip netns add there
      ip link add left netns here type veth peer name right netns there
      for end in 'here left 1' 'there right 2'; do
        set -- $end; ip -n $1 link set $2 up; ip -n $1 addr add 10.5.0.$3/24 dev $2; ip -n $1 addr add 2001:db8:5::$3/64 dev $2 nodad
      done
      for address in 10.5.0.2 2001:db8:5::2; do
        for try in 1 2 3 4 5 6 7 8 9; do ip netns exec here ping -c 1 -W 2 $address && break; done
      done
      ip -n here neigh add 10.5.0.7 lladdr 02:00:00:00:00:07 dev left nud permanent
      ip netns exec here ping -c 1 -W 1 10.5.0.99; sleep 3
    `);
    const neighbours = namespaceOf(await areSame(), 'here').neighbours ?? [];
    const stateOf = (address: string): string | undefined => neighbours.find((one) => one.address === address)?.state;
    assert.deepEqual(['10.5.0.2', '2001:db8:5::2', '10.5.0.7', '10.5.0.99'].map(stateOf), [
      'resolved',
      'resolved',
      'permanent',
      'failed',
    ]);
  });

  it('see the same ports of bridges, and what the bridges learned', async () => {
    await lab.run(`
      ip netns add br
      in='ip -n br'
      $in link add br0 type bridge stp_state 1 forward_delay 200; $in link set br0 up
      for i in 1 2; do
        ip netns add h$i
        $in link add p$i type veth peer name eth0 address 02:00:00:00:00:0$i netns h$i; $in link set p$i master br0 up
        ip -n h$i addr add 10.6.0.$i/24 dev eth0; ip -n h$i link set eth0 up
      done
      $in link add loop1 type veth peer name loop2
      for end in loop1 loop2; do $in link set $end master br0 up; done
      bridge -n br fdb add 02:00:00:00:00:77 dev p2 master static
      $in link add vx0 type vxlan id 9 local 198.18.0.2 dstport 4789
      bridge -n br fdb append 00:00:00:00:00:00 dev vx0 dst 198.18.0.9
      until bridge -j -n br link | grep -q '"p2".*forwarding'; do sleep 0.2; done
      ip netns exec h1 ping -c 1 -W 5 10.6.0.2
    `);
    const snapshot = await areSame();
    const ports = ['p1', 'loop1', 'loop2'].map((name) => linkOf(snapshot, 'br', name).port?.state);
    assert.equal(ports[0], 'forwarding');
    assert.ok(ports.includes('blocking'), ports.join(' '));
    const entries = (namespaceOf(snapshot, 'br').fdb ?? []).map(
      ({ mac, dev, to, isStatic }) => `${mac} ${dev}${to === undefined ? '' : ` to ${to}`}${isStatic ? ' static' : ''}`,
    );
    for (const entry of [
      '02:00:00:00:00:01 p1',
      '02:00:00:00:00:02 p2',
      '02:00:00:00:00:77 p2 static',
      '00:00:00:00:00:00 vx0 to 198.18.0.9 static',
    ])
      assert.ok(entries.includes(entry), `${entry} is not in ${entries.join(', ')}`);
  });

  it('see the same listening sockets, with who holds them', async () => {
    await lab.run(`
      ip netns add web; ip -n web link set lo up; ip -n web link add d0 type veth peer name d1
      cat >/tmp/listen.py <<'END'
import socket, time
held = []
for family, kind, address, option in (
    (2, 1, ("127.0.0.1", 8001), None), (2, 1, ("0.0.0.0", 8002), None), (10, 1, ("::", 8003), None), (10, 1, ("::", 8004), (41, 26, 1)),
    (10, 1, ("::1", 8005), None), (2, 2, ("0.0.0.0", 8006), (1, 25, b"d0")), (10, 2, ("::", 8007), None),
):
    held.append(socket.socket(family, kind))
    if option:
        held[-1].setsockopt(*option)
    held[-1].bind(address)
    if kind == 1:
        held[-1].listen(7)
connected = socket.socket(2, 2)
connected.connect(("127.0.0.1", 8006))
print("ready", flush=True)
time.sleep(600)
END
      ip netns exec web python3 /tmp/listen.py >/tmp/listen.out 2>&1 & until grep -q ready /tmp/listen.out; do :; done
    `);
    const snapshot = await areSame();
    const told = (namespaceOf(snapshot, 'web').sockets ?? []).map(
      ({ protocol, address, port, dev, process }) =>
        `${protocol} ${address}${dev === undefined ? '' : `%${dev}`} ${port} ${process?.program}`,
    );
    assert.deepEqual(told, [
      'tcp 127.0.0.1 8001 python3',
      'tcp 0.0.0.0 8002 python3',
      'tcp * 8003 python3',
      'tcp :: 8004 python3',
      'tcp ::1 8005 python3',
      'udp 0.0.0.0%d0 8006 python3',
      'udp * 8007 python3',
    ]);
    assert.ok(snapshot.namespaces[0]?.sockets?.some(({ port, process }) => port === 22 && process?.program === 'sshd'));
    await type(lab, ['kill $(ip netns pids web)']);
  });

  it('see the same namespaces without a name, by every road to them', async () => {
    await lab.run(`
      unshare --net sleep 600 >/dev/null 2>&1 &
      unshare --net bash -c 'ip link add inside type veth peer name outside netns 1; exec -a "bash --norc mininet:h9" sleep 601' >/dev/null 2>&1 &
      mkdir -p '/tmp/two words'; touch '/tmp/two words/net'
      unshare --net mount --bind /proc/self/ns/net '/tmp/two words/net'
      unshare --net sh -c 'exec 7</proc/self/ns/net; exec nsenter --net=/proc/1/ns/net sleep 602' >/dev/null 2>&1 &
      until pgrep -f 'sleep 600' && pgrep -f 'sleep 602' && [ -e /sys/class/net/outside ]; do :; done
    `);
    const { namespaces } = await areSame();
    const titles = namespaces.map(({ title }) => title?.replace(/\d+/g, 'N'));
    for (const title of ['sleep (N)', '/tmp/two words/net', '/proc/N/fd/N'])
      assert.ok(titles.includes(title), `${title} is not in ${titles.join(', ')}`);
    await lab.run("pkill sleep; umount '/tmp/two words/net'");
  });

  it('name the same as unknown: a kernel parameter that cannot be read, impairments that tc does not tell', async () => {
    await type(lab, [
      'ip netns add dim; ip -n dim link add slow type veth peer name fast',
      'tc -n dim qdisc add dev slow root tbf rate 1mbit burst 10kb latency 1ms',
    ]);
    assert.deepEqual(linkOf(await areSame(), 'dim', 'slow').qdisc?.kind, 'tbf');
    await inPlaceOf('tc', 'echo "no such luck" >&2; exit 2', async () => {
      await type(lab, ['tc -n dim qdisc show dev fast || true', 'ip -n dim link set slow mtu 1400']);
      const snapshot = await areSame();
      assert.deepEqual(linkOf(snapshot, 'dim', 'slow').qdisc, { kind: 'tbf' });
      const dim = namespaceOf(snapshot, 'dim');
      assert.deepEqual(dim.unread, [
        { what: 'kernel parameters', why: `${unreadable}: Input/output error` },
        { what: 'impairments', why: 'no such luck' },
      ]);
      assert.deepEqual(dim.unreadSysctls, { [unreadable]: 'Input/output error' });
      assert.ok(!(unreadable in dim.sysctls));
      assert.ok(snapshot.unread.some(({ what }) => what === 'impairments of namespace dim'));
    });
    assert.ok((linkOf(await areSame(), 'dim', 'slow').qdisc?.options ?? {})['rate'] !== undefined);
  });

  it('see the same of Open vSwitch: its controllers, and ports that are no interfaces', async () => {
    await startOpenVswitch(lab);
    await type(lab, [
      'ovs-vsctl add-br ovs0 -- set Bridge ovs0 datapath_type=netdev fail_mode=secure -- set-controller ovs0 tcp:127.0.0.1:6653',
      'ovs-vsctl add-br ovs1 -- set Bridge ovs1 datapath_type=netdev',
      'ovs-vsctl add-port ovs0 to1 tag=7 -- set Interface to1 type=patch options:peer=to0',
      'ovs-vsctl add-port ovs1 to0 -- set Interface to0 type=patch options:peer=to1',
      'ovs-vsctl add-port ovs1 far -- set Interface far type=vxlan options:remote_ip=198.18.0.9 options:key=4',
    ]);
    const snapshot = await areSame();
    const { controllers, failMode, ports } = linkOf(snapshot, undefined, 'ovs0').openvswitch ?? {};
    assert.deepEqual(controllers, [{ target: 'tcp:127.0.0.1:6653', isConnected: false }]);
    assert.equal(failMode, 'secure');
    assert.deepEqual(ports, [
      { name: 'to1', type: 'patch', options: { peer: 'to0' }, vlans: { untagged: 7, tagged: [] } },
    ]);
    const far = linkOf(snapshot, undefined, 'ovs1').openvswitch?.ports.find(({ type }) => type === 'vxlan');
    assert.equal(far?.options['remote_ip'], '198.18.0.9');
    await inPlaceOf('ovs-vsctl', 'echo "database connection failed" >&2; exit 1', async () => {
      const unknown = await areSame();
      assert.deepEqual(
        unknown.unread.filter(({ what }) => what.startsWith('Open vSwitch')),
        [{ what: 'Open vSwitch bridges', why: 'database connection failed' }],
      );
      assert.equal(unknown.openvswitch, undefined);
    });
    await type(lab, ['ovs-vsctl del-br ovs0 -- del-br ovs1']);
  });

  it('lists the connections that the kernel follows, with what NAT made of them, by each way to ask for them', async () => {
    await type(lab, [
      'ip netns add tracked',
      'ip -n tracked link set lo up; ip -n tracked addr add 10.99.0.2/32 dev lo; ip -n tracked route add 10.99.0.0/24 dev lo; ip -n tracked addr add 2001:db8::99/128 dev lo nodad',
      "ip netns exec tracked nft 'add table ip t; add chain ip t out { type nat hook output priority -100; }; add rule ip t out ip daddr 10.99.0.9 dnat to 10.99.0.2'",
      "ip netns exec tracked nft 'add table ip6 t; add chain ip6 t out { type filter hook output priority 0; }; add rule ip6 t out ct mark set 7'",
      'ip netns exec tracked ping -c 1 10.99.0.9',
      'ip netns exec tracked ping -c 1 2001:db8::99',
    ]);
    const tracked = namespaceOf(await observe(transport), 'tracked');
    const { connections, hasMore } = await readNamespaceConnections(transport, tracked, 100);
    const [four, six] = ['icmp', 'icmpv6'].map((name) => connections.find(({ protocol }) => protocol === name));
    assert.ok(four !== undefined && six !== undefined, JSON.stringify(connections));
    assert.equal(four.original.destination, '10.99.0.9');
    assert.deepEqual(translationOf(four), { destination: { address: '10.99.0.2' } });
    assert.equal(six.original.destination, '2001:db8::99');
    assert.equal(six.mark, 7);
    assert.equal(hasMore, false);
    assert.deepEqual(await readNamespaceConnections(transport, tracked, 1), {
      connections: connections.slice(0, 1),
      hasMore: true,
    });

    // The same on hosts that lack the means before, one after the other; how long each is kept runs by itself.
    const known = connections.map((one) => withoutTime(one));
    let script = conntrackScript(100);
    for (const lacks of ['-r /proc/net/nf_conntrack', 'command -v python3']) {
      assert.ok(script.includes(lacks));
      script = script.replace(lacks, 'command -v nowhere');
      const { code, stdout, stderr } = await lab.run(`ip netns exec tracked sh -c ${quoteText(script)}`);
      assert.equal(code, 0, stderr);
      const again = readConnections(stdout.split('\n')).map((one) => withoutTime(one));
      assert.deepEqual(new Set(again), new Set(known), `without ${lacks}`);
    }
    const none = await lab.run(
      `ip netns exec tracked sh -c ${quoteText(script.replace('command -v conntrack', 'command -v nowhere'))}`,
    );
    assert.equal(none.code, 3);
    assert.match(none.stderr, /neither/);
  });

  it('see that the kernel follows connections', async () => {
    const support = (await lab.run('cat /proc/sys/net/netfilter/nf_conntrack_max')).stdout.trim();
    const { namespaces } = await areSame();
    assert.equal(namespaces[0]?.conntrack?.max, support === '' ? undefined : Number(support));
  });
});
