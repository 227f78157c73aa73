import assert from 'node:assert/strict';
import type { Transport } from '../../src/transport/transport';
import { until } from '../fixtures/ssh';
import type { LabHost } from '../lab-host';
import { droppingHosts } from './dropping-hosts';
import { apply, applyPlan, commandsOf, destroy, stateOf, topologyOf, untilStateIs } from './lab-plans';
import { type } from './observed-lab';
import { useLabHost } from './use-lab-host';

const lab = topologyOf(`
name: walled
bridges: { wall-br: { addresses: [10.30.0.1/16, "2001:db8:30::1/64"] } }
namespaces:
  a: { interfaces: { a0: { addresses: [10.30.0.10/16, "2001:db8:30::10/64"] } }, routes: [{ to: default, via: 10.30.0.1 }], services: { web: { command: [python3, -m, http.server, "80"], directory: /tmp, ready: { tcp: 80 } } } }
  b: { interfaces: { b0: { addresses: [10.30.0.20/16, "2001:db8:30::20/64"] } }, routes: [{ to: default, via: 10.30.0.1 }] }
  c: { interfaces: { c0: { addresses: [10.31.0.2/24] } }, routes: [{ to: default, via: 10.31.0.1 }] }
links:
  - endpoints: ["a:a0", "wall-br:ap"]
  - endpoints: ["b:b0", "wall-br:bp"]
  - endpoints: ["c:c0", "host:ch0"]
host: { interfaces: { ch0: { addresses: [10.31.0.1/24] } } }
nat: { out: { masquerade: 10.30.0.0/16, not-out: wall-br }, c: { masquerade: 10.31.0.0/24, out: eth0 } }
port-forwards: { web: { listen: 8000, to: "a:80" } }
`);

/** A lab without a way out, whose members only talk to each other. */
const island = topologyOf(`
name: island
bridges: { isle-br: {} }
namespaces:
  x: { interfaces: { x0: { addresses: [10.32.0.1/24] } } }
  y: { interfaces: { y0: { addresses: [10.32.0.2/24] } } }
links: [{ endpoints: ["x:x0", "isle-br:xp"] }, { endpoints: ["y:y0", "isle-br:yp"] }]
`);

for (const { what, without, make, list, flush } of droppingHosts) {
  describe(`a host that drops what it should pass on: ${what}`, function () {
    this.timeout(120_000);
    let machine: LabHost;
    let transport: Transport;
    let atFirst: string;

    useLabHost((host) => ({ lab: machine, transport } = host), { without });
    before(async () => {
      // The tables of NAT stay once they were there.
      await type(machine, [
        ...make,
        'for i in iptables-legacy ip6tables-legacy; do for t in raw nat filter; do $i -t $t -S; done; done',
      ]);
      atFirst = await stateOf(machine);
    });

    const succeeds = async (command: string): Promise<boolean> => (await machine.run(command)).code === 0;

    it('lets the lab’s traffic through, and only as long as the lab is there', async () => {
      await apply(transport, lab);
      // An address that the kernel still looks for a duplicate of is not used yet (RFC 4862, 5.4).
      const tentative = 'for n in a b c; do ip -n $n -6 -o addr show tentative; done';
      await until('every IPv6 address may be used', async () => (await machine.run(tentative)).stdout === '');
      const works = async (): Promise<boolean[]> => [
        await succeeds('ip netns exec a ping -c1 -W1 8.8.8.8'),
        await succeeds('ip netns exec c ping -c1 -W1 8.8.8.8'),
        await succeeds('ip netns exec a ping -c1 -W1 10.30.0.20'),
        await succeeds('ip netns exec a ping -6 -c1 -W1 2001:db8:30::20'),
        await succeeds('ip netns exec a ping -c1 -W1 10.31.0.2'),
        (await machine.runOutside('curl -sf -m 2 -o /dev/null http://198.51.100.2:8000/')).code === 0,
        await succeeds('ip netns exec b curl -sf -m 2 -o /dev/null http://198.51.100.2:8000/'),
        await succeeds('ip netns exec a curl -sf -m 2 -o /dev/null http://198.51.100.2:8000/'),
      ];
      const all = [true, true, true, true, true, true, true, true];
      assert.deepEqual(await works(), all);
      // Who has a route to the lab does not get in that way.
      assert.notEqual(
        (
          await machine.runOutside(
            'ip route add 10.30.0.0/16 via 198.51.100.2; ping -c1 -W1 10.30.0.10; code=$?; ip route del 10.30.0.0/16; exit $code',
          )
        ).code,
        0,
      );
      const again = await applyPlan(transport, lab);
      assert.deepEqual([commandsOf(again), again.record?.type], [[], undefined]);

      const rules = await machine.run(list);
      assert.match(rules.stdout, /netns-topology:walled let wall-br out/);
      await type(machine, [flush]);
      assert.deepEqual((await works()).slice(0, 2), [false, false], 'the host drops again');
      const mended = await apply(transport, lab);
      assert.deepEqual(
        [...new Set(mended.steps.map(({ object }) => object.type))],
        ['nat'],
        'drift is seen, and mended alone',
      );
      assert.deepEqual(await works(), all);
      await destroy(transport, 'walled');
      assert.doesNotMatch((await machine.run(list)).stdout, /netns-topology/);
    });

    it('lets neighbours on a bridge talk where bridged packets are filtered too', async () => {
      const held = await stateOf(machine);
      await apply(transport, island);
      assert.ok(await succeeds('ip netns exec x ping -c1 -W1 10.32.0.2'));
      await destroy(transport, 'island');
      await untilStateIs(machine, held, 'after the destroy');
    });

    it('leaves the host exactly as it was when the apply fails at its end', async () => {
      const held = await stateOf(machine);
      const failing = {
        ...lab,
        namespaces: lab.namespaces.map((one) =>
          one.name === 'a' ? { ...one, services: one.services.map((own) => ({ ...own, command: 'exit 3' })) } : one,
        ),
      };
      await assert.rejects(apply(transport, failing));
      await untilStateIs(machine, held, 'after the failure');
      assert.ok(atFirst.length > 0);
    });
  });
}
