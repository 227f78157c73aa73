import assert from 'node:assert/strict';
import path from 'node:path';
import { printCommand } from '../../../src/base/command';
import { observe } from '../../../src/lab/observe';
import type { AskedTrace } from '../../../src/lab/trace/question';
import { traceRoute } from '../../../src/lab/trace/trace';
import { describeTrace } from '../../../src/trace/describe';
import type { TraceReport } from '../../../src/trace/report';
import type { Transport } from '../../../src/transport/transport';
import { assertGoldenFile } from '../../fixtures/golden';
import type { LabHost } from '../../lab-host';
import { type } from '../observed-lab';
import { startOpenVswitch } from '../open-vswitch-host';
import { useLabHost } from '../use-lab-host';

/** Each state of the tutorials in which a packet is stuck, typed as they type it: the tutorials' diagnosis, and after the fix their next state. */
describe('a trace of the tutorials', function () {
  this.timeout(240_000);
  let lab: LabHost;
  let transport: Transport;

  useLabHost((host) => ({ lab, transport } = host));

  async function trace(from: string, to: string, more: Partial<AskedTrace> = {}): Promise<TraceReport> {
    const snapshot = await observe(transport, undefined, { probeKernel: false });
    const report = await traceRoute(transport, snapshot, { from, to, ...more });
    if (process.env['SHOW'] !== undefined) console.log(describeTrace(report), '\n');
    return report;
  }

  const idsOf = ({ causes }: TraceReport): string[] => causes.map(({ id }) => id);

  /** What a student reads of a packet that arrives. */
  function assertLesson(name: string, { lesson }: TraceReport): void {
    assertGoldenFile(path.join(__dirname, `golden/lesson-${name}.txt`), `${lesson.join('\n')}\n`);
  }

  /** Types the first cause's commands, as Apply Fix does; returns them as a person reads them. */
  async function fix(report: TraceReport): Promise<string[]> {
    const commands = (report.causes[0]?.fix?.run ?? []).map(printCommand);
    assert.notEqual(commands.length, 0, describeTrace(report));
    await type(lab, commands);
    return commands;
  }

  it('000: from a cable to the internet and back in', async () => {
    await type(lab, [
      'ip netns add earth',
      'ip netns add neptune',
      'ip link add earth-veth type veth peer name earth-br-veth',
      'ip link add neptune-veth type veth peer name neptune-br-veth',
      'ip link set earth-veth netns earth',
      'ip link set neptune-veth netns neptune',
      'ip netns exec earth ip addr add 10.10.0.10/16 dev earth-veth',
      'ip netns exec neptune ip addr add 10.10.0.20/16 dev neptune-veth',
      'ip link add planet-br type bridge',
      'ip link set earth-br-veth master planet-br',
      'ip link set neptune-br-veth master planet-br',
      'ip link set planet-br up',
      'ip link set earth-br-veth up',
      'ip link set neptune-br-veth up',
      'ip netns exec earth ip link set dev lo up',
      'ip netns exec earth ip link set dev earth-veth up',
      'ip netns exec neptune ip link set dev lo up',
      'ip netns exec neptune ip link set dev neptune-veth up',
    ]);
    const near = await trace('earth', 'neptune');
    assert.equal(near.reached, 'yes', describeTrace(near));

    // Section 2's end: the host has no way to the planets.
    const fromHost = await trace('host', '10.10.0.10');
    assert.notEqual(fromHost.reached, 'yes', describeTrace(fromHost));

    // Section 3: Network is unreachable.
    const toHost = await trace('earth', '198.51.100.2');
    assert.deepEqual(idsOf(toHost), ['no-default-route', 'no-address'], describeTrace(toHost));
    assert.equal(toHost.outcome.result, 'unreachable');
    await type(lab, [
      'ip addr add 10.10.0.1/16 dev planet-br',
      'ip netns exec neptune ip route add default via 10.10.0.1',
    ]);
    const again = await trace('earth', '198.51.100.2');
    assert.deepEqual(idsOf(again), ['no-default-route'], describeTrace(again));
    assert.deepEqual(await fix(again), ['ip -n earth route add default via 10.10.0.1']);
    const reached = await trace('earth', '198.51.100.2');
    assert.equal(reached.reached, 'yes', describeTrace(reached));

    // Section 4: the bridge sees it, eth0 does not: forwarding is off. Then NAT is missing.
    const stuck = await trace('earth', '8.8.8.8');
    assert.deepEqual(idsOf(stuck), ['forwarding-off', 'missing-nat'], describeTrace(stuck));
    assert.deepEqual(await fix(stuck), ['sysctl -w net.ipv4.ip_forward=1']);
    const noNat = await trace('earth', '8.8.8.8');
    assert.deepEqual(idsOf(noNat), ['missing-nat'], describeTrace(noNat));
    assert.ok(
      noNat.sightings.some(({ dev, way, kind }) => dev === 'eth0' && way === 'out' && kind === 'request'),
      describeTrace(noNat),
    );
    assert.deepEqual(await fix(noNat), [
      "iptables -t nat -A POSTROUTING -s 10.10.0.0/16 '!' -o planet-br -j MASQUERADE",
    ]);
    const out = await trace('earth', '8.8.8.8');
    assert.equal(out.reached, 'yes', describeTrace(out));
    assertLesson('egress', out);
  });

  it('000: from outside in, by DNAT', async () => {
    await type(lab, ['ip netns exec earth python3 -m http.server --bind 10.10.0.10 8000 </dev/null >/dev/null 2>&1 &']);
    const inside = await untilServed('host', '10.10.0.10:8000');
    assert.equal(inside.reached, 'yes', describeTrace(inside));
    // Nothing can be sent from outside: the way is worked out, and that is said.
    const closed = await trace('outside', '198.51.100.2:8000');
    assert.deepEqual([closed.reached, idsOf(closed)], ['no', ['dnat-missing']], describeTrace(closed));
    assert.equal(closed.outcome.result, 'not-sent');
    assert.deepEqual(await fix(closed), [
      'iptables -t nat -A PREROUTING -d 198.51.100.2 -p tcp -m tcp --dport 8000 -j DNAT --to-destination 10.10.0.10:8000',
    ]);
    const open = await trace('outside', '198.51.100.2:8000');
    assert.deepEqual([open.reached, idsOf(open)], ['unknown', []], describeTrace(open));
    assertLesson('ingress', open);
    assert.equal(
      (await lab.runOutside('curl -s -m 3 -o /dev/null -w "%{http_code}" http://198.51.100.2:8000/')).stdout,
      '200',
    );
    // The tutorial's second port forward leads to a port where nobody listens, if it is mistyped.
    await type(lab, [
      'iptables --table nat -A PREROUTING -d 198.51.100.2 -p tcp -m tcp --dport 3000 -j DNAT --to-destination 10.10.0.10:3000',
    ]);
    const wrong = await trace('outside', '198.51.100.2:3000');
    assert.deepEqual(idsOf(wrong), ['nobody-listens'], describeTrace(wrong));
    assert.ok(wrong.causes[0]?.evidence.some((line) => line.startsWith('DNAT: ')));
    await clear(['earth', 'neptune'], ['planet-br']);
  });

  it('000, section 1: two on a cable, and the host that has no way to them', async () => {
    await type(lab, [
      'ip netns add earth',
      'ip netns add neptune',
      'ip link add earth-veth type veth peer name neptune-veth',
      'ip link set earth-veth netns earth',
      'ip link set neptune-veth netns neptune',
    ]);
    const bare = await trace('earth', 'neptune');
    assert.deepEqual(idsOf(bare), ['no-address'], describeTrace(bare));
    await type(lab, [
      'ip netns exec earth ip addr add 10.10.0.10/16 dev earth-veth',
      'ip netns exec neptune ip addr add 10.10.0.20/16 dev neptune-veth',
    ]);
    const down = await trace('earth', 'neptune');
    assert.deepEqual(idsOf(down), ['interface-down', 'interface-down'], describeTrace(down));
    await fix(down);
    const half = await trace('earth', 'neptune');
    assert.deepEqual(idsOf(half), ['interface-down'], describeTrace(half));
    assert.deepEqual(await fix(half), ['ip -n neptune link set dev neptune-veth up']);
    assert.equal((await trace('earth', 'neptune')).reached, 'yes');
    const fromHost = await trace('host', '10.10.0.10');
    assert.notEqual(fromHost.reached, 'yes', describeTrace(fromHost));
    await clear(['earth', 'neptune'], []);
  });

  it('001: a namespace with two cables, one of them not up at the host', async () => {
    await type(lab, [
      'ip netns add blue',
      'ip link add veth0 type veth peer name veth1',
      'ip link set veth1 netns blue',
      'ip netns exec blue ip addr add 10.1.1.1/24 dev veth1',
      'ip netns exec blue ip link set dev veth1 up',
      'ip link add veth2 type veth peer name veth3',
      'ip link set veth3 netns blue',
      'ip netns exec blue ip addr add 10.1.1.3/24 dev veth3',
      'ip netns exec blue ip link set dev veth3 up',
      'ip addr add 10.1.1.2/24 dev veth0',
    ]);
    const stuck = await trace('host', '10.1.1.1');
    assert.deepEqual(idsOf(stuck), ['interface-down'], describeTrace(stuck));
    assert.deepEqual(await fix(stuck), ['ip link set dev veth0 up']);
    const reached = await trace('host', '10.1.1.1');
    assert.equal(reached.reached, 'yes', describeTrace(reached));
    // Its own address goes over lo, which nobody has set up in the tutorial.
    const own = await trace('blue', '10.1.1.1');
    assert.deepEqual(idsOf(own), ['loopback-down'], describeTrace(own));
    assert.equal((await trace('blue', '10.1.1.2')).reached, 'yes');
    await clear(['blue'], ['veth0', 'veth2']);
  });

  it('002: two on a cable, then on a bridge whose ports and routes the tutorial forgets', async () => {
    await type(lab, [
      'ip netns add ns1',
      'ip netns add ns2',
      'ip link add veth1 netns ns1 type veth peer name veth2 netns ns2',
      'ip netns exec ns1 ip addr add "10.0.0.1/24" dev veth1',
      'ip netns exec ns2 ip addr add "10.0.0.2/24" dev veth2',
    ]);
    const down = await trace('ns1', '10.0.0.2');
    assert.deepEqual(idsOf(down), ['interface-down', 'interface-down'], describeTrace(down));
    assert.deepEqual(await fix(down), ['ip -n ns1 link set dev veth1 up']);
    assert.deepEqual(await fix(await trace('ns1', '10.0.0.2')), ['ip -n ns2 link set dev veth2 up']);
    assert.equal((await trace('ns1', '10.0.0.2')).reached, 'yes');
    assert.equal((await trace('ns2', '10.0.0.1')).reached, 'yes');
    await clear(['ns1', 'ns2'], []);

    await type(lab, [
      'ip netns add ns1',
      'ip netns add ns2',
      'ip link add veth1 type veth peer name br-veth1',
      'ip link add veth2 type veth peer name br-veth2',
      'ip link set veth1 netns ns1',
      'ip link set veth2 netns ns2',
      'ip netns exec ns1 ip addr add 192.168.1.11/24 dev veth1',
      'ip netns exec ns2 ip addr add 192.168.1.12/24 dev veth2',
    ]);
    // "Even when the two veth have assigned IP address they cannot communicate."
    const alone = await trace('ns1', '192.168.1.12');
    assert.notEqual(alone.reached, 'yes', describeTrace(alone));
    assert.deepEqual(idsOf(alone), ['interface-down', 'interface-down', 'no-neighbour'], describeTrace(alone));
    await type(lab, [
      'ip link add name br1 type bridge',
      'ip link set br1 up',
      'ip link set br-veth1 up',
      'ip link set br-veth2 up',
      'ip addr add 192.168.1.10/24 brd + dev br1',
    ]);
    // It sets the ends in the namespaces up nowhere, and plugs nothing into the bridge: what its readers complain about.
    const forgotten = await trace('ns1', '192.168.1.12');
    assert.deepEqual(
      idsOf(forgotten),
      ['interface-down', 'interface-down', 'not-plugged', 'not-plugged'],
      describeTrace(forgotten),
    );
    const typed = new Set<string>();
    let near = forgotten;
    for (let round = 0; round < 6 && near.reached !== 'yes'; round++) {
      for (const command of await fix(near)) typed.add(command);
      near = await trace('ns1', '192.168.1.12');
    }
    assert.equal(near.reached, 'yes', describeTrace(near));
    assert.deepEqual([...typed].sort(), [
      'ip -n ns1 link set dev veth1 up',
      'ip -n ns2 link set dev veth2 up',
      'ip link set dev br-veth1 master br1',
      'ip link set dev br-veth2 master br1',
    ]);
    assert.equal((await trace('host', '192.168.1.12')).reached, 'yes');

    // "It cannot reach any other IP outside the 192.168.1.0/24 space": no route, no forwarding, no NAT.
    const isolated = await trace('ns1', '8.8.8.8');
    assert.deepEqual(idsOf(isolated), ['no-default-route', 'forwarding-off', 'missing-nat'], describeTrace(isolated));
    await type(lab, [
      'iptables -t nat -A POSTROUTING -s 192.168.1.0/24 -j MASQUERADE',
      'sysctl -w net.ipv4.ip_forward=1',
    ]);
    const routeless = await trace('ns1', '8.8.8.8');
    assert.deepEqual(idsOf(routeless), ['no-default-route'], describeTrace(routeless));
    assert.deepEqual(await fix(routeless), ['ip -n ns1 route add default via 192.168.1.10']);
    assert.equal((await trace('ns1', '8.8.8.8')).reached, 'yes');
    await clear(['ns1', 'ns2'], ['br1']);
  });

  it('003: an Open vSwitch bridge, and no route, no default route, no NAT', async () => {
    await startOpenVswitch(lab);
    await type(lab, [
      'ovs-vsctl add-br v-net-0 -- set Bridge v-net-0 datapath_type=netdev',
      'ip netns add red',
      'ip netns add blue',
      ...['red 1', 'blue 5'].flatMap((line) => {
        const [name = '', number = ''] = line.split(' ');
        return [
          `ip link add veth-${name} type veth peer name veth-${name}-br`,
          `ip link set veth-${name} netns ${name}`,
          `ip -n ${name} addr add 172.16.10.${number}/24 dev veth-${name}`,
          `ip -n ${name} link set veth-${name} up`,
        ];
      }),
      'ovs-vsctl add-port v-net-0 veth-red-br',
      'ip link set veth-red-br up',
      'ip link set veth-blue-br up',
      'ip link set v-net-0 up',
    ]);
    const beside = await trace('red', 'blue');
    assert.deepEqual(idsOf(beside), ['not-plugged'], describeTrace(beside));
    assert.deepEqual(await fix(beside), ['ovs-vsctl add-port v-net-0 veth-blue-br']);
    const near = await trace('red', 'blue');
    assert.equal(near.reached, 'yes', describeTrace(near));
    await type(lab, ['ovs-vsctl set port veth-blue-br tag=7']);
    const apart = await trace('red', 'blue');
    assert.deepEqual(idsOf(apart), ['vlan-mismatch'], describeTrace(apart));
    await type(lab, ['ovs-vsctl clear port veth-blue-br tag', 'ip addr add 172.16.10.254/24 dev v-net-0']);

    // The routing table of blue has nothing about the host's other network.
    await type(lab, ['sysctl -qw net.ipv4.ip_forward=1', 'iptables -t nat -F']);
    const toHost = await trace('blue', '198.51.100.2');
    assert.deepEqual(idsOf(toHost), ['no-default-route'], describeTrace(toHost));
    await type(lab, ['ip netns exec blue ip route add 198.51.100.0/24 via 172.16.10.254']);
    const reached = await trace('blue', '198.51.100.2');
    assert.equal(reached.reached, 'yes', describeTrace(reached));
    const out = await trace('blue', '8.8.8.8');
    assert.deepEqual(idsOf(out), ['no-default-route', 'missing-nat'], describeTrace(out));
    await fix(out);
    const noNat = await trace('blue', '8.8.8.8');
    assert.deepEqual(idsOf(noNat), ['missing-nat'], describeTrace(noNat));
    await fix(noNat);
    const all = await trace('blue', '8.8.8.8');
    assert.equal(all.reached, 'yes', describeTrace(all));
    await clear(['red', 'blue'], ['veth-red-br', 'veth-blue-br']);
    await type(lab, ['ovs-vsctl del-br v-net-0']);
  });

  it('004: no route to the host, forwarding off, no NAT, no DNAT', async () => {
    await type(lab, [
      'iptables -t nat -F',
      'sysctl -qw net.ipv4.ip_forward=0',
      'ip netns add netns1',
      'ip link add br0 type bridge',
      'ip link set br0 up',
      'ip addr add 192.168.0.1/16 dev br0',
      'ip link add veth0 type veth peer name ceth0',
      'ip link set ceth0 netns netns1',
      'ip link set veth0 master br0',
      'nsenter --net=/var/run/netns/netns1 ip link set ceth0 up',
      'nsenter --net=/var/run/netns/netns1 ip link set lo up',
      'nsenter --net=/var/run/netns/netns1 ip addr add 192.168.0.2/16 dev ceth0',
      'ip link set veth0 up',
    ]);
    assert.equal((await trace('netns1', '192.168.0.1')).reached, 'yes');
    const unreachable = await trace('netns1', '198.51.100.2');
    assert.deepEqual(idsOf(unreachable), ['no-default-route'], describeTrace(unreachable));
    assert.deepEqual(await fix(unreachable), ['ip -n netns1 route add default via 192.168.0.1']);
    assert.equal((await trace('netns1', '198.51.100.2')).reached, 'yes');
    const stuck = await trace('netns1', '8.8.8.8');
    assert.deepEqual(idsOf(stuck), ['forwarding-off', 'missing-nat'], describeTrace(stuck));
    await fix(stuck);
    const noNat = await trace('netns1', '8.8.8.8');
    assert.deepEqual(idsOf(noNat), ['missing-nat'], describeTrace(noNat));
    assert.deepEqual(await fix(noNat), ["iptables -t nat -A POSTROUTING -s 192.168.0.0/16 '!' -o br0 -j MASQUERADE"]);
    assert.equal((await trace('netns1', '8.8.8.8')).reached, 'yes');
    await type(lab, ['ip netns exec netns1 python3 -m http.server 5000 </dev/null >/dev/null 2>&1 &']);
    assert.equal((await untilServed('host', '192.168.0.2:5000')).reached, 'yes');
    const closed = await trace('outside:203.0.113.8@eth0', '198.51.100.2:5000');
    assert.deepEqual(idsOf(closed), ['dnat-missing'], describeTrace(closed));
    await fix(closed);
    const open = await trace('outside:203.0.113.8@eth0', '198.51.100.2:5000');
    assert.deepEqual([open.reached, idsOf(open)], ['unknown', []], describeTrace(open));
    await clear(['netns1'], ['br0']);
  });

  /** Traces again and again until somebody listens. */
  async function untilServed(from: string, to: string): Promise<TraceReport> {
    let report = await trace(from, to);
    for (let round = 0; round < 50 && report.reached !== 'yes'; round++) report = await trace(from, to);
    return report;
  }

  async function clear(namespaces: readonly string[], links: readonly string[]): Promise<void> {
    for (const name of namespaces) {
      await lab.run(`for pid in $(ip netns pids ${name}); do kill $pid; done; ip netns del ${name}`);
    }
    for (const link of links) await lab.run(`ip link del ${link}`);
    await lab.run('iptables -t nat -F; sysctl -qw net.ipv4.ip_forward=0');
  }
});
