import assert from 'node:assert/strict';
import { NetnsError } from '../../src/base/errors';
import { addForward } from '../../src/lab/actions/forward-changes';
import { runSteps } from '../../src/lab/actions/run-change';
import { natGroups } from '../../src/lab/nat-groups';
import { planRemoval } from '../../src/lab/nat-removal';
import { observe } from '../../src/lab/observe';
import { startTcpRelay } from '../../src/lab/tcp-relay';
import type { Transport } from '../../src/transport/transport';
import { until } from '../fixtures/ssh';
import type { LabHost } from '../lab-host';
import { act, subject, targetsIn } from './actions-on-a-host';
import { planetsScript } from './capture-lab';
import { apply, destroy, topologyOf } from './lab-plans';
import { connectTo } from './observed-lab';
import { useLabHost } from './use-lab-host';

const earth = subject('namespace', 'earth');
const host = subject('host', 'lab1');
const rules = 'nft -s list ruleset 2>/dev/null; iptables-save -t nat 2>/dev/null | grep ^-A';

for (const { what, without } of [
  { what: 'iptables', without: [] },
  { what: 'nftables', without: ['iptables', 'iptables-nft', 'iptables-legacy', 'ip6tables'] },
]) {
  describe(`port forwards by hand, with ${what}`, function () {
    this.timeout(120_000);
    let lab: LabHost;
    let transport: Transport;
    useLabHost((one) => ({ lab, transport } = one), { without });
    before(async () => {
      const { code, stderr } = await lab.run(`${planetsScript}
ip -n earth route add default via 10.9.0.1; ip -n mars route add default via 10.9.0.1
cd /tmp && echo hello from earth >/tmp/index.html
ip netns exec earth sh -c 'python3 -m http.server 8000 >/dev/null 2>&1 & echo $! >/tmp/web'`);
      assert.equal(code, 0, stderr);
      await until(
        'the server',
        async () => (await lab.run('ip netns exec earth ss -Hltn sport = :8000')).stdout !== '',
      );
    });
    after(() => lab.run('kill $(cat /tmp/web)'));

    const fetch = (port: number): string => `curl -sS --max-time 3 http://198.51.100.2:${port}/`;
    /** What a forward changes besides its rules. */
    const state = async (): Promise<string> =>
      (
        await lab.run(
          'cat /proc/sys/net/ipv4/conf/br0/route_localnet; ip -d link show earth-br | grep -o "hairpin [a-z]*"; iptables-save -t raw 2>/dev/null | grep ^-A',
        )
      ).stdout;
    const fromOutside = async (port: number): Promise<string> => (await lab.runOutside(fetch(port))).stdout;

    it('are reached from outside, from the host and from the target’s own network, and are gone when removed', async () => {
      const before = (await lab.run(rules)).stdout;
      const untouched = await state();
      const done = await act(transport, addForward, [earth], ['', '8000', '3000']);
      assert.equal(done.said, 'Port 3000 leads to earth:8000');
      assert.equal(await fromOutside(3000), 'hello from earth\n');
      assert.equal((await lab.run(fetch(3000))).stdout, 'hello from earth\n');
      for (const name of ['mars', 'earth']) {
        assert.equal((await lab.run(`ip netns exec ${name} ${fetch(3000)}`)).stdout, 'hello from earth\n', name);
      }
      const atLoopback = async (port: number): Promise<string> =>
        (await lab.run(`curl -sS --max-time 3 http://127.0.0.1:${port}/`)).stdout;
      assert.equal(await atLoopback(3000), 'hello from earth\n');
      // Nobody else gets to the host's own 127.0.0.1 by that.
      const reach = 'ip -n mars route add 127.0.0.5 via 10.9.0.1; ip netns exec mars ping -c 1 -W 1 127.0.0.5';
      await lab.run('ip -n mars addr del 127.0.0.1/8 dev lo');
      assert.notEqual((await lab.run(`${reach} >/dev/null`)).code, 0);
      await lab.run('ip -n mars route del 127.0.0.5; ip -n mars addr add 127.0.0.1/8 dev lo');

      const snapshot = await observe(transport);
      const groups = natGroups(snapshot).filter(({ isForward }) => isForward);
      assert.equal(groups.length, 1, 'a forward is one thing for people');
      const again = () => addForward.steps(targetsIn(snapshot, [host]), ['', 'mars:80', '3000']);
      assert.throws(again, /Port 3000 is forwarded to 10\.9\.0\.10:8000 already/);

      await runSteps(transport, 'Remove', snapshot, await planRemoval(transport, snapshot, groups));
      assert.equal(await fromOutside(3000), '');
      const left = (await lab.run(rules)).stdout;
      assert.doesNotMatch(left, /3000|10\.9\.0\.10/);
      assert.equal(await state(), untouched);
      assert.equal((await observe(transport)).namespaces[0]?.nat.length, 0, before);
    });

    it('share what two of them to one place need, until the last of them goes, in whatever order', async () => {
      const everywhere = async (port: number): Promise<string[]> => [
        await fromOutside(port),
        (await lab.run(`ip netns exec mars ${fetch(port)}`)).stdout,
        (await lab.run(`curl -sS --max-time 3 http://127.0.0.1:${port}/`)).stdout,
      ];
      const hello = Array.from({ length: 3 }, () => 'hello from earth\n');
      const untouched = [await state(), (await lab.run(rules)).stdout];
      const forwarding = 'cat /proc/sys/net/ipv4/ip_forward';
      await lab.run('sysctl -qw net.ipv4.ip_forward=0; rm -rf /run/netns-topology/nat-forwarding');
      for (const order of [
        [0, 1],
        [1, 0],
      ]) {
        const both = [
          await act(transport, addForward, [earth], ['', '8000', '3010']),
          await act(transport, addForward, [earth], ['', '8000', '3011']),
        ];
        assert.deepEqual(await everywhere(3010), hello);
        assert.deepEqual(await everywhere(3011), hello);
        const [first = 0, last = 0] = order;
        await both[first]?.undo();
        assert.equal(await fromOutside(3010 + first), '');
        assert.deepEqual(await everywhere(3010 + last), hello);
        await both[last]?.undo();
        assert.equal(await fromOutside(3010 + last), '');
        assert.equal(await state(), untouched[0]);
        assert.equal((await lab.run(forwarding)).stdout, '0\n');
        await assert.rejects(Promise.resolve(both[last]?.undo()), /not forwarded there any more/);
      }
      assert.doesNotMatch((await lab.run(rules)).stdout, /10\.9\.0\.10/);
    });

    it('share 127.0.0.1 with the forward of a lab, whichever goes first', async () => {
      const text = (forwards: string): string => `
name: own
bridges: { own-br: { addresses: [10.8.0.1/24] } }
namespaces:
  own-ns:
    interfaces: { eth0: { addresses: [10.8.0.10/24] } }
    routes: [{ to: default, via: 10.8.0.1 }]
    services: { web: { command: [python3, -m, http.server, "8000"], directory: /tmp, ready: { tcp: 8000 } } }
links: [{ endpoints: ["own-ns:eth0", "own-br:p0"] }]
${forwards}`;
      const forwarding = text('port-forwards: { web: { listen: 8030, to: "own-ns:8000" } }\n');
      const atLoopback = async (port: number): Promise<string> =>
        (await lab.run(`curl -sS --max-time 3 http://127.0.0.1:${port}/`)).stdout;
      const localnet = async (): Promise<string> =>
        (await lab.run('cat /proc/sys/net/ipv4/conf/own-br/route_localnet')).stdout.trim();
      const guards = async (): Promise<number> =>
        Number(
          (
            await lab.run(
              `${what === 'iptables' ? 'iptables-save -t raw' : 'nft list ruleset'} | grep -c netns-nat-guard:own-br`,
            )
          ).stdout,
        );
      await apply(transport, topologyOf(forwarding));
      try {
        const byHand = async (): Promise<Awaited<ReturnType<typeof act>>> =>
          await act(transport, addForward, [subject('namespace', 'own-ns')], ['', '8000', '8031']);
        const first = await byHand();
        assert.deepEqual([await atLoopback(8030), await atLoopback(8031)], Array(2).fill('hello from earth\n'));
        await first.undo();
        assert.deepEqual([await atLoopback(8030), await localnet(), await guards()], ['hello from earth\n', '1', 0]);
        const second = await byHand();
        await apply(transport, topologyOf(text('')));
        assert.deepEqual([await atLoopback(8030), await atLoopback(8031)], ['', 'hello from earth\n']);
        assert.equal(await guards(), 1, 'nobody else gets to the host’s own 127.0.0.1 by that');
        assert.equal((await apply(transport, topologyOf(text('')))).steps.length, 0);
        await second.undo();
        assert.deepEqual([await localnet(), await guards()], ['0', 0]);
      } finally {
        await destroy(transport, 'own');
      }
    });

    it('are put back in their place by Undo', async () => {
      await act(transport, addForward, [host], ['', 'earth:8000', '198.51.100.2:3001']);
      const listed = (await lab.run(rules)).stdout;
      const snapshot = await observe(transport);
      const steps = await planRemoval(
        transport,
        snapshot,
        natGroups(snapshot).filter(({ isForward }) => isForward),
      );
      await runSteps(transport, 'Remove', snapshot, steps);
      const back = [...steps].reverse().map((step) => ({ ...step, run: step.undo, undo: step.run }));
      await runSteps(transport, 'Undo', await observe(transport), back);
      assert.equal((await lab.run(rules)).stdout, listed);
      assert.equal(await fromOutside(3001), 'hello from earth\n');
    });

    it('open the way on a host that drops what it passes on, and close it when they go', async () => {
      const drop =
        what === 'iptables'
          ? 'iptables -P FORWARD DROP'
          : "nft 'add table ip guard; add chain ip guard forward { type filter hook forward priority 0; policy drop; }'";
      const filter = async (): Promise<string> =>
        (
          await lab.run(
            'iptables-save -t filter 2>/dev/null | grep -e ^-A -e FORWARD; nft list table ip guard 2>/dev/null',
          )
        ).stdout;
      await lab.run(drop);
      const before = await filter();
      await act(transport, addForward, [earth], ['', '8000', '3002']);
      assert.equal(await fromOutside(3002), 'hello from earth\n');
      assert.notEqual(await filter(), before);
      const snapshot = await observe(transport);
      const groups = natGroups(snapshot).filter(({ rule }) => rule.port === 3002);
      await runSteps(transport, 'Remove', snapshot, await planRemoval(transport, snapshot, groups));
      assert.equal((await filter()).replaceAll(/\[\d+:\d+\]/g, ''), before.replaceAll(/\[\d+:\d+\]/g, ''));
      await lab.run('iptables -P FORWARD ACCEPT; nft delete table ip guard');
    });

    it('are refused where they would catch the SSH connection, or lead nowhere', async () => {
      const snapshot = await observe(transport);
      const steps =
        (...answers: string[]) =>
        () =>
          addForward.steps(targetsIn(snapshot, [earth]), answers);
      const port = String(snapshot.ssh?.serverPort);
      assert.throws(steps('', '8000', port), (error: unknown) => {
        assert.ok(error instanceof NetnsError);
        assert.equal(error.reason, 'unsafe');
        assert.match(error.message, /nobody could log in/);
        return true;
      });
      assert.throws(steps('', 'nobody:80', '81'), /There is no namespace nobody/);
      assert.throws(steps('', '0', '81'), /Write a port/);
      assert.throws(steps('', '80', '[fd00::1]:81'), /IPv4 and IPv6 do not mix/);
      assert.doesNotThrow(steps('', '22', '198.51.100.77:81'));
    });

    it('are opened through the SSH connection, also of what nobody but the host reaches', async () => {
      const own = await connectTo(lab);
      const relay = await startTcpRelay(
        () => own.connectTcp?.('10.9.0.10', 8000) ?? Promise.reject(new Error('no way')),
        (error) => assert.fail(String(error)),
      );
      const pages = await Promise.all(
        Array.from({ length: 12 }, async () => (await globalThis.fetch(`http://127.0.0.1:${relay.port}/`)).text()),
      );
      assert.deepEqual(new Set(pages), new Set(['hello from earth\n']));
      await assert.rejects(
        Promise.resolve(own.connectTcp?.('10.9.0.10', 81)),
        /does not reach 10\.9\.0\.10, port 81.*/,
      );
      relay.dispose();
      await assert.rejects(globalThis.fetch(`http://127.0.0.1:${relay.port}/`));
      own.dispose();
      await assert.rejects(Promise.resolve(own.connectTcp?.('10.9.0.10', 8000)), /was closed/);
    });
  });
}
