import assert from 'node:assert/strict';
import { rootNamespace } from '../../src/host/model';
import { observe } from '../../src/lab/observe';
import { verifyTopology } from '../../src/lab/verify';
import type { Topology } from '../../src/topology/model';
import type { Transport } from '../../src/transport/transport';
import type { LabHost } from '../lab-host';
import { apply, applyPlan, commandsOf, destroy, stateOf, topologyOf, untilStateIs } from './lab-plans';
import { type } from './observed-lab';
import { useLabHost } from './use-lab-host';

/** An echo over UDP, in a namespace. */
const echo = (port: number): string =>
  `[python3, -c, "import socket as s; u = s.socket(s.AF_INET, s.SOCK_DGRAM); u.bind(('0.0.0.0', ${port}))\\nwhile 1: d, a = u.recvfrom(99); u.sendto(d, a)"]`;

/** A lab that is reached in every way there is: two members on a bridge, a router with NAT of its own, IPv6. */
const lab = (more = ''): Topology =>
  topologyOf(`
name: ways
bridges:
  ways-br: { addresses: [10.20.0.1/16, "2001:db8:20::1/64"] }
  wan: { namespace: router, addresses: [10.21.0.1/24] }
namespaces:
  web:
    interfaces: { w0: { addresses: [10.20.0.10/16, "2001:db8:20::10/64"] } }
    routes: [{ to: default, via: 10.20.0.1 }, { to: default, via: "2001:db8:20::1" }]
    services:
      http: { command: [python3, -m, http.server, "80"], directory: /tmp, ready: { tcp: 80 } }
      six: { command: [python3, -m, http.server, "81", --bind, "2001:db8:20::10"], directory: /tmp, ready: { seconds: 1 } }
      echo: { command: ${echo(7)} }
  peer:
    interfaces: { p0: { addresses: [10.20.0.20/16] } }
    routes: [{ to: default, via: 10.20.0.1 }]
  router:
    interfaces: { r0: { addresses: [10.20.0.30/16] } }
    routes: [{ to: default, via: 10.20.0.1 }]
    nat: { out: { masquerade: 10.21.0.0/24, out: r0 } }
    port-forwards: { inner: { listen: 8080, to: "inner:80" } }
  inner:
    interfaces: { i0: { addresses: [10.21.0.2/24] } }
    routes: [{ to: default, via: 10.21.0.1 }]
    services: { http: { command: [python3, -m, http.server, "80"], directory: /tmp, ready: { tcp: 80 } } }
links:
  - endpoints: ["web:w0", "ways-br:wp0"]
  - endpoints: ["peer:p0", "ways-br:wp1"]
  - endpoints: ["router:r0", "ways-br:wp2"]
  - endpoints: ["inner:i0", "wan:wp3"]
nat:
  out: { masquerade: 10.20.0.0/16, not-out: ways-br }
port-forwards:
  web: { listen: 8000, to: "web:80" }
  only: { listen: "198.51.100.2:8001", to: "web:80" }
  nic: { listen: 8002, to: "web:80", in: eth0 }
  echo: { listen: 7000/udp, to: "web:7" }
  six: { listen: "[2001:db8:20::1]:8081", to: "web:81" }
  local: { listen: "127.0.0.1:8003", to: "web:80" }
checks:
  - { from: web, ping: 8.8.8.8 }
  - { from: inner, ping: 8.8.8.8 }
  - { from: peer, http: "http://198.51.100.2:8000/", status: 200 }
  - { from: peer, http: "http://198.51.100.2:8001/", status: 200 }
  - { from: web, http: "http://10.20.0.1:8000/", status: 200 }
  - { from: host, http: "http://198.51.100.2:8000/", status: 200 }
  - { from: host, http: "http://10.20.0.1:8000/", status: 200 }
  - { from: host, http: "http://127.0.0.1:8000/", status: 200 }
  - { from: host, http: "http://127.0.0.1:8003/", status: 200 }
  - { from: host, http: "http://198.51.100.2:8003/", expect: fail, within: 1 }
  - { from: host, http: "http://127.0.0.1:8001/", expect: fail, within: 1 }
  - { from: host, http: "http://198.51.100.2:8002/", expect: fail, within: 1 }
  - { from: host, http: "http://[2001:db8:20::1]:8081/", status: 200 }
  - { from: peer, http: "http://10.20.0.30:8080/", status: 200 }
  - { from: router, http: "http://127.0.0.1:8080/", status: 200 }
  - { from: host, http: "http://10.20.0.30:8080/", status: 200 }
${more}`);

/** Sends a datagram and prints what comes back. */
const datagram = (address: string): string =>
  `python3 -c "import socket as s; u = s.socket(s.AF_INET, s.SOCK_DGRAM); u.settimeout(3); u.sendto(b'ping', ('${address}', 7000)); print(u.recv(9).decode())"`;

interface Kind {
  readonly what: string;
  readonly without: readonly string[];
  /** Typed before. */
  readonly host: readonly string[];
  /** What the plan's NAT commands begin with. */
  readonly command: RegExp;
  /** What somebody types who does not know of us. */
  readonly flush: string;
}

const kinds: readonly Kind[] = [
  {
    what: 'nftables',
    without: [],
    host: [],
    command: /^(ip netns exec router )?nft -f -$/,
    flush: 'nft flush ruleset',
  },
  {
    what: 'iptables, its nft rule set',
    without: ['nft'],
    // Its tables stay for ever once a rule was in them.
    host: [
      'for t in raw nat; do for i in iptables ip6tables; do $i -t $t -A PREROUTING -j ACCEPT; $i -t $t -F; done; done',
      'iptables-legacy -t nat -S; ip6tables-legacy -t nat -S',
    ],
    command: /^(ip netns exec router )?ip6?tables-restore --noflush -w 5$/,
    flush: 'iptables -t nat -F; iptables -t nat -X',
  },
  {
    what: 'iptables, its legacy rule set',
    without: ['nft'],
    host: [
      'iptables-legacy -t nat -A POSTROUTING -s 10.99.0.0/16 -j MASQUERADE',
      'for t in raw nat; do iptables-legacy -t $t -S; ip6tables-legacy -t $t -S; done',
    ],
    command: /^(ip netns exec router )?ip6?tables-legacy-restore --noflush -w 5$/,
    flush:
      'iptables-legacy -t nat -F NETNS-ways-POST; iptables-legacy -t nat -D POSTROUTING -m comment --comment "netns-topology:ways jump" -j NETNS-ways-POST',
  },
];

for (const { what, without, host, command, flush } of kinds) {
  describe(`NAT and port forwards in ${what}`, function () {
    this.timeout(120_000);
    let machine: LabHost;
    let transport: Transport;
    let atFirst: string;

    useLabHost((host) => ({ lab: machine, transport } = host), { without });
    before(async () => {
      await type(machine, host);
      atFirst = await stateOf(machine);
    });

    it('work from everywhere, are found again, and go without a trace', async () => {
      const plan = await apply(transport, lab());
      const nat = plan.steps.filter(({ object }) => object.type === 'nat');
      for (const { run } of nat) for (const { argv } of run) assert.match(argv.join(' '), command);
      assert.ok(nat.length >= 3, 'both families, and the router');
      const results = await verifyTopology(transport, lab());
      assert.deepEqual(
        results.filter(({ passed }) => !passed).map(({ title, output }) => `${title}: ${output}`),
        [],
      );
      const outside = async (port: number): Promise<number> =>
        (await machine.runOutside(`curl -sf -m 3 -o /dev/null http://198.51.100.2:${port}/`)).code;
      assert.deepEqual(
        [await outside(8000), await outside(8001), await outside(8002)],
        [0, 0, 0],
        'from the internet, also by one interface only',
      );
      assert.notEqual(await outside(8003), 0, 'what listens on 127.0.0.1 does so');
      assert.equal((await machine.runOutside(datagram('198.51.100.2'))).stdout, 'ping\n', 'UDP from the internet');
      assert.equal((await machine.run(datagram('127.0.0.1'))).stdout, 'ping\n', 'UDP from the host itself');

      const again = await applyPlan(transport, lab());
      assert.deepEqual([commandsOf(again), again.record?.type], [[], undefined], 'a second apply has nothing to do');
      const rules = rootNamespace(await observe(transport)).nat.filter((rule) => rule.lab === 'ways');
      assert.ok(rules.length >= 8);
      assert.ok(
        rules.some(({ kind, port, packets }) => kind === 'dnat' && port === 8000 && (packets ?? 0) > 0),
        'the rules count',
      );
      await destroy(transport, 'ways');
      await untilStateIs(machine, atFirst, 'after the destroy');
    });

    it('do not let the lab reach what listens on the host’s 127.0.0.1', async () => {
      await apply(transport, lab());
      await type(machine, ['(cd /tmp; exec python3 -m http.server --bind 127.0.0.1 9999) >/dev/null 2>&1 & sleep 1']);
      try {
        assert.equal((await machine.run('cat /proc/sys/net/ipv4/conf/ways-br/route_localnet')).stdout, '1\n');
        await type(machine, [
          'ip -n peer route add 127.0.0.1/32 via 10.20.0.1 table 100',
          'ip -n peer rule add to 127.0.0.1 table 100 priority 1',
          'ip -n peer rule del priority 0',
          'ip -n peer rule add priority 2 table local',
          'ip netns exec peer sysctl -qw net.ipv4.conf.p0.route_localnet=1',
        ]);
        const reached = await machine.run('ip netns exec peer curl -s -m 2 --interface p0 http://127.0.0.1:9999/');
        assert.notEqual(reached.code, 0);
      } finally {
        await machine.run('pkill -f "[h]ttp.server --bind 127.0.0.1 9999"');
        await destroy(transport, 'ways');
      }
      await untilStateIs(machine, atFirst, 'after the destroy');
    });

    it('change where the file changes, and come back where somebody flushed them', async () => {
      await apply(transport, lab());
      const other = topologyOf(
        'name: ways\nbridges: { ways-br: { addresses: [10.20.0.1/16] } }\nnat: { out: { masquerade: 10.20.0.0/16, out: eth0 } }\n' +
          'namespaces: { web: { interfaces: { w0: { addresses: [10.20.0.10/16] } }, routes: [{ to: default, via: 10.20.0.1 }] } }\n' +
          'links: [{ endpoints: ["web:w0", "ways-br:wp0"] }]\n',
      );
      await apply(transport, other);
      assert.equal((await machine.run('ip netns exec web ping -c1 -W2 8.8.8.8')).code, 0);
      assert.equal((await machine.run('cat /proc/sys/net/ipv4/conf/ways-br/route_localnet')).stdout, '0\n');
      await type(machine, [flush]);
      assert.notEqual((await machine.run('ip netns exec web ping -c1 -W1 8.8.8.8')).code, 0);
      const mended = await apply(transport, other);
      assert.deepEqual(
        mended.steps.map(({ object }) => object.type),
        ['nat'],
      );
      assert.equal((await machine.run('ip netns exec web ping -c1 -W2 8.8.8.8')).code, 0);
      await destroy(transport, 'ways');
      await untilStateIs(machine, atFirst, 'after the destroy');
    });
  });
}
